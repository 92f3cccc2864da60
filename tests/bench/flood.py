"""A flood, from a process of its own: ``python -m tests.bench.flood PORT ADDRESSES CONNECTIONS SECONDS``.

Each connection posts a sign-up, waits for the reply and posts the next; one that is closed is opened again. What came
back is printed as JSON.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import cast

import uvloop

from tests.bench.http1 import message_size
from tests.bench.services import GATEWAY_PATH, sign_ups
from tests.ports import HOST


class Flooder(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: Iterator[bytes], statuses: Counter[int]) -> None:
        self.gone = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._statuses = statuses
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's own does not say so
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Count the reply once it is complete, and go on."""
        self._received += data
        if message_size(self._received):
            self._statuses[int(self._received[9:12])] += 1
            self._received = b""
            self._transport.write(next(self._requests))

    def connection_lost(self, _error: Exception | None) -> None:
        """The server has had enough of this one."""
        if not self.gone.done():  # the flood may be over
            self.gone.set_result(None)


def addresses(number: int) -> list[str]:
    """Where the flood comes from."""
    return [f"10.{each >> 8}.{each & 255}.7" for each in range(number)]


async def flood(port: int, number: int, connections: int, seconds: float) -> dict[str, float]:
    """Replies per second, the share of refusals among them, and how busy this process was."""
    requests = itertools.cycle(list(sign_ups(GATEWAY_PATH, addresses(number))))
    statuses: Counter[int] = Counter()
    began, cpu = time.perf_counter(), time.process_time()
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(_keep_open(port, requests, statuses))
    except TimeoutError:
        pass
    took = time.perf_counter() - began
    busy = (time.process_time() - cpu) / took
    return {"rate": statuses.total() / took, "refused": statuses[429] / max(1, statuses.total()), "busy": busy}


async def _keep_open(port: int, requests: Iterator[bytes], statuses: Counter[int]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        _, flooder = await loop.create_connection(lambda: Flooder(requests, statuses), HOST, port)
        await flooder.gone


if __name__ == "__main__":
    os.nice(10)  # the honest visitors, on the same core, must not be slowed down on this side
    port, number, connections, seconds = sys.argv[1:]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.write(json.dumps(runner.run(flood(int(port), int(number), int(connections), float(seconds)))))
