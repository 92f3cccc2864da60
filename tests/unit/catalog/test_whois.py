"""WHMCS is asked about names seldom, a few at a time and only so often, whoever wants to know."""

import asyncio

import pytest

from app.catalog.domains import SEARCHING, SHOWN
from app.catalog.tlds import FRESH
from app.catalog.whois import A_MINUTE, AT_ONCE, FREE_FOR, KNOWN, TAKEN_FOR
from app.errors import CatalogUnavailable, InvalidFields, RateLimited
from app.whmcs import Standing, Uncertain
from app.whmcs.breaker import FAULTS
from tests.unit.catalog.town import VISITOR, Town, selling
from tests.unit.playing import played
from tests.unit.whmcs.samples import EMITTER_PAGE

WIDE = {"domains": "100000/minute"}


def test_a_label_is_looked_up_under_the_first_endings() -> None:
    async def story() -> None:
        town = Town()
        town.registry.taken = {"ada.net"}
        assert await town.search(" Ada ") == {
            "ada.com": "available",
            "ada.net": "taken",
            "ada.org": "available",
            "ada.co.uk": "available",
            "ada.ai": "available",
        }
        assert len(town.registry.looked_up) == SHOWN

    played(story)


def test_a_name_is_looked_up_and_only_if_it_is_taken_are_others() -> None:
    async def story() -> None:
        town = Town()
        town.registry.taken = {"taken.com"}
        assert await town.search("free.com") == {"free.com": "available"}
        found = await town.search("https://Taken.com/")
        assert list(found) == ["taken.com", "taken.net", "taken.org", "taken.co.uk"]
        assert [*found.values()] == ["taken", "available", "available", "available"]

    played(story)


def test_prices_come_in_the_sites_currencies() -> None:
    async def story() -> None:
        euros = selling(currencies={"EUR": 2})
        town = Town(euros, selling())
        (row,) = (await town.domains.search(euros, "bücher.com", VISITOR))["domains"]
        assert (row["domain"], row["unicode"]) == ("xn--bcher-kva.com", "bücher.com")
        assert row["prices"] == {
            "EUR": {
                "register": {"1": {"price": "12.00", "text": "€12,00"}, "2": {"price": "24.00", "text": "€24,00"}},
                "transfer": {"1": {"price": "11.00", "text": "€11,00"}},
            }
        }
        (row,) = (await town.domains.search(selling(), "ada.com", VISITOR))["domains"]
        assert set(row["prices"]) == {"USD", "EUR"}

    played(story)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "invalid_domain"),
        ("a b", "invalid_domain"),
        ("ada.zz", "tld_not_sold"),
        ("www.ada.com", "invalid_domain"),
        ("x" * 100_000, "invalid_domain"),
        ("a\u202e", "invalid_characters"),
    ],
)
def test_what_is_no_name_is_refused_and_not_looked_up(typed: str, code: str) -> None:
    async def story() -> None:
        town = Town()
        with pytest.raises(InvalidFields) as refused:
            await town.search(typed)
        assert [(fault.field, fault.code) for fault in refused.value.errors] == [("name", code)]
        assert town.registry.looked_up == []

    played(story)


def test_nobody_shows_names_without_prices() -> None:
    async def story() -> None:
        town = Town()
        town.registry.answers["GetTLDPricing"] = EMITTER_PAGE
        with pytest.raises(CatalogUnavailable):
            await town.search("ada")
        assert town.registry.looked_up == []

    played(story)


def test_what_the_registry_does_not_say_in_time_is_unknown_and_known_later() -> None:
    async def story() -> None:
        town = Town()
        await town.search("bob.com")
        town.registry.seconds = 8
        began = town.clock()
        assert await town.search("ada.com") == {"ada.com": "unknown"}
        assert town.clock() - began == SEARCHING.name
        await asyncio.sleep(4)
        assert await town.search("ada.com") == {"ada.com": "available"}
        assert town.registry.looked_up == ["bob.com", "ada.com"]

    played(story)


def test_few_questions_are_under_way_at_once() -> None:
    async def story() -> None:
        town = Town(selling(limits=WIDE), most=30)
        town.registry.seconds = 0.5
        await asyncio.gather(*(town.search(f"name-{number}.com") for number in range(12)))
        assert town.registry.most_under_way == AT_ONCE

    played(story)


def test_it_takes_no_slot_that_a_sign_up_needs() -> None:
    async def story() -> None:
        town = Town(selling(limits=WIDE), most=3)
        await town.search("bob.com")
        town.registry.seconds = 1
        searches = [asyncio.create_task(town.search(f"name-{number}.com")) for number in range(5)]
        await asyncio.sleep(0.5)
        assert town.registry.under_way == 2
        slot = await town.slots.take(0)
        assert slot is not None
        slot.free()
        await asyncio.gather(*searches)

    played(story)


def test_free_is_believed_for_minutes_and_taken_for_longer() -> None:
    async def story() -> None:
        town = Town()
        town.registry.taken = {"taken.com"}
        names = ("free.com", "taken.com")
        for name in names:
            await town.post(name, "transfer" if name == "taken.com" else "register")
        asked = len(town.registry.looked_up)
        await asyncio.sleep(FREE_FOR - 1)
        town.registry.taken = {"free.com"}
        await town.post("free.com")
        assert len(town.registry.looked_up) == asked
        await asyncio.sleep(1)
        with pytest.raises(InvalidFields):
            await town.post("free.com")
        await asyncio.sleep(TAKEN_FOR - FREE_FOR - 1)
        await town.post("taken.com", "transfer")
        assert town.registry.looked_up.count("taken.com") == 1
        await asyncio.sleep(1)
        with pytest.raises(InvalidFields):
            await town.post("taken.com", "transfer")
        assert town.registry.looked_up.count("taken.com") == 2

    played(story)


def test_all_together_ask_so_often_a_minute() -> None:
    async def story() -> None:
        town = Town(selling(limits=WIDE))
        for number in range(2 * A_MINUTE):
            await town.search(f"name-{number}.com", visitor=f"198.51.{number}.7")
        assert len(town.registry.looked_up) == A_MINUTE
        assert await town.search("other.com") == {"other.com": "unknown"}
        await asyncio.sleep(61)
        assert await town.search("other.com") == {"other.com": "available"}

    played(story)


def test_no_more_names_are_remembered_than_there_is_room_for() -> None:
    async def story() -> None:
        town = Town(selling(limits=WIDE))
        for number in range(KNOWN + 10):
            await town.search(f"name-{number}.com")
            await asyncio.sleep(1.1)
        assert len(town.domains._whois._kept) == KNOWN

    played(story)


def test_one_address_has_so_many_names_looked_up_and_those_that_are_known_for_nothing() -> None:
    async def story() -> None:
        town = Town(selling(limits={"domains": "6/hour"}))
        assert set((await town.search("ada")).values()) == {"available"}
        assert [*(await town.search("bob")).values()] == ["available", *["unknown"] * (SHOWN - 1)]
        for _ in range(10):
            await town.search("ada")
        with pytest.raises(RateLimited) as refused:
            await town.search("eve")
        assert (refused.value.policy, refused.value.quota) == ("domains", 6)
        assert set((await town.search("eve", visitor="203.0.113.8")).values()) == {"available"}
        assert town.quotas.refusals["domains"] > 0

    played(story)


@pytest.mark.parametrize("command", ["DomainWhois", "GetTLDPricing"])
def test_how_it_ends_says_nothing_about_sign_ups(command: str) -> None:
    """A registry that fails opens no breaker, and one that works does not close it."""

    async def story() -> None:
        town = Town(selling(limits=WIDE, tlds=["com"]))
        for _ in range(FAULTS - 1):
            town.breaker.note("AddClient", Uncertain("read_timeout"))
        for number in range(2 * FAULTS):
            town.registry.answers = {command: Uncertain("read_timeout")} if number % 2 else {}
            await town.post(f"name-{number}.com")
            await asyncio.sleep(FRESH)
        assert town.breaker.standing is Standing.CLOSED
        town.breaker.note("AddClient", Uncertain("read_timeout"))
        assert town.breaker.open

    played(story)


def test_closing_ends_the_questions_under_way() -> None:
    async def story() -> None:
        town = Town()
        await town.search("bob.com")
        town.registry.seconds = 3600
        searching = asyncio.create_task(town.search("ada"))
        await asyncio.sleep(1)
        began = town.clock()
        await town.domains.close()
        assert set((await searching).values()) == {"unknown"}
        assert town.clock() == began
        assert len(asyncio.all_tasks()) == 1

    played(story)
