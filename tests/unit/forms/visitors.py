"""A site and a visitor whose answers are all in order; a test changes what it is about."""

from collections.abc import Mapping
from typing import TypeAlias

import pytest

from app.errors import InvalidFields
from app.forms import Fields, SignupForm, read_signup
from app.offer_links import Offer
from app.sites import Plan, Site

Changes: TypeAlias = Mapping[str, str | tuple[str, ...] | None]

PLAN = Plan(pid=1, billing_cycle="annually", payment_method="stripe", promo_code="")

ANSWERS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.com",
    "phone": "+44 20 7946 0000",
    "address1": "12 St James's Square",
    "city": "London",
    "state": "Greater London",
    "postcode": "SW1Y 4JH",
    "country": "GB",
}


def site(**settings: object) -> Site:
    """A site that demands what WHMCS demands."""
    return Site.model_validate({"key": "acme", "origins": ["https://www.acme.example"], **settings})


def fields(changes: Changes | None = None) -> Fields:
    """The visitor's answers with changes; None leaves a field out."""
    answers: dict[str, str | tuple[str, ...] | None] = {**ANSWERS, **(changes or {})}
    return {name: (value,) if isinstance(value, str) else value for name, value in answers.items() if value is not None}


def form(given: Site, changes: Changes | None = None) -> SignupForm:
    """The form read from the answers with changes."""
    return read_signup(given, fields(changes))[0]


def faults(given: Site, sent: Fields, offer: Offer | None = None) -> list[tuple[str, str]]:
    """Field and code of every fault, in their order."""
    with pytest.raises(InvalidFields) as refused:
        read_signup(given, sent, offer)
    return [(error.field, error.code) for error in refused.value.errors]
