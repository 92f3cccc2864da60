"""What one connection may take: uvicorn's protocol for HTTP limits neither the size of a head nor anybody's time."""

import asyncio
import math
from dataclasses import dataclass
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

_REFUSAL = (
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\ncache-control: no-store\r\n"
    b"x-content-type-options: nosniff\r\nconnection: close\r\n\r\n%b"
)
_SENTENCES = {400: b"This request cannot be read.\n", 431: b"The headers of this request are too large.\n"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one connection, in bytes and seconds; ``connections`` of one process."""

    head: int = 16 * 1024
    headers: int = 100
    request: int = 1024 * 1024
    head_within: float = 10.0
    next_within: float = 20.0
    connections: int = 1000


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class Connection(HttpToolsProtocol):
    """A connection that ends when its sender takes more bytes or more time than an honest one needs.

    Time runs only while it is the sender's turn: for the head of a request, for taking the reply, and for the rest
    of a body that was answered already. Until then, who reads a body sees to its time.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits or Limits()
        self._until = math.inf
        self._watch: asyncio.TimerHandle | None = None
        self._in_head = True
        self._taken = 0  # bytes, but for those that came together with the first
        self._listens = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch it, or end it at once when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            transport.abort()
            return
        self._expect_within(self._limits.head_within)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """No more watching."""
        super().connection_lost(exc)
        if self._watch is not None:
            self._watch.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse it; what is too large or no HTTP is refused, without the line in the log that uvicorn writes."""
        self._unset_keepalive_if_required()
        if not self._listens:
            return
        self._taken += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # What follows such a head would be taken for requests: those of anybody, when a proxy passes them on.
            self._close_after_reply()
        except httptools.HttpParserError as error:
            self._refuse(error.__context__.status if isinstance(error.__context__, _Refused) else 400)
        else:
            if self._in_head and self._taken > self._limits.head:
                self._refuse(431)
            elif self._taken > self._limits.request:
                self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._in_head = True
        self._taken = 0
        self._expect_within(self._limits.head_within)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer: nobody here reads those."""
        if self._in_head:
            if len(self.headers) >= self._limits.headers:
                raise _Refused(431)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The end of the head."""
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > self._limits.head:
            raise _Refused(431)
        if self.pipeline:  # one request may wait for the reply to another; a thousand would fill the memory
            raise _Refused(400)
        super().on_headers_complete()
        self._in_head = False

    def on_response_complete(self) -> None:
        """The reply is written: now the sender takes it, sends the rest of his body, and perhaps the next request."""
        self._expect_within(self._limits.next_within)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The sender does not take the reply."""
        super().pause_writing()
        self._expect_within(self._limits.next_within)

    def _expect_within(self, seconds: float) -> None:
        self._until = self.loop.time() + seconds

    def _look(self) -> None:
        our_turn = self._reply_is_due() and not self.flow.write_paused
        if self.loop.time() >= self._until and not our_turn:
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(self._limits.head_within / 4, self._look)

    def _reply_is_due(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, status: int) -> None:
        in_body = not (self._in_head or self.pipeline or self.cycle.response_started)
        if self._reply_is_due() and not in_body:  # to an earlier request: that one comes first
            self._close_after_reply()
            return
        sentence = _SENTENCES[status]
        self.transport.write(STATUS_LINE[status] + _REFUSAL % (len(sentence), sentence))
        self.transport.close()

    def _close_after_reply(self) -> None:
        self._listens = self.cycle.keep_alive = False
