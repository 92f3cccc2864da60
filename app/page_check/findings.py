"""Findings about a page, by their codes."""

from app.findings import Finding
from app.page_check.kinds import KINDS


def finding(code: str, line: int = 0, **facts: object) -> Finding:
    """The finding of this code; ``facts``, which may come from a stranger's page, are made fit for a terminal."""
    kind = KINDS[code]
    plain = {name: shown(str(fact)) for name, fact in facts.items()}
    return Finding(kind.level, code, kind.what.format(**plain), kind.cure.format(**plain), line)


def shown(text: str) -> str:
    """``text`` on one line, without anything that steers a terminal, and not endless."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= 300 else f"{line[:300]}…"
