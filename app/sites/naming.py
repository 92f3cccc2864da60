"""The names of fields: which of them forms spell alike, and how a wrong one is told."""

import re
from collections import Counter
from collections.abc import Collection, Iterable


def plain(name: str) -> str:
    """A name without case and punctuation."""
    return re.sub(r"[\W_]", "", name).casefold()


def alike(names: Collection[str]) -> list[str]:
    """Those that forms spell alike: an answer would reach one of them only, and the others' defaults would hold."""
    spelt = Counter(map(plain, names))
    return [name for name in names if spelt[plain(name)] > 1]


def refuse(names: Iterable[str], what_it_does: str) -> None:
    """Raises ValueError when there are any."""
    if bad := sorted(names):
        raise ValueError(f"{what_it_does} {', '.join(map(repr, bad))}")
