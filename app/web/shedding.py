"""Where floods end: whoever asks too often is answered here, in front of everything that costs."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import RateLimited
from app.guard import HEALTH, Gate, Refused, bucket, request_id
from app.sites import Site
from app.web.headers import Cors, SafeHeaders, is_preflight
from app.web.replies import refusal_reply


class FloodGate:
    """Lets a request in, or tells it when to come back: no framework, no line in the log, not a byte of its body.

    Health checks are free. What browsers ask for by themselves, preflights and style sheets, is counted apart from
    what visitors do, so that neither takes from the other.
    """

    def __init__(self, app: ASGIApp, gate: Gate, sites: Mapping[str, Site], refused: Refused, *, https: bool) -> None:
        self._app = app
        self._gate = gate
        self._sites = sites
        self._refused = refused
        self._refuse = SafeHeaders(Cors(_tell, sites), https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in HEALTH:
            caller = bucket(scope["client"][0])
            try:
                self._gate(f"aside {caller}" if _is_aside(scope) else caller)
            except RateLimited as error:
                self._refused.count(caller)
                state = scope.setdefault("state", {})
                state.update(error=error, site=self._site(scope["path"]), request_id=request_id(Headers(scope=scope)))
                await self._refuse(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _site(self, path: str) -> Site | None:
        parts = path.split("/", 3)
        return self._sites.get(parts[2]) if len(parts) == 4 else None


def _is_aside(scope: Scope) -> bool:
    return scope["path"].startswith("/static/") or is_preflight(scope)


async def _tell(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    reply = refusal_reply(request, request.state.error)
    reply.headers["X-Request-Id"] = request.state.request_id
    await reply(scope, receive, send)
