"""The table as SQLAlchemy sees it, and how a row becomes a ``Submission``. Migrations make it."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
    text,
)
from sqlalchemy.engine import Row

from app.errors import FieldError
from app.outcomes import Step
from app.submissions import CLAIMABLE, IN_FLIGHT, UNFINISHED, State, Submission

metadata = MetaData()

submissions = Table(
    "submissions",
    metadata,
    Column("reference", String(20), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("plan", String(64)),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("state", String(16), nullable=False),
    Column("key_expires_at", Double),
    Column("lease", Integer, nullable=False),
    Column("lease_until", Double),
    Column("attempts", Integer, nullable=False),
    Column("uncertain_since", Double),
    Column("client_id", BigInteger),
    Column("order_id", BigInteger),
    Column("invoice_id", BigInteger),
    Column("reason", String(100), nullable=False),
    Column("proof", String(64)),
    Column("cleared", Boolean, nullable=False, server_default=false()),
    Column("mailed_at", Double),
    Column("steps", String(60), nullable=False, server_default=""),
    Column("checkout_at", Double),
    Column("offer", String(20)),
    Column("refused", JSON, nullable=False),
    Column("payload", LargeBinary),
    Index("one_answer_per_key", "site", "key", unique=True),
    Index("in_order_of_arrival", "created_at", "reference"),
)


def _partial(name: str, *columns: str, states: tuple[State, ...] = (), unique: bool = False) -> None:
    """An index of the rows in these states, or else of those where the last column is filled."""
    in_states = "state IN (" + ", ".join(f"'{state}'" for state in states) + ")"
    where = text(in_states if states else f"{columns[-1]} IS NOT NULL")
    chosen = (submissions.c[column] for column in columns)
    Index(name, *chosen, unique=unique, sqlite_where=where, postgresql_where=where)


# The database itself keeps two replicas from sending the same address at once.
_partial("one_in_flight_per_address", "address", states=IN_FLIGHT, unique=True)
_partial("longest_due_first", "due_at", states=CLAIMABLE)
_partial("unfinished", "state", states=UNFINISHED)
_partial("leases", "lease_until", states=(State.SENDING,))
_partial("one_sign_up_per_proof", "site", "proof", unique=True)
_partial("mailed_lately", "address", "mailed_at")


# What happened to each submission, in order; rows are only ever added, and go when their submission goes.
events = Table(
    "events",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("reference", String(20), nullable=False),
    Column("at", Double, nullable=False),
    Column("event", String(20), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("events_of_a_submission", "reference"),
)

# How often each offer link was used, as far as that is limited.
offers = Table(
    "offers",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("used", Integer, nullable=False),
    Column("expires_at", Double, nullable=False),
)

# Keys of the gateway's own making, sealed with those of the operator.
secrets = Table(
    "secrets",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Event:
    """One step in the life of a submission, as it stood afterwards. Holds nothing personal."""

    reference: str
    at: float
    event: str
    state: State
    reason: str
    attempts: int


def event_row(submission: Submission, event: str) -> dict[str, Any]:
    """Column values of the event that made the submission what it is now."""
    return {
        "reference": submission.reference,
        "at": submission.updated_at,
        "event": event,
        "state": submission.state,
        "reason": submission.reason,
        "attempts": submission.attempts,
    }


_NAMES = tuple(field.name for field in fields(Submission))
# What a save never writes. What was asked for does not change. The key may be freed, and the payment page opened, while
# an attempt runs: it must not write back what it saw before.
_FIXED = (
    *("reference", "site", "key", "key_expires_at", "fingerprint", "address", "plan", "created_at", "proof"),
    *("offer", "checkout_at"),
)


def to_row(submission: Submission) -> dict[str, Any]:
    """Column values of a submission."""
    row = {name: getattr(submission, name) for name in _NAMES}
    row["refused"] = [asdict(error) for error in submission.refused]
    row["steps"] = ",".join(submission.steps)
    return row


def to_changes(submission: Submission) -> dict[str, Any]:
    """Column values of what can change in a submission's life."""
    return {name: value for name, value in to_row(submission).items() if name not in _FIXED}


def from_row(row: Row[Any]) -> Submission:
    """The submission that a row holds."""
    values = dict(row._mapping)
    values["state"] = State(values["state"])
    values["steps"] = tuple(Step(step) for step in values["steps"].split(",") if step)
    values["refused"] = tuple(
        FieldError(error["field"], error["code"], error.get("limit", 0)) for error in values["refused"]
    )
    return Submission(**values)
