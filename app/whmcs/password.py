"""Passwords for people who will choose their own."""

import secrets
import string

# Nothing that HTML, a mail template, a URL or a shell reads as its own.
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#*+-.=?@_")
_EVERY = "".join(_CLASSES)
_SHORTEST = 12


def random_password(length: int = 20) -> str:
    """A password of ``length`` characters with a lower and an upper letter, a digit and a mark among them.

    Raises ValueError below 12 characters.
    """
    if length < _SHORTEST:
        raise ValueError(f"A password needs at least {_SHORTEST} characters.")
    while True:
        password = _drawn(length)
        if all(set(password) & set(kind) for kind in _CLASSES):
            return password


def _drawn(length: int) -> str:
    # One draw of random bits for all letters: a draw for each is a system call for each. 64 more than are needed
    # leave no letter measurably likelier than another.
    number = secrets.randbits(6 * length + 64)
    letters = []
    for _ in range(length):
        number, place = divmod(number, len(_EVERY))
        letters.append(_EVERY[place])
    return "".join(letters)
