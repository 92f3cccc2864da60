"""A JSON object -> name and value pairs, every scalar as text."""

import json
from dataclasses import dataclass
from typing import NoReturn

from app.errors import MalformedBody, TooLarge


@dataclass(frozen=True, slots=True)
class _Object:
    """A JSON object with its keys as they came, so that a doubled key is seen."""

    members: list[tuple[str, object]]


def read_json(body: bytes, most: int) -> list[tuple[str, str]]:
    """The members of one flat JSON object; null is left out, a list of scalars is a repeated field.

    Raises TooLarge for a list of more than ``most``, and MalformedBody for anything else: no object, nesting, a key
    that comes twice, NaN, bytes outside UTF-8.
    """
    try:
        document = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_Object,
            # Numbers stay as they were written: nothing is rounded, and no number is too long to read.
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise MalformedBody from None
    if not isinstance(document, _Object) or len(dict(document.members)) < len(document.members):
        raise MalformedBody
    return [(name, text) for name, value in document.members for text in _texts(value, most)]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _texts(value: object, most: int) -> list[str]:
    if isinstance(value, list):
        if len(value) > most:
            raise TooLarge
        return [text for item in value for text in _scalar(item)]
    return _scalar(value)


def _scalar(value: object) -> list[str]:
    match value:
        case None:
            return []
        case bool():
            return ["true" if value else "false"]
        case str():
            return [value]
    raise MalformedBody
