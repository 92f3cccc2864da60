"""Every fault of the wire is either certainly harmless or uncertain, and never carries a secret."""

import asyncio
import socket
import ssl
import traceback
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from app.whmcs import Reply, Unavailable, Uncertain, WhmcsError
from app.whmcs.connection import fault
from tests.unit.whmcs.wire import ACCESS_KEY, SECRET, Wire, whmcs

PLACE = Mock(spec=ConnectionKey)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (aiohttp.ClientConnectorError(PLACE, OSError("odd")), "connect_error"),
        (aiohttp.ClientConnectorDNSError(PLACE, OSError("unknown")), "dns_error"),
        (aiohttp.ClientConnectorSSLError(PLACE, ssl.SSLError("bad")), "tls_error"),
        (aiohttp.ClientConnectorCertificateError(PLACE, ssl.SSLCertVerificationError("bad")), "tls_error"),
        (aiohttp.ConnectionTimeoutError("slow"), "connect_timeout"),
        (aiohttp.ClientProxyConnectionError(PLACE, OSError("odd")), "proxy_error"),
        (aiohttp.ClientHttpProxyError(Mock(), (), status=407), "proxy_error"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_before_sending_is_unavailable(error: Exception, reason: str) -> None:
    found = fault(error)
    assert (type(found), found.reason) == (Unavailable, reason)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (aiohttp.SocketTimeoutError("slow"), "read_timeout"),
        (aiohttp.ServerTimeoutError("slow"), "read_timeout"),
        (TimeoutError("slow"), "deadline"),
        (aiohttp.ServerDisconnectedError(), "disconnected"),
        (aiohttp.ClientPayloadError("short"), "broken_reply"),
        (aiohttp.ContentTypeError(Mock(), ()), "not_http"),
        (aiohttp.ClientResponseError(Mock(), (), status=400), "not_http"),
        (aiohttp.ClientOSError("reset"), "connection_lost"),
        (aiohttp.ClientConnectionResetError("reset"), "connection_lost"),
        (aiohttp.ClientConnectionError("closed"), "connection_lost"),
        (ConnectionResetError("reset"), "connection_lost"),
        (aiohttp.TooManyRedirects(Mock(), ()), "not_http"),
        (aiohttp.ClientError("anything"), "connection_lost"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_after_sending_is_uncertain(error: Exception, reason: str) -> None:
    found = fault(error)
    assert (type(found), found.reason) == (Uncertain, reason)


def _errors(base: type[Exception]) -> set[type[Exception]]:
    return {base}.union(*(_errors(kind) for kind in base.__subclasses__() if kind.__module__.startswith("aiohttp")))


@pytest.mark.parametrize("kind", sorted(_errors(aiohttp.ClientError), key=repr))
def test_no_error_of_the_library_goes_unclassified(kind: type[Exception]) -> None:
    """A new release may bring new ones; only those that cannot follow a sent request are Unavailable."""
    error = kind.__new__(kind)
    harmless = ("Connector", "Certificate", "SSL", "Proxy", "ConnectionTimeout")
    assert isinstance(fault(error), Unavailable) == any(word in kind.__name__ for word in harmless)


@pytest.mark.parametrize(
    ("origin", "reason"),
    [(socket.gaierror("unknown"), "dns_error"), (ConnectionRefusedError("no"), "connection_refused")],
    ids=repr,
)
def test_a_failed_connection_names_its_origin(origin: Exception, reason: str) -> None:
    error = aiohttp.ClientConnectorError(PLACE, OSError("several addresses"))
    error.__cause__ = origin
    assert fault(error).reason == reason


@pytest.mark.parametrize(
    "answer",
    [Unavailable("connect_error"), Uncertain("read_timeout"), b"", b'{"result":"error","message":"no"}'],
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
    class Endless(Wire):
        async def post(self, body: bytes) -> Reply:
            await asyncio.sleep(60)
            return await super().post(body)

    call = asyncio.create_task(whmcs(Endless()).details())
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
