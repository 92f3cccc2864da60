"""Values of a decoded reply whose type varies between versions and commands of WHMCS."""

import html
from collections.abc import Mapping

_ID_DIGITS = 18  # fits every integer column; guards int() against endless digits

Row = Mapping[str, object]


def unescaped(written: str) -> str:
    """``written`` with its entities decoded; as it is when one of them has more digits than Python reads."""
    try:
        return html.unescape(written)
    except ValueError:
        return written


def text(value: object) -> str:
    """A string or number as text, entities decoded; anything else is empty."""
    if isinstance(value, str):
        return unescaped(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """A whole number that came as a number or as a string; None when it is neither."""
    digits = text(value).strip()
    short = digits.isascii() and digits.isdecimal() and len(digits) <= _ID_DIGITS
    return int(digits) if short else None


def identity(*values: object) -> int | None:
    """The first of ``values`` that is an id: a whole number above zero."""
    return next((found for value in values if (found := number(value))), None)


def identities(value: object) -> tuple[int, ...]:
    """Ids from ``"1,2"``, a list, a map with numeric keys, a single number, or nothing."""
    if isinstance(value, Mapping):
        parts = list(value.values())
    else:
        parts = value if isinstance(value, list) else text(value).split(",")
    return tuple(found for part in parts if (found := identity(part)))


def mapping(value: object) -> Row:
    """An object of the reply, or an empty one where PHP wrote ``[]``, ``""`` or ``null`` for it."""
    return value if isinstance(value, dict) else {}


def rows(container: object, name: str) -> list[Row]:
    """The list that sits in ``container[name]``, or in ``container`` itself.

    PHP writes a list as an array, as an object with numeric keys, as a lone object, and an empty one as ``{}``,
    ``[]``, ``""`` or ``null``.
    """
    inner = container[name] if isinstance(container, dict) and name in container else container
    if isinstance(inner, dict):
        inner = list(inner.values()) if all(key.isdecimal() for key in inner) else [inner]
    return [row for row in inner if isinstance(row, dict)] if isinstance(inner, list) else []
