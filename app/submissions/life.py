"""The life of a sign-up, without I/O: what can happen to it, and what follows.

``after(submission, outcome, now, rules)`` is the whole state machine. A submission that WHMCS may have seen without
our knowing the answer is *uncertain*: it is looked up before anything is sent again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.outcomes import (
    AddressTaken,
    ClientMade,
    Declined,
    Faulty,
    Learned,
    LeaseExpired,
    NothingFound,
    NotSent,
    OrderMade,
    Outcome,
    Refused,
    Released,
    Resolved,
    Retried,
    Step,
    StepDone,
    Suspect,
    TooOld,
    Unclear,
)
from app.submissions.submission import State, Submission


@dataclass(frozen=True, slots=True)
class Rules:
    """How long to wait, in seconds: ``delays`` between tries, the ``grace`` for WHMCS's own run time, and the age at
    which a sign-up that WHMCS cannot be reached for is given to a person."""

    delays: tuple[float, ...] = (5, 30, 120, 600, 1800, 7200, 21600)
    grace: float = 90
    max_age: float = 3 * 86400.0
    jitter: Callable[[], float] = lambda: 1 + secrets.randbelow(200) / 1000  # up to a fifth later, never sooner

    def wait(self, attempts: int) -> float:
        """Seconds until the try after failed try number ``attempts``."""
        return self.delays[min(attempts, len(self.delays)) - 1] * self.jitter()


class IllegalStep(Exception):
    """An outcome that cannot happen in this state."""

    def __init__(self, submission: Submission, outcome: Outcome) -> None:
        super().__init__(f"{type(outcome).__name__} cannot follow {submission.state}")
        self.state = submission.state


def after(submission: Submission, outcome: Outcome, now: float, rules: Rules) -> Submission:
    """The submission as it stands once ``outcome`` is known. Raises IllegalStep."""
    last, submission = submission.updated_at, replace(submission, updated_at=now)
    match submission.state, outcome:
        case State.SENDING, LeaseExpired():
            expired = _in_doubt(submission, submission.lease_until, rules)
            return _retry(expired, State.UNCERTAIN, "lease_expired", now, rules, wait=0)
        case State.SENDING, Suspect(reason) if submission.may_be_held:
            return _release(submission, State.HELD, reason)
        case State.SENDING, _ if isinstance(outcome, Learned):
            return _after_attempt(submission, outcome, now, rules)
        case State.HELD, Released():
            return replace(submission, state=State.WAITING, due_at=now, reason="", cleared=True)
        case State.HELD, Declined():
            return _finish(replace(submission, reason="declined"), State.REJECTED)
        case State.ACCEPTED | State.WAITING | State.UNCERTAIN, TooOld(reason):
            return _give_up(submission, f"too_old:{reason}", now, rules)
        case State.WAITING | State.UNCERTAIN | State.STUCK, Retried():
            return _try_again(submission, last, now)
        case State.WAITING | State.UNCERTAIN | State.STUCK, Resolved():
            return _resolve(submission, outcome, now)
    raise IllegalStep(submission, outcome)


def _after_attempt(submission: Submission, outcome: Learned, now: float, rules: Rules) -> Submission:
    match outcome:
        case ClientMade() | OrderMade() | StepDone():
            return _go_on(_with(submission, outcome))
        case AddressTaken(mail_owner) if submission.client_id is None:
            mailed_at = now if mail_owner else None
            return _finish(replace(submission, reason="email_taken", mailed_at=mailed_at), State.REJECTED)
        case Refused(errors) if submission.client_id is None:
            return _finish(replace(submission, reason="invalid_fields", refused=errors), State.REJECTED)
        case Refused():
            return _give_up(submission, "order_refused", now, rules)
        case Faulty(reason):
            return _give_up(submission, reason, now, rules)
        case NothingFound() if submission.uncertain_since is not None:
            return _send_or_look_again(submission, submission.uncertain_since + rules.grace, now, rules)
        case NotSent(reason):
            return _retry(submission, _unsent_state(submission), reason, now, rules)
        case Unclear(reason):
            return _retry(_in_doubt(submission, now, rules), State.UNCERTAIN, reason, now, rules)
    raise IllegalStep(submission, outcome)


def _with(submission: Submission, done: ClientMade | OrderMade | StepDone) -> Submission:
    match done:
        case ClientMade(client_id) if submission.client_id is None:
            return replace(submission, client_id=client_id)
        case OrderMade(order_id, invoice_id) if submission.client_id is not None and submission.order_id is None:
            return replace(submission, order_id=order_id, invoice_id=invoice_id)
        case StepDone(step) if submission.is_made and submission.steps[:1] == (step,):
            return replace(submission, steps=submission.steps[1:])
    raise IllegalStep(submission, done)


def _go_on(submission: Submission) -> Submission:
    """One thing is done: the next has all its tries, and what had no next is done."""
    onward = replace(submission, uncertain_since=None, reason="", attempts=0)
    return onward if onward.steps or not onward.is_made else _finish(onward, State.DONE)


def _send_or_look_again(submission: Submission, grace_over: float, now: float, rules: Rules) -> Submission:
    """Still held (and free to send) once WHMCS's own run time is over; else due when it is, or at the next delay."""
    if now < grace_over:
        due = min(now + rules.wait(max(submission.attempts, 1)), grace_over)
        return replace(_release(submission, State.UNCERTAIN, submission.reason), due_at=due)
    return _release(submission, State.STUCK, submission.reason) if _spent(submission, rules) else submission


def _retry(
    submission: Submission, state: State, reason: str, now: float, rules: Rules, *, wait: float | None = None
) -> Submission:
    attempts = submission.attempts + 1
    tried = replace(submission, attempts=attempts)
    if _spent(tried, rules):
        return _give_up(tried, f"gave_up:{reason}", now, rules)
    due = now + (rules.wait(attempts) if wait is None else wait)
    return replace(_release(tried, state, reason), due_at=due)


def _give_up(submission: Submission, reason: str, now: float, rules: Rules) -> Submission:
    """A person must look. But not before WHMCS's own run time is over: till then, nobody else may use the address."""
    over = now if submission.uncertain_since is None else submission.uncertain_since + rules.grace
    if now < over:
        return replace(_release(submission, State.UNCERTAIN, reason), due_at=over)
    return _release(submission, State.STUCK, reason)


def _try_again(submission: Submission, last: float, now: float) -> Submission:
    """What is stuck is looked for first: WHMCS may have made it before it said no, or a person made it by hand."""
    if submission.state is State.STUCK and not submission.is_made and submission.uncertain_since is None:
        submission = replace(submission, uncertain_since=last)
    return replace(submission, state=_unsent_state(submission), due_at=now, attempts=0, reason="")


def _resolve(submission: Submission, found: Resolved, now: float) -> Submission:
    """What WHMCS has is known; the order that may be missing is looked for before it is placed."""
    known = replace(submission, client_id=found.client_id, reason="")
    if found.order_id is not None:
        known = replace(known, order_id=found.order_id, invoice_id=found.invoice_id)
    if found.complete:
        return _finish(known, State.DONE)
    if known.is_made:
        # A doubt about client or order is settled by this; one about a later step, such as a mail, is not.
        return _settle(known if submission.is_made else replace(known, uncertain_since=None), now)
    since = submission.created_at if submission.uncertain_since is None else submission.uncertain_since
    return replace(known, state=State.UNCERTAIN, due_at=now, attempts=0, uncertain_since=since)


def _settle(known: Submission, now: float) -> Submission:
    """What follows the order is still to be done; whether it is the right one, a person has seen."""
    left = tuple(step for step in known.steps if step is not Step.CHECK_ORDER)
    if not left:
        return _finish(known, State.DONE)
    return replace(known, state=_unsent_state(known), steps=left, due_at=now, attempts=0)


def _in_doubt(submission: Submission, since: float | None, rules: Rules) -> Submission:
    return submission if _spent(submission, rules) else replace(submission, uncertain_since=since)


def _spent(submission: Submission, rules: Rules) -> bool:
    """Whether nothing is sent any more: after the last try there is one more look, in case that try came through."""
    return submission.attempts > len(rules.delays)


def _unsent_state(submission: Submission) -> State:
    return State.WAITING if submission.uncertain_since is None else State.UNCERTAIN


def _release(submission: Submission, state: State, reason: str) -> Submission:
    return replace(submission, state=state, reason=reason, lease_until=None)


def _finish(submission: Submission, state: State) -> Submission:
    return replace(_release(submission, state, submission.reason), payload=None, uncertain_since=None, steps=())
