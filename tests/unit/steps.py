"""The table of the state machine: what each answer changes in a submission that is being sent."""

from dataclasses import replace
from typing import Any, NamedTuple

from app.errors import FieldError
from app.outcomes import (
    AddressTaken,
    ClientMade,
    Faulty,
    NothingFound,
    NotSent,
    OrderMade,
    Outcome,
    Refused,
    StepDone,
    Suspect,
    Unclear,
)
from app.outcomes import Step as Left
from app.submissions import Rules, State, Submission

NOW = 1_000_000.0
RULES = Rules(delays=(5, 30, 120), grace=90, jitter=lambda: 1.0)
TRIES = len(RULES.delays)
FAULTS = (FieldError("phone", "not_accepted"),)


def submission(state: State, **facts: Any) -> Submission:
    """A row in ``state``, last touched a minute ago."""
    row = Submission(
        reference="a" * 20,
        site="acme",
        key="k",
        fingerprint="f",
        address="h",
        plan=None,
        created_at=NOW - 60,
        updated_at=NOW - 60,
        due_at=NOW - 60,
        state=state,
        payload=b"sealed",
    )
    return replace(row, **facts)


def sending(**facts: Any) -> Submission:
    """A row that an attempt holds for another forty seconds."""
    return submission(State.SENDING, **{"lease": 1, "lease_until": NOW + 40, **facts})


class Step(NamedTuple):
    """What ``outcome`` changes in ``start``; whatever ``changes`` does not name stays as it was."""

    name: str
    start: Submission
    outcome: Outcome
    changes: dict[str, Any]


CLEAN = {"payload": None, "lease_until": None, "uncertain_since": None}  # final: nothing personal stays
LET_GO = {"lease_until": None}
DONE = CLEAN | {"state": State.DONE, "reason": ""}
REJECTED = CLEAN | {"state": State.REJECTED}
HELD = LET_GO | {"state": State.HELD}
WAITING = LET_GO | {"state": State.WAITING}
UNCERTAIN = LET_GO | {"state": State.UNCERTAIN}
STUCK = LET_GO | {"state": State.STUCK}
DOUBT = {"attempts": 1, "uncertain_since": NOW - 10, "reason": "timeout"}  # an earlier call may have come through
LATE = DOUBT | {"uncertain_since": NOW - 90}  # the grace is over to the second
OVER = NOW + 80  # when the grace of DOUBT is
LAST = {"attempts": TRIES}
ALL_LEFT = tuple(Left)
MAIL, ACCEPT = (Left.MAIL_RESET,), (Left.ACCEPT_ORDER,)
NONE_LEFT: dict[str, Any] = {"steps": ()}
MADE: dict[str, Any] = {"plan": "pro", "client_id": 7, "order_id": 8}
SPENT = {"attempts": TRIES + 1, "reason": "gave_up:timeout"}  # nothing is sent any more; there is one more look

STEPS = [
    Step("client, no plan", sending(reason="connect"), ClientMade(7), DONE | {"client_id": 7}),
    Step("client found, no plan", sending(**DOUBT), ClientMade(7), DONE | {"client_id": 7, "attempts": 0}),
    Step("client, order to come", sending(plan="pro", reason="connect"), ClientMade(7), {"client_id": 7, "reason": ""}),
    Step(
        "client found, order to come",
        sending(plan="pro", **DOUBT),
        ClientMade(7),
        {"client_id": 7, "reason": "", "uncertain_since": None, "attempts": 0},
    ),
    Step(
        "client found by the last look: the order has all its tries",
        sending(plan="pro", **LATE | SPENT),
        ClientMade(7),
        {"client_id": 7, "reason": "", "uncertain_since": None, "attempts": 0},
    ),
    Step(
        "order",
        sending(plan="pro", client_id=7),
        OrderMade(8, 9),
        DONE | {"order_id": 8, "invoice_id": 9},
    ),
    Step(
        "order found, nothing to pay",
        sending(plan="pro", client_id=7, **DOUBT),
        OrderMade(8, None),
        DONE | {"order_id": 8, "attempts": 0},
    ),
    Step("client, no plan, a mail to come", sending(steps=MAIL), ClientMade(7), {"client_id": 7}),
    Step(
        "order, more to come: the next step has all its tries",
        sending(plan="pro", client_id=7, steps=MAIL, **LATE | SPENT),
        OrderMade(8, 9),
        {"order_id": 8, "invoice_id": 9, "uncertain_since": None, "reason": "", "attempts": 0},
    ),
    Step(
        "the mail is sent: the next step", sending(**MADE, steps=ALL_LEFT), StepDone(MAIL[0]), {"steps": ALL_LEFT[1:]}
    ),
    Step(
        "the last step", sending(**MADE, steps=ACCEPT, **DOUBT), StepDone(*ACCEPT), DONE | NONE_LEFT | {"attempts": 0}
    ),
    Step("the last step, no plan", sending(client_id=7, steps=MAIL), StepDone(*MAIL), DONE | NONE_LEFT),
    Step(
        "not the order that was asked for: a person, and what follows is left",
        sending(**MADE, steps=ALL_LEFT[1:]),
        Faulty("order_differs:promotion"),
        STUCK | {"reason": "order_differs:promotion"},
    ),
    Step(
        "acceptance unclear",
        sending(**MADE, steps=ACCEPT),
        Unclear("timeout"),
        UNCERTAIN | {"attempts": 1, "due_at": NOW + 5, "uncertain_since": NOW, "reason": "timeout"},
    ),
    Step(
        "mail certainly not sent",
        sending(**MADE, steps=MAIL),
        NotSent("dns"),
        WAITING | {"attempts": 1, "due_at": NOW + 5, "reason": "dns"},
    ),
    Step("not accepted yet, grace over: free to send", sending(**MADE, steps=ACCEPT, **LATE), NothingFound(), {}),
    Step("nothing yet: look at the next delay", sending(**DOUBT), NothingFound(), UNCERTAIN | {"due_at": NOW + 5}),
    Step(
        "nothing yet, first try: the first delay",
        sending(**DOUBT | {"attempts": 0}),
        NothingFound(),
        UNCERTAIN | {"due_at": NOW + 5},
    ),
    Step(
        "nothing yet: look when the grace is over",
        sending(**DOUBT | {"attempts": 3}),
        NothingFound(),
        UNCERTAIN | {"due_at": OVER},
    ),
    Step(
        "no order yet",
        sending(plan="pro", client_id=7, **DOUBT),
        NothingFound(),
        UNCERTAIN | {"due_at": NOW + 5},
    ),
    Step("nothing, grace over: free to send", sending(**LATE), NothingFound(), {}),
    Step("no order, grace over: free to send", sending(plan="pro", client_id=7, **LATE), NothingFound(), {}),
    Step(
        "nothing yet on the last try: no try was spent",
        sending(**DOUBT | LAST),
        NothingFound(),
        UNCERTAIN | {"due_at": OVER},
    ),
    Step(
        "nothing at the last look, too early to know",
        sending(**DOUBT | SPENT),
        NothingFound(),
        UNCERTAIN | {"due_at": OVER},
    ),
    Step("nothing at the last look, grace over: a person", sending(**LATE | SPENT), NothingFound(), STUCK),
    Step(
        "the last look got no answer, too early to give up",
        sending(**DOUBT | SPENT),
        NotSent("dns"),
        UNCERTAIN | {"attempts": TRIES + 2, "due_at": OVER, "reason": "gave_up:dns"},
    ),
    Step(
        "the last look got no answer, grace over",
        sending(**LATE | SPENT),
        NotSent("dns"),
        STUCK | {"attempts": TRIES + 2, "reason": "gave_up:dns"},
    ),
    Step(
        "stopped in the last look: nothing was sent, the grace goes on",
        sending(**DOUBT | SPENT),
        Unclear("stopped"),
        UNCERTAIN | {"attempts": TRIES + 2, "due_at": OVER, "reason": "gave_up:stopped"},
    ),
    Step("not sent", sending(), NotSent("dns"), WAITING | {"attempts": 1, "due_at": NOW + 5, "reason": "dns"}),
    Step(
        "not sent again",
        sending(attempts=1, reason="dns"),
        NotSent("tls"),
        WAITING | {"attempts": 2, "due_at": NOW + 30, "reason": "tls"},
    ),
    Step(
        "order not sent",
        sending(plan="pro", client_id=7),
        NotSent("dns"),
        WAITING | {"attempts": 1, "due_at": NOW + 5, "reason": "dns"},
    ),
    Step(
        "not looked up: still uncertain since the same moment",
        sending(**DOUBT),
        NotSent("dns"),
        UNCERTAIN | {"attempts": 2, "due_at": NOW + 30, "reason": "dns"},
    ),
    Step(
        "not sent on the last try",
        sending(**LAST),
        NotSent("dns"),
        STUCK | {"attempts": TRIES + 1, "reason": "gave_up:dns"},
    ),
    Step(
        "unclear",
        sending(),
        Unclear("timeout"),
        UNCERTAIN | {"attempts": 1, "due_at": NOW + 5, "uncertain_since": NOW, "reason": "timeout"},
    ),
    Step(
        "unclear again: the grace starts anew",
        sending(**LATE),
        Unclear("garbled"),
        UNCERTAIN | {"attempts": 2, "due_at": NOW + 30, "uncertain_since": NOW, "reason": "garbled"},
    ),
    Step(
        "order unclear",
        sending(plan="pro", client_id=7),
        Unclear("timeout"),
        UNCERTAIN | {"attempts": 1, "due_at": NOW + 5, "uncertain_since": NOW, "reason": "timeout"},
    ),
    Step(
        "unclear on the last try: one more look when the grace is over",
        sending(**LAST),
        Unclear("timeout"),
        UNCERTAIN | SPENT | {"uncertain_since": NOW, "due_at": NOW + 90},
    ),
    Step("address taken", sending(), AddressTaken(), REJECTED | {"reason": "email_taken"}),
    Step("address taken, after a doubt", sending(**DOUBT), AddressTaken(), REJECTED | {"reason": "email_taken"}),
    Step(
        "address taken, and its owner is to hear of it",
        sending(),
        AddressTaken(mail_owner=True),
        REJECTED | {"reason": "email_taken", "mailed_at": NOW},
    ),
    Step("refused", sending(), Refused(FAULTS), REJECTED | {"reason": "invalid_fields", "refused": FAULTS}),
    Step(
        "order refused: the client exists",
        sending(plan="pro", client_id=7),
        Refused(FAULTS),
        STUCK | {"reason": "order_refused"},
    ),
    Step("nobody gets its mail", sending(attempts=1, reason="dns"), Suspect("no_mx"), HELD | {"reason": "no_mx"}),
    Step("fault of ours", sending(), Faulty("ip"), STUCK | {"reason": "ip"}),
    Step(
        "fault of ours, in doubt: not before the grace is over",
        sending(**DOUBT),
        Faulty("ip"),
        UNCERTAIN | {"reason": "ip", "due_at": OVER},
    ),
    Step("fault of ours, grace over", sending(**LATE), Faulty("ip"), STUCK | {"reason": "ip"}),
    Step("fault of ours, at the order", sending(plan="pro", client_id=7), Faulty("plan"), STUCK | {"reason": "plan"}),
]
