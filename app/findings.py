"""What `gateway check` has to say: one thing at a time, with its cure."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """``fault``: somebody cannot sign up, or an answer is lost. ``warning``: it works, and could be better.

    ``unknown``: nobody can tell from here.
    """

    FAULT = "fault"
    WARNING = "warning"
    OK = "ok"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about what is, and one about what to do. ``line`` is that of a page, 0 where it is about none."""

    level: Level
    code: str
    what: str
    cure: str = ""
    line: int = 0
