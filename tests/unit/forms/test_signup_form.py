"""``SignupForm`` as bytes and as text."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms import SignupForm

FORM = SignupForm(email="ada@example.com", first_name="Zoë", currency=2, custom_fields=((3, "x"), (9, "y")))
FORMS = st.builds(
    SignupForm,
    custom_fields=st.lists(st.tuples(st.integers(1), st.text(st.characters(codec="utf-8"))), max_size=3).map(tuple),
    first_name=st.text(st.characters(codec="utf-8")),
    company=st.text(st.characters(codec="utf-8")),
    plan=st.none() | st.just("starter"),
    currency=st.none() | st.integers(1),
    terms=st.booleans(),
)


@settings(max_examples=100)
@given(form=FORMS)
def test_there_and_back(form: SignupForm) -> None:
    assert SignupForm.from_json(form.to_json()) == form


def test_the_bytes_are_compact_and_sorted() -> None:
    data = FORM.to_json()
    document = json.loads(data)
    assert list(document) == sorted(document)
    assert b": " not in data
    assert "Zoë".encode() in data


def test_another_release_can_read_it() -> None:
    assert SignupForm.from_json(b'{"email":"ada@example.com","shoe_size":38}') == SignupForm(email="ada@example.com")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff"])
def test_what_is_no_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        SignupForm.from_json(data)


def test_its_repr_shows_no_personal_data() -> None:
    shown = re.sub("0x[0-9a-f]+", "", repr(FORM) + str(FORM) + f"{[FORM]}")  # an address may spell "ada"
    assert "Zo" not in shown
    assert "ada" not in shown
