"""Sealed with the newest key, opened with any, compared only as keyed hashes."""

import hypothesis.strategies as st
import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from pydantic import SecretStr

from app.vault import Seal, SealBroken, Vault

OLD, NEW, OTHER = (SecretStr(Fernet.generate_key().decode()) for _ in range(3))
PEPPER = b"pepper"
FORM = b'{"email":"ada@example.com"}'


def test_what_was_sealed_opens_again() -> None:
    vault = Vault([OLD], PEPPER)
    sealed = vault.seal(FORM)
    assert b"ada@example.com" not in sealed
    assert vault.open(sealed) == FORM


def test_the_same_form_never_seals_the_same_way_twice() -> None:
    vault = Vault([OLD], PEPPER)
    assert vault.seal(FORM) != vault.seal(FORM)


def test_a_key_added_in_front_still_opens_what_the_old_one_sealed() -> None:
    assert Vault([NEW, OLD], PEPPER).open(Vault([OLD], PEPPER).seal(FORM)) == FORM


def test_the_newest_key_seals() -> None:
    sealed = Vault([NEW, OLD], PEPPER).seal(FORM)
    assert Vault([NEW], PEPPER).open(sealed) == FORM
    with pytest.raises(SealBroken):
        Vault([OLD], PEPPER).open(sealed)


def test_renewed_it_needs_the_newest_key_only() -> None:
    renewed = Seal([NEW, OLD]).renew(Seal([OLD]).seal(FORM))
    assert Seal([NEW]).open(renewed) == FORM
    with pytest.raises(SealBroken):
        Seal([NEW]).renew(Seal([OLD]).seal(FORM))


def tampered(sealed: bytes) -> bytes:
    """The same with one character changed."""
    return sealed[:60] + (b"B" if sealed[60:61] == b"A" else b"A") + sealed[61:]


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param(Vault([OTHER], PEPPER).seal(FORM), id="another key's"),
        pytest.param(tampered(Vault([OLD], PEPPER).seal(FORM)), id="tampered with"),
        pytest.param(Vault([OLD], PEPPER).seal(FORM)[:40], id="cut short"),
        pytest.param(FORM, id="never sealed"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_no_key_opens_is_said_so_without_a_trace_of_it(sealed: bytes) -> None:
    with pytest.raises(SealBroken) as broken:
        Vault([NEW, OLD], PEPPER).open(sealed)
    assert not broken.value.args
    assert broken.value.__suppress_context__


def test_a_hash_outlives_every_key() -> None:
    assert Vault([OLD], PEPPER).digest("address", "a@b.example") == Vault([NEW], PEPPER).digest(
        "address", "a@b.example"
    )


@pytest.mark.parametrize(
    ("vault", "purpose", "parts"),
    [
        pytest.param(Vault([OLD], b"another"), "address", ("acme", "a@b.example"), id="pepper"),
        pytest.param(Vault([OLD], PEPPER), "content", ("acme", "a@b.example"), id="purpose"),
        pytest.param(Vault([OLD], PEPPER), "address", ("a@b.example", "acme"), id="order"),
        pytest.param(Vault([OLD], PEPPER), "address", ("acmea@b.example",), id="joined"),
        pytest.param(Vault([OLD], PEPPER), "address", ("acme", "a@b.example", ""), id="one more"),
        pytest.param(Vault([OLD], PEPPER), "address", ("acmea", "@b.example"), id="moved boundary"),
    ],
)
def test_a_hash_depends_on(vault: Vault, purpose: str, parts: tuple[str, ...]) -> None:
    assert vault.digest(purpose, *parts) != Vault([OLD], PEPPER).digest("address", "acme", "a@b.example")


def test_texts_and_their_bytes_hash_alike() -> None:
    vault = Vault([OLD], PEPPER)
    assert vault.digest("address", "jürgen@b.example") == vault.digest("address", "jürgen@b.example".encode())


def test_a_hash_is_fit_for_a_column() -> None:
    digest = Vault([OLD], PEPPER).digest("address", "a@b.example")
    assert len(digest) == 64
    assert not set(digest) - set("0123456789abcdef")


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_two_lists_of_parts_hash_alike_only_when_they_are_alike(one: list[bytes], other: list[bytes]) -> None:
    vault = Vault([OLD], PEPPER)
    assert (vault.digest("x", *one) == vault.digest("x", *other)) is (one == other)


@given(st.binary(max_size=500))
def test_any_bytes_survive(plain: bytes) -> None:
    vault = Vault([OLD], PEPPER)
    assert vault.open(vault.seal(plain)) == plain
