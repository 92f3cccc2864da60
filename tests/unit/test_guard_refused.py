"""The log of a flood is a few lines, whatever the flood."""

import asyncio
from collections.abc import Iterable

import pytest
from structlog.testing import capture_logs

from app.guard import Refused


async def reported(callers: Iterable[str]) -> list[tuple[str, int]]:
    """The networks and counts of the lines for these refusals."""
    with capture_logs() as lines:
        refused = Refused(every=0)
        for caller in callers:
            refused.count(caller)
        await asyncio.sleep(0.01)
    assert {(line["event"], line["log_level"]) for line in lines} <= {("gate_refused", "warning")}
    return [(line["network"], line["count"]) for line in lines]


@pytest.mark.parametrize(
    ("caller", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("unknown", "unknown"),
    ],
)
async def test_many_of_one_caller_are_one_line_that_does_not_name_him(caller: str, network: str) -> None:
    assert await reported([caller] * 1000) == [(network, 1000)]


async def test_neighbours_share_a_line() -> None:
    assert await reported([f"203.0.113.{number}" for number in range(200)]) == [("203.0.113.0/24", 200)]


async def test_the_busiest_networks_are_named_and_the_others_counted() -> None:
    callers = [f"10.0.{net}.{host}" for net in range(100) for host in range(100 - net)]
    lines = await reported(callers)
    assert lines[:10] == [(f"10.0.{net}.0/24", 100 - net) for net in range(10)]
    assert lines[10:] == [("others", len(callers) - sum(range(91, 101)))]


async def test_more_callers_than_are_told_apart_are_still_counted() -> None:
    refused = Refused()
    for number in range(10_100):
        refused.count(f"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}")
    assert refused.total == 10_100
    assert len(refused._callers) == 10_001


async def test_a_report_is_followed_by_the_next_when_there_is_something_to_tell() -> None:
    with capture_logs() as lines:
        refused = Refused(every=0)
        for _ in range(2):
            refused.count("203.0.113.7")
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)
    assert [line["count"] for line in lines] == [1, 1]
    assert refused.total == 2
