"""The local gate sheds floods, address by address."""

import asyncio

import pytest

from app.errors import RateLimited
from app.guard import Gate, open_gate
from tests.unit.asgi import request


async def passed(gate: Gate, peer: str | None, tries: int) -> int:
    """How many of ``tries`` requests from ``peer`` pass."""
    count = 0
    for _ in range(tries):
        try:
            await gate(request(peer=peer))
        except RateLimited:
            continue
        count += 1
    return count


async def test_so_many_pass_and_the_next_is_told_to_wait() -> None:
    gate = open_gate("3/10 seconds")
    assert await passed(gate, "203.0.113.7", 3) == 3
    with pytest.raises(RateLimited) as limited:
        await gate(request(peer="203.0.113.7"))
    told = limited.value
    assert (told.policy, told.quota, told.window) == ("gate", 3, 10)
    assert told.retry_after is not None
    assert 9 <= told.retry_after <= 10


async def test_who_waits_as_told_passes() -> None:
    gate = open_gate("1/second")
    assert await passed(gate, "203.0.113.7", 2) == 1
    with pytest.raises(RateLimited) as limited:
        await gate(request(peer="203.0.113.7"))
    assert limited.value.retry_after == 1
    await asyncio.sleep(1)
    assert await passed(gate, "203.0.113.7", 1) == 1


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        pytest.param("203.0.113.7", "203.0.113.8", False, id="two IPv4 addresses"),
        pytest.param("203.0.113.7", "::ffff:203.0.113.7", True, id="the same in IPv6 clothes"),
        pytest.param("2001:db8:1:2::7", "2001:db8:1:2:ffff::8", True, id="one IPv6 network"),
        pytest.param("2001:db8:1:2::7", "2001:db8:1:3::7", False, id="two IPv6 networks"),
        pytest.param("", None, True, id="nobody knows who"),
    ],
)
async def test_who_shares_a_limit(one: str, other: str | None, share: bool) -> None:
    gate = open_gate("2/minute")
    assert await passed(gate, one, 3) == 2
    assert await passed(gate, other, 3) == (0 if share else 2)


async def test_two_gates_count_apart() -> None:
    first, second = open_gate("1/minute"), open_gate("1/minute")
    assert await passed(first, "203.0.113.7", 2) == 1
    assert await passed(second, "203.0.113.7", 2) == 1


@pytest.mark.parametrize("variable", ["RATELIMIT_ENABLED=false", "RATELIMIT_HEADERS_ENABLED=true"])
async def test_the_environment_does_not_reach_the_gate(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """slowapi reads these variables; they are none of ours."""
    monkeypatch.setenv(*variable.split("="))
    assert await passed(open_gate("1/minute"), "203.0.113.7", 2) == 1
