"""What proxies wrote about those who called them: the nodes of a forwarding header, nearest first."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

ForwardingHeader = Literal["x-forwarded-for", "forwarded"]
MALFORMED = ""  # in place of a node that cannot be read
_LONGEST = 500  # characters of one entry; what is longer, no proxy wrote
# https://www.rfc-editor.org/rfc/rfc7239#section-4, and a blank beside the semicolon, which many proxies write.
_PAIR = re.compile(r"""[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^ \t",;]+))?[ \t]*(?:;|\Z)""")


def nodes(header: ForwardingHeader, values: Sequence[str]) -> Iterator[str]:
    """The nodes of all headers of this name, from the right.

    Each proxy adds to the right end, and what is left of the nearest stranger is the stranger's own invention. So
    the reading begins on the right, and whoever asks stops in time: nothing there can change what was read before.
    """
    for value in reversed(values):
        for entry in _entries(value, quotes=header == "forwarded"):
            yield _for(entry) if header == "forwarded" else entry.strip(" \t")


def _entries(value: str, *, quotes: bool) -> Iterator[str]:
    """What commas separate, from the right; a comma between quotes separates nothing."""
    end, quoted = len(value), False
    for place in range(len(value) - 1, -1, -1):
        if end - place > _LONGEST:
            break
        if quotes and value[place] == '"' and not _is_escaped(value, place):
            quoted = not quoted
        elif value[place] == "," and not quoted:
            yield value[place + 1 : end]
            end = place
    yield MALFORMED if quoted or end > _LONGEST else value[:end]


def _is_escaped(value: str, place: int) -> bool:
    before = value[max(0, place - _LONGEST) : place]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _for(entry: str) -> str:
    """The node that an entry of a Forwarded header was made for."""
    found, place = [], 0
    while place < len(entry):
        pair = _PAIR.match(entry, place)
        if pair is None:
            return MALFORMED
        if (pair[1] or "").lower() == "for":
            found.append(pair[2])
        place = pair.end()
    return _plain(found[0]) if len(found) == 1 else MALFORMED


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
