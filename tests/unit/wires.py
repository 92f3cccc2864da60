"""A connection of the server with nobody at the other end, and a clock that a test sets."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from app.guard.connection import Connection, Limits


class Clock:
    """The running event loop but for its time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._loop = asyncio.get_running_loop()
        self._calls: list[tuple[float, asyncio.TimerHandle, Callable[..., object], tuple[object, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    def time(self) -> float:
        """As the test has it."""
        return self.now

    def call_later(self, delay: float, call: Callable[..., object], *given: object) -> asyncio.TimerHandle:
        """Note it."""
        handle = asyncio.TimerHandle(self.now + delay, call, given, self._loop)
        self._calls.append((self.now + delay, handle, call, given))
        return handle

    def pass_by(self, seconds: float) -> None:
        """Let time pass, and call what is due meanwhile."""
        end = self.now + seconds
        while due := sorted((entry for entry in self._calls if entry[0] <= end), key=lambda entry: entry[0]):
            self._calls.remove(due[0])
            self.now, handle, call, given = due[0]
            if not handle.cancelled():
                call(*given)
        self.now = end


class Wire(asyncio.Transport):
    """Keeps what is written, and whether and how it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.protocol: asyncio.BaseProtocol | None = None
        self.closed = self.aborted = self.paused = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        if not self.closed and isinstance(self.protocol, asyncio.Protocol):
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)
        self.closed = True

    def abort(self) -> None:
        self.close()
        self.aborted = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


class Server:
    """An application under uvicorn, as far as one process of it goes."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None) -> None:
        self.clock = Clock()
        self._config = Config(app, log_config=None, lifespan="off", ws="none", server_header=False, date_header=False)
        self._config.load()
        self._state = ServerState()
        self._limits = limits

    def connect(self) -> tuple[Connection, Wire]:
        """Somebody connects."""
        wire = Wire()
        loop: Any = self.clock
        connection = Connection(self._config, self._state, {}, loop, limits=self._limits)
        wire.protocol = connection
        connection.connection_made(wire)
        return connection, wire


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers 200 with the path at once."""
    body = scope["path"].encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def settled() -> None:
    """Everything that can go on has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)
