"""Which sign-ups a command is about: its options, and the rows that they choose, page by page."""

import re
import time
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from app.store import Archive, Filter
from app.submissions import State, Submission

PAGE = 200  # rows in memory at a time
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


def age(text: str) -> float:
    """Seconds, from an age such as 30m, 12h or 7d. Raises BadParameter."""
    found = re.fullmatch(r"([0-9]{1,6})([mhd])", text.strip().lower())
    if not found:
        raise typer.BadParameter(f"{text!r} is no length of time. Write a number and m, h or d, like 30m, 12h or 7d.")
    return float(int(found[1]) * _SECONDS[found[2]])


States = Annotated[
    list[State] | None, typer.Option("--state", help="Only those in this state; may be given several times.")
]
OfSite = Annotated[str | None, typer.Option("--site", help="Only those of this site.")]
WithReason = Annotated[str | None, typer.Option("--reason", help="Only those whose reason is this or begins with it.")]
OlderThan = Annotated[
    float | None,
    typer.Option("--older-than", parser=age, metavar="AGE", help="Only those received longer ago: 30m, 12h, 7d."),
]
NewerThan = Annotated[
    float | None,
    typer.Option("--newer-than", parser=age, metavar="AGE", help="Only those received since: 30m, 12h, 7d."),
]
Reference = Annotated[str, typer.Argument(help="The reference of the sign-up.")]
AnyReferences = Annotated[list[str] | None, typer.Argument(help="The references of sign-ups; else say which below.")]


def chosen(
    states: list[State] | None, site: str | None, reason: str | None, older: float | None, newer: float | None
) -> Filter:
    """The filter for these options; ages are in seconds, counted from now."""
    now = time.time()
    return Filter(
        states=tuple(states or ()),
        site=site,
        reason=reason,
        since=None if newer is None else now - newer,
        before=None if older is None else now - older,
    )


async def pages(archive: Archive, which: Filter) -> AsyncIterator[list[Submission]]:
    """All rows that match, newest first, at most ``PAGE`` at a time. Raises Unavailable."""
    last: Submission | None = None
    while page := await archive.newest(which, PAGE, last):
        yield page
        last = page[-1]
