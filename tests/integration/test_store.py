"""The store on a real SQLite and a real PostgreSQL."""

import asyncio
from dataclasses import replace

import psycopg
import pytest
from pydantic import SecretStr

from app.errors import FieldError, Unavailable
from app.outcomes import AddressTaken, ClientMade, Refused, Resolved, TooOld
from app.store import InFlight, Store, migrate_store, open_store
from app.submissions import Rules, State, after
from tests.integration.rows import NOW, arriving, claimed


async def test_what_is_accepted_is_found_again_as_it_was(store: Store) -> None:
    submission = arriving(plan="starter", refused=(FieldError("phone", "invalid"),))
    assert await store.accept(submission) == (submission, True)
    assert await store.find(submission.reference) == submission


async def test_the_same_key_gives_the_first_row_again(store: Store) -> None:
    first, again = arriving(), arriving()
    await store.accept(first)
    assert await store.accept(again) == (first, False)
    assert await store.find(again.reference) is None


async def test_ten_of_one_key_at_once_make_one_row(store: Store) -> None:
    answers = await asyncio.gather(*(store.accept(arriving()) for _ in range(10)))
    assert [is_new for _, is_new in answers].count(True) == 1
    assert len({submission.reference for submission, _ in answers}) == 1


async def test_the_same_key_on_another_site_is_another_sign_up(store: Store) -> None:
    await store.accept(arriving())
    _, is_new = await store.accept(arriving(site="other"))
    assert is_new


async def test_a_key_is_free_again_when_its_time_is_over_whatever_became_of_its_row(store: Store) -> None:
    first = arriving(key_expires_at=NOW + 600)
    await store.accept(first)
    leased = await claimed(store)

    sooner, later = arriving(created_at=NOW + 599), arriving(created_at=NOW + 600)
    assert await store.earlier(sooner) == leased
    assert (await store.accept(sooner))[1] is False
    assert await store.earlier(later) is None
    assert await store.accept(later) == (later, True)
    found = await store.find(first.reference)
    assert found is not None
    assert found.state is State.SENDING


async def test_who_has_a_freed_key_keeps_it_when_the_first_one_is_saved(store: Store) -> None:
    """An attempt that was under way when its sign-up's key was given to another knows of the old one only."""
    await store.accept(arriving(key_expires_at=NOW + 600))
    sending = await claimed(store)
    later = arriving(created_at=NOW + 600, key_expires_at=NOW + 1200, address="other")
    assert await store.accept(later) == (later, True)
    learned = replace(sending, state=State.UNCERTAIN, lease_until=None)
    assert await store.save(sending, learned, "unclear")
    assert await store.find(sending.reference) == replace(learned, key=sending.reference, key_expires_at=None)
    assert await store.earlier(later) == later


async def test_a_key_is_not_free_before_its_time(store: Store) -> None:
    await store.accept(arriving(key_expires_at=NOW + 600, state=State.DONE))
    _, is_new = await store.accept(arriving(created_at=NOW + 599))
    assert not is_new


async def test_claim_takes_the_longest_due_first_and_none_before_it_is_due(store: Store) -> None:
    early = arriving("a", address="a", due_at=NOW - 5)
    late = arriving("b", address="b", due_at=NOW)
    future = arriving("c", address="c", due_at=NOW + 1)
    for submission in (future, late, early):
        await store.accept(submission)
    order = [await store.claim(NOW, NOW + 60) for _ in range(3)]
    assert [one and one.reference for one in order] == [early.reference, late.reference, None]


async def test_claim_by_name_does_not_wait_until_it_is_due(store: Store) -> None:
    submission = arriving(due_at=NOW + 5)
    await store.accept(submission)
    leased = await store.claim(NOW, NOW + 60, submission.reference)
    assert leased is not None
    assert (leased.state, leased.lease, leased.lease_until) == (State.SENDING, 1, NOW + 60)
    assert await store.claim(NOW, NOW + 60, submission.reference) is None


@pytest.mark.parametrize("state", sorted(set(State) - {State.ACCEPTED, State.WAITING, State.UNCERTAIN}))
async def test_claim_leaves_every_other_state_alone(store: Store, state: State) -> None:
    submission = arriving(state=state, lease_until=NOW if state is State.SENDING else None)
    await store.accept(submission)
    assert await store.claim(NOW, NOW + 60) is None
    assert await store.claim(NOW, NOW + 60, submission.reference) is None


@pytest.mark.parametrize("flying", [State.SENDING, State.UNCERTAIN])
async def test_one_address_is_sent_by_one_sign_up_at_a_time(store: Store, flying: State) -> None:
    flight = arriving("a", state=flying, due_at=NOW + 100)
    waiting = arriving("b")
    await store.accept(flight)
    await store.accept(waiting)
    assert await store.claim(NOW, NOW + 60) is None
    assert await store.claim(NOW, NOW + 60, waiting.reference) is None
    await store.save(flight, replace(flight, state=State.DONE), "client_made")
    assert await store.claim(NOW, NOW + 60) is not None


async def test_claims_at_once_never_share_a_row_or_an_address(store: Store) -> None:
    for number in range(12):
        await store.accept(arriving(f"key{number}", address=f"address{number // 2}"))
    taken = await asyncio.gather(*(store.claim(NOW, NOW + 60) for _ in range(20)))
    leased = [one for one in taken if one is not None]
    assert len({one.reference for one in leased}) == len(leased) == 6
    assert len({one.address for one in leased}) == 6


async def test_two_stores_on_one_database_never_claim_the_same_address(database_url: SecretStr) -> None:
    migrate_store(database_url)
    stores = [open_store(database_url), open_store(database_url)]
    for number in range(40):
        await stores[0].accept(arriving(f"key{number}", address=f"address{number % 4}"))
    taken = await asyncio.gather(*(stores[number % 2].claim(NOW, NOW + 60) for number in range(40)))
    addresses = [one.address for one in taken if one is not None]
    assert len(addresses) == len(set(addresses))
    assert addresses
    for one in stores:
        one.close()


async def test_a_stale_save_changes_nothing(store: Store) -> None:
    await store.accept(arriving())
    first = await claimed(store)
    done = after(first, ClientMade(7), NOW, Rules())
    assert await store.save(first, done, "client_made")
    assert not await store.save(first, after(first, AddressTaken(), NOW, Rules()), "address_taken")
    assert await store.find(first.reference) == done


async def test_a_save_under_an_older_lease_changes_nothing(store: Store) -> None:
    await store.accept(arriving())
    first = await claimed(store)
    await store.save(first, replace(first, state=State.WAITING), "not_sent")
    second = await claimed(store)
    assert second.state is first.state
    assert not await store.save(first, after(first, ClientMade(7), NOW, Rules()), "client_made")
    assert await store.find(first.reference) == second


async def test_a_save_does_not_undo_what_an_operator_did_meanwhile(store: Store) -> None:
    """His changes can leave the state and the lease as they were."""
    seen = arriving(state=State.UNCERTAIN, uncertain_since=NOW, plan="starter")
    await store.accept(seen)
    resolved = after(seen, Resolved(7), NOW + 1, Rules())
    assert resolved.state is State.UNCERTAIN
    assert await store.save(seen, resolved, "resolved")
    assert not await store.save(seen, after(seen, TooOld("timeout"), NOW + 2, Rules()), "too_old")
    assert await store.find(seen.reference) == resolved


async def test_a_row_released_while_it_is_purged_stays(postgresql_database: str) -> None:
    url = SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://"))
    migrate_store(url)
    store = open_store(url)
    held = arriving(state=State.HELD)
    await store.accept(held)
    with psycopg.connect(postgresql_database) as desk:
        desk.execute("UPDATE submissions SET state = 'waiting', updated_at = updated_at + 1")
        purge = asyncio.create_task(store.purge(held.site, NOW + 0.5))
        await _waits_for_a_lock(postgresql_database)
    assert await purge == 0
    assert await store.find(held.reference) == replace(held, state=State.WAITING, updated_at=NOW + 1)
    store.close()


async def _waits_for_a_lock(database: str) -> None:
    """Return once somebody waits for a lock in this database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(database, autocommit=True) as watch:
        async with asyncio.timeout(60):
            while watch.execute(waiting).fetchone() == (0,):
                await asyncio.sleep(0.01)


async def test_a_person_cannot_put_two_of_one_address_in_flight(store: Store) -> None:
    stuck = arriving("a", state=State.STUCK, uncertain_since=NOW)
    await store.accept(stuck)
    await store.accept(arriving("b", state=State.UNCERTAIN))
    with pytest.raises(InFlight):
        await store.save(stuck, replace(stuck, state=State.UNCERTAIN), "retried")


async def test_what_was_refused_comes_back_word_for_word(store: Store) -> None:
    await store.accept(arriving())
    leased = await claimed(store)
    refused = after(leased, Refused((FieldError("city", "not_accepted"),)), NOW, Rules())
    await store.save(leased, refused, "refused")
    assert await store.find(leased.reference) == refused


async def test_expired_leases_are_found(store: Store) -> None:
    await store.accept(arriving())
    leased = await claimed(store)
    assert await store.expired(NOW + 59) == []
    assert await store.expired(NOW + 60) == [leased]


async def test_one_bad_operation_does_not_fail_its_neighbours(store: Store) -> None:
    stuck = arriving("a", state=State.STUCK)
    await store.accept(stuck)
    await store.accept(arriving("b", state=State.UNCERTAIN))
    results = await asyncio.gather(
        *(store.accept(arriving(f"k{number}", address=f"a{number}")) for number in range(20)),
        store.save(stuck, replace(stuck, state=State.UNCERTAIN), "retried"),
        return_exceptions=True,
    )
    assert isinstance(results[-1], InFlight)
    assert all(isinstance(result, tuple) and result[1] for result in results[:-1])


async def test_a_waiter_that_goes_away_does_not_undo_the_commit(store: Store) -> None:
    submission = arriving()
    waiter = asyncio.create_task(store.accept(submission))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    assert await store.find(submission.reference) == submission


async def test_one_impossible_value_does_not_fail_its_neighbours(postgresql_database: str) -> None:
    url = SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://"))
    migrate_store(url)
    store = open_store(url)
    good = [store.accept(arriving(f"k{number}", address=f"a{number}")) for number in range(20)]
    *accepted, refused = await asyncio.gather(*good, store.find("\x00"), return_exceptions=True)
    assert all(isinstance(one, tuple) and one[1] for one in accepted)
    assert isinstance(refused, Unavailable)
    store.close()


async def test_two_replicas_renewing_one_key_answer_with_what_is_on_disk(database_url: SecretStr) -> None:
    migrate_store(database_url)
    stores = [open_store(database_url), open_store(database_url)]
    for number in range(20):
        await stores[0].accept(arriving(f"k{number}", address=f"a{number}", key_expires_at=NOW, state=State.DONE))
        renewing = [store.accept(arriving(f"k{number}", address=f"a{number}")) for store in stores]
        answers = await asyncio.gather(*renewing)
        assert [is_new for _, is_new in answers].count(True) == 1
        for submission, _ in answers:
            assert await stores[0].find(submission.reference) is not None
    for store in stores:
        store.close()


async def test_aged_finds_what_is_due_and_old(store: Store) -> None:
    for state in State:
        await store.accept(arriving(state, address=state, state=state))
    await store.accept(arriving("touched", updated_at=NOW + 1))
    await store.accept(arriving("later", due_at=NOW + 1))
    found = {one.key for one in await store.aged(NOW, NOW)}
    assert found == {State.ACCEPTED, State.WAITING, State.UNCERTAIN}
    assert len(await store.aged(NOW, NOW, most=2)) == 2


async def test_a_save_never_brings_back_an_older_seal(store: Store) -> None:
    """Keys are changed beside running gateways, whose attempts still hold what the old key had sealed."""
    await store.accept(arriving("a", payload=b"old"))
    claimed = await store.claim(NOW, NOW + 60)
    assert claimed is not None
    assert await store.archive.reseal(claimed.reference, b"old", b"new")
    assert await store.save(claimed, replace(claimed, state=State.WAITING, lease_until=None), "not_sent")
    found = await store.find(claimed.reference)
    assert found is not None
    assert (found.state, found.payload) == (State.WAITING, b"new")
