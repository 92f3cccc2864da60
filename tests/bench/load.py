"""Many visitors at once, as cheaply as Python can: each connection posts, waits for the reply and posts again."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.http1 import message_size

_LATE = 15.0  # seconds that the last replies may take


@dataclass(slots=True)
class Tally:
    """What came back: ``latencies`` in seconds of those inside the window, ``statuses`` of all (0: no reply)."""

    opens: float
    closes: float
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def count(self, status: int, sent: float, now: float) -> None:
        """A reply has come."""
        self.statuses[status] += 1
        if self.opens <= now < self.closes:
            self.latencies.append(now - sent)

    def rate(self) -> float:
        """Replies per second."""
        return len(self.latencies) / (self.closes - self.opens)

    def percentile(self, percent: int) -> float:
        """The latency that ``percent`` of the replies did not exceed, in milliseconds."""
        ranked = sorted(self.latencies)
        return 1000 * ranked[min(len(ranked) * percent // 100, len(ranked) - 1)] if ranked else float("nan")


class Visitor(asyncio.Protocol):
    """One connection: a request out, its reply in, the next request, until the window closes."""

    def __init__(self, requests: Iterator[bytes], tally: Tally) -> None:
        self.gone = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._tally = tally
        self._received = b""
        self._sent = 0.0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._post()

    def data_received(self, data: bytes) -> None:
        """Count the reply once it is complete, and go on."""
        self._received += data
        if not message_size(self._received):
            return
        now = time.perf_counter()
        self._tally.count(int(self._received[9:12]), self._sent, now)
        self._received = b""
        if now < self._tally.closes:
            self._post()
        elif self._transport is not None:
            self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """The end, of our own will or the server's."""
        if time.perf_counter() < self._tally.closes:
            self._tally.statuses[0] += 1
        if not self.gone.done():
            self.gone.set_result(None)

    def _post(self) -> None:
        if self._transport is not None:
            self._sent = time.perf_counter()
            self._transport.write(next(self._requests))


async def post(
    requests: Iterator[bytes], *, host: str, port: int, connections: int, warm_up: float, seconds: float
) -> Tally:
    """Keep ``connections`` posts under way for ``warm_up`` seconds and then for the ``seconds`` that count."""
    opens = time.perf_counter() + warm_up
    tally = Tally(opens, opens + seconds)
    loop = asyncio.get_running_loop()
    visitors = []
    for _ in range(connections):
        _, visitor = await loop.create_connection(lambda: Visitor(requests, tally), host, port)
        visitors.append(visitor)
    async with asyncio.timeout(warm_up + seconds + _LATE):
        await asyncio.gather(*(visitor.gone for visitor in visitors))
    return tally
