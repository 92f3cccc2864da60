"""The fields with a leading underscore."""

import pytest

from app.errors import InvalidFields
from app.forms import Controls, Fields, answers_only, page_token, read_controls


@pytest.mark.parametrize(
    ("fields", "controls"),
    [
        pytest.param({}, Controls(), id="none"),
        pytest.param({"_key": (" 1b4e28ba ",)}, Controls(key="1b4e28ba"), id="key, trimmed"),
        pytest.param({"_key": ("",)}, Controls(), id="blank key"),
        pytest.param({"_key": ("k", "k ")}, Controls(key="k"), id="the same key twice"),
        pytest.param({"_key": ("k" * 255,)}, Controls(key="k" * 255), id="longest key"),
        pytest.param({"_redirect": ("https://a.example/",)}, Controls(redirect="https://a.example/"), id="redirect"),
        pytest.param({"_next": ("/b",)}, Controls(redirect="/b"), id="its alias"),
        pytest.param({"_next": ("/b",), "_redirect": ("", "/a")}, Controls(redirect="/a"), id="redirect before alias"),
        pytest.param({"_error": ("/e",)}, Controls(error="/e"), id="error"),
        pytest.param({"_gotcha": ("x",)}, Controls(honeypot=True), id="gotcha"),
        pytest.param({"_honey": ("x",)}, Controls(honeypot=True), id="honey"),
        pytest.param({"_gotcha": ("",), "_honeypot": ("x",)}, Controls(honeypot=True), id="honeypot"),
        pytest.param({"_gotcha": (" ", "")}, Controls(), id="honeypot left alone"),
        pytest.param({"_altcha": ("s",)}, Controls(solutions={"altcha": "s"}), id="altcha"),
        pytest.param({"altcha": ("w",)}, Controls(solutions={"altcha": "w"}), id="the widget's own name"),
        pytest.param({"altcha": ("w",), "_altcha": ("s",)}, Controls(solutions={"altcha": "s"}), id="ours first"),
        pytest.param({"_turnstile": ("t",)}, Controls(solutions={"turnstile": "t"}), id="turnstile"),
        pytest.param({"cf-turnstile-response": ("t",)}, Controls(), id="a token that may be Webflow's"),
        pytest.param(
            {"h-captcha-response": ("h",), "g-recaptcha-response": ("g",)},
            Controls(solutions={"hcaptcha": "h", "recaptcha": "g"}),
            id="names that providers do not let a page change",
        ),
        pytest.param({"_hcaptcha": ("",), "_recaptcha": (" ",)}, Controls(), id="empty solutions"),
        pytest.param({"key": ("k",), "gotcha": ("x",)}, Controls(), id="no underscore, no control"),
    ],
)
def test_controls(fields: Fields, controls: Controls) -> None:
    assert read_controls(fields) == controls


@pytest.mark.parametrize(("value", "sprung"), [("x", True), (" ", False)])
def test_a_trap_of_the_day(value: str, sprung: bool) -> None:
    assert read_controls({"team_goal": (value,)}, {"team_goal"}).honeypot is sprung
    assert not read_controls({"team_goal": (value,)}).honeypot


def test_controls_whose_names_could_be_a_fields_are_no_answers() -> None:
    fields = dict.fromkeys(("email", "altcha", "g-recaptcha-response", "team_goal", "colour"), ("x",))
    assert answers_only(fields, {"team_goal"}) == {"email": ("x",), "colour": ("x",)}


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("k" * 256,), id="too long"),
        pytest.param(("clé",), id="not ASCII"),
        pytest.param(("a\nb",), id="line break"),
        pytest.param(("a\x00b",), id="control character"),
        pytest.param(("a", "b"), id="two keys"),
    ],
)
def test_a_key_that_cannot_serve_is_a_field_error(keys: tuple[str, ...]) -> None:
    with pytest.raises(InvalidFields) as refused:
        read_controls({"_key": keys})
    assert [(error.field, error.code) for error in refused.value.errors] == [("_key", "invalid_key")]


@pytest.mark.parametrize(("fields", "token"), [({"_page": (" 1.ab ",)}, "1.ab"), ({"_page": ("", "2")}, "2"), ({}, "")])
def test_the_pages_token_is_read_as_sent(fields: dict[str, tuple[str, ...]], token: str) -> None:
    assert page_token(fields) == token
