"""Sign-ups and their lives: what a row holds, the states, and what follows from what."""

from app.submissions.life import IllegalStep, Rules, after
from app.submissions.submission import (
    ALPHABET,
    CLAIMABLE,
    FINAL,
    IN_FLIGHT,
    UNFINISHED,
    State,
    Submission,
    is_reference,
    new_reference,
)

__all__ = [
    "ALPHABET",
    "CLAIMABLE",
    "FINAL",
    "IN_FLIGHT",
    "UNFINISHED",
    "IllegalStep",
    "Rules",
    "State",
    "Submission",
    "after",
    "is_reference",
    "new_reference",
]
