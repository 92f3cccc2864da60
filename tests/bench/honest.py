"""Honest visitors: so many a second, each on a connection and from an address of his own, whatever else goes on."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.http1 import message_size
from tests.ports import HOST

_LATE = 30.0  # seconds that the last replies may take


@dataclass(slots=True)
class Visits:
    """What came back: ``latencies`` in seconds, ``statuses`` (0: no reply)."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def refused(self) -> int:
        """How many were not answered with the news that the client is made."""
        return self.statuses.total() - self.statuses[201]

    def percentile(self, percent: int) -> float:
        """The latency that ``percent`` of the visits did not exceed, in milliseconds."""
        ranked = sorted(self.latencies)
        return 1000 * ranked[min(len(ranked) * percent // 100, len(ranked) - 1)] if ranked else float("nan")


async def visit(requests: Iterator[bytes], port: int, *, each_second: float, seconds: float) -> Visits:
    """Send them out at an even pace, and wait for every reply."""
    visits = Visits()
    async with asyncio.timeout(seconds + _LATE), asyncio.TaskGroup() as group:
        for _ in range(int(each_second * seconds)):
            group.create_task(_one(next(requests), port, visits))
            await asyncio.sleep(1 / each_second)
    return visits


async def _one(request: bytes, port: int, visits: Visits) -> None:
    began = time.perf_counter()
    status = 0
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(request)
        received = b""
        while not message_size(received) and (more := await reader.read(65536)):
            received += more
        status = int(received[9:12] or 0)
        writer.close()
    except OSError:
        pass
    visits.statuses[status] += 1
    visits.latencies.append(time.perf_counter() - began)
