"""Gateway and plain relay under the same load, taking turns so that a change in the machine hits both."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.bench import load, services
from tests.bench.cores import Cores, pinned
from tests.bench.processes import Running
from tests.ports import HOST

_WARM_UP = 0.5  # seconds
_AT_ONCE = 16  # connections, while memory is watched
_SLOWEST = 20.0  # sign-ups per second: slower than that, and the watch is given up


@dataclass(frozen=True, slots=True)
class Figures:
    """One service at one number of connections; ``load_busy`` is the share of its core that the other side used."""

    rate: float
    p50: float
    p99: float
    cpu_ms: float | None
    load_busy: float | None
    other_replies: int


@dataclass(frozen=True, slots=True)
class Growth:
    """What the gateway's resident memory grew by over so many sign-ups, in MiB."""

    posts: int
    mib: float | None


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

    def __init__(self, process: Running, path: str, whmcs: Running) -> None:
        self._process = process
        self._whmcs = whmcs
        self._requests: Iterator[bytes] = services.sign_ups(path)
        self._idle_mib = process.resident_mib()
        self._posts = 0
        self._figures: list[Figures] = []

    def press(self, connections: int, seconds: float) -> None:
        """Post for ``seconds`` over so many connections."""
        before, load_before = self._process.cpu_seconds(), self._load_seconds()
        began = time.perf_counter()
        posting = load.post(
            self._requests,
            host=HOST,
            port=self._process.port,
            connections=connections,
            warm_up=_WARM_UP,
            seconds=seconds,
        )
        tally = asyncio.run(posting)
        took = time.perf_counter() - began
        posts = tally.statuses.total()
        cpu = _spent(before, self._process.cpu_seconds(), posts / 1000)
        busy = _spent(load_before, self._load_seconds(), took)
        other = posts - tally.statuses[201]
        self._posts += posts
        self._figures.append(Figures(tally.rate(), tally.percentile(50), tally.percentile(99), cpu, busy, other))

    def grow(self, warm_up: int, posts: int) -> Growth:
        """Post ``warm_up`` sign-ups, and then as many as are watched."""
        self._post_all(warm_up)
        before = self._process.resident_mib()
        self._post_all(posts)
        return Growth(posts, _spent(before, self._process.resident_mib(), 1))

    def _post_all(self, posts: int) -> None:
        self._posts += posts
        requests = islice(self._requests, posts)
        within = 10 + posts / _SLOWEST
        asyncio.run(load.post_all(requests, host=HOST, port=self._process.port, connections=_AT_ONCE, within=within))

    def _load_seconds(self) -> float | None:
        whmcs = self._whmcs.cpu_seconds()
        return None if whmcs is None else time.process_time() + whmcs

    def measured(self) -> Service:
        """Everything so far."""
        busy = self._process.resident_mib()
        return Service(self._process.seconds_to_start, self._idle_mib, busy, self._posts, self._figures)


def _spent(before: float | None, after: float | None, each: float) -> float | None:
    return None if before is None or after is None or not each else (after - before) / each


def compare(
    folder: Path, connections: list[int], seconds: float, watched: int, cores: Cores
) -> tuple[Service, Service, Growth]:
    """The gateway and the relay, and the gateway's growth over ``watched`` sign-ups. Raises NotStarted."""
    with ExitStack() as stack:
        whmcs = stack.enter_context(services.whmcs(folder, cores.load))
        gateway = stack.enter_context(services.gateway(folder, whmcs.port, cores.measured))
        relay = stack.enter_context(services.relay(folder, whmcs.port, cores.measured))
        both = Pressed(gateway, services.GATEWAY_PATH, whmcs), Pressed(relay, services.RELAY_PATH, whmcs)
        stack.enter_context(pinned(cores.load))
        for at_once in connections:
            for service in both:
                service.press(at_once, seconds)
        measured = both[0].measured(), both[1].measured()
        return *measured, both[0].grow(watched // 10, watched)


def restart(folder: Path, cores: Cores) -> float:
    """Seconds until the gateway answers on the database that an earlier run left in ``folder``."""
    with services.whmcs(folder, cores.load) as whmcs, services.gateway(folder, whmcs.port, cores.measured) as again:
        return again.seconds_to_start
