"""The one place where an error becomes a reply."""

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import GatewayError, MethodNotAllowed, NotFound, Unavailable
from app.web.replies import refusal_reply

_log = structlog.get_logger("app.web")


def handle_errors(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(GatewayError, _refused)
    app.add_exception_handler(HTTPException, _routed_nowhere)
    app.add_exception_handler(RequestValidationError, _routed_nowhere)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, GatewayError)  # noqa: S101 - registered for nothing else
    structlog.contextvars.bind_contextvars(code=error.code)
    return refusal_reply(request, error)


async def _routed_nowhere(request: Request, error: Exception) -> Response:
    wrong_method = isinstance(error, HTTPException) and error.status_code == 405
    reply = refusal_reply(request, MethodNotAllowed() if wrong_method else NotFound())
    if isinstance(error, HTTPException) and error.headers:
        reply.headers.update(error.headers)
    return reply


class LastResort:
    """Answers 503 for a fault of ours, so that no visitor is left without a clean reply; the log has the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            _log.exception("request_failed")
            if begun or scope["type"] != "http":
                raise
            await refusal_reply(Request(scope), Unavailable())(scope, receive, send)
