"""A request body -> its fields as they were sent. Nothing here knows what a field means."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header

from app.errors import MalformedBody, TooLarge, UnsupportedBody
from app.forms.json_body import read_json
from app.forms.multipart_body import read_multipart
from app.forms.solutions import MAX_SOLUTION_BYTES, SOLUTION_FIELDS

Fields: TypeAlias = Mapping[str, tuple[str, ...]]
"""Field name as it was sent -> all its values, in their order."""

MAX_BODY_BYTES = 64 * 1024
MAX_FIELDS = 60
MAX_NAME_BYTES = 200
MAX_VALUE_BYTES = 2 * 1024

_CHARSETS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def read_body(content_type: str | None, body: bytes) -> Fields:
    """The fields of an urlencoded, multipart or JSON body.

    Raises UnsupportedBody for any other content type or charset and for files, MalformedBody for a body that is not
    what its content type says, and TooLarge beyond one of the caps.
    """
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge
    media_type, options = _content_type(content_type)
    if options.get(b"charset", b"utf-8").lower() not in _CHARSETS:
        raise UnsupportedBody
    match media_type:
        case b"application/x-www-form-urlencoded":
            return _collect(_read_urlencoded(body))
        case b"multipart/form-data":
            return _collect(read_multipart(body, options.get(b"boundary", b""), MAX_FIELDS))
        case b"application/json":
            return _collect(read_json(body, MAX_FIELDS))
    raise UnsupportedBody


def _content_type(header: str | None) -> tuple[bytes, dict[bytes, bytes]]:
    try:
        return parse_options_header(header)
    except UnicodeEncodeError:
        raise UnsupportedBody from None


def _read_urlencoded(body: bytes) -> list[tuple[str, str]]:
    pairs = body.split(b"&", MAX_FIELDS)
    if len(pairs) > MAX_FIELDS or any(map(_is_too_long, pairs)):
        raise TooLarge
    if _BROKEN_ESCAPE.search(body):
        raise MalformedBody
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise MalformedBody from None


def _is_too_long(pair: bytes) -> bool:
    """Whether it could not be within the caps if every byte of it were escaped."""
    name = pair.partition(b"=")[0].decode("latin-1")
    return len(pair) > 3 * (MAX_NAME_BYTES + _most(name)) + 1


def _collect(pairs: Iterable[tuple[str, str]]) -> Fields:
    fields: dict[str, tuple[str, ...]] = {}
    for count, (name, value) in enumerate(pairs, start=1):
        if count > MAX_FIELDS or _size(name) > MAX_NAME_BYTES or _size(value) > _most(name):
            raise TooLarge
        fields[name] = (*fields.get(name, ()), value)
    return fields


def _most(name: str) -> int:
    """Bytes that the value of a field may have."""
    return MAX_SOLUTION_BYTES if name in SOLUTION_FIELDS else MAX_VALUE_BYTES


def _size(text: str) -> int:
    """Bytes of UTF-8. A lone surrogate has none: JSON can spell it, but it is no text."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise MalformedBody from None
