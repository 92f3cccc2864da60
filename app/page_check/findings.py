"""``Finding``: one thing that is said of a page."""

from dataclasses import dataclass

from app.page_check.kinds import KINDS, Level


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the page and one about what to do. ``line`` is 0 where it is about no line of the page."""

    level: Level
    code: str
    line: int
    what: str
    cure: str


def finding(code: str, line: int = 0, **facts: object) -> Finding:
    """The finding of this code; ``facts``, which may come from a stranger's page, are made fit for a terminal."""
    kind = KINDS[code]
    plain = {name: shown(str(fact)) for name, fact in facts.items()}
    return Finding(kind.level, code, line, kind.what.format(**plain), kind.cure.format(**plain))


def shown(text: str) -> str:
    """``text`` on one line, without anything that steers a terminal, and not endless."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= 300 else f"{line[:300]}…"
