"""Headers that every reply carries, and those that let a site's scripts read it."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sites import Site
from app.web.policy import content_policy

_SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": content_policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_SAFE_HTTPS = _SAFE | {"Strict-Transport-Security": "max-age=31536000"}
# What anybody may load from any page, and keep for a while.
_STATIC = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
VARY = "Accept, Accept-Language, Origin"
_READABLE = "Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"


class SafeHeaders:
    """Keeps replies out of caches, frames and search engines, and lets pages load our style sheet and what they name.

    ``https`` says that visitors come by https only, and browsers are told so.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                make_safe(headers, https=self._https)
                if scope["path"].startswith("/static/") and message["status"] in (200, 304):
                    headers.update(_STATIC)
            await send(message)

        await self._app(scope, receive, send_safely)


def make_safe(headers: MutableHeaders, *, https: bool) -> None:
    """Add what is not set yet."""
    for name, value in (_SAFE_HTTPS if https else _SAFE).items():
        headers.setdefault(name, value)


class Cors:
    """Answers preflights and lets the pages of a site, by their exact origin, read its replies."""

    def __init__(self, app: ASGIApp, sites: Mapping[str, Site]) -> None:
        self._app = app
        self._sites = sites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = scope["path"].split("/") if scope["type"] == "http" else []
        if len(parts) < 4 or parts[1] != "v1":
            await self._app(scope, receive, send)
            return
        allowed = shared_with(self._sites.get(parts[2]), Headers(scope=scope).get("origin"))

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                shared = MutableHeaders(scope=message)
                shared["Vary"] = VARY
                shared.update(allowed)
            await send(message)

        if is_preflight(scope):
            await Response(status_code=204, headers=_PREFLIGHT if allowed else None)(scope, receive, send_shared)
        else:
            await self._app(scope, receive, send_shared)


def shared_with(site: Site | None, origin: str | None) -> dict[str, str]:
    """The headers that let a page of this origin read a reply of the site; none when it is not the site's."""
    if site is None or origin is None or not site.allows_origin(origin):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _READABLE}


def is_preflight(scope: Scope) -> bool:
    """Whether a browser asks by itself what a page may send. https://fetch.spec.whatwg.org/#cors-preflight-request"""
    return scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope)


_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, X-Request-Id, X-Requested-With",
    "Access-Control-Max-Age": "600",
}
