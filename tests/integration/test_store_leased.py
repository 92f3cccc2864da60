"""Sign-ups that come leased for sending: stored as such, unless their address is in flight already."""

import asyncio
from dataclasses import replace

import pytest
from pydantic import SecretStr

from app.store import Store, migrate_store, open_store
from app.submissions import State, Submission
from tests.integration.rows import NOW, arriving, claimed


def held(key: str = "key", **changes: object) -> Submission:
    """A sign-up that comes leased for sending."""
    return arriving(key, state=State.SENDING, lease=1, lease_until=NOW + 60, **changes)


async def test_what_comes_leased_is_stored_as_being_sent(store: Store) -> None:
    leased = held()
    assert await store.accept(leased) == (leased, True)
    assert await store.find(leased.reference) == leased
    assert await store.claim(NOW, NOW + 60) is None
    assert await store.claim(NOW, NOW + 60, leased.reference) is None
    assert await store.expired(NOW + 60) == [leased]


@pytest.mark.parametrize("flying", [State.SENDING, State.UNCERTAIN])
async def test_what_comes_leased_waits_without_lease_while_its_address_is_in_flight(
    store: Store, flying: State
) -> None:
    flight = arriving("a", state=flying)
    await store.accept(flight)
    late = held("b")
    stored, is_new = await store.accept(late)
    assert is_new
    assert stored == replace(late, state=State.ACCEPTED, lease_until=None)
    assert await store.find(late.reference) == stored
    (event,) = await store.archive.timeline(late.reference)
    assert (event.event, event.state) == ("accepted", State.ACCEPTED)
    await store.save(flight, replace(flight, state=State.DONE), "client_made")
    sent = await claimed(store)
    assert sent.reference == late.reference
    assert sent.lease > late.lease  # so who brought it knows this lease for another's


async def test_what_comes_leased_with_a_known_key_gives_the_first_row_again(store: Store) -> None:
    first = held()
    await store.accept(first)
    assert await store.accept(held()) == (first, False)


async def test_what_comes_leased_with_a_key_that_is_free_again_is_sent(store: Store) -> None:
    await store.accept(arriving(key_expires_at=NOW, state=State.DONE))
    later = held()
    assert await store.accept(later) == (later, True)


async def test_what_comes_leased_with_a_key_that_is_free_again_and_its_address_in_flight_waits(store: Store) -> None:
    await store.accept(arriving(key_expires_at=NOW, state=State.DONE))
    await store.accept(arriving("flying", state=State.UNCERTAIN))
    later = held()
    stored, is_new = await store.accept(later)
    assert (is_new, stored.reference, stored.state) == (True, later.reference, State.ACCEPTED)


async def test_ten_leased_of_one_address_at_once_are_one_in_flight(store: Store) -> None:
    answers = await asyncio.gather(*(store.accept(held(f"k{number}")) for number in range(10)))
    assert all(is_new for _, is_new in answers)
    assert sorted(stored.state for stored, _ in answers) == [State.ACCEPTED] * 9 + [State.SENDING]


async def test_two_replicas_with_leased_rows_of_one_address_send_one(database_url: SecretStr) -> None:
    migrate_store(database_url)
    stores = [open_store(database_url), open_store(database_url)]
    for number in range(20):
        rows = [held(f"k{number}{place}", address=f"a{number}") for place in "ab"]
        answers = await asyncio.gather(*(one.accept(row) for one, row in zip(stores, rows, strict=True)))
        assert sorted(stored.state for stored, _ in answers) == [State.ACCEPTED, State.SENDING]
    for one in stores:
        one.close()
