"""Whether WHMCS answers: asked seldom, and nobody who looks waits long for it."""

import asyncio

import pytest

from app.pulse import AT_ONCE, FRESH, PATIENCE, Pulse
from app.whmcs import Breaker, Credentials, Reply, Standing, Uncertain, Whmcs
from app.whmcs.breaker import FAULTS
from tests.unit.playing import played
from tests.unit.whmcs.samples import JSON, success


class Slow:
    """WHMCS, which takes its time."""

    deadline = 45.0

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.calls = 0

    async def post(self, _body: bytes) -> Reply:
        """Answers a probe."""
        self.calls += 1
        await asyncio.sleep(self.seconds)
        return Reply(200, JSON, success(whmcs={"version": "9.0.0"}))


def watched(seconds: float) -> tuple[Slow, Breaker, Pulse]:
    """A pulse of such a WHMCS, on the running loop's clock."""
    clock = asyncio.get_running_loop().time
    whmcs, breaker = Slow(seconds), Breaker(clock, spread=lambda: 1.0)
    return whmcs, breaker, Pulse(Whmcs(whmcs, Credentials("a", "b"), breaker), breaker, clock)


def test_it_is_asked_once_for_everybody_and_not_again_while_fresh() -> None:
    async def story() -> None:
        whmcs, _, pulse = watched(0.25)
        assert await asyncio.gather(*(pulse.reason() for _ in range(5))) == [""] * 5
        assert await pulse.reason() == ""
        assert whmcs.calls == 1
        await asyncio.sleep(FRESH)
        assert await pulse.reason() == ""
        assert whmcs.calls == 2

    played(story)


def test_who_looks_does_not_wait_for_a_whmcs_that_hangs() -> None:
    async def story() -> None:
        _, _, pulse = watched(3600)
        began = asyncio.get_running_loop().time()
        assert await pulse.reason() == "not_asked"
        assert asyncio.get_running_loop().time() - began == AT_ONCE
        await asyncio.sleep(PATIENCE)
        assert await pulse.reason() == "timeout"

    played(story)


@pytest.mark.parametrize(("seconds", "standing"), [(12.0, Standing.HALF_OPEN), (30.0, Standing.OPEN)])
def test_a_probe_gives_a_slow_whmcs_the_time_it_is_told_to(seconds: float, standing: Standing) -> None:
    async def story() -> None:
        whmcs, breaker, pulse = watched(seconds)
        for _ in range(FAULTS):
            breaker.note("AddClient", Uncertain("read_timeout"))
        assert breaker.open
        await pulse.probe(20)
        assert (whmcs.calls, breaker.standing) == (1, standing)

    played(story)
