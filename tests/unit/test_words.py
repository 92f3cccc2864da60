"""A reply speaks the reader's language, in the site's own words where it has some."""

import pytest

from app.errors import EmailTaken, FieldError
from app.forms.messages import faulty_texts
from app.languages import ANSWERS, SCRIPT, load_languages
from app.sites import Site
from app.web.words import Words, language_code

LANGUAGES = load_languages()
ENGLISH = Words(LANGUAGES["en"], {})
OWN = {
    "created": "Willkommen!",
    "email_taken": "Dich kennen wir.",
    "email_taken.title": "Schon da",
    "plan.required": "Welchen Tarif?",
    "sending": "Moment …",
    "form.button": "Zahlungspflichtig bestellen",
}


def site(**settings: object) -> Site:
    return Site.model_validate({"key": "acme", "origins": ["https://www.acme.example"], **settings})


def test_the_sites_own_texts_go_first() -> None:
    words = Words(LANGUAGES["de"], OWN)
    assert words.message("created") == "Willkommen!"
    assert (words.title(EmailTaken()), words.sentence(EmailTaken())) == ("Schon da", "Dich kennen wir.")
    assert words.fault(FieldError("plan", "required")) == "Welchen Tarif?"
    assert words.script()["sending"] == "Moment …"
    assert words.form("form.button") == "Zahlungspflichtig bestellen"


def test_what_the_site_does_not_say_is_said_by_us() -> None:
    words = Words(LANGUAGES["en"], OWN)
    assert words.message("accepted") == ANSWERS["accepted"].sentence
    assert words.fault(FieldError("plan", "unknown_plan")) == "Choose one of the plans offered."
    assert words.script() == {**SCRIPT, "sending": "Moment …"}


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "1 second"),
        (30, "30 seconds"),
        (120, "120 seconds"),
        (121, "3 minutes"),
        (3600, "60 minutes"),
        (7201, "3 hours"),
        (172800, "48 hours"),
        (172801, "3 days"),
    ],
)
def test_a_wait_is_told_in_a_unit_that_people_count_in(seconds: int, told: str) -> None:
    assert ENGLISH.when_again(seconds) == f"You can try again in {told}."


def test_a_site_of_one_language_speaks_it_to_everybody() -> None:
    assert language_code(site(language="fr"), "de") == "fr"


@pytest.mark.parametrize(("accepted", "code"), [("de-AT, en;q=0.5", "de"), ("ja", "en"), ("", "en")])
def test_any_other_site_speaks_the_readers(accepted: str, code: str) -> None:
    assert language_code(site(), accepted) == code
    assert language_code(None, accepted) == code


@pytest.mark.parametrize(
    "name",
    [
        "created",
        "accepted.title",
        "rate_limited",
        "sending",
        "heard_from.required",
        "plan.unknown_plan",
        "email.label",
        "plan.big.label",
        "payment_method.x.label",
        "size.label",
    ],
)
def test_a_text_that_is_read(name: str) -> None:
    choices = {"size": {"option": 1, "most": 3}}
    plan = {"pid": 1, "billing_cycle": "free", "payment_method": "x", "choices": choices}
    given = site(texts={"de": {name: "x"}}, custom_fields={"heard_from": 3}, plans={"big": plan})
    assert faulty_texts(given) == []


@pytest.mark.parametrize(
    ("name", "near"), [("creatd", "created"), ("plan.requird", "plan.required"), ("sending.title", "sending")]
)
def test_a_text_that_nobody_would_read(name: str, near: str) -> None:
    (fault,) = faulty_texts(site(texts={"de": {name: "x"}}))
    assert fault.startswith(f"sites.acme.texts.de.{name}: nothing reads this key. Did you mean sites.acme.texts.de.")
    assert near.partition(".")[0] in fault.partition("mean")[2]
