"""A page's token tells its age, and nobody can make it older."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from app.challenge import Pages
from app.challenge.page import OLDEST
from app.vault import Vault
from tests.unit.challenge.solving import KEY, VAULT, site

NOW = 1_800_000_000.0


def pages(now: float = NOW, vault: Vault = VAULT) -> Pages:
    return Pages(vault, clock=lambda: now)


@pytest.mark.parametrize(("later", "age"), [(0, 0), (3.5, 3.5), (OLDEST, OLDEST), (OLDEST + 1, None), (-2, 0)])
def test_it_tells_its_age_for_a_day(later: float, age: float | None) -> None:
    token = pages().token(site())
    assert pages(NOW + later).age(site(), token) == age


def test_another_sites_and_another_gateways_tell_nothing() -> None:
    token = pages().token(site())
    assert pages().age(site("other"), token) is None
    assert pages(vault=Vault([KEY], b"another")).age(site(), token) is None


def test_an_older_date_does_not_fit_the_signature() -> None:
    issued, _, signed = pages().token(site()).partition(".")
    assert pages().age(site(), f"{int(issued) - 60}.{signed}") is None


@pytest.mark.parametrize("token", ["", ".", "1.", "0.0", "1." + "0" * 64, "٣." + "0" * 64, "1" * 400 + "." + "0" * 64])
def test_nonsense_tells_nothing(token: str) -> None:
    assert pages().age(site(), token) is None


@given(st.text() | st.from_regex(r"[0-9]{1,14}\.[0-9a-f]{64}", fullmatch=True))
def test_no_invented_token_tells_an_age(token: str) -> None:
    assert pages().age(site(), token) is None
