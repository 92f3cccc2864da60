"""A WHMCS that takes no time: the same AddClient success for every call. ``python -m tests.bench.whmcs PORT``."""

import asyncio
import sys

from tests.bench.http1 import message_size

_BODY = b'{"result":"success","clientid":"1"}'
_REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


class Responder(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The caller is there."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._received += data
        while self._transport is not None and (size := message_size(self._received)):
            self._received = self._received[size:]
            self._transport.write(_REPLY)


async def serve(port: int) -> None:
    """Answer on ``port`` of this machine until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Responder, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
