"""Reads a request as PHP does, because WHMCS only sees what PHP makes of it.

https://www.php.net/manual/en/language.variables.external.php
"""

import base64
import binascii
import re
from typing import Final, TypeAlias
from urllib.parse import unquote_to_bytes

PhpValue: TypeAlias = str | dict[str, "PhpValue"]
PhpArray: TypeAlias = dict[str, PhpValue]

# https://www.php.net/manual/en/info.configuration.php#ini.max-input-vars and max-input-nesting-level
MAX_INPUT_VARS: Final = 1000
MAX_NESTING: Final = 64

_MANGLED: Final = str.maketrans(" .[", "___")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_LEADING_INT: Final = re.compile(r"[ \t\n\r\v\f]*([+-]?[0-9]{1,18})")
_MAP: Final = re.compile(rb"a:([0-9]{1,6}):\{")
_NUMBER: Final = re.compile(rb"[id]:([+-]?[0-9.]{1,20});")
_BOOLEAN: Final = re.compile(rb"b:([01]);")
_STRING: Final = re.compile(rb's:([0-9]{1,9}):"')


def read_form(body: bytes) -> PhpArray:
    """The ``$_POST`` of an urlencoded body: the last of a name wins, ``a[k]`` nests, ``a[]`` counts up.

    Integer keys are kept as their decimal strings. Never raises; what PHP drops is dropped.
    """
    form: PhpArray = {}
    for pair in body.split(b"&", MAX_INPUT_VARS)[:MAX_INPUT_VARS]:
        name, _, value = pair.partition(b"=")
        _put(form, _key_path(_decoded(name)), _decoded(value))
    return form


def is_true(value: PhpValue | None) -> bool:
    """PHP's ``(bool)``: only nothing, ``""``, ``"0"`` and an empty array are false; the word "false" is true."""
    return value not in (None, "", "0", {})


def to_int(value: PhpValue | None) -> int:
    """PHP's ``(int)`` of a string: the number that it starts with, else 0."""
    found = _LEADING_INT.match(value) if isinstance(value, str) else None
    return int(found[1]) if found else 0


def to_text(value: PhpValue | None) -> str:
    """The string itself, without the spaces around it; "" for what is missing or an array."""
    return value.strip() if isinstance(value, str) else ""


def read_map(encoded: str) -> dict[str, str] | None:
    """Reads base64 of a serialized PHP map of plain values; None when PHP could not, or should not, read it.

    String lengths count bytes, so a sender that counts characters is unreadable here too.
    """
    try:
        data = base64.b64decode(encoded.encode("ascii", "ignore") + b"===")
        return _unserialized(data)
    except (binascii.Error, _UnreadableError):
        return None


class _UnreadableError(Exception):
    """Not a serialized map of plain values."""


def _decoded(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "replace")


def _key_path(name: str) -> list[str | None]:
    """The keys from the outside in; None stands for ``[]``; an empty list for a name that PHP ignores."""
    head, bracket, rest = name.partition("\0")[0].lstrip(" ").partition("[")
    if not head:
        return []
    path: list[str | None] = [head.translate(_MANGLED)]
    while bracket:
        key, closing, rest = rest.partition("]")
        if not closing:
            return path if len(path) > 1 else [f"{path[0]}_{key.translate(_MANGLED)}"]
        path.append(key if len(key) > 1 or key.strip() else None)
        bracket, rest = ("[", rest[1:]) if rest.startswith("[") else ("", rest)
    return path if len(path) <= MAX_NESTING + 1 else []


def _put(array: PhpArray, path: list[str | None], value: str) -> None:
    if not path:
        return
    for key in path[:-1]:
        array = _child(array, _next_index(array) if key is None else key)
    last = path[-1]
    array[_next_index(array) if last is None else last] = value


def _child(array: PhpArray, key: str) -> PhpArray:
    child = array.get(key)
    if not isinstance(child, dict):
        child = array[key] = {}
    return child


def _next_index(array: PhpArray) -> str:
    return str(max((int(key) for key in array if _INDEX.fullmatch(key)), default=-1) + 1)


def _unserialized(data: bytes) -> dict[str, str]:
    opening = _MAP.match(data)
    if opening is None:
        raise _UnreadableError
    at = opening.end()
    values: dict[str, str] = {}
    for _ in range(int(opening[1])):
        key, at = _scalar(data, at)
        values[key], at = _scalar(data, at)
    if data[at : at + 1] != b"}":
        raise _UnreadableError
    return values


def _scalar(data: bytes, at: int) -> tuple[str, int]:
    """The value that starts at ``at``, as text, and where the next one starts."""
    if data.startswith(b"N;", at):
        return "", at + 2
    if found := _NUMBER.match(data, at) or _BOOLEAN.match(data, at):
        return found[1].decode("ascii"), found.end()
    if found := _STRING.match(data, at):
        end = found.end() + int(found[1])
        if data[end : end + 2] == b'";':
            return data[found.end() : end].decode("utf-8", "replace"), end + 2
    raise _UnreadableError
