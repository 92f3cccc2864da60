"""Over a real socket: what a fake transport cannot show."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.whmcs import Credentials, Uncertain, Whmcs, http_client
from tests.unit.whmcs.samples import success

GOOD = success(whmcs={"version": "9.0.0"})


@asynccontextmanager
async def installation(answer: bytes) -> AsyncIterator[Whmcs]:
    """A server that reads each request, sends ``answer`` and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"responsetype=json")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, http_client(read_timeout=5) as http:
        port = server.sockets[0].getsockname()[1]
        yield Whmcs(http, f"http://127.0.0.1:{port}", Credentials("wire", "secret"))


def response(body: bytes, *, length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (length, body)


async def test_a_whole_reply_is_read() -> None:
    async with installation(response(GOOD, length=len(GOOD))) as whmcs:
        assert (await whmcs.details()).version == "9.0.0"


async def test_a_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with installation(response(GOOD, length=len(GOOD))) as whmcs:
        assert (await whmcs.details()).version == "9.0.0"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="no-reply"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", id="half-a-head"),
        pytest.param(response(GOOD, length=len(GOOD) + 1), id="shorter-than-announced"),
        pytest.param(b"not http\r\n\r\n", id="not-http"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip", id="not-what-it-is-encoded-as"),
    ],
)
async def test_a_connection_lost_after_sending_is_uncertain(answer: bytes) -> None:
    async with installation(answer) as whmcs:
        with pytest.raises(Uncertain):
            await whmcs.details()
