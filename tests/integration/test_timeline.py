"""What happened to a sign-up is kept in order, with the change that it tells of or not at all."""

import asyncio
from dataclasses import astuple, replace

import pytest

from app.errors import Unavailable
from app.outcomes import AddressTaken, ClientMade, Unclear
from app.store import Event, InFlight, Store
from app.submissions import Rules, State, Submission, after
from tests.integration.rows import NOW, arriving, claimed

RULES = Rules(jitter=lambda: 1.0)


async def steps(store: Store, submission: Submission) -> list[str]:
    """The names of what happened."""
    return [event.event for event in await store.archive.timeline(submission.reference)]


async def test_accepting_claiming_and_saving_each_add_one_event(store: Store) -> None:
    submission = arriving()
    await store.accept(submission)
    leased = await claimed(store, NOW + 1)
    await store.save(leased, after(leased, Unclear("read_timeout"), NOW + 2, RULES), "unclear")
    reference = submission.reference
    assert await store.archive.timeline(reference) == [
        Event(reference, NOW, "accepted", State.ACCEPTED, "", 0),
        Event(reference, NOW + 1, "claimed", State.SENDING, "", 0),
        Event(reference, NOW + 2, "unclear", State.UNCERTAIN, "read_timeout", 1),
    ]


async def test_what_is_stored_as_being_sent_needs_no_claim(store: Store) -> None:
    leased = arriving(state=State.SENDING, lease=1, lease_until=NOW + 60)
    await store.accept(leased)
    await store.save(leased, after(leased, ClientMade(7), NOW, RULES), "client_made")
    events = await store.archive.timeline(leased.reference)
    assert [(one.event, one.state) for one in events] == [("accepted", State.SENDING), ("client_made", State.DONE)]


async def test_what_changes_nothing_adds_nothing(store: Store) -> None:
    submission = arriving()
    await store.accept(submission)
    await store.accept(arriving())  # a repeat
    leased = await claimed(store)
    assert await store.claim(NOW, NOW + 60) is None
    await store.save(leased, after(leased, ClientMade(7), NOW, RULES), "client_made")
    assert not await store.save(leased, after(leased, AddressTaken(), NOW, RULES), "address_taken")
    assert await steps(store, submission) == ["accepted", "claimed", "client_made"]


async def test_a_change_that_is_refused_leaves_no_event(store: Store) -> None:
    stuck = arriving("a", state=State.STUCK, uncertain_since=NOW)
    await store.accept(stuck)
    await store.accept(arriving("b", state=State.UNCERTAIN))
    with pytest.raises(InFlight):
        await store.save(stuck, replace(stuck, state=State.UNCERTAIN), "retried")
    assert await steps(store, stuck) == ["accepted"]


async def test_the_timelines_of_many_at_once_do_not_mix(store: Store) -> None:
    rows = [arriving(f"k{number}", address=f"a{number}") for number in range(30)]
    await asyncio.gather(*(store.accept(row) for row in rows))
    leased = [one for one in await asyncio.gather(*(store.claim(NOW, NOW + 60) for _ in rows)) if one]
    await asyncio.gather(*(store.save(one, after(one, ClientMade(7), NOW, RULES), "client_made") for one in leased))
    for row in rows:
        assert await steps(store, row) == ["accepted", "claimed", "client_made"]


async def test_purging_takes_the_timeline_along_and_no_other(store: Store) -> None:
    gone, stays = arriving("a", state=State.DONE), arriving("b", address="b")
    await store.accept(gone)
    await store.accept(stays)
    assert await store.purge("acme", NOW + 1) == 1
    assert await steps(store, gone) == []
    assert await steps(store, stays) == ["accepted"]


async def test_forgetting_takes_the_timeline_along_and_no_other(store: Store) -> None:
    gone, flying = arriving("a"), arriving("b", address="b", state=State.UNCERTAIN)
    await store.accept(gone)
    await store.accept(flying)
    assert await store.archive.forget([gone.reference, flying.reference]) == 1
    assert await steps(store, gone) == []
    assert await steps(store, flying) == ["accepted"]


async def test_a_timeline_holds_nothing_personal(store: Store) -> None:
    submission = arriving(payload=b"sealed", address="hash-of-the-address", key="hash-of-the-key")
    await store.accept(submission)
    (event,) = await store.archive.timeline(submission.reference)
    assert not {"sealed", "hash-of-the-address", "hash-of-the-key"} & set(map(str, astuple(event)))


async def test_without_a_database_there_is_no_timeline(store: Store) -> None:
    store.close()
    with pytest.raises(Unavailable):
        await store.archive.timeline("a")
