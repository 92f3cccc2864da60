"""The prices that a page has which makes sense without them: known ones at once, and nobody waits long for others."""

from app.catalog.keeping import BESIDE
from tests.unit.catalog.counter import Counter, selling
from tests.unit.forms.visitors import site
from tests.unit.playing import played

PLANS = {
    "starter": {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe"},
    "seldom": {"pid": 1, "billing_cycle": "triennially", "payment_method": "stripe"},
    "nothing": {"pid": 9, "billing_cycle": "monthly", "payment_method": "stripe"},
}


def test_each_plan_has_the_price_of_its_cycle_if_there_is_one() -> None:
    async def story() -> dict[str, str]:
        return await Counter().catalog.price_texts(site(plans=PLANS))

    assert played(story) == {"starter": "$5.00 USD"}


def test_they_are_in_the_currency_that_a_visitor_gets_who_asks_for_none() -> None:
    async def story() -> dict[str, str]:
        euros = site(plans=PLANS, currencies={"USD": 1, "EUR": 2}, defaults={"currency": "EUR"})
        return await Counter().catalog.price_texts(euros)

    assert played(story) == {"starter": "€4.50 EUR"}


def test_a_page_waits_a_second_and_has_them_the_next_time() -> None:
    async def story() -> None:
        counter, given = Counter(), selling()
        counter.till.seconds = 2 * BESIDE
        began = counter.clock()
        assert await counter.catalog.price_texts(given) == {}
        assert counter.clock() - began == BESIDE
        await counter.catalog.leaflet(given)
        began = counter.clock()
        assert list(await counter.catalog.price_texts(given)) == ["server"]
        assert counter.clock() == began

    played(story)


def test_a_site_without_plans_asks_for_nothing() -> None:
    async def story() -> list[str]:
        counter = Counter()
        assert await counter.catalog.price_texts(site()) == {}
        return counter.asked

    assert played(story) == []
