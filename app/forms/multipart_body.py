"""A multipart/form-data body -> name and value pairs; files are refused."""

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import MalformedBody, TooLarge, UnsupportedBody

# https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
_MAX_BOUNDARY = 70


@dataclass(slots=True)
class _Part:
    disposition: bytes = b""
    content: bytearray = field(default_factory=bytearray)


class _Parts:
    """Gathers what the parser reports. Raises TooLarge at the part after the last that is taken."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.parts: list[_Part] = []
        self.complete = False
        self._header = bytearray()
        self._value = bytearray()

    def begin(self) -> None:
        if len(self.parts) == self.most:
            raise TooLarge
        self.parts.append(_Part())

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self.parts[-1].disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def content(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].content += data[start:end]

    def finish(self) -> None:
        self.complete = True


def read_multipart(body: bytes, boundary: bytes, most: int) -> list[tuple[str, str]]:
    """The fields in their order. A file input left empty counts as not sent.

    Raises UnsupportedBody for a file, TooLarge for more than ``most`` parts, MalformedBody for a missing or over-long
    boundary, a body that stops early, a part without a name, or text that is not UTF-8.
    """
    if not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise MalformedBody
    parts = _parse(body, boundary, most)
    if not parts.complete:
        raise MalformedBody
    try:
        return [pair for part in parts.parts for pair in _pairs(part)]
    except UnicodeDecodeError:
        raise MalformedBody from None


def _parse(body: bytes, boundary: bytes, most: int) -> _Parts:
    parts = _Parts(most)
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": parts.begin,
            "on_header_field": parts.header_field,
            "on_header_value": parts.header_value,
            "on_header_end": parts.header_end,
            "on_part_data": parts.content,
            "on_end": parts.finish,
        },
    )
    try:
        parser.write(body)
    except FormParserError:
        raise MalformedBody from None
    return parts


def _pairs(part: _Part) -> list[tuple[str, str]]:
    kind, options = parse_options_header(part.disposition)
    if kind != b"form-data" or b"name" not in options:
        raise MalformedBody
    if b"filename" not in options:
        return [(options[b"name"].decode(), part.content.decode())]
    # Browsers send an untouched file input as a nameless, empty file.
    if options[b"filename"] or part.content:
        raise UnsupportedBody
    return []
