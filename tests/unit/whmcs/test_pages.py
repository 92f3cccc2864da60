"""Lists are walked to their end, and a list that has no readable end is never taken for a whole one."""

import pytest

from app.whmcs import Reply, Uncertain
from app.whmcs.client import PAGE_LIMIT
from tests.unit.whmcs.samples import success
from tests.unit.whmcs.wire import Wire, whmcs


def page(*ids: int, total: object = None) -> bytes:
    orders = [{"id": number, "status": "Pending"} for number in ids]
    return success(totalresults=total, orders={"order": orders})


@pytest.mark.parametrize(
    ("pages", "starts"),
    [
        pytest.param([page(1, 2, 3, total=3)], ["0"], id="one-page"),
        pytest.param([page(1, 2, total="3"), page(3, total="3")], ["0", "2"], id="total-as-text"),
        pytest.param([page(1, 2), page(3), page()], ["0", "2", "3"], id="no-total"),
        pytest.param([page(1, 2, 3), page(1, 2, 3)], ["0", "3"], id="paging-ignored"),
        pytest.param([page(1, 2, total=3), page(2, 3, total=3)], ["0", "2"], id="overlap"),
    ],
)
async def test_pages_are_joined(pages: list[bytes], starts: list[str]) -> None:
    wire = Wire(*pages)
    found = await whmcs(wire).orders_of(7)
    assert [order.order_id for order in found] == [1, 2, 3]
    assert [sent["limitstart"] for sent in wire.sent] == starts


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([success(totalresults=2, orders="")], id="no-rows-though-some-are-counted"),
        pytest.param([success()], id="no-rows-and-no-count"),
        pytest.param([page(1, total=2), page()], id="fewer-rows-than-counted-before"),
        pytest.param([page(1, total=2), page(total=2)], id="fewer-rows-than-counted"),
    ],
)
async def test_an_incomplete_list_is_uncertain(pages: list[bytes]) -> None:
    with pytest.raises(Uncertain, match="incomplete_list"):
        await whmcs(Wire(*pages)).orders_of(7)


async def test_an_endless_list_is_given_up() -> None:
    class Endless(Wire):
        async def post(self, body: bytes) -> Reply:
            self.answers.append(page(len(self.bodies) + 1, total=10**6))
            return await super().post(body)

    endless = Endless()
    with pytest.raises(Uncertain, match="endless_list"):
        await whmcs(endless).orders_of(7)
    assert len(endless.bodies) == PAGE_LIMIT


async def test_a_row_without_an_id_is_uncertain() -> None:
    with pytest.raises(Uncertain, match="no_order_id"):
        await whmcs(Wire(page(0, total=1))).orders_of(7)
