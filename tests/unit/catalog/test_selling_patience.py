"""How seldom WHMCS is asked what it sells, how short a visitor waits for it, and that its silence refuses nobody."""

import asyncio

import pytest

from app.catalog.asking import AGAIN, FRESH
from app.catalog.promoting import A_MINUTE, KNOWN
from app.catalog.selling import PATIENCE, TRUSTED
from app.errors import InvalidFields
from app.sandbox.faults import Fault
from app.sandbox.shop import switch
from app.whmcs import Cause, Rejected
from app.whmcs.breaker import FAULTS
from tests.unit.catalog.counter import NO_PLAN, Counter, Faults, faults, order, sell_out, selling
from tests.unit.playing import played


def test_whmcs_is_asked_once_for_many_orders() -> None:
    async def story() -> None:
        counter, given = Counter(), selling()
        counter.till.seconds = 0.2
        for _ in range(3):
            await asyncio.gather(*(counter.check(given, promo_code="launch") for _ in range(30)))
            await asyncio.sleep(FRESH / 4)
        assert sorted(counter.asked) == ["GetCurrencies", "GetPaymentMethods", "GetProducts", "GetPromotions"]

    played(story)


@pytest.mark.parametrize("action", ["GetProducts", "GetCurrencies", "GetPaymentMethods", "GetPromotions"])
def test_what_the_role_does_not_allow_refuses_nobody(action: str) -> None:
    async def story() -> dict[str, str]:
        counter = Counter()
        switch(counter.till.whmcs.ledger, "stripe")
        counter.till.whmcs.faults.add(Fault("no_permission", action=action))
        return dict(await faults(counter, selling(billing_cycle="quarterly"), promo_code="BYGONE"))

    found = played(story)
    assert ("promo_code" in found) == (action != "GetPromotions")
    assert "plan" in found  # for the cycle, or the way to pay


def test_while_whmcs_is_silent_nobody_is_refused_and_nobody_waits_long() -> None:
    async def story() -> None:
        counter, given = Counter(), selling(billing_cycle="quarterly")
        counter.till.seconds = 3600
        began = counter.clock()
        assert await faults(counter, given, promo_code="BYGONE") == []
        assert counter.clock() - began == PATIENCE
        await asyncio.sleep(30)
        counter.till.seconds, counter.till.silent = 0, True
        assert await faults(counter, given) == []
        began, asked = counter.clock(), len(counter.asked)
        for _ in range(10):
            assert await faults(counter, given) == []
        assert (counter.clock(), len(counter.asked)) == (began, asked)
        counter.till.silent = False
        await asyncio.sleep(AGAIN)
        assert await faults(counter, given) == NO_PLAN

    played(story)


def test_while_the_breaker_is_open_nothing_is_asked_and_nobody_waits() -> None:
    async def story() -> None:
        counter = Counter()
        counter.breaker.note("AddClient", Rejected(Cause.IP))
        began = counter.clock()
        assert await faults(counter, selling(pid=9), promo_code="BYGONE") == []
        assert (counter.asked, counter.clock()) == ([], began)

    played(story)


def test_it_takes_no_slot_that_a_sign_up_needs() -> None:
    async def story() -> None:
        counter = Counter(most=3)
        backlog = [await counter.slots.take_for_backlog(0) for _ in range(2)]
        assert await faults(counter, selling(pid=9)) == []
        assert counter.asked == []
        assert await counter.slots.take(0) is not None
        assert all(backlog)

    played(story)


def test_an_answer_is_trusted_for_minutes_while_a_newer_one_is_on_its_way_and_no_longer() -> None:
    async def story() -> None:
        counter, given = Counter(), selling()
        assert await faults(counter, given) == []
        sell_out(counter)
        await asyncio.sleep(FRESH)
        counter.till.seconds = 4
        began = counter.clock()
        assert await faults(counter, given) == []
        assert counter.clock() == began
        await asyncio.sleep(10)
        assert await faults(counter, given) == NO_PLAN
        counter.till.silent = True
        await asyncio.sleep(TRUSTED)
        assert await faults(counter, given) == []

    played(story)


def test_where_customers_are_hidden_nobody_waits_for_whmcs() -> None:
    async def story() -> None:
        counter = Counter()
        given = selling(pid=9).model_copy(update={"existing_customer": "hide"})
        counter.till.seconds = 1
        began = counter.clock()
        assert await faults(counter, given) == []
        assert counter.clock() == began
        await asyncio.sleep(5)
        assert await faults(counter, given) == NO_PLAN

    played(story)


@pytest.mark.parametrize(("existing", "told"), [("tell", [("promo_code", "promo_code_expired")]), ("hide", [])])
def test_where_customers_are_hidden_a_codes_uses_do_not_tell_whose_order_was_made(existing: str, told: Faults) -> None:
    async def story() -> Faults:
        counter, shop = Counter(), selling().model_copy(update={"existing_customer": existing})
        counter.till.whmcs.ledger.redeemed["FIRST3"] = 3
        await faults(counter, shop, promo_code="FIRST3")
        await asyncio.sleep(5)
        return await faults(counter, shop, promo_code="FIRST3")

    assert played(story) == told


def test_guessing_codes_costs_whmcs_little() -> None:
    async def story() -> None:
        counter, given = Counter(), selling()
        for number in range(3 * KNOWN):
            found = await faults(counter, given, promo_code=f"GUESS{number}")
            assert found == ([("promo_code", "unknown_promo_code")] if number < A_MINUTE else [])
        assert counter.asked.count("GetPromotions") == A_MINUTE
        for spelling in ("GUESS1000", "guess1000", "Guess1000"):
            await asyncio.sleep(61)
            await faults(counter, given, promo_code=spelling)
        assert counter.asked.count("GetPromotions") == A_MINUTE + 1
        codes = {str(call.params["code"]) for call in counter.till.whmcs.ledger.calls if call.action == "GetPromotions"}
        assert all(codes)

    played(story)


def test_a_crowd_with_more_codes_than_are_remembered_is_answered() -> None:
    async def story() -> None:
        counter, given = Counter(), selling()
        counter.till.seconds = 1
        orders = (counter.check(given, promo_code=f"GUESS{number}") for number in range(4 * KNOWN))
        found = await asyncio.gather(*orders, return_exceptions=True)
        assert {type(one) for one in found} <= {type(None), InvalidFields}

    played(story)


def test_only_so_many_codes_are_remembered() -> None:
    async def story() -> None:
        counter, given = Counter(), selling()
        for number in range(KNOWN + 1):
            await faults(counter, given, promo_code=f"GUESS{number}")
        await asyncio.sleep(61)
        for number, asked in ((1, A_MINUTE), (0, A_MINUTE + 1)):
            await faults(counter, given, promo_code=f"GUESS{number}")
            assert counter.asked.count("GetPromotions") == asked

    played(story)


def test_however_often_it_fails_sign_ups_go_on() -> None:
    async def story() -> None:
        counter = Counter()
        counter.till.silent = True
        for number in range(2 * FAULTS):
            assert await faults(counter, selling(), promo_code=f"CODE{number}") == []
        assert counter.asked.count("GetPromotions") == 2 * FAULTS
        assert not counter.breaker.open

    played(story)


def test_closing_ends_what_is_under_way() -> None:
    async def story() -> None:
        counter = Counter()
        counter.till.seconds = 3600
        given = selling()
        await counter.sales.check(given, order(given, promo_code="LAUNCH"))
        await counter.sales.close()
        await counter.catalog.close()
        assert len(asyncio.all_tasks()) == 1

    played(story)
