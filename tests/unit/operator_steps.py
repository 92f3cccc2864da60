"""The rest of the table: what time, and operators, do to a submission."""

from app.outcomes import Declined, LeaseExpired, Released, Resolved, Retried, TooOld
from app.submissions import State
from tests.unit.steps import (
    ALL_LEFT,
    DONE,
    DOUBT,
    LAST,
    LATE,
    MADE,
    MAIL,
    NONE_LEFT,
    NOW,
    OVER,
    REJECTED,
    SPENT,
    STUCK,
    TRIES,
    UNCERTAIN,
    Step,
    sending,
    submission,
)

SPENT_TRIES = {"attempts": TRIES + 1}
DIED = {"lease_until": NOW - 3}
OLD = STUCK | {"reason": "too_old:dns"}
WHOLE = Resolved(7, 8, 9)
ALL = DONE | {"client_id": 7, "order_id": 8, "invoice_id": 9}

OF_TIME = [
    Step(
        "attempt died: look at once",
        sending(**DIED),
        LeaseExpired(),
        UNCERTAIN | {"attempts": 1, "due_at": NOW, "uncertain_since": NOW - 3, "reason": "lease_expired"},
    ),
    Step(
        "attempt died in doubt",
        sending(**LATE | DIED),
        LeaseExpired(),
        UNCERTAIN | {"attempts": 2, "due_at": NOW, "uncertain_since": NOW - 3, "reason": "lease_expired"},
    ),
    Step(
        "last attempt died: one more look when the grace is over",
        sending(**LAST | DIED),
        LeaseExpired(),
        UNCERTAIN
        | {"attempts": TRIES + 1, "uncertain_since": NOW - 3, "due_at": NOW + 87, "reason": "gave_up:lease_expired"},
    ),
    Step(
        "attempt died in the last look: nothing was sent, the grace goes on",
        sending(**DOUBT | SPENT | DIED),
        LeaseExpired(),
        UNCERTAIN | {"attempts": TRIES + 2, "due_at": OVER, "reason": "gave_up:lease_expired"},
    ),
    Step(
        "attempt died in the last look, grace over",
        sending(**LATE | SPENT | DIED),
        LeaseExpired(),
        STUCK | {"attempts": TRIES + 2, "reason": "gave_up:lease_expired"},
    ),
    Step("too old, never tried", submission(State.ACCEPTED), TooOld("dns"), OLD),
    Step("too old, tried", submission(State.WAITING, attempts=2, reason="tls"), TooOld("dns"), OLD),
    Step("too old, the order to come", submission(State.WAITING, plan="pro", client_id=7), TooOld("dns"), OLD),
    Step(
        "too old, in doubt: not before the grace is over",
        submission(State.UNCERTAIN, **DOUBT),
        TooOld("dns"),
        {"due_at": OVER, "reason": "too_old:dns"},
    ),
    Step("too old, grace over", submission(State.UNCERTAIN, **LATE), TooOld("dns"), OLD),
]

OF_OPERATORS = [
    Step(
        "operator cannot wait",
        submission(State.WAITING, attempts=2, due_at=NOW + 99, reason="dns"),
        Retried(),
        {"attempts": 0, "due_at": NOW, "reason": ""},
    ),
    Step(
        "operator cannot wait, in doubt: still look first",
        submission(State.UNCERTAIN, due_at=NOW + 99, **DOUBT),
        Retried(),
        {"attempts": 0, "due_at": NOW, "reason": ""},
    ),
    Step(
        "operator repaired it: look first, for WHMCS may have made it before it said no",
        submission(State.STUCK, attempts=1, reason="other", updated_at=NOW - 5),
        Retried(),
        {"state": State.UNCERTAIN, "uncertain_since": NOW - 5, "attempts": 0, "due_at": NOW, "reason": ""},
    ),
    *(
        Step(
            f"operator repaired what kept it from being sent ({reason}): look first, for he may have made it by hand",
            submission(State.STUCK, attempts=9, reason=reason, updated_at=NOW - 5),
            Retried(),
            {"state": State.UNCERTAIN, "uncertain_since": NOW - 5, "attempts": 0, "due_at": NOW, "reason": ""},
        )
        for reason in ("too_old:dns", "gave_up:dns")
    ),
    Step(
        "operator repaired it, in doubt: look first",
        submission(State.STUCK, uncertain_since=NOW - 10, **SPENT),
        Retried(),
        {"state": State.UNCERTAIN, "attempts": 0, "due_at": NOW, "reason": ""},
    ),
    Step(
        "operator repaired the order",
        submission(State.STUCK, plan="pro", client_id=7, reason="order_refused", updated_at=NOW - 5),
        Retried(),
        {"state": State.UNCERTAIN, "uncertain_since": NOW - 5, "due_at": NOW, "reason": ""},
    ),
    Step(
        "operator repaired what follows the order",
        submission(State.STUCK, **MADE, steps=ALL_LEFT[1:], reason="accept_refused"),
        Retried(),
        {"state": State.WAITING, "due_at": NOW, "reason": ""},
    ),
    Step(
        "operator vouches for it",
        submission(State.HELD, reason="honeypot"),
        Released(),
        {"state": State.WAITING, "due_at": NOW, "reason": "", "cleared": True},
    ),
    Step(
        "operator takes it for a robot's",
        submission(State.HELD, reason="honeypot"),
        Declined(),
        REJECTED | {"reason": "declined"},
    ),
    Step("operator knows all", submission(State.STUCK, reason="other"), WHOLE, ALL),
    Step("operator knows all, while it waits", submission(State.WAITING, plan="pro"), WHOLE, ALL),
    Step(
        "operator knows all, in doubt",
        submission(State.UNCERTAIN, plan="pro", **DOUBT),
        WHOLE,
        ALL,
    ),
    Step(
        "operator knows the client, no plan",
        submission(State.STUCK, reason="other"),
        Resolved(7),
        DONE | {"client_id": 7},
    ),
    Step(
        "operator wants no order for it",
        submission(State.STUCK, plan="pro", client_id=7, reason="order_refused"),
        Resolved(7, complete=True),
        DONE,
    ),
    Step(
        "operator knows all: what follows the order is still to be done, and not checked",
        submission(State.STUCK, plan="pro", client_id=7, steps=ALL_LEFT, reason="order_refused", **SPENT_TRIES),
        WHOLE,
        {
            **{"state": State.WAITING, "order_id": 8, "invoice_id": 9, "due_at": NOW},
            **{"attempts": 0, "reason": "", "steps": (ALL_LEFT[0], ALL_LEFT[2])},
        },
    ),
    Step(
        "operator has seen that the order is right",
        submission(State.STUCK, **MADE, steps=ALL_LEFT[1:], reason="order_differs:amount"),
        Resolved(7),
        {"state": State.WAITING, "due_at": NOW, "reason": "", "steps": ALL_LEFT[2:]},
    ),
    Step(
        "operator has seen that the order is right, and nothing is left",
        submission(State.STUCK, **MADE, steps=ALL_LEFT[1:2], reason="order_differs:amount"),
        Resolved(7),
        DONE | NONE_LEFT,
    ),
    Step(
        "operator knows all, in doubt, with a mail to come: it is sent, not looked for",
        submission(State.UNCERTAIN, plan="pro", steps=MAIL, **DOUBT),
        WHOLE,
        {
            **{"state": State.WAITING, "client_id": 7, "order_id": 8, "invoice_id": 9, "due_at": NOW},
            **{"attempts": 0, "reason": "", "uncertain_since": None},
        },
    ),
    Step(
        "operator knows all, while a mail is in doubt: it is not sent again",
        submission(State.UNCERTAIN, **MADE, steps=MAIL, **DOUBT),
        WHOLE,
        {"invoice_id": 9, "due_at": NOW, "attempts": 0, "reason": ""},
    ),
    Step(
        "operator wants nothing more for it",
        submission(State.STUCK, plan="pro", client_id=7, steps=ALL_LEFT, reason="order_refused"),
        Resolved(7, complete=True),
        DONE | NONE_LEFT,
    ),
    Step(
        "operator knows the client: look for the order first",
        submission(State.STUCK, plan="pro", reason="other", attempts=TRIES + 1),
        Resolved(7),
        {
            "state": State.UNCERTAIN,
            "client_id": 7,
            "due_at": NOW,
            "attempts": 0,
            "reason": "",
            "uncertain_since": NOW - 60,
        },
    ),
    Step(
        "operator knows the client, in doubt: the grace goes on",
        submission(State.UNCERTAIN, plan="pro", **DOUBT),
        Resolved(7),
        {"client_id": 7, "due_at": NOW, "attempts": 0, "reason": ""},
    ),
]

STEPS = [*OF_TIME, *OF_OPERATORS]
