"""Every refusal has its place in the contract."""

import re

import pytest

from app import errors
from app.errors import EmailTaken, FieldError, GatewayError, InvalidFields, RateLimited, Unavailable, leaves

LEAVES = leaves()
CONTRACT = {
    "malformed_body": 400,
    "relay_key_refused": 401,
    "challenge_failed": 403,
    "checkout_closed": 403,
    "origin_refused": 403,
    "not_found": 404,
    "unknown_site": 404,
    "unknown_reference": 404,
    "method_not_allowed": 405,
    "email_taken": 409,
    "too_slow": 408,
    "too_large": 413,
    "unsupported_body": 415,
    "invalid_fields": 422,
    "key_reused": 422,
    "rate_limited": 429,
    "unavailable": 503,
    "catalog_unavailable": 503,
}


def test_codes_and_statuses_are_those_of_the_contract() -> None:
    assert {leaf.code: leaf.status for leaf in LEAVES} == CONTRACT


def test_no_two_share_a_code() -> None:
    assert len({leaf.code for leaf in LEAVES}) == len(LEAVES)


BACK_TO_THE_SITE = {"challenge_failed", "email_taken", "invalid_fields", "key_reused", "rate_limited"}


def test_a_plain_form_goes_back_to_its_site_when_the_site_can_help() -> None:
    assert {leaf.code for leaf in LEAVES if leaf.sends_back} == BACK_TO_THE_SITE


@pytest.mark.parametrize("leaf", LEAVES, ids=[leaf.__name__ for leaf in LEAVES])
def test_a_refusal_can_be_told(leaf: type[GatewayError]) -> None:
    """A code for programs, a title and whole sentences for people, nothing of WHMCS in them."""
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", leaf.code)
    assert re.fullmatch(r"[A-Z][^.]*[^.\s]", leaf.title)
    assert re.fullmatch(r"[A-Z].*\.", leaf.sentence)
    assert "whmcs" not in f"{leaf.title} {leaf.sentence}".lower()
    assert leaf.__doc__


@pytest.mark.parametrize("leaf", LEAVES, ids=[leaf.__name__ for leaf in LEAVES])
def test_a_refusal_is_in_the_tree_that_opens_the_module(leaf: type[GatewayError]) -> None:
    assert re.search(rf"\b{leaf.__name__}\b", errors.__doc__ or "")


def test_what_a_refusal_carries() -> None:
    faults = (FieldError("email", "missing"),)
    taken, invalid = EmailTaken(reference="abc"), InvalidFields(faults, reference="abc")
    limited, down = RateLimited("ip", 5, 600, 42), Unavailable()
    assert (taken.reference, taken.retry_after) == ("abc", None)
    assert (invalid.reference, invalid.errors) == ("abc", faults)
    assert (limited.policy, limited.quota, limited.window, limited.retry_after) == ("ip", 5, 600, 42)
    assert (down.reference, down.retry_after) == (None, 30)
    assert str(taken) == "email_taken"
