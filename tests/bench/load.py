"""Many visitors at once, as cheaply as Python can: each connection posts, waits for the reply and posts again."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.http1 import message_size

_LATE = 15.0  # seconds that the last replies may take


@dataclass(slots=True)
class Tally:
    """What came back: ``latencies`` in seconds of those inside the window, ``statuses`` of all (0: no reply)."""

    opens: float = -math.inf
    closes: float = math.inf
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
    """One connection: a request out, its reply in, the next one, until the window closes or there are no more."""

    def __init__(self, requests: Iterator[bytes], tally: Tally) -> None:
        self.gone = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._tally = tally
        self._received = b""
        self._sent: float | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._post()

    def data_received(self, data: bytes) -> None:
        """Count the reply once it is complete, and go on."""
        self._received += data
        if self._sent is None or not message_size(self._received):
            return
        now = time.perf_counter()
        self._tally.count(int(self._received[9:12]), self._sent, now)
        self._received, self._sent = b"", None
        if now < self._tally.closes:
            self._post()
        elif self._transport is not None:
            self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """The end, of our own will or the server's."""
        if self._sent is not None:
            self._tally.statuses[0] += 1
        if not self.gone.done():
            self.gone.set_result(None)

    def _post(self) -> None:
        assert self._transport is not None
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)


async def post(
    requests: Iterator[bytes], *, host: str, port: int, connections: int, warm_up: float, seconds: float
) -> Tally:
    """Keep ``connections`` posts under way for ``warm_up`` seconds and then for the ``seconds`` that count."""
    opens = time.perf_counter() + warm_up
    tally = Tally(opens, opens + seconds)
    async with asyncio.timeout(warm_up + seconds + _LATE):
        await _visit(requests, tally, host=host, port=port, connections=connections)
    return tally


async def post_all(requests: Iterator[bytes], *, host: str, port: int, connections: int, within: float) -> Tally:
    """Post until there are no more requests, at most ``within`` seconds. Raises TimeoutError."""
    tally = Tally()
    async with asyncio.timeout(within):
        await _visit(requests, tally, host=host, port=port, connections=connections)
    return tally


async def _visit(requests: Iterator[bytes], tally: Tally, *, host: str, port: int, connections: int) -> None:
    loop = asyncio.get_running_loop()
    visitors = []
    for _ in range(connections):
        _, visitor = await loop.create_connection(lambda: Visitor(requests, tally), host, port)
        visitors.append(visitor)
    await asyncio.gather(*(visitor.gone for visitor in visitors))
