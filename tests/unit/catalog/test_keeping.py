"""However many look, WHMCS is asked seldom, and whatever becomes of it, nobody waits and sign-ups go first."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from app.catalog import Asker, Catalog
from app.catalog.asking import AGAIN, FRESH, PATIENCE
from app.catalog.keeping import AT_FIRST, KEPT
from app.errors import CatalogUnavailable
from app.slots import Slots
from app.whmcs import Breaker, Cause, Credentials, Rejected, Reply, Standing, Uncertain, Whmcs
from app.whmcs.breaker import FAULTS
from tests.unit.forms.visitors import site
from tests.unit.playing import played
from tests.unit.whmcs.samples import JSON, error, success

SITE = site(plans={"starter": {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe"}})


class Shop:
    """WHMCS, which sells one product; a call takes its ``seconds``."""

    deadline = 45.0

    def __init__(self) -> None:
        self.seconds = 0.0
        self.price = "5.00"
        self.asked: list[str] = []
        self.answer: bytes | Exception | None = None  # what it says instead

    async def post(self, body: bytes) -> Reply:
        """One call."""
        sent = parse_qs(body.decode())
        self.asked.append(sent["action"][0])
        await asyncio.sleep(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        product = {"pid": 1, "name": "Starter", "paytype": "recurring", "pricing": {"USD": {"monthly": self.price}}}
        goods: dict[str, dict[str, Any]] = {
            "GetProducts": {"products": {"product": [product]}},
            "GetCurrencies": {"currencies": [USD]},
        }
        return Reply(200, JSON, success(**goods[self.asked[-1]]) if self.answer is None else self.answer)


USD = {"id": 1, "code": "USD", "prefix": "$", "suffix": "", "format": 1}


class Street:
    """A shop, and the catalogue of it, on the running loop's clock."""

    def __init__(self, most: int = 6) -> None:
        self.clock = asyncio.get_running_loop().time
        self.shop, self.slots = Shop(), Slots(most)
        self.breaker = Breaker(self.clock, spread=lambda: 1.0)
        whmcs = Whmcs(self.shop, Credentials("a", "b"), self.breaker)
        asker = Asker(whmcs=whmcs, breaker=self.breaker, slots=self.slots)
        self.catalog = Catalog([1], asker=asker, clock=self.clock)

    async def look(self) -> dict[str, Any]:
        """What one visitor sees."""
        seen: dict[str, Any] = json.loads((await self.catalog.leaflet(SITE)).body)
        return seen

    async def price(self) -> tuple[str, bool]:
        """The price that one visitor sees, and whether it is marked as old."""
        seen = await self.look()
        return seen["plans"]["starter"]["prices"]["USD"]["monthly"]["price"], seen["stale"]

    async def nothing(self) -> int:
        """After how many seconds a visitor who sees nothing is to come back."""
        with pytest.raises(CatalogUnavailable) as refused:
            await self.look()
        assert refused.value.retry_after is not None
        return refused.value.retry_after


def test_whmcs_is_asked_once_for_everybody_and_once_in_a_period() -> None:
    async def story() -> None:
        street = Street()
        street.shop.seconds = 0.25
        for _ in range(3):
            await asyncio.gather(*(street.look() for _ in range(50)))
            await asyncio.sleep(FRESH / 3)
        assert street.shop.asked == ["GetCurrencies", "GetProducts"]
        await asyncio.sleep(FRESH)
        await asyncio.gather(*(street.look() for _ in range(50)))
        await asyncio.sleep(1)
        assert len(street.shop.asked) == 4

    played(story)


def test_nobody_looks_so_nobody_is_asked() -> None:
    async def story() -> None:
        street = Street()
        await street.look()
        await asyncio.sleep(10 * FRESH)
        assert len(street.shop.asked) == 2

    played(story)


def test_only_the_first_waits_and_whoever_comes_next_sees_the_new_price() -> None:
    async def story() -> None:
        street = Street()
        assert await street.price() == ("5.00", False)
        await asyncio.sleep(FRESH)
        street.shop.price, street.shop.seconds = "6.00", 4.0
        began = street.clock()
        assert await street.price() == ("5.00", True)
        assert street.clock() == began
        await asyncio.sleep(9)
        assert await street.price() == ("6.00", False)

    played(story)


@pytest.mark.parametrize("answer", [Uncertain("read_timeout"), error("Invalid Permissions"), success(), b"<html>"])
def test_what_was_known_is_shown_for_hours_and_marked_and_whmcs_is_left_alone(answer: bytes | Exception) -> None:
    async def story() -> None:
        street = Street()
        await street.look()
        street.shop.answer = answer
        await asyncio.sleep(FRESH)
        for _ in range(100):
            assert await street.price() == ("5.00", True)
            await asyncio.sleep(AGAIN / 10)
        assert len(street.shop.asked) <= 2 + 2 * 10
        await asyncio.sleep(KEPT - FRESH - 10 * AGAIN - 1)
        assert await street.price() == ("5.00", True)
        await asyncio.sleep(1)
        assert 0 < await street.nothing() <= AGAIN
        street.shop.answer = None
        await asyncio.sleep(AGAIN)
        assert await street.price() == ("5.00", False)

    played(story)


def test_who_comes_first_waits_a_little_and_no_longer() -> None:
    async def story() -> None:
        street = Street()
        street.shop.seconds = 3600
        began = street.clock()
        await street.nothing()
        assert street.clock() - began == AT_FIRST
        await asyncio.sleep(PATIENCE)
        street.shop.seconds = 0
        assert await street.nothing() <= AGAIN
        await asyncio.sleep(AGAIN)
        assert await street.price() == ("5.00", False)

    played(story)


def test_it_takes_no_slot_that_a_sign_up_needs() -> None:
    async def story() -> None:
        street = Street(most=3)
        backlog = [await street.slots.take_for_backlog(0) for _ in range(2)]
        await street.nothing()
        assert street.shop.asked == []
        assert await street.slots.take(0) is not None
        await asyncio.sleep(PATIENCE)
        for slot in filter(None, backlog):
            slot.free()
        await asyncio.sleep(AGAIN)
        assert await street.price() == ("5.00", False)
        assert all([await street.slots.take(0) for _ in range(2)])  # it gave its own back

    played(story)


def test_while_the_breaker_is_open_nothing_is_asked() -> None:
    async def story() -> None:
        street = Street()
        street.breaker.note("AddClient", Rejected(Cause.IP))
        assert await street.nothing() == AGAIN
        assert street.shop.asked == []

    played(story)


@pytest.mark.parametrize("answer", [Uncertain("read_timeout"), b"<html>", None])
def test_how_it_ends_says_nothing_about_sign_ups(answer: bytes | Exception | None) -> None:
    """A broken catalogue opens no breaker, and one that works does not close it."""

    async def story() -> None:
        street = Street()
        street.shop.answer = answer
        for _ in range(FAULTS - 1):
            street.breaker.note("AddClient", Uncertain("read_timeout"))
        for _ in range(FAULTS):
            await asyncio.gather(street.look(), return_exceptions=True)
            await asyncio.sleep(FRESH)
        assert street.breaker.standing is Standing.CLOSED
        street.breaker.note("AddClient", Uncertain("read_timeout"))
        assert street.breaker.open

    played(story)


def test_closing_ends_a_question_under_way() -> None:
    async def story() -> None:
        street = Street()
        await street.catalog.close()
        street.shop.seconds = 3600
        asker = asyncio.create_task(street.nothing())
        await asyncio.sleep(1)
        began = street.clock()
        await street.catalog.close()
        assert street.clock() == began
        assert await asker > 0
        assert len(asyncio.all_tasks()) == 1

    played(story)
