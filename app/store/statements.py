"""The statements of the store, built once; ``due``, ``now`` and the like are filled in at each use."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, bindparam, delete, exists, func, literal_column, select, update

from app.store.table import events, offers, submissions
from app.submissions import CLAIMABLE, FINAL, IN_FLIGHT, UNFINISHED, State

_t = submissions.c
_other = submissions.alias("other")


def in_states(column: ColumnElement[str], states: Iterable[State]) -> ColumnElement[bool]:
    """The states spelled out: only then does a database see that a partial index covers the question."""
    # https://www.sqlite.org/partialindex.html#queries_using_partial_indexes
    return column.in_([literal_column(f"'{state}'") for state in states])


def _claim(which: ColumnElement[bool]) -> Update:
    same_address_in_flight = exists().where(
        _other.c.address == _t.address,
        _other.c.reference != _t.reference,
        in_states(_other.c.state, IN_FLIGHT),
    )
    free = select(_t.reference).where(in_states(_t.state, CLAIMABLE), which, ~same_address_in_flight)
    chosen = free.order_by(_t.due_at).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    leased = {
        "state": State.SENDING,
        "lease": _t.lease + 1,
        "lease_until": bindparam("until"),
        "updated_at": bindparam("now"),
    }
    return update(submissions).where(_t.reference == chosen).values(leased).returning(*_t)


CLAIM_DUE = _claim(_t.due_at <= bindparam("due"))
CLAIM_NAMED = _claim(_t.reference == bindparam("named"))

BY_REFERENCE: Select[*tuple[Any, ...]] = select(submissions).where(_t.reference == bindparam("named"))
BY_KEY: Select[*tuple[Any, ...]] = select(submissions).where(
    _t.site == bindparam("of_site"), _t.key == bindparam("of_key")
)
BY_PROOF: Select[*tuple[Any, ...]] = select(_t.reference).where(
    _t.site == bindparam("of_site"), _t.proof == bindparam("of_proof"), _t.key != bindparam("but_for")
)
MAILED = select(exists().where(_t.address == bindparam("of_address"), _t.mailed_at > bindparam("since")))
EXPIRED: Select[*tuple[Any, ...]] = (
    select(submissions)
    .where(in_states(_t.state, [State.SENDING]), _t.lease_until <= bindparam("now"))
    .limit(bindparam("most"))
)

# Once for each row, whoever asks first: the database decides.
TAKE_CHECKOUT = (
    update(submissions)
    .where(_t.reference == bindparam("named"), _t.checkout_at.is_(None))
    .values(checkout_at=bindparam("now"))
)
UNDO = delete(submissions).where(_t.reference == bindparam("named"))
GIVE_BACK = update(offers).where(offers.c.name == bindparam("called"), offers.c.used > 0).values(used=offers.c.used - 1)
FORGET_OFFERS = delete(offers).where(offers.c.expires_at < bindparam("ended_before"))

FREE_KEY = update(submissions).where(_t.reference == bindparam("named")).values(key=_t.reference, key_expires_at=None)
# The lease fences off other attempts; the time fences off operators, who can leave state and lease as they were.
SAVE = update(submissions).where(
    _t.reference == bindparam("named"),
    _t.state == bindparam("was"),
    _t.lease == bindparam("held"),
    _t.updated_at == bindparam("last_touched"),
)

AGED: Select[*tuple[Any, ...]] = (
    select(submissions)
    .where(in_states(_t.state, CLAIMABLE), _t.due_at <= bindparam("now"), _t.updated_at <= bindparam("untouched_since"))
    .limit(bindparam("most"))
)

_over = in_states(_t.state, (*FINAL, State.HELD))
# What was changed before a moment was also received before it, and for that there is an index.
_before = (_t.created_at < bindparam("older_than")) & (_t.updated_at < bindparam("older_than"))
_old = (_t.site == bindparam("of_site")) & _over & _before
# Said twice: while it waits for a row that somebody changes, PostgreSQL looks again at what stands outside only.
# https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
PURGE = (
    delete(submissions)
    .where(_t.reference.in_(select(_t.reference).where(_old).limit(bindparam("most"))), _old)
    .returning(_t.reference)
)
FORGET = (
    delete(submissions)
    .where(_t.reference.in_(bindparam("references", expanding=True)), _t.state.in_(bindparam("states", expanding=True)))
    .returning(_t.reference)
)
FORGET_EVENTS = delete(events).where(events.c.reference.in_(bindparam("references", expanding=True)))

TIMELINE: Select[*tuple[Any, ...]] = (
    select(*(column for column in events.c if column is not events.c.number))
    .where(events.c.reference == bindparam("named"))
    .order_by(events.c.number)
)
COUNTS: Select[*tuple[Any, ...]] = (
    select(_t.state, func.count()).where(in_states(_t.state, UNFINISHED)).group_by(_t.state)
)
