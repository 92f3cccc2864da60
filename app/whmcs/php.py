"""What PHP expects to be sent: bracketed form keys, 1 and 0 for booleans, and serialised maps."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import quote_plus

PhpValue: TypeAlias = "str | int | bool | Sequence[PhpValue] | Mapping[str, PhpValue] | None"


def flatten(params: Mapping[str, PhpValue]) -> list[tuple[str, str]]:
    """The pairs that PHP's own ``http_build_query`` would send.

    True is ``1``, False is ``0`` (to PHP the word ``false`` is true), None and empty lists are left out, a list
    becomes ``key[0]``, a map ``key[name]``.
    """
    return [pair for name, value in params.items() for pair in _pairs(name, value)]


def _pairs(name: str, value: PhpValue) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if isinstance(value, bool):
        yield name, "1" if value else "0"
    elif isinstance(value, str | int):
        yield name, str(value)
    else:
        for key, inner in _items(value):
            yield from _pairs(f"{name}[{key}]", inner)


def _items(value: Sequence[PhpValue] | Mapping[str, PhpValue]) -> Iterable[tuple[str | int, PhpValue]]:
    return value.items() if isinstance(value, Mapping) else enumerate(value)


def form_body(params: Mapping[str, PhpValue]) -> bytes:
    """The urlencoded body of a request; half a surrogate pair, which UTF-8 cannot carry, becomes ``?``."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in flatten(params)).encode("ascii")


def _quoted(text: str) -> str:
    plain = text.isascii() and text.isalnum()  # as most names and many values are
    return text if plain else quote_plus(text, errors="replace")


def serialised(values: Mapping[int, str | int]) -> bytes:
    """A map in the notation of PHP's ``serialize``. Lengths count bytes of UTF-8, not characters.

    https://www.php.net/manual/en/function.serialize.php
    """
    entries = b"".join(_entry(key) + _entry(value) for key, value in values.items())
    return b"a:%d:{%s}" % (len(values), entries)


def _entry(value: str | int) -> bytes:
    if isinstance(value, int):
        return b"i:%d;" % value
    raw = value.encode("utf-8", "replace")
    return b's:%d:"%s";' % (len(raw), raw)


def packed(values: Mapping[int, str | int]) -> str | None:
    """A map as WHMCS takes it in ``customfields`` and ``configoptions``; None when there is nothing to send.

    https://developers.whmcs.com/api-reference/addclient/
    """
    return base64.b64encode(serialised(values)).decode("ascii") if values else None
