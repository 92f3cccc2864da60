"""The local gate sheds floods, caller by caller."""

import pytest

from app.errors import RateLimited
from app.guard import Gate, open_gate

NOW = 1_000_000.0


def passed(gate: Gate, caller: str, tries: int) -> int:
    """How many of ``tries`` requests of ``caller`` pass."""
    count = 0
    for _ in range(tries):
        try:
            gate(caller)
        except RateLimited:
            continue
        count += 1
    return count


def test_so_many_pass_and_the_next_is_told_to_wait() -> None:
    gate = open_gate("3/10 seconds", lambda: NOW)
    assert passed(gate, "203.0.113.7", 3) == 3
    with pytest.raises(RateLimited) as limited:
        gate("203.0.113.7")
    told = limited.value
    assert (told.policy, told.quota, told.window) == ("gate", 3, 10)
    assert told.retry_after == 10


def test_who_waits_as_told_passes() -> None:
    now = NOW
    gate = open_gate("1/second", lambda: now)
    assert passed(gate, "203.0.113.7", 2) == 1
    now += 1
    assert passed(gate, "203.0.113.7", 2) == 1


def test_callers_are_counted_apart() -> None:
    gate = open_gate("2/minute")
    assert passed(gate, "203.0.113.7", 3) == 2
    assert passed(gate, "203.0.113.8", 3) == 2


def test_two_gates_count_apart() -> None:
    first, second = open_gate("1/minute"), open_gate("1/minute")
    assert passed(first, "203.0.113.7", 2) == 1
    assert passed(second, "203.0.113.7", 2) == 1


@pytest.mark.parametrize("variable", ["RATELIMIT_ENABLED=false", "RATELIMIT_HEADERS_ENABLED=true"])
def test_the_environment_does_not_reach_the_gate(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """slowapi reads these variables; they are none of ours."""
    monkeypatch.setenv(*variable.split("="))
    assert passed(open_gate("1/minute"), "203.0.113.7", 2) == 1
