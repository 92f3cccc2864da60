"""The fields with a leading underscore."""

import pytest

from app.errors import InvalidFields
from app.forms import Controls, Fields, read_controls


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
        pytest.param({"key": ("k",), "gotcha": ("x",)}, Controls(), id="no underscore, no control"),
    ],
)
def test_controls(fields: Fields, controls: Controls) -> None:
    assert read_controls(fields) == controls


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
