"""Gateway and plain relay under the same load, taking turns so that a change in the machine hits both."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import load, services
from tests.bench.cores import Cores, pinned
from tests.bench.processes import HOST, Running

_WARM_UP = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Figures:
    """One service at one number of connections."""

    rate: float
    p50: float
    p99: float
    cpu_ms: float | None
    other_replies: int


@dataclass(frozen=True, slots=True)
class Service:
    """How one service started and what it held; memory in MiB, before and after ``posts`` sign-ups."""

    seconds_to_start: float
    idle_mib: float | None
    busy_mib: float | None
    posts: int
    figures: list[Figures]


class Pressed:
    """A running service, the stream of sign-ups for it, and what has been measured of it."""

    def __init__(self, process: Running, path: str) -> None:
        self._process = process
        self._requests: Iterator[bytes] = services.sign_ups(path)
        self._idle_mib = process.resident_mib()
        self._posts = 0
        self._figures: list[Figures] = []

    def press(self, connections: int, seconds: float) -> None:
        """Post for ``seconds`` over so many connections."""
        before = self._process.cpu_seconds()
        posting = load.post(
            self._requests,
            host=HOST,
            port=self._process.port,
            connections=connections,
            warm_up=_WARM_UP,
            seconds=seconds,
        )
        tally = asyncio.run(posting)
        after = self._process.cpu_seconds()
        posts = tally.statuses.total()
        cpu = None if before is None or after is None or not posts else 1000 * (after - before) / posts
        other = posts - tally.statuses[201]
        self._posts += posts
        self._figures.append(Figures(tally.rate(), tally.percentile(50), tally.percentile(99), cpu, other))

    def measured(self) -> Service:
        """Everything so far."""
        busy = self._process.resident_mib()
        return Service(self._process.seconds_to_start, self._idle_mib, busy, self._posts, self._figures)


def compare(folder: Path, connections: list[int], seconds: float, cores: Cores) -> tuple[Service, Service]:
    """The gateway and the relay. Raises NotStarted."""
    with ExitStack() as stack:
        whmcs = stack.enter_context(services.whmcs(folder, cores.load))
        gateway = stack.enter_context(services.gateway(folder, whmcs.port, cores.measured))
        relay = stack.enter_context(services.relay(folder, whmcs.port, cores.measured))
        both = Pressed(gateway, services.GATEWAY_PATH), Pressed(relay, services.RELAY_PATH)
        stack.enter_context(pinned(cores.load))
        for at_once in connections:
            for service in both:
                service.press(at_once, seconds)
        return both[0].measured(), both[1].measured()


def restart(folder: Path, cores: Cores) -> float:
    """Seconds until the gateway answers on the database that an earlier run left in ``folder``."""
    with services.whmcs(folder, cores.load) as whmcs, services.gateway(folder, whmcs.port, cores.measured) as again:
        return again.seconds_to_start
