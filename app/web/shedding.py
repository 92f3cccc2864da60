"""Where floods end: whoever asks too often is answered here, in front of everything that costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import RateLimited
from app.guard import HEALTH, Gate, Pace, Refused, bucket, is_relay, request_id
from app.sites import Site
from app.web.headers import VARY, is_preflight, make_safe, shared_with
from app.web.replies import refusal_reply
from app.web.wants import wants_json
from app.web.words import language_code

_HERE_GOES_THE_ID = "HERE-GOES-THE-ID"
_LOADED = ("/page.css", "/catalog")
_KEPT = 1000  # replies: each site has two for each second that a refused one may have to wait


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A reply but for the request's id, which goes between the parts of the body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    parts: list[bytes]


class FloodGate:
    """Lets a request in, or tells it when to come back: no framework, no line in the log, not a byte of its body.

    Health checks are never refused: those past the limit wait their turn among the refused. They, and what browsers ask
    for by themselves, preflights, scripts, style sheets and prices, are counted apart from what visitors do: none of
    these takes from another.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        gate: Gate,
        relay_gate: Gate,
        sites: Mapping[str, Site],
        refused: Refused,
        https: bool,
    ) -> None:
        self._app = app
        self._gate = gate
        self._relay_gate = relay_gate
        self._sites = sites
        self._refused = refused
        self._https = https
        self._pace = Pace()
        self._kept: dict[tuple[str, str, bool, bool, int | None], _Rendered] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            caller = bucket(scope["client"][0])
            try:
                gate = self._relay_gate if self._is_relay(scope) else self._gate
                gate(_counted_apart(scope) + caller)
            except RateLimited as error:
                if scope["path"] not in HEALTH:
                    self._refused.count(caller)
                    await self._pace.turn()
                    await self._refuse(scope, send, error)
                    return
                await self._pace.turn()
        await self._app(scope, receive, send)

    async def _refuse(self, scope: Scope, send: Send, error: RateLimited) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
        site = self._site(scope["path"])
        language = language_code(site, headers.get("accept-language", ""))
        reply = self._rendered(scope, site, language, wants_json(headers), error)
        own_id = request_id(headers).encode()
        body = own_id.join(reply.parts)
        own = {"content-length": str(len(body)), **shared_with(site, headers.get("origin"))}
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in own.items()]
        start = [*reply.headers, (b"x-request-id", own_id), *raw]
        await send({"type": "http.response.start", "status": reply.status, "headers": start})
        await send({"type": "http.response.body", "body": body})

    def _rendered(self, scope: Scope, site: Site | None, language: str, script: bool, error: RateLimited) -> _Rendered:
        posted = scope["method"] == "POST"  # only a form is sent back to its page
        variant = (site.key if site else "", language, script, posted, error.retry_after)
        reply = self._kept.get(variant)
        if reply is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            reply = self._kept[variant] = self._render(scope, site, error)
        return reply

    def _render(self, scope: Scope, site: Site | None, error: RateLimited) -> _Rendered:
        shared = [(name, value) for name, value in scope["headers"] if name != b"referer"]  # the reply is everybody's
        asked = Request({**scope, "headers": shared, "state": {"site": site, "request_id": _HERE_GOES_THE_ID}})
        reply = refusal_reply(asked, error)
        del reply.headers["content-length"]
        reply.headers["Vary"] = VARY
        make_safe(reply.headers, https=self._https)
        return _Rendered(reply.status_code, reply.raw_headers, bytes(reply.body).split(_HERE_GOES_THE_ID.encode()))

    def _is_relay(self, scope: Scope) -> bool:
        """Whether it is a site's own server, which asks for all its visitors."""
        authorization = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        site = self._site(scope["path"]) if authorization else None
        return site is not None and is_relay(site, (authorization or b"").decode("latin-1"))

    def _site(self, path: str) -> Site | None:
        parts = path.split("/", 3)
        return self._sites.get(parts[2]) if len(parts) > 2 else None


def _counted_apart(scope: Scope) -> str:
    if scope["path"] in HEALTH:
        return "health "
    by_itself = scope["path"].startswith(("/static/", "/signup.")) or scope["path"].endswith(_LOADED)
    return "aside " if by_itself or is_preflight(scope) else ""
