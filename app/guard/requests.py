"""Every request gets its visitor's address, an id that goes back with the reply, and one line in the log."""

import re
import secrets
import time
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.guard.address import visitor_address
from app.guard.forwarded import ForwardingHeader, nodes
from app.networks import Network

_log = structlog.get_logger("app.web")
HEALTH = ("/healthz", "/readyz", "/metrics")  # asked every few seconds, for ever
_SECRET = re.compile("(?<=/checkout/).+", re.DOTALL)  # what follows logs somebody in
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Visitor:
    """Puts the visitor's address where the trusted proxies' would be: into ``request.client``.

    Only ``header`` is read. A proxy that does not write the other one passes on whatever a visitor put there.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network], header: ForwardingHeader = "x-forwarded-for") -> None:
        self._app = app
        self._trusted = trusted
        self._header = header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            peer = scope["client"][0] if scope.get("client") else ""
            said = nodes(self._header, Headers(scope=scope).getlist(self._header))
            scope = {**scope, "client": (visitor_address(peer, said, self._trusted), 0)}
        await self._app(scope, receive, send)


class RequestLog:
    """Takes or makes the request's id, sends it back, and logs the request when its reply has begun.

    The path is logged, never the query: a form with the wrong method puts its fields there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own_id = request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = own_id
        began = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = own_id
            await send(message)

        # What is learned on the way (site, reference, code) is bound too, and comes out in the one line at the end.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=own_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _report(scope["method"], scope["path"], status, time.perf_counter() - began)


def _report(method: str, path: str, status: int, seconds: float) -> None:
    if _is_usual(path, status):
        return
    path = _SECRET.sub("-", path)
    # Escaped again, for a path may hold line breaks and whatever else moves a terminal's cursor.
    escaped = quote(path[:200], errors="replace")
    _log.info("request", method=method, path=escaped, status=status, ms=round(seconds * 1000, 1))


def _is_usual(path: str, status: int) -> bool:
    """Whether it says nothing: good health, and prices, which are asked for at every view of a page."""
    return (path in HEALTH and status == 200) or (path.endswith("/catalog") and status in (200, 304))


def request_id(headers: Mapping[str, str]) -> str:
    """The id that the sender gave the request, when it is a good one, or a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
