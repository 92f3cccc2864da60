"""What is going to happen to one call, as data: whoever plays it decides what a second is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from app.sandbox.answers import Answer, Reply

Execute: TypeAlias = Callable[[float], Answer]
Commit: TypeAlias = Callable[[float], Reply]


class Ending(Enum):
    """How the caller's waiting ends."""

    REPLY = "a reply arrives"
    DROP = "the connection closes without a reply"
    NEVER = "nothing arrives for as long as the caller waits"


@dataclass(frozen=True, slots=True)
class Scene:
    """One call, to be played.

    ``commit`` applies the change: call it once, ``commit_after`` seconds after the call came in, with the time at
    that moment, whether or not the caller still waits. It returns the reply that fits what it found.
    ``reply_after`` seconds after the call came in the scene ends as ``ending`` says; the caller gets ``reply``, or
    what ``commit`` returned when there is none.
    """

    commit: Commit | None = None
    commit_after: float = 0
    reply: Reply | None = None
    reply_after: float = 0
    ending: Ending = Ending.REPLY


@dataclass(frozen=True, slots=True)
class Cue:
    """What a fault mode may build its scene from. Times in seconds; ``execute`` carries out the call."""

    execute: Execute
    render: Callable[[Answer], Reply]
    action: str
    remote: str
    seconds: float
    commit_seconds: float
    message: str
