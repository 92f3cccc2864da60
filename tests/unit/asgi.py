"""Requests as the server hands them over, without a server."""

from collections.abc import Iterable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message, Scope

END: Message = {"type": "http.request", "body": b"", "more_body": False}
GONE: Message = {"type": "http.disconnect"}


def scope(
    headers: Mapping[str, str] | None = None, *, peer: str | None = "203.0.113.7", path: str = "/v1/acme/signup"
) -> Scope:
    """The scope of a form post from ``peer``."""
    sent = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": sent,
        "client": (peer, 50000) if peer is not None else None,
        "state": {},
        "app": Starlette(),
    }


def request(
    headers: Mapping[str, str] | None = None, *, peer: str | None = "203.0.113.7", body: Iterable[Message] = ()
) -> Request:
    """A form post from ``peer`` whose body comes as these messages."""
    messages = iter(body)

    async def receive() -> Message:
        return next(messages)

    return Request(scope(headers, peer=peer), receive)


def chunks(*parts: bytes) -> list[Message]:
    """The messages of a body that comes in parts."""
    return [{"type": "http.request", "body": part, "more_body": True} for part in parts] + [END]
