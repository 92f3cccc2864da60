"""What WHMCS does not sell is refused before the visitor is thanked; what it does not tell refuses nobody."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from app.sandbox.shop import switch
from app.sites import Site
from tests.unit.catalog.counter import NO_PLAN, Counter, Faults, faults, sell_out, selling
from tests.unit.forms.visitors import form, site
from tests.unit.playing import played


def told(given: Site, prepare: Callable[[Counter], object] = lambda _: None, **answers: str) -> Faults:
    """What a visitor is told who orders once."""

    async def story() -> Faults:
        counter = Counter()
        prepare(counter)
        return await faults(counter, given, **answers)

    return played(story)


def off(*modules: str) -> Callable[[Counter], None]:
    def prepare(counter: Counter) -> None:
        for module in modules:
            switch(counter.till.whmcs.ledger, module)

    return prepare


def test_what_is_sold_is_taken() -> None:
    assert told(selling(quantity=5)) == []
    assert (
        told(selling(promo_codes=["LAUNCH"], payment_methods=["paypal"]), promo_code="launch", payment_method="paypal")
        == []
    )


@pytest.mark.parametrize(
    "plan",
    [
        {"pid": 9},
        {"billing_cycle": "quarterly"},
        {"quantity": 6},
        {"stock_control": False, "quantity": 6},
        {"more": [{"pid": 1, "billing_cycle": "biennially"}]},
        {"more": [{"pid": 8, "billing_cycle": "monthly"}]},
    ],
    ids=str,
)
def test_a_plan_that_is_not_for_sale(plan: dict[str, object]) -> None:
    assert told(selling(**plan)) == NO_PLAN


def test_what_is_sold_out_is_so_only_where_whmcs_counts() -> None:
    assert told(selling(), sell_out) == NO_PLAN
    assert told(selling(stock_control=False), sell_out) == []


def test_a_currency_that_whmcs_does_not_have() -> None:
    assert told(selling(), currency="2") == []
    assert told(selling(), currency="7") == [("currency", "invalid_currency")]


def test_a_way_to_pay_that_is_off() -> None:
    both = selling(payment_methods=["paypal"])
    assert told(both, off("paypal"), payment_method="paypal") == [("payment_method", "payment_method_unavailable")]
    assert told(both, off("paypal")) == []
    assert told(both, off("stripe")) == [("payment_method", "payment_method_unavailable")]
    assert told(both, off("stripe"), payment_method="paypal") == []
    assert told(both, off("stripe", "paypal")) == NO_PLAN
    assert told(selling(), off("stripe")) == NO_PLAN


@pytest.mark.parametrize(
    ("code", "fault"),
    [("BYGONE", "promo_code_expired"), ("YEARLY", "unknown_promo_code"), ("NONSENSE", "unknown_promo_code")],
)
def test_a_code_that_does_not_hold(code: str, fault: str) -> None:
    assert told(selling(), promo_code=code) == [("promo_code", fault)]


def test_a_code_that_is_used_up() -> None:
    def use_up(counter: Counter) -> None:
        counter.till.whmcs.ledger.redeemed["FIRST3"] = 3

    assert told(selling(), promo_code="FIRST3") == []
    assert told(selling(), use_up, promo_code="FIRST3") == [("promo_code", "promo_code_expired")]


def test_every_fault_is_told_at_once() -> None:
    given = selling(billing_cycle="quarterly", payment_methods=["paypal"])
    assert told(given, off("paypal"), payment_method="paypal", promo_code="BYGONE") == [
        ("plan", "plan_unavailable"),
        ("payment_method", "payment_method_unavailable"),
        ("promo_code", "promo_code_expired"),
    ]


def test_the_plans_own_code_turns_nobody_away_and_the_owner_hears_of_it() -> None:
    with capture_logs() as logs:
        assert told(selling(promo_code="BYGONE"), promo_code="NONSENSE") == []
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("not_for_sale", "error")
    assert (line["site"], line["plan"], line["why"], line["refused"]) == ("acme", "server", "promo_code_expired", False)


@pytest.mark.parametrize(
    ("given", "answers", "level"),
    [(selling(pid=9), {}, "error"), (selling(), {"promo_code": "GUESSED"}, "info")],
)
def test_what_the_owner_must_mend_is_logged_louder_and_no_code_is(
    given: Site, answers: dict[str, str], level: str
) -> None:
    with capture_logs() as logs:
        told(given, lambda _: None, **answers)
    assert [line["log_level"] for line in logs] == [level]
    assert "GUESSED" not in str(logs)


def test_who_orders_nothing_asks_nothing() -> None:
    async def story() -> None:
        counter, plain = Counter(), site()
        await counter.sales.check(plain, form(plain))
        assert counter.asked == []

    played(story)
