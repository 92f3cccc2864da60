"""One event a line, in one shape, without secrets or personal data."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Literal

import hypothesis.strategies as st
import pytest
import structlog
from hypothesis import given
from starlette.responses import PlainTextResponse
from starlette.types import Message

from app.guard import RequestLog, Visitor
from app.logs import STRUCK, Strike, configure_logs
from tests.unit.asgi import END, scope

SECRET, EMAIL = "whmcs-secret-9b1c", "ada.lovelace+x@mail.example.co.uk"
QUIET = ("uvicorn.access", "alembic")
Lines = Callable[[], list[dict[str, object]]]
Configured = Callable[[Literal["json", "text"]], StringIO]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configured]:
    """Sets logging up in a style and gives what it writes; the process's logging is put back afterwards."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in ("root", *QUIET)}

    def configure(style: Literal["json", "text"]) -> StringIO:
        stream = StringIO()
        monkeypatch.setattr(sys, "stdout", stream)
        configure_logs(style, [SECRET, ""])
        return stream

    yield configure
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def lines(configured: Configured) -> Lines:
    """The JSON lines written so far."""
    written = configured("json")
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_values(lines: Lines) -> None:
    structlog.get_logger("app.web").info("request", path="/a\nb", status=202, ms=1.5, ok=True, nothing=None)
    (line,) = lines()
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "path": "/a\nb",
        "status": 202,
        "ms": 1.5,
        "ok": True,
        "nothing": None,
    }


def test_libraries_write_the_same_shape(lines: Lines) -> None:
    logging.getLogger("a.library").warning("listening on %s", "port 8000")
    (line,) = lines()
    assert set(line) == {"event", "level", "timestamp"}
    assert (line["event"], line["level"]) == ("listening on port 8000", "warning")


def test_bound_values_are_on_every_line_of_a_request(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="req-12345"):
        structlog.get_logger("app.web").info("ours")
        logging.getLogger("limits").warning("theirs")
    assert [line["request_id"] for line in lines()] == ["req-12345", "req-12345"]


@pytest.mark.parametrize("name", QUIET)
def test_chatter_that_would_tell_addresses_and_queries_is_off(name: str, lines: Lines) -> None:
    logging.getLogger(name).info("GET /?email=x")
    logging.getLogger(name).warning("worth a line")
    assert [line["event"] for line in lines()] == ["worth a line"]


@pytest.mark.parametrize("name", ["info", "warning", "error", "exception", "critical"])
def test_every_level_of_ours_is_written(name: str, lines: Lines) -> None:
    getattr(structlog.get_logger("app.web"), name)("event")
    assert [(line["event"], line["level"]) for line in lines()] == [("event", name.replace("exception", "error"))]


def test_a_log_that_cannot_be_written_fails_nobody(configured: Configured) -> None:
    written = configured("json")
    written.close()
    structlog.get_logger("app.web").info("request")


def test_debug_lines_are_off(lines: Lines) -> None:
    structlog.get_logger("app.web").debug("detail")
    assert lines() == []


def _ours() -> None:
    structlog.get_logger("app.web").warning(f"{SECRET} {EMAIL}", given=f"<{EMAIL}>", nested={"a": [EMAIL, SECRET]})


def _ours_as_bytes() -> None:
    structlog.get_logger("app.web").warning("odd", given=f"{SECRET} {EMAIL}".encode(), error=ValueError(EMAIL))


def _ours_failing() -> None:
    try:
        raise ValueError(f"{SECRET}: Key (email)=({EMAIL}) already exists")
    except ValueError:
        structlog.get_logger("app.web").exception("failed")


def _theirs() -> None:
    logging.getLogger("limits").error("refused %s for %s", SECRET, EMAIL)


def _theirs_failing() -> None:
    try:
        raise ValueError(f"{SECRET}: {EMAIL}")
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")


def _theirs_with_a_stack() -> None:
    logging.getLogger("asyncio").error("%s", EMAIL, stack_info=True)


def _bound() -> None:
    with structlog.contextvars.bound_contextvars(user=EMAIL, key=SECRET):
        structlog.get_logger("app.web").info("bound")


@pytest.mark.parametrize(
    "write", [_ours, _ours_as_bytes, _ours_failing, _theirs, _theirs_failing, _theirs_with_a_stack, _bound]
)
@pytest.mark.parametrize("style", ["json", "text"])
def test_secrets_and_addresses_are_struck_out(
    write: Callable[[], None], style: Literal["json", "text"], configured: Configured
) -> None:
    written = configured(style)
    write()
    assert STRUCK in written.getvalue()
    for told in (SECRET, EMAIL, "lovelace", "mail.example"):
        assert told not in written.getvalue()


def test_a_traceback_is_kept_without_what_it_quotes(lines: Lines) -> None:
    _ours_failing()
    (line,) = lines()
    assert "Traceback (most recent call last)" in str(line["exception"])
    assert f"{STRUCK}: Key (email)=({STRUCK}) already exists" in str(line["exception"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@example.com", STRUCK),
        ("email=ada%40example.com&next=1", f"email={STRUCK}&next=1"),
        ("mailto:ada@example.com?subject=x", f"mailto:{STRUCK}=x"),
        ("ADA@EXAMPLE.COM, grace@navy.example", f"{STRUCK}, {STRUCK}"),
        ("ada@bücher.example", STRUCK),
        ("no address @ all", "no address @ all"),
        ("a@ b", "a@ b"),
        ("100%", "100%"),
        ("short SECRET SECRET-longer", f"short {STRUCK} {STRUCK}"),
    ],
)
def test_what_is_struck_out(text: str, expected: str) -> None:
    assert Strike(["SECRET", "SECRET-longer"])(None, "info", {"event": text}) == {"event": expected}


@given(
    st.text(max_size=20),
    st.from_regex(r"[a-z0-9._+-]{1,20}@[a-z0-9-]{1,10}\.[a-z]{2,6}", fullmatch=True),
    st.text(max_size=20),
)
def test_an_address_is_struck_out_of_any_text(before: str, address: str, after: str) -> None:
    assert address not in str(Strike([])(None, "info", {"event": f"{before} {address} {after}"})["event"])


async def test_the_line_of_a_request_has_no_query_and_no_address(lines: Lines) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return END

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {"X-Forwarded-For": "203.0.113.9", "Referer": "https://www.acme.example/?q=ada"}
    asked = scope(headers | {"X-Request-Id": "0123456789"}, peer="203.0.113.7")  # one that we make may have "ada" in it
    asked["query_string"] = b"email=ada%40example.com&phone=5550100"
    asked["path"] = f"/v1/{EMAIL}/signup"
    await Visitor(RequestLog(PlainTextResponse("ok")), [])(asked, receive, send)
    (line,) = lines()
    assert set(line) == {"event", "level", "timestamp", "request_id", "method", "path", "status", "ms"}
    assert line["path"] == STRUCK
    for told in ("203.0.113", "5550100", "ada", "acme"):
        assert told not in json.dumps(line)


def test_a_long_word_costs_its_length_and_not_its_square() -> None:
    """Else this one line would take minutes."""
    line = "a" * 200_000 + " @"
    assert Strike([])(None, "", {"event": line}) == {"event": line}


def test_nothing_in_a_log_for_people_acts_on_their_terminal(configured: Configured) -> None:
    """Words of others have come this far: of WHMCS, of a challenge's provider, of a library."""
    stream = configured("text")
    structlog.get_logger("app.challenge").info("challenge_wrong", why="\x1b[2J\x9b2J\u202e")
    logging.getLogger("aiohttp").warning("odd\x1b[2J\rheader\x07")
    printed = stream.getvalue()
    assert printed.count("\\x1b[2J") == 2
    assert not set(printed) & set("\x1b\x9b\r\x07\u202e")
