"""What must be true of the events that are kept of each sign-up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from app.outcomes import Declined, Released, word
from app.store.table import Event
from app.submissions import State, Submission
from tests.simulation.odds import SKEW
from tests.simulation.visitors import TELLTALE

_DECISIONS: Final = (word(Released()), word(Declined()))  # the only ways out of being held
_TOO_LATE: Final = (word(Released()), "unclear", "lease_expired", "client_made")  # WHMCS may have it, or a person knows
_SLACK: Final = 2 * SKEW + 10  # seconds: two clocks that differ, and the way to a slow disk


def broken_timelines(rows: Iterable[Submission], events: Iterable[Event]) -> Iterator[str]:
    """A sentence for each way in which the events on disk do not fit the rows beside them."""
    told: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        told[event.reference].append(event)
    for row in rows:
        yield from _untold(row, told.pop(row.reference, []))
    yield from (f"{reference} is gone, and its events are not." for reference in told)


def _untold(row: Submission, events: list[Event]) -> Iterator[str]:
    if not events or events[0].event != "accepted":
        yield f"{row.reference} has a timeline that does not begin with its acceptance."
        return
    last = events[-1]
    if (last.state, last.reason, last.attempts) != (row.state, row.reason, row.attempts):
        yield f"{row.reference} is {row.state} ({row.reason}), and its timeline ends {last.state} ({last.reason})."
    if any(earlier.state == State.HELD and later.event not in _DECISIONS for earlier, later in pairwise(events)):
        yield f"{row.reference} was held, and went on although nobody had decided about it."
    held_back = max((place for place, event in enumerate(events) if event.event == "suspect"), default=0)
    if any(event.event in _TOO_LATE for event in events[:held_back]):
        yield f"{row.reference} was held back when it was too late for that, or a person had let it through."
    if any(later.at < earlier.at - _SLACK for earlier, later in pairwise(events)):
        yield f"{row.reference} has a timeline that runs backwards."
    if TELLTALE.search(repr((replace(row, payload=None), events))):
        yield f"{row.reference} shows personal data outside its form."
