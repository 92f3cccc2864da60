"""Every fault has its sentence."""

import dataclasses
import re

import pytest

from app.errors import FieldError
from app.forms import SignupForm
from app.forms.messages import sentence

FIELDS = [
    field.name
    for field in dataclasses.fields(SignupForm)
    if field.name not in ("custom_fields", "plan_fields", "plan_options")
]
ANY = [
    "repeated",
    "too_long",
    "invalid_characters",
    "invalid_start",
    "no_links",
    "no_markup",
    "not_accepted",
    "unknown_option",
]
OWN = {
    "email": ["invalid_email"],
    "phone": ["invalid_phone"],
    "country": ["invalid_country"],
    "currency": ["invalid_currency"],
    "language": ["invalid_language"],
    "marketing_opt_in": ["invalid_choice"],
    "terms": ["invalid_choice"],
    "plan": ["unknown_plan"],
    "domain": ["invalid_domain", "tld_not_sold", "domain_taken", "domain_not_registered"],
    "domain_action": ["invalid_choice", "unknown_domain_action"],
    "domain_years": ["unknown_period"],
    "epp_code": ["invalid_epp_code"],
    "promo_code": ["invalid_promo_code", "unknown_promo_code"],
    "payment_method": ["unknown_payment_method"],
    "_key": ["invalid_key"],
    "_client_ip": ["invalid_client_ip"],
}


@pytest.mark.parametrize("field", [*FIELDS, "_key", "_client_ip", "Heard from"])
def test_a_sentence_starts_with_what_to_do_and_ends_with_a_full_stop(field: str) -> None:
    for code in ["required", *ANY, *OWN.get(field, [])]:
        text = sentence(FieldError(field, code, 100))
        assert text.partition(" ")[0] in {
            "Enter",
            "Choose",
            "Tick",
            "Check",
            "Reload",
            "Fill",
            "Give",
            "Shorten",
            "Type",
            "Begin",
            "Leave",
        }
        assert text.endswith(".")
        assert not re.search(r"\{\w|\{\{", text)


def test_each_field_has_words_of_its_own() -> None:
    for code in ["required", *ANY]:
        assert len({sentence(FieldError(field, code)) for field in FIELDS}) == len(FIELDS)


def test_a_custom_field_goes_by_the_sites_name() -> None:
    assert sentence(FieldError("heard_from", "too_long", 1000)) == 'Shorten "Heard from" to 1000 characters or fewer.'


def test_a_control_keeps_its_name() -> None:
    assert sentence(FieldError("_key", "too_long", 255)) == 'Shorten "_key" to 255 characters or fewer.'


def test_what_would_do_instead_is_in_the_sentence() -> None:
    taken = FieldError("domain", "domain_taken", suggestions=("ada.net", "ada.org"))
    assert sentence(taken) == "Choose another domain name; this one is taken. These are free: ada.net, ada.org."
    assert "free" not in sentence(FieldError("domain", "domain_taken"))
    period = FieldError("domain_years", "unknown_period", suggestions=("2", "5"))
    assert sentence(period).endswith("is sold for 2, 5.")
