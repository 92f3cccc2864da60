"""Over a real socket: how the library behaves that carries our calls."""

import asyncio
import contextlib
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app.whmcs import Credentials, Unavailable, Uncertain, Whmcs, endpoint, open_transport
from app.whmcs.connection import REPLY_LIMIT
from tests.unit.whmcs.samples import success

GOOD = success(whmcs={"version": "9.0.0"})
SECRET = "socket-secret"
Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def installation(serve: Server, scheme: str = "http", read_timeout: float = 5) -> AsyncIterator[Whmcs]:
    """A server of our own, and a client for it."""
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = endpoint(f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        async with open_transport(url, read_timeout=read_timeout, user_agent="gateway/1.2") as transport:
            yield Whmcs(transport, Credentials("wire", SECRET))


class Answering:
    """Reads each request, sends ``answer`` and hangs up, or else waits for the next request; keeps what it read."""

    def __init__(self, answer: bytes, *, hang_up: bool = True) -> None:
        self.answer = answer
        self.hang_up = hang_up
        self.requests: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                self.requests.append(await reader.readuntil(b"responsetype=json"))
                writer.write(self.answer)
                await writer.drain()
                if self.hang_up:
                    break
        writer.close()


def response(body: bytes, *, length: int | None = None, head: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s" % (
        head,
        len(body) if length is None else length,
        body,
    )


async def test_a_whole_reply_is_read() -> None:
    async with installation(Answering(response(GOOD))) as whmcs:
        assert (await whmcs.details()).version == "9.0.0"


async def test_what_is_sent() -> None:
    server = Answering(response(GOOD))
    async with installation(server) as whmcs:
        await whmcs.details()
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    assert first == "POST /includes/api.php HTTP/1.1"
    assert {"User-Agent: gateway/1.2", "Content-Type: application/x-www-form-urlencoded"} <= set(headers)
    assert body == f"identifier=wire&secret={SECRET}&action=WhmcsDetails&responsetype=json".encode()


async def test_no_cookie_is_kept_between_calls() -> None:
    server = Answering(response(GOOD, head=b"Set-Cookie: WHMCSx=1; Path=/\r\n"), hang_up=False)
    async with installation(server) as whmcs:
        await whmcs.details()
        await whmcs.details()
    assert len(server.requests) == 2
    assert b"cookie" not in server.requests[1].lower()


async def test_a_redirect_is_not_followed() -> None:
    server = Answering(b"HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", hang_up=False)
    async with installation(server) as whmcs:
        with pytest.raises(Uncertain, match="empty_http_301"):
            await whmcs.details()
    assert len(server.requests) == 1


async def test_a_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    _only_proxy(monkeypatch, "http://127.0.0.1:9")
    async with installation(Answering(response(GOOD))) as whmcs:
        assert (await whmcs.details()).version == "9.0.0"


async def test_a_proxy_of_the_environment_is_used_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Answering(response(GOOD))
    async with await asyncio.start_server(server, "127.0.0.1", 0) as proxy:
        _only_proxy(monkeypatch, f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
        async with open_transport(endpoint("http://billing.internal")) as transport:
            await Whmcs(transport, Credentials("wire", SECRET)).details()
    assert server.requests[0].startswith(b"POST http://billing.internal/includes/api.php ")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(b"", "disconnected", id="no-reply"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", "disconnected", id="half-a-head"),
        pytest.param(response(GOOD, length=len(GOOD) + 1), "broken_reply", id="shorter-than-announced"),
        pytest.param(b"not http\r\n\r\n", "not_http", id="not-http"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip", "broken_reply", id="not-what-it-is-encoded-as"
        ),
    ],
)
async def test_a_connection_lost_after_sending_is_uncertain_and_nothing_is_sent_again(
    answer: bytes, reason: str
) -> None:
    server = Answering(answer)
    async with installation(server) as whmcs:
        with pytest.raises(Uncertain) as caught:
            await whmcs.details()
    assert caught.value.reason == reason
    assert len(server.requests) == 1
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert SECRET not in shown
    assert caught.value.__cause__ is caught.value.__context__ is None


async def test_a_kept_connection_that_dies_under_a_call_is_not_tried_twice() -> None:
    """On a kept connection, a library may take silence for "not received", and send a POST again."""
    requests = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        with contextlib.suppress(asyncio.IncompleteReadError):
            for answer in (response(GOOD), b""):
                await reader.readuntil(b"responsetype=json")
                requests += 1
                writer.write(answer)
        writer.close()

    async with installation(serve) as whmcs:
        await whmcs.details()
        with pytest.raises(Uncertain, match="disconnected"):
            await whmcs.details()
    assert requests == 2


async def test_a_refused_connection_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = endpoint(f"http://127.0.0.1:{taken.getsockname()[1]}")
        async with open_transport(url) as transport:
            with pytest.raises(Unavailable, match="connection_refused"):
                await Whmcs(transport, Credentials("wire", SECRET)).details()


async def test_a_failed_tls_handshake_is_unavailable() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with installation(serve, scheme="https") as whmcs:
        with pytest.raises(Unavailable, match="tls_error"):
            await whmcs.details()


async def test_silence_ends_at_the_read_timeout() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with installation(serve, read_timeout=0.05) as whmcs:
        with pytest.raises(Uncertain, match="read_timeout"):
            await whmcs.details()


async def test_a_flood_is_read_to_the_limit_only() -> None:
    """The connection is closed on what is left, which may be without end."""
    cut_off = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"responsetype=json")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b" " * 2**16)
                await writer.drain()
        cut_off.set()
        writer.close()

    async with installation(serve) as whmcs:
        with pytest.raises(Uncertain, match="empty_http_200"):
            await whmcs.details()
        async with asyncio.timeout(10):
            await cut_off.wait()
    assert REPLY_LIMIT == 2**22


async def test_a_reply_in_pieces_is_joined() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"responsetype=json")
        for byte in response(GOOD):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    async with installation(serve) as whmcs:
        assert (await whmcs.details()).version == "9.0.0"


async def test_a_certificate_is_asked_for() -> None:
    """The library's default context, which looks at names and authorities, is the one in use."""
    context = ssl.create_default_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    async with open_transport("https://billing.example.com/includes/api.php") as transport:
        connector = transport._session.connector
        assert connector is not None
        assert getattr(connector, "_ssl") is True  # noqa: B009 - a private name of another's


@pytest.mark.parametrize("url", ["127.0.0.1:{port}", "http://127.0.0.1:{port}"])
async def test_a_proxy_may_be_written_without_its_scheme(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Answering(response(GOOD))
    async with await asyncio.start_server(server, "127.0.0.1", 0) as proxy:
        _only_proxy(monkeypatch, url.format(port=proxy.sockets[0].getsockname()[1]))
        async with open_transport(endpoint("http://billing.internal")) as transport:
            await Whmcs(transport, Credentials("wire", SECRET)).details()
    assert len(server.requests) == 1


async def test_a_proxy_that_is_none_for_http_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _only_proxy(monkeypatch, "socks5://127.0.0.1:1080")
    with pytest.raises(ValueError, match="NO_PROXY"):
        async with open_transport(endpoint("http://billing.internal")):
            raise AssertionError


def _only_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", url)
