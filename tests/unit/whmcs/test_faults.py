"""Every fault of the wire is either certainly harmless or uncertain, and never carries a secret."""

import asyncio
import socket
import ssl
import traceback
from collections.abc import AsyncIterator

import httpx2
import pytest

from app.whmcs import Credentials, Unavailable, Uncertain, Whmcs, WhmcsError, http_client
from app.whmcs.client import REPLY_LIMIT
from tests.unit.whmcs.samples import success
from tests.unit.whmcs.wire import ACCESS_KEY, SECRET, Wire, whmcs


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (httpx2.ConnectError("x"), "connect_error"),
        (httpx2.ConnectTimeout("x"), "connect_timeout"),
        (httpx2.PoolTimeout("x"), "pool_timeout"),
        (httpx2.ProxyError("x"), "proxy_error"),
        (httpx2.UnsupportedProtocol("x"), "unsupported_protocol"),
    ],
    ids=repr,
)
async def test_before_sending_is_unavailable(fault: Exception, reason: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await whmcs(Wire(fault)).details()
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (httpx2.ReadTimeout("x"), "read_timeout"),
        (httpx2.WriteTimeout("x"), "write_timeout"),
        (httpx2.ReadError("x"), "read_error"),
        (httpx2.WriteError("x"), "write_error"),
        (httpx2.CloseError("x"), "close_error"),
        (httpx2.RemoteProtocolError("x"), "remote_protocol_error"),
        (httpx2.LocalProtocolError("x"), "local_protocol_error"),
        (httpx2.DecodingError("x"), "decoding_error"),
        (httpx2.TooManyRedirects("x"), "too_many_redirects"),
    ],
    ids=repr,
)
async def test_after_sending_is_uncertain(fault: Exception, reason: str) -> None:
    with pytest.raises(Uncertain) as caught:
        await whmcs(Wire(fault)).details()
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        (ssl.SSLCertVerificationError("bad"), "tls_error"),
        (socket.gaierror("unknown"), "dns_error"),
        (ConnectionRefusedError("no"), "connection_refused"),
        (OSError("odd"), "connect_error"),
    ],
    ids=repr,
)
async def test_a_failed_connection_names_its_origin(origin: Exception, reason: str) -> None:
    fault = httpx2.ConnectError("x")
    fault.__cause__ = origin
    with pytest.raises(Unavailable) as caught:
        await whmcs(Wire(fault)).details()
    assert caught.value.reason == reason


async def test_a_real_refused_connection_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with http_client() as http:
            with pytest.raises(Unavailable, match="connection_refused"):
                await Whmcs(http, url, Credentials("wire", SECRET)).details()


@pytest.mark.parametrize(
    "answer",
    [httpx2.ConnectError("x"), httpx2.ReadTimeout("x"), b"", b'{"result":"error","message":"no"}'],
    ids=["connect", "read", "empty", "refused"],
)
async def test_no_error_carries_a_secret(answer: bytes | Exception) -> None:
    with pytest.raises(WhmcsError) as caught:
        await whmcs(Wire(answer), access_key=ACCESS_KEY).details()
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert SECRET not in shown
    assert ACCESS_KEY not in shown
    assert caught.value.__cause__ is caught.value.__context__ is None


async def test_cancellation_passes_through() -> None:
    async def never(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        raise AssertionError

    http = http_client(transport=httpx2.MockTransport(never))
    call = asyncio.create_task(Whmcs(http, "https://billing.example.com", Credentials("wire", SECRET)).details())
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


class Drip(httpx2.AsyncByteStream):
    """A reply that comes byte by byte for ever."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.005)
            yield b" "


async def test_a_reply_that_never_ends_is_uncertain_at_the_deadline() -> None:
    client = whmcs(Wire(httpx2.Response(200, stream=Drip())))
    client.deadline = 0.05
    with pytest.raises(Uncertain, match="deadline"):
        await client.details()


@pytest.mark.parametrize(
    ("phases", "deadline"),
    [(httpx2.Timeout(connect=1, read=2, write=3, pool=4), 10.0), (httpx2.Timeout(5, read=None), None)],
    ids=["all-set", "one-endless"],
)
async def test_the_deadline_is_all_timeouts_together(phases: httpx2.Timeout, deadline: float | None) -> None:
    async with httpx2.AsyncClient(timeout=phases) as http:
        assert Whmcs(http, "https://billing.example.com", Credentials("wire", SECRET)).deadline == deadline


class Flood(httpx2.AsyncByteStream):
    """A reply of endless spaces; counts what was taken of it."""

    taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.taken += 2**16
            yield b" " * 2**16


@pytest.mark.parametrize(("status", "kind"), [(200, Uncertain), (403, Uncertain)], ids=str)
async def test_a_flood_is_read_to_the_limit_only(status: int, kind: type[WhmcsError]) -> None:
    flood = Flood()
    with pytest.raises(kind):
        await whmcs(Wire(httpx2.Response(status, stream=flood))).details()
    assert flood.taken == REPLY_LIMIT


async def test_a_reply_in_pieces_is_joined() -> None:
    body = success(whmcs={"version": "9.0.0"})

    class Pieces(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for byte in body:
                yield bytes([byte])

    assert (await whmcs(Wire(httpx2.Response(200, stream=Pieces()))).details()).version == "9.0.0"
