"""What people wrote into WHMCS with HTML -> plain text, harmless wherever a page puts it."""

import re
from collections.abc import Iterator

from app.whmcs import unescaped

_READ = 20_000  # characters
_UNSHOWN = ("script", "style", "template", "head", "noscript", "iframe", "svg")
_LINES = ("br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
# No part of it reads past the next "<", so that a text costs its length and not its square. Python's own HTMLParser has
# not that manner, and raises for some of what it cannot read: https://github.com/python/cpython/issues/135462
_REST = r"""(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|[^<>]*>)"""
_MARK = re.compile(rf"<(?:(!--)|/?([a-z][^\s/<>]*+){_REST}|[!?/][^<>]*>)", re.IGNORECASE)
_ENDS = {tag: re.compile(rf"</{tag}\b[^<>]*>", re.IGNORECASE) for tag in _UNSHOWN} | {"!--": re.compile("-->")}
_TAG = re.compile(r"(?<!<)<++(?=[a-z/!?])", re.IGNORECASE)


def plain(text: str, limit: int) -> str:
    """The text without tags, of at most ``limit`` characters; what began a line in HTML begins one."""
    shown = "".join(_shown(text[:_READ]))
    lines = ("".join(filter(str.isprintable, " ".join(line.split()))) for line in shown.splitlines())
    # An entity may have spelt a tag. Cut last, so that no cut makes one.
    return _TAG.sub("", "\n".join(filter(None, lines)))[:limit].strip()


def _shown(text: str) -> Iterator[str]:
    """What a browser would show, and a line break for each tag that makes one."""
    place = 0
    while mark := _MARK.search(text, place):
        yield unescaped(text[place : mark.start()])
        place = mark.end()
        name = (mark[1] or mark[2] or "").lower()
        if name in _LINES:
            yield "\n"
        elif name in _ENDS and not mark[0].startswith("</") and not mark[0].endswith("/>"):
            end = _ENDS[name].search(text, place)
            if end is None:
                return
            place = end.end()
    yield unescaped(text[place:])
