"""Names that an operator gives to fields, held against each other."""

import re
from collections import Counter
from collections.abc import Collection, Iterable


def plain(name: str) -> str:
    """The name as forms may spell it: without case, spaces and signs."""
    return re.sub(r"[\W_]", "", name).casefold()


def alike(names: Collection[str]) -> list[str]:
    """Those that forms spell alike: an answer would reach one of them only, and the others' defaults would hold."""
    spelt = Counter(map(plain, names))
    return [name for name in names if spelt[plain(name)] > 1]


def refuse(names: Iterable[str], what_it_does: str) -> None:
    """Raises ValueError when there are any: the site, so the sentence goes on, ``what_it_does`` these names."""
    if bad := sorted(names):
        raise ValueError(f"{what_it_does} {', '.join(map(repr, bad))}")
