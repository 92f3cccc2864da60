"""A demo marketing site on an origin of its own: what a customer of the gateway would build."""

import re
from collections.abc import Iterable
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app.sandbox import site_texts
from app.sandbox.pages import STATIC, Pages

_LONGEST: Final = 253  # characters of a domain name
_REFERENCE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def create_site(*, gateway_url: str, sandbox_url: str, site_key: str = "demo") -> Starlette:
    """The site, whose forms go to ``{gateway_url}/v1/{site_key}/signup``."""
    gateway, sandbox = gateway_url.rstrip("/"), sandbox_url.rstrip("/")
    site = Site(gateway, sandbox, f"{gateway}/v1/{site_key}/signup")
    return Starlette(
        routes=[
            Route("/", site.home),
            Route("/plain", site.plain),
            Route("/scripted", site.scripted),
            Route("/signup", site.signup),
            Route("/welcome", site.welcome),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    )


class Site:
    """The pages. Nothing from an address line is shown, except what is on a list or has a harmless shape."""

    def __init__(self, gateway: str, sandbox: str, action: str) -> None:
        self._action = action
        self._gateway = gateway
        self._sandbox = sandbox
        self._pages = Pages(_csp(gateway))

    async def home(self, _: Request) -> Response:
        """What the company sells."""
        return self._show("site_home.html", plans=site_texts.PLANS)

    async def plain(self, request: Request) -> Response:
        """The form without any script."""
        return self._form(request, "Sign up")

    async def scripted(self, request: Request) -> Response:
        """The same form, sent by a script where there is one."""
        return self._form(request, "Sign up", is_scripted=True)

    async def signup(self, request: Request) -> Response:
        """Where the gateway sends visitors whose sign-up needs another look."""
        query = request.query_params
        fields = [name for name in query.get("fields", "").split(",") if name in site_texts.LABELS]
        code = query.get("code", "")
        problem = site_texts.PROBLEMS.get(code, site_texts.OTHER_PROBLEM) if code or fields else ""
        return self._form(request, "Please look again" if problem else "Sign up", problem=problem, marked=fields)

    async def welcome(self, request: Request) -> Response:
        """Where the gateway sends visitors who have signed up."""
        reference = request.query_params.get("reference", "")
        return self._show(
            "site_welcome.html",
            is_created=request.query_params.get("status") == "created",
            reference=reference if _REFERENCE.fullmatch(reference) else "",
        )

    def _form(
        self,
        request: Request,
        title: str,
        *,
        is_scripted: bool = False,
        problem: str = "",
        marked: Iterable[str] = (),
    ) -> Response:
        return self._show(
            "site_form.html",
            title=title,
            is_scripted=is_scripted,
            problem=problem,
            marked=list(dict.fromkeys(marked)),
            chosen=request.query_params.get("plan", ""),
            domain=_domain(request.query_params.get("domain", "")),
            texts=site_texts,
        )

    def _show(self, template: str, **context: object) -> Response:
        addresses = {
            "action": self._action,
            "catalog": f"{self._action.removesuffix('signup')}catalog",
            "domains": f"{self._action.removesuffix('signup')}domains",
            "gateway": self._gateway,
            "sandbox": self._sandbox,
        }
        return self._pages.render(template, addresses | context)


def _domain(text: str) -> str:
    """The text when it has the shape of a domain name; letters of every script may be in one."""
    bare = text.replace(".", "").replace("-", "")
    return text if len(text) <= _LONGEST and bare.isalnum() else ""


def _csp(gateway: str) -> str:
    """Also lists the demo's own addresses: Chrome holds the redirect after a form post against ``form-action``.

    https://github.com/w3c/webappsec-csp/issues/8
    """
    return (
        f"default-src 'self'; script-src 'self' {gateway}; connect-src 'self' {gateway}; "
        f"form-action 'self' {gateway} http://127.0.0.1:* http://localhost:*; "
        "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
