"""A token says what the operator meant, on its own site only, and nothing at all once anything of it is changed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.fernet import Fernet
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.errors import InvalidFields
from app.offer_links import LONGEST_TOKEN, MOST_USES, Offer, OfferLinks
from app.vault import Vault

NOW = 1_800_000_000
PLANS = st.from_regex("[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True)
CODES = st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", codec="utf-8"), max_size=64)


def links(pepper: bytes = b"pepper", now: float = NOW) -> OfferLinks:
    key = SecretStr(Fernet.generate_key().decode())  # another one each time
    return OfferLinks(Vault([key], pepper), clock=lambda: now)


LINKS = links()
TOKEN, OFFER = LINKS.make("acme", "starter", "SUMMER", expires_at=NOW + 60, uses=3)


def refusal(token: str, site: str = "acme", reader: OfferLinks = LINKS) -> str:
    with pytest.raises(InvalidFields) as refused:
        reader.current(site, token)
    (error,) = refused.value.errors
    assert error.field == "_offer"
    return error.code


def test_a_token_is_short_and_tells_nothing() -> None:
    assert len(TOKEN) == 64
    assert "SUMMER" not in str(urlsafe_b64decode(TOKEN))
    assert LINKS.make("acme", "starter", "SUMMER", expires_at=NOW + 60, uses=3)[0] != TOKEN


@given(plan=PLANS, code=CODES, ends=st.integers(0, 2**32 - 1), uses=st.integers(0, MOST_USES))
@example(plan="p" * 64, code="\U00020000" * 64, ends=0, uses=0)
def test_what_was_made_is_read(plan: str, code: str, ends: int, uses: int) -> None:
    token, offer = LINKS.make("acme", plan, code, expires_at=ends, uses=uses)
    assert offer == Offer(offer.name, plan, code, ends, uses)
    assert LINKS.read("acme", token) == offer
    assert len(token) <= LONGEST_TOKEN
    assert len(offer.name) == 20
    assert offer.name.isalnum()


def test_changing_the_operators_keys_breaks_no_link() -> None:
    assert links().read("acme", TOKEN) == OFFER


def test_it_is_of_one_site_and_of_one_gateway() -> None:
    for site in ("other", "acm", "acmes", ""):
        assert refusal(TOKEN, site) == "offer_invalid"
    assert refusal(TOKEN, reader=links(b"another")) == "offer_invalid"


@given(place=st.integers(0, 47), bits=st.integers(1, 255))
def test_no_byte_of_it_can_be_changed(place: int, bits: int) -> None:
    sealed = bytearray(urlsafe_b64decode(TOKEN))
    sealed[place] ^= bits
    assert refusal(urlsafe_b64encode(sealed).decode().rstrip("=")) == "offer_invalid"


@given(cut=st.integers(0, len(TOKEN) - 1), more=st.text(max_size=5))
def test_nor_can_it_be_cut_or_continued(cut: int, more: str) -> None:
    assert refusal(TOKEN[:cut]) == refusal(TOKEN[cut + 1 :]) == "offer_invalid"
    if more:
        assert refusal(TOKEN + more) == refusal(more + TOKEN) == "offer_invalid"


@given(
    st.one_of(
        st.text(),
        st.text("ABCxyz019-_=", max_size=300),
        st.binary(max_size=300).map(lambda data: urlsafe_b64encode(data).decode()),
    )
)
@example("A" * 46)
@example("A" * 45)
@example("\ud800" * 64)
@example(TOKEN + "=")
@example(TOKEN + "\n")
def test_anything_else_is_refused(token: str) -> None:
    assert refusal(token) == "offer_invalid"


def test_one_link_has_one_spelling() -> None:
    """The last sign of base64 may hold bits that say nothing."""
    token, _ = LINKS.make("acme", "starters", "", expires_at=NOW, uses=0)
    assert len(token) % 4 == 2
    twins = [token[:-1] + sign for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    read = []
    for twin in twins:
        try:
            read.append((twin, LINKS.read("acme", twin)))
        except InvalidFields:
            continue
    assert [twin for twin, _ in read] == [token]


def test_its_last_second_is_the_one_before() -> None:
    for now, over in ((NOW + 59.999, False), (NOW + 60, True)):
        reader = links(now=now)
        if over:
            assert refusal(TOKEN, reader=reader) == "offer_expired"
        else:
            assert reader.current("acme", TOKEN) == OFFER
        assert reader.read("acme", TOKEN) == OFFER
