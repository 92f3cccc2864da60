"""Passwords for people who will choose their own."""

import secrets
import string

# Nothing that HTML, a mail template, a URL or a shell reads as its own.
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#*+-.=?@_")
_SHORTEST = 12


def random_password(length: int = 20) -> str:
    """A password of ``length`` characters with a lower and an upper letter, a digit and a mark among them.

    Raises ValueError below 12 characters.
    """
    if length < _SHORTEST:
        raise ValueError(f"A password needs at least {_SHORTEST} characters.")
    every = "".join(_CLASSES)
    letters = [secrets.choice(kind) for kind in _CLASSES]
    letters += [secrets.choice(every) for _ in range(length - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
