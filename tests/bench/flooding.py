"""The gateway under a flood, and what honest visitors notice of it; beside it, a server that only refuses."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import flood, load, services
from tests.bench.cores import Cores, pinned
from tests.bench.honest import Visits, visit
from tests.bench.processes import ROOT, Running
from tests.ports import HOST

GATE_LIMIT = "1/hour"
ADDRESSES = (1, 10_000)
CONNECTIONS = 64
HONEST = 5.0  # visitors a second
_WARM_UP = 1.0  # seconds
_SLOWEST = 100.0  # requests per second: slower than that, and the flood is given up


@dataclass(frozen=True, slots=True)
class Flood:
    """Replies a second and CPU milliseconds of the server for each; ``busy`` is the load's share of its core."""

    rate: float
    refused: float
    cpu_ms: float | None
    busy: float


@dataclass(frozen=True, slots=True)
class Flooded:
    """One flood, from so many addresses: on a bare server, on the gateway, and what honest visitors had then."""

    addresses: int
    bare: Flood
    gateway: Flood
    honest: Visits


@dataclass(frozen=True, slots=True)
class Floods:
    """Honest visitors while all is quiet, and during each of the floods."""

    quiet: Visits
    floods: list[Flooded]


def measure_floods(folder: Path, seconds: float, cores: Cores) -> Floods:
    """Flood for ``seconds`` from each number of addresses. Raises NotStarted."""
    with ExitStack() as stack:
        bare = stack.enter_context(services.bare(folder, cores.measured))
        whmcs = stack.enter_context(services.whmcs(folder, cores.load))
        gateway = stack.enter_context(services.gateway(folder, whmcs.port, cores.measured, GATE_LIMIT))
        stack.enter_context(pinned(cores.load))
        visitors = services.sign_ups(
            services.GATEWAY_PATH, [f"198.18.{number >> 8}.{number & 255}" for number in range(60_000)]
        )
        _visited(visitors, gateway, _WARM_UP)
        quiet = _visited(visitors, gateway, seconds)
        return Floods(quiet, [_flooded(number, seconds, bare, gateway, visitors) for number in ADDRESSES])


def _flooded(number: int, seconds: float, bare: Running, gateway: Running, visitors: Iterator[bytes]) -> Flooded:
    _use_up(gateway, number)
    alone = _Flooding(bare, number, seconds).measured()
    flooding = _Flooding(gateway, number, seconds + 2 * _WARM_UP)
    time.sleep(_WARM_UP)
    honest = _visited(visitors, gateway, seconds)
    return Flooded(number, alone, flooding.measured(), honest)


def _use_up(gateway: Running, number: int) -> None:
    """Let every address of the flood ask for something once, which is all that the gate allows."""
    requests = services.sign_ups("/nowhere", flood.addresses(number))
    asked = load.post_all(requests, host=HOST, port=gateway.port, connections=16, within=10 + number / _SLOWEST)
    asyncio.run(asked)


def _visited(visitors: Iterator[bytes], gateway: Running, seconds: float) -> Visits:
    return asyncio.run(visit(visitors, gateway.port, each_second=HONEST, seconds=seconds))


class _Flooding:
    """A flood under way, in a process of its own, so that the honest visitors' side is not busy with it."""

    def __init__(self, server: Running, addresses: int, seconds: float) -> None:
        self._server = server
        self._seconds = seconds
        self._cpu_before = server.cpu_seconds()
        given = (server.port, addresses, CONNECTIONS, seconds)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.flood", *map(str, given)], stdout=subprocess.PIPE, cwd=ROOT, text=True
        )

    def measured(self) -> Flood:
        """Wait for its end."""
        printed, _ = self._process.communicate()
        told = json.loads(printed)
        cpu = self._server.cpu_seconds()
        replies = told["rate"] * self._seconds
        each = None if cpu is None or self._cpu_before is None else 1000 * (cpu - self._cpu_before) / replies
        return Flood(**told, cpu_ms=each)
