"""A solved challenge is good for one sign-up of its site, however many replicas are asked at once."""

import asyncio

import pytest
from pydantic import SecretStr

from app.store import ProofUsed, Store, migrate_store, open_store
from app.submissions import State, Submission
from tests.integration.rows import NOW, arriving

LEASED = {"state": State.SENDING, "lease": 1, "lease_until": NOW + 60}
HELD = {"state": State.HELD, "reason": "honeypot"}


@pytest.mark.parametrize("changes", [{}, LEASED, HELD], ids=["accepted", "leased", "held"])
async def test_a_second_sign_up_with_the_same_proof_is_refused_and_leaves_nothing(
    store: Store, changes: dict[str, object]
) -> None:
    first = arriving("a", address="a", proof="p")
    assert await store.accept(first) == (first, True)
    second = arriving("b", address="b", proof="p", **changes)
    with pytest.raises(ProofUsed):
        await store.accept(second)
    assert await store.find(second.reference) is None
    assert await store.archive.timeline(second.reference) == []


async def test_a_retry_with_the_same_key_and_proof_is_answered_again(store: Store) -> None:
    first = arriving("a", proof="p", **LEASED)
    await store.accept(first)
    assert await store.accept(arriving("a", proof="p", **LEASED)) == (first, False)


async def test_a_proof_counts_for_its_site_only(store: Store) -> None:
    await store.accept(arriving("a", proof="p"))
    _, is_new = await store.accept(arriving("b", site="other", proof="p"))
    assert is_new
    asked = [arriving("c", site=of, proof="p") for of in ("acme", "other", "third")]
    assert [await store.is_used(one) for one in asked] == [True, True, False]
    assert not await store.is_used(arriving("a", proof="p"))  # the same sign-up again
    assert not await store.is_used(arriving("c", proof="q"))
    assert not await store.is_used(arriving("c"))


async def test_sign_ups_without_proof_do_not_hinder_each_other(store: Store) -> None:
    answers = [await store.accept(arriving(key)) for key in "abc"]
    assert all(is_new for _, is_new in answers)


async def test_a_used_proof_and_a_key_that_is_free_again_make_no_second_sign_up(store: Store) -> None:
    first = arriving("a", proof="p", key_expires_at=NOW, state=State.DONE)
    await store.accept(first)
    with pytest.raises(ProofUsed):
        await store.accept(arriving("a", proof="p"))


async def test_a_leased_one_whose_address_is_in_flight_still_waits_with_a_proof_of_its_own(store: Store) -> None:
    await store.accept(arriving("a", proof="p", **LEASED))
    stored, is_new = await store.accept(arriving("b", proof="q", **LEASED))
    assert (is_new, stored.state, stored.proof) == (True, State.ACCEPTED, "q")


async def test_one_refused_for_its_proof_does_not_fail_those_stored_with_it(store: Store) -> None:
    await store.accept(arriving("a", address="a", proof="p"))
    batch = [arriving(f"k{number}", address=f"a{number}", proof="p" if number == 5 else None) for number in range(10)]
    answers = await asyncio.gather(*map(store.accept, batch), return_exceptions=True)
    assert [type(answer) is ProofUsed for answer in answers] == [number == 5 for number in range(10)]


@pytest.mark.parametrize("changes", [{}, LEASED], ids=["accepted", "leased"])
async def test_of_two_replicas_racing_with_one_proof_one_wins(
    database_url: SecretStr, changes: dict[str, object]
) -> None:
    migrate_store(database_url)
    replicas = [open_store(database_url), open_store(database_url)]

    async def accepts(store: Store, submission: Submission) -> bool:
        try:
            return (await store.accept(submission))[1]
        except ProofUsed:
            return False

    try:
        for number in range(20):
            named = [f"{number}{place}" for place in "ab"]
            rivals = [arriving(name, address=name, proof=f"p{number}", **changes) for name in named]
            won = await asyncio.gather(*(accepts(store, rival) for store, rival in zip(replicas, rivals, strict=True)))
            assert sorted(won) == [False, True]
    finally:
        for store in replicas:
            store.close()
