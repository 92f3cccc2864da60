"""Every request has its visitor's address and an id that goes back with the reply."""

import re
from ipaddress import ip_network

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from app.guard import RequestLog, Visitor
from app.guard.forwarded import ForwardingHeader
from tests.unit.asgi import END, scope


class Seen:
    """An application that answers 202 and keeps the scope it was called with."""

    scope: Scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        if scope["type"] == "http":
            await PlainTextResponse("ok", 202)(scope, receive, send)


class Failing:
    """An application that fails before it answers."""

    async def __call__(self, *_: object) -> None:
        raise RuntimeError("boom")


async def call(app: ASGIApp, given: Scope) -> list[Message]:
    """The messages that ``app`` sends for a request with no body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return END

    async def send(message: Message) -> None:
        sent.append(message)

    await app(given, receive, send)
    return sent


def header(messages: list[Message], name: bytes) -> str:
    (value,) = [value for found, value in messages[0]["headers"] if found == name]
    return str(value.decode())


@pytest.mark.parametrize(
    ("peer", "expected"),
    [("10.0.0.2", "203.0.113.7"), ("198.51.100.1", "198.51.100.1"), (None, "")],
    ids=["trusted proxy", "stranger", "Unix socket"],
)
async def test_the_application_sees_the_visitors_address(peer: str | None, expected: str) -> None:
    app = Seen()
    given = scope({"X-Forwarded-For": "203.0.113.7"}, peer=peer)
    await call(Visitor(app, [ip_network("10.0.0.0/8")]), given)
    assert app.scope["client"] == (expected, 0)


@pytest.mark.parametrize(
    ("header", "expected"), [("x-forwarded-for", "203.0.113.7"), ("forwarded", "198.51.100.1")], ids=str
)
async def test_only_the_header_that_the_proxies_write_is_read(header: ForwardingHeader, expected: str) -> None:
    app = Seen()
    given = scope({"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=198.51.100.1"}, peer="10.0.0.2")
    await call(Visitor(app, [ip_network("10.0.0.0/8")], header), given)
    assert app.scope["client"] == (expected, 0)


@pytest.mark.parametrize("middleware", [RequestLog, lambda app: Visitor(app, [])], ids=["log", "visitor"])
async def test_what_is_no_request_goes_through_untouched(middleware: type[RequestLog]) -> None:
    app, given = Seen(), {"type": "lifespan"}
    with capture_logs() as lines:
        await call(middleware(app), given)
    assert app.scope is given
    assert lines == []


@pytest.mark.parametrize("given", ["0123456789abcdef", "req.1_2-3", "A" * 64])
async def test_a_good_id_is_kept_and_sent_back(given: str) -> None:
    app = Seen()
    sent = await call(RequestLog(app), scope({"X-Request-Id": given}))
    assert header(sent, b"x-request-id") == app.scope["state"]["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "A" * 65, "with space", "ada@example.com", "0123456789\n", "ünicode-id"]
)
async def test_a_bad_id_is_replaced(given: str) -> None:
    app = Seen()
    sent = await call(RequestLog(app), scope({"X-Request-Id": given}))
    assert re.fullmatch("[0-9a-f]{16}", header(sent, b"x-request-id"))
    assert app.scope["state"]["request_id"] == header(sent, b"x-request-id")


async def test_each_request_has_an_id_of_its_own() -> None:
    app = RequestLog(Seen())
    ids = {header(await call(app, scope()), b"x-request-id") for _ in range(5)}
    assert len(ids) == 5


async def test_a_request_is_one_line() -> None:
    with capture_logs() as lines:
        await call(RequestLog(Seen()), scope())
    (line,) = lines
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "path": "/v1/acme/signup",
        "status": 202,
    }


@pytest.mark.parametrize(
    ("path", "status", "lines"),
    [
        ("/healthz", 200, 0),
        ("/readyz", 503, 1),
        ("/v1/acme/catalog", 200, 0),
        ("/v1/acme/catalog", 304, 0),
        ("/v1/acme/catalog", 503, 1),
        ("/v1/acme/domains", 200, 1),
    ],
)
async def test_what_says_nothing_is_not_logged(path: str, status: int, lines: int) -> None:
    with capture_logs() as logged:
        await call(RequestLog(PlainTextResponse("ok", status)), {**scope(), "path": path})
    assert len(logged) == lines


async def test_a_request_that_fails_is_logged_too() -> None:
    with capture_logs() as lines, pytest.raises(RuntimeError):
        await call(RequestLog(Failing()), scope())
    assert [(line["event"], line["status"]) for line in lines] == [("request", 0)]
