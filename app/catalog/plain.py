"""What people wrote into WHMCS with HTML -> plain text, harmless wherever a page puts it."""

import re
from html.parser import HTMLParser

_READ = 20_000  # characters
_UNSHOWN = ("script", "style", "template", "head", "noscript", "iframe", "svg")
_LINES = ("br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
_TAG = re.compile(r"<+(?=[a-z/!?])", re.IGNORECASE)


def plain(html: str, limit: int) -> str:
    """The text without tags, of at most ``limit`` characters; what began a line in HTML begins one."""
    reader = _Text()
    reader.feed(html[:_READ])
    reader.close()
    lines = ("".join(filter(str.isprintable, " ".join(line.split()))) for line in "".join(reader.texts).splitlines())
    # An entity may have spelt a tag. Cut last, so that no cut makes one.
    return _TAG.sub("", "\n".join(filter(None, lines)))[:limit].strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNSHOWN
        if tag in _LINES:
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _UNSHOWN))
        if tag in _LINES:
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)
