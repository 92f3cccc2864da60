"""For whom a promotion does not hold, as far as that can be told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.catalog.promoting import objection
from app.sites import Plan
from app.whmcs import Promotion

NONE: frozenset[str] = frozenset()
ANY = Promotion("ANY", None, None, 0, 0, NONE, NONE, NONE, for_customers_only=False)
PLAN = Plan.model_validate(
    {
        "pid": 1,
        "billing_cycle": "semiannually",
        "payment_method": "stripe",
        "addons": [3],
        "more": [{"pid": 2, "billing_cycle": "free"}],
    }
)
NOON = datetime(2026, 11, 15, 12, tzinfo=UTC).timestamp()
DAY = 86400.0


def told(now: float = NOON, *, with_domain: bool = False, **changes: Any) -> str:
    return objection(replace(ANY, **changes), PLAN, now, with_domain=with_domain)


def test_one_without_restrictions_holds() -> None:
    assert told() == ""


def test_its_last_day_is_over_when_it_is_over_everywhere() -> None:
    last = date(2026, 11, 15)
    assert [told(NOON + days * DAY, ends=last) for days in (0, 0.9, 1.1)] == ["", "", "promo_code_expired"]


def test_its_first_day_is_there_when_it_is_there_anywhere() -> None:
    first, fault = date(2026, 11, 17), "unknown_promo_code"
    assert [told(NOON + days * DAY, starts=first) for days in (0, 0.9, 0.95)] == [fault, fault, ""]


@pytest.mark.parametrize(
    ("uses", "most", "fault"), [(5, 0, ""), (2, 3, ""), (3, 3, "promo_code_expired"), (4, 3, "promo_code_expired")]
)
def test_it_may_be_used_so_often(uses: int, most: int, fault: str) -> None:
    assert told(uses=uses, max_uses=most) == fault


def test_some_are_for_those_who_are_customers() -> None:
    assert told(for_customers_only=True) == "unknown_promo_code"


@pytest.mark.parametrize("field", ["applies_to", "requires"])
@pytest.mark.parametrize(
    ("names", "holds"),
    [
        ({"1"}, True),
        ({"2", "9"}, True),
        ({"A3"}, True),
        ({"9"}, False),
        ({"A9", "9"}, False),
        ({"D.com"}, False),
        ({"9", "group:4"}, True),  # nobody knows what that is
    ],
)
def test_it_holds_for_what_is_in_the_order(field: str, names: set[str], holds: bool) -> None:
    restricted: dict[str, Any] = {field: frozenset(names)}
    assert (told(**restricted) == "") is holds


def test_one_for_domains_may_hold_when_there_is_one() -> None:
    assert told(with_domain=True, applies_to=frozenset({"9", "D.com"}), cycles=frozenset({"1years"})) == ""
    assert told(with_domain=True, applies_to=frozenset({"9"})) == "unknown_promo_code"


@pytest.mark.parametrize(
    ("cycles", "holds"),
    [
        ({"monthly", "semiannually"}, True),
        ({"free"}, True),
        ({"freeaccount"}, True),
        ({"monthly", "1years"}, False),
        ({"monthly", "halbjaehrlich"}, True),  # nobody knows what that is
    ],
)
def test_it_holds_for_a_cycle_in_the_order(cycles: set[str], holds: bool) -> None:
    assert (told(cycles=frozenset(cycles)) == "") is holds
