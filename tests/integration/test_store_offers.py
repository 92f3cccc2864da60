"""The uses of an offer link, counted exactly, on a real SQLite and a real PostgreSQL."""

import asyncio
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from app.offer_links import Offer
from app.outcomes import AddressTaken, ClientMade, NotSent
from app.store import OfferUsed, Store, migrate_store, open_store
from app.submissions import Rules, State, Submission, after
from tests.integration.rows import NOW, arriving

OFFER = Offer("offer", "starter", "", int(NOW) + 60, 3)


def coming(number: int, offer: Offer = OFFER) -> Submission:
    return arriving(f"key{number}", address=f"address{number}", offer=offer.name)


async def taken(stores: list[Store], numbers: range, offer: Offer = OFFER) -> list[int]:
    """Which of these sign-ups were taken, all sent at once, to one store after the other."""
    sent = (stores[number % len(stores)].accept(coming(number, offer), offer) for number in numbers)
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert all(isinstance(answer, tuple | OfferUsed) for answer in answers)
    return [number for number, answer in zip(numbers, answers, strict=True) if isinstance(answer, tuple)]


def counted(url: SecretStr) -> dict[str, int]:
    engine = create_engine(url.get_secret_value())
    with engine.connect() as connection:
        found = {row.name: row.used for row in connection.execute(text("SELECT name, used FROM offers"))}
    engine.dispose()
    return found


async def test_of_many_at_once_only_so_many_are_taken_and_nothing_is_left_of_the_others(
    store: Store, database_url: SecretStr
) -> None:
    assert len(await taken([store], range(20))) == 3
    assert counted(database_url) == {"offer": 3}
    assert sum((await store.archive.counts()).values()) == 3
    assert await taken([store], range(20, 25)) == []


async def test_two_replicas_count_as_one(database_url: SecretStr) -> None:
    migrate_store(database_url)
    stores = [open_store(database_url), open_store(database_url)]
    offers = [replace(OFFER, name=f"offer{number}", uses=5) for number in range(3)]
    rounds = [taken(stores, range(100 * number, 100 * number + 30), offer) for number, offer in enumerate(offers)]
    assert [len(one) for one in await asyncio.gather(*rounds)] == [5, 5, 5]
    assert counted(database_url) == {"offer0": 5, "offer1": 5, "offer2": 5}
    for one in stores:
        one.close()


async def test_who_sends_again_uses_it_once(store: Store, database_url: SecretStr) -> None:
    first = coming(1)
    for _ in range(5):
        assert (await store.accept(replace(coming(1)), OFFER))[0].key == first.key
    assert counted(database_url) == {"offer": 1}


async def test_who_sends_again_when_it_is_used_up_gets_his_first_answer(store: Store) -> None:
    first, _ = await store.accept(coming(1), OFFER)
    await taken([store], range(2, 9))
    assert await store.accept(coming(1), OFFER) == (first, False)
    with pytest.raises(OfferUsed):
        await store.accept(coming(9), OFFER)


async def test_without_a_limit_nothing_is_counted(store: Store, database_url: SecretStr) -> None:
    assert len(await taken([store], range(10), replace(OFFER, uses=0))) == 10
    assert counted(database_url) == {}


async def test_only_a_sign_up_that_ends_rejected_gives_its_use_back(store: Store, database_url: SecretStr) -> None:
    for number in range(3):
        await store.accept(coming(number), OFFER)
    for outcome, used in ((ClientMade(7), 3), (NotSent("read_timeout"), 3), (AddressTaken(), 2)):
        claimed = await store.claim(NOW, NOW + 60)
        assert claimed is not None
        learned = after(claimed, outcome, NOW, Rules())
        assert await store.save(claimed, learned, "learned")
        assert not await store.save(claimed, learned, "learned")  # somebody's second try
        assert counted(database_url) == {"offer": used}
    assert len(await taken([store], range(10, 15))) == 1


async def test_a_held_one_that_a_person_refuses_gives_it_back_too(store: Store, database_url: SecretStr) -> None:
    held = replace(coming(1), state=State.HELD)
    await store.accept(held, OFFER)
    await store.save(held, replace(held, state=State.REJECTED), "declined")
    assert counted(database_url) == {"offer": 0}


async def test_counts_go_when_the_offer_is_over(store: Store, database_url: SecretStr) -> None:
    await store.accept(coming(1), OFFER)
    assert await store.forget_offers(OFFER.expires_at) == 0
    assert await store.forget_offers(OFFER.expires_at + 1) == 1
    assert counted(database_url) == {}


async def test_a_sign_up_keeps_its_offers_name(store: Store) -> None:
    stored, _ = await store.accept(coming(1), OFFER)
    claimed = await store.claim(NOW, NOW + 60)
    assert claimed is not None
    await store.save(claimed, after(claimed, ClientMade(7), NOW, Rules()), "client_made")
    found = await store.find(stored.reference)
    assert found is not None
    assert found.offer == "offer"
