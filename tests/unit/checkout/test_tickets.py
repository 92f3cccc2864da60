"""The tokens of the way to the payment page: nobody else makes one, and nothing can be changed in one."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.checkout.tickets import LIFE, Browser, Closed, Tickets
from app.submissions import Submission
from app.vault import Vault

NOW = 1_800_000_000.5
KEY = SecretStr(Fernet.generate_key().decode())
VAULT = Vault([KEY], b"pepper")
TICKETS = Tickets(VAULT)
DONE = Submission("r" * 20, "acme", "k", "f", "a", None, NOW, NOW, NOW, client_id=7)
COOKIE = Browser("a cookie", "Firefox", "203.0.113.9")
TRAITS = Browser("", "Firefox", "2001:db8::1")
TOKEN = TICKETS.issue(DONE, COOKIE, NOW)


def refusal(token: str) -> str:
    """Why the token is refused; "" when it is not."""
    try:
        TICKETS.read(token)
    except Closed as closed:
        return closed.reason
    return ""


def test_it_says_what_went_in() -> None:
    ticket = TICKETS.read(TOKEN)
    assert (ticket.site, ticket.reference, ticket.client_id) == ("acme", "r" * 20, 7)
    assert ticket.ends_at == int(NOW) + LIFE


@pytest.mark.parametrize(
    ("made_for", "shown", "fits"),
    [
        (COOKIE, COOKIE, True),
        (COOKIE, Browser("a cookie", "Chrome", "198.51.100.7"), True),
        (COOKIE, Browser("another", "Firefox", "203.0.113.9"), False),
        (COOKIE, Browser("", "Firefox", "203.0.113.9"), False),
        (TRAITS, TRAITS, True),
        (TRAITS, Browser("left over", "Firefox", "2001:db8::ffff"), True),
        (TRAITS, Browser("", "Firefox", "2001:db8:0:1::1"), False),
        (TRAITS, Browser("", "Chrome", "2001:db8::1"), False),
        (TRAITS, Browser("Firefox", "", ""), False),
    ],
)
def test_it_fits_the_browser_that_it_was_made_for(made_for: Browser, shown: Browser, fits: bool) -> None:
    assert TICKETS.fits(TICKETS.read(TICKETS.issue(DONE, made_for, NOW)), shown) is fits


def test_it_does_not_show_what_is_in_it() -> None:
    assert "r" * 20 not in TOKEN
    assert COOKIE.cookie not in TOKEN


def test_it_outlives_a_change_of_keys_for_as_long_as_the_old_one_is_there() -> None:
    new = SecretStr(Fernet.generate_key().decode())
    assert Tickets(Vault([new, KEY], b"pepper")).read(TOKEN).client_id == 7
    with pytest.raises(Closed, match="not_genuine"):
        Tickets(Vault([new], b"pepper")).read(TOKEN)


@given(st.text())
def test_no_text_is_a_token(text: str) -> None:
    assert refusal(text) == "not_genuine"


@given(place=st.integers(0, len(TOKEN.rstrip("=")) - 2), letter=st.sampled_from("AZaz09-_=+/.\n %\u00e9"))
def test_a_changed_token_is_none(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert refusal(changed) == ("" if changed == TOKEN else "not_genuine")


FORM = b"198.51.100.7\n" + b'{"email": "ada@example.com"}' * 3 + b"\n{}"
SEALED = [FORM, b"other\nacme\nr\n7\n9\n" + b"x" * 64, b"checkout\nacme\nr\nseven\n9\n" + b"x" * 64, b"\xff" * 80]


@pytest.mark.parametrize("plain", SEALED, ids=["form", "other lead", "no number", "no text"])
def test_what_else_was_sealed_with_the_key_is_no_token(plain: bytes) -> None:
    assert refusal(VAULT.seal(plain).decode()) == "not_genuine"
