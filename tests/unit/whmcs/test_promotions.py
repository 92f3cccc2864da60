"""Promotion codes as WHMCS tells them, in all the shapes of its replies."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.whmcs import Promotion, Uncertain
from app.whmcs.promotions import read_promotion
from tests.unit.whmcs.samples import success
from tests.unit.whmcs.wire import Wire, whmcs

# https://developers.whmcs.com/api-reference/getpromotions/
ROW: dict[str, object] = {
    "id": 1,
    "code": "sample",
    "type": "Percentage",
    "recurring": 1,
    "value": 10,
    "cycles": "",
    "appliesto": "1,2",
    "requires": "",
    "requiresexisting": 0,
    "startdate": "0000-00-00",
    "expirationdate": "0000-00-00",
    "maxuses": 0,
    "uses": 1,
    "newsignups": 0,
    "existingclient": 0,
}
NONE: frozenset[str] = frozenset()
SAMPLE = Promotion("sample", None, None, 1, 0, frozenset({"1", "2"}), NONE, NONE, for_customers_only=False)


def read(**changes: object) -> Promotion:
    found = read_promotion({"totalresults": 1, "promotions": {"promotion": [{**ROW, **changes}]}}, "sample")
    assert found is not None
    return found


def test_a_promotion() -> None:
    assert read() == SAMPLE


def test_what_it_holds_for() -> None:
    found = read(
        cycles="Monthly,Semi-Annually,One Time,1Years",
        appliesto="1, A3,D.com",
        startdate="2026-11-01",
        expirationdate="2026-11-30 00:00:00",
        maxuses="5",
        uses="4",
    )
    assert found.cycles == {"monthly", "semiannually", "onetime", "1years"}
    assert found.applies_to == {"1", "A3", "D.com"}
    assert (found.starts, found.ends) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (found.uses, found.max_uses) == (4, 5)


@pytest.mark.parametrize(
    ("value", "only"), [(0, False), ("0", False), ("", False), (1, True), ("1", True), (True, True), ("on", True)]
)
def test_some_are_for_customers_only(value: object, only: bool) -> None:
    assert read(existingclient=value).for_customers_only is only


@pytest.mark.parametrize("promotions", [{"promotion": [ROW]}, {"promotion": ROW}, {"promotion": {"0": ROW}}, [ROW]])
def test_a_list_may_come_in_many_ways(promotions: object) -> None:
    assert read_promotion({"promotions": promotions}, "SAMPLE") == SAMPLE


@pytest.mark.parametrize("nothing", [{}, {"promotions": ""}, {"promotions": {"promotion": []}}, {"promotions": []}])
def test_a_code_that_there_is_not(nothing: dict[str, object]) -> None:
    assert read_promotion({"totalresults": "0", **nothing}, "sample") is None


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"totalresults": 1},
        {"totalresults": 1, "promotions": {"promotion": [{**ROW, "code": "other"}]}},
        {"totalresults": 0, "promotions": {"promotion": [{**ROW, "code": "other"}]}},
    ],
)
def test_an_answer_about_something_else_says_nothing(reply: dict[str, object]) -> None:
    with pytest.raises(Uncertain, match="another_promotion"):
        read_promotion(reply, "sample")


ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.integers(), max_size=2)
)


@given(changes=st.dictionaries(st.sampled_from([*ROW]), ANYTHING))
def test_whatever_comes_it_is_read_or_uncertain(changes: dict[str, object]) -> None:
    try:
        found = read_promotion({"totalresults": 1, "promotions": {"promotion": [{**ROW, **changes}]}}, "sample")
    except Uncertain:
        return
    assert found is not None
    assert min(found.uses, found.max_uses) >= 0


async def test_never_all_codes_are_asked_for() -> None:
    wire = Wire(success(totalresults=1, promotions={"promotion": [ROW]}))
    assert await whmcs(wire).promotion("") is None
    assert await whmcs(wire).promotion("Sample") == SAMPLE
    assert wire.sent == [{"action": "GetPromotions", "code": "Sample"}]
