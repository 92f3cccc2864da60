"""The least that a server can do about a flood: refuse everybody, without looking."""

from typing import Any

_BODY = b'{"status":429,"code":"rate_limited"}'
_START = {
    "type": "http.response.start",
    "status": 429,
    "headers": [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(_BODY))],
}
_HEALTHY = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(_BODY))]}


async def answer(scope: Any, _receive: Any, send: Any) -> None:
    """429, but for the question whether it runs."""
    if scope["type"] != "http":
        return
    await send(_HEALTHY if scope["path"] == "/healthz" else _START)
    await send({"type": "http.response.body", "body": _BODY})
