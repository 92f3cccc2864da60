"""Random passwords satisfy the usual rules and are safe to mail."""

import string

import pytest

from app.whmcs import random_password


@pytest.mark.parametrize("length", [12, 20, 64])
def test_every_kind_of_character_and_no_risky_one(length: int) -> None:
    for _ in range(200):
        password = random_password(length)
        assert len(password) == length
        assert any(letter in string.ascii_lowercase for letter in password)
        assert any(letter in string.ascii_uppercase for letter in password)
        assert any(letter in string.digits for letter in password)
        assert any(letter in string.punctuation for letter in password)
        assert not set(password) & set("<>&\"'\\ %{}$`")


def test_no_two_are_alike() -> None:
    assert len({random_password() for _ in range(1000)}) == 1000


def test_the_kinds_stand_in_no_fixed_place() -> None:
    assert len({random_password()[0] in string.ascii_lowercase for _ in range(200)}) == 2


def test_a_short_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 12"):
        random_password(11)
