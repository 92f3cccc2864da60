"""HTTP to WHMCS, with the right manners: what fails before a request leaves is Unavailable, all later is Uncertain."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from app.whmcs.errors import Unavailable, Uncertain, WhmcsError

REPLY_LIMIT = 2**22  # bytes read of a reply; the rest is left unread. A price list of 1,500 TLDs has a quarter of it
CONNECT_TIMEOUT = 5.0  # seconds, and as many again to wait for one of the connections

# Shorter than the 5 seconds after which Apache closes an idle connection, so that a reused one is rarely dead.
# https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout
_KEEP_ALIVE = 4.0
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# These happen before the first byte of a request leaves, in an order that puts the special before the general.
# https://docs.aiohttp.org/en/stable/client_reference.html#client-exceptions
_BEFORE_SENDING: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ConnectionTimeoutError, "connect_timeout"),
    (aiohttp.ClientProxyConnectionError, "proxy_error"),
    (aiohttp.ClientHttpProxyError, "proxy_error"),
    (aiohttp.ClientConnectorDNSError, "dns_error"),
    (aiohttp.ClientSSLError, "tls_error"),
    (aiohttp.ClientConnectorError, "connect_error"),
)
_LATER: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ServerTimeoutError, "read_timeout"),
    (TimeoutError, "deadline"),
    (aiohttp.ServerDisconnectedError, "disconnected"),
    (aiohttp.ClientPayloadError, "broken_reply"),
    (aiohttp.ClientResponseError, "not_http"),
    (aiohttp.ClientError, "connection_lost"),
    (OSError, "connection_lost"),
)
_ORIGINS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "tls_error"),
    (socket.gaierror, "dns_error"),
    (ConnectionRefusedError, "connection_refused"),
)


class Reply(NamedTuple):
    """What came back: the body only up to ``REPLY_LIMIT``."""

    status: int
    content_type: str
    body: bytes


class Transport(Protocol):
    """A way to one WHMCS installation. ``deadline`` is the longest that a call takes, in seconds."""

    deadline: float

    async def post(self, body: bytes) -> Reply:
        """Send a form to the API. Raises Unavailable or Uncertain."""


@asynccontextmanager
async def open_transport(
    url: str, *, read_timeout: float = 30.0, connections: int = 6, user_agent: str = "signup-gateway-whmcs"
) -> AsyncIterator["HttpTransport"]:
    """The way to the API at ``url``. ``read_timeout`` is in seconds between two pieces of a reply.

    Raises ValueError with a sentence when the environment names a proxy that cannot be used.
    """
    # Without a deadline, a server that sends a byte now and then could hold a call, and its sign-up, for hours.
    deadline = read_timeout + 3 * CONNECT_TIMEOUT
    timeout = aiohttp.ClientTimeout(
        total=deadline, connect=2 * CONNECT_TIMEOUT, sock_connect=CONNECT_TIMEOUT, sock_read=read_timeout
    )
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=_KEEP_ALIVE),
        timeout=timeout,
        # PHP locks a session while a request runs: one shared cookie would queue all calls behind each other.
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={
            "User-Agent": user_agent,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    ) as session:
        yield HttpTransport(session, URL(url, encoded=True), deadline)


class HttpTransport:
    """The real one. A POST is never sent twice, and a redirect, which would make a GET of it, is not followed."""

    def __init__(self, session: aiohttp.ClientSession, url: URL, deadline: float) -> None:
        self.deadline = deadline
        self._session = session
        self._url = url
        self._proxy = _proxy(url)

    async def post(self, body: bytes) -> Reply:
        """As Transport's."""
        try:
            async with self._session.post(self._url, data=body, proxy=self._proxy, allow_redirects=False) as response:
                return Reply(response.status, response.headers.get("Content-Type", ""), await _start_of(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = fault(error)
        # Raised out here so that the error has no context: aiohttp's could carry the request, and with it the secret.
        raise failure


def fault(error: BaseException) -> WhmcsError:
    """What an exception of aiohttp means for the call."""
    for kind, word in _BEFORE_SENDING:
        if isinstance(error, kind):
            return Unavailable(_origin(error) or word)
    return Uncertain(next(word for kind, word in _LATER if isinstance(error, kind)))


def _origin(error: BaseException) -> str | None:
    """Our word for what stood in the way of a connection, for the doctor and the log."""
    link: BaseException | None = error
    while link is not None:
        for kind, word in _ORIGINS:
            if isinstance(link, kind):
                return word
        link = link.__cause__ or link.__context__
    return None


async def _start_of(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) >= REPLY_LIMIT:
            break
    return bytes(body[:REPLY_LIMIT])


def _proxy(url: URL) -> str | None:
    """The proxy of the environment: a fixed way out is how many companies get onto WHMCS's list of addresses."""
    host = url.host or ""
    if host in _THIS_MACHINE or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy is not None and "://" not in proxy:
        proxy = f"http://{proxy}"
    if proxy is not None and not proxy.startswith(("http://", "https://")):
        raise ValueError("The proxy of the environment is not an HTTP proxy. Put WHMCS's host into NO_PROXY.")
    return proxy
