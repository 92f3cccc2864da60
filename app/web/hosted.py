"""``GET /v1/{site}``: a sign-up form for a site that has none."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.challenge import Challenges
from app.errors import ChallengeFailed, EmailTaken, GatewayError, InvalidFields, KeyReused, NotFound, RateLimited
from app.origins import origin_of
from app.sites import Site
from app.web.onward import pays_at
from app.web.policy import HAS_A_FORM
from app.web.questions import Questions, plan_of
from app.web.replies import page, with_query
from app.web.signup import KnownSite, find_site
from app.web.ways import form_path
from app.web.widgets import widget_of
from app.web.words import words_of

# The refusals that a form comes back with.
_REFUSALS: dict[str, type[GatewayError]] = {
    error.code: error for error in (InvalidFields, EmailTaken, ChallengeFailed, KeyReused, RateLimited)
}

router = APIRouter(prefix="/v1/{site}", include_in_schema=False, dependencies=[Depends(find_site)])


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the form came back, and the names of the fields that need another look."""

    error: type[GatewayError]
    fields: frozenset[str]


@router.get("")
async def hosted_form(request: Request, site: KnownSite) -> Response:
    """The form, empty or with what was wrong with it. Raises NotFound where the site has none."""
    if not site.hosted_form:
        raise NotFound
    reply = page(request, "form.html", allowed=_allowed(request, site), **_values(request, site))
    reply.headers.update(HAS_A_FORM)
    return _smaller(reply, request.headers.get("accept-encoding", ""))


def _values(request: Request, site: Site) -> dict[str, Any]:
    challenges: Challenges = request.app.state.parts.challenges
    trouble = _trouble(request.query_params)
    plan = plan_of(site, request.query_params.get("plan", ""))
    questions = Questions(site, words_of(request), plan=plan, faulty=trouble.fields if trouble else ())
    return {
        "error": trouble.error if trouble else None,
        "login_url": site.login_url if trouble and trouble.error is EmailTaken else None,
        "questions": questions,
        "action": f"{form_path(site)}/signup",
        "own_address": with_query(form_path(site), **({"plan": plan} if plan else {})),
        "page_token": challenges.pages.token(site),
        "widget": widget_of(site),
    }


def _trouble(query: Mapping[str, str]) -> Trouble | None:
    """What the query says of a refusal, when it is one that a form comes back with."""
    error = _REFUSALS.get(query.get("code", ""))
    if query.get("status") != "error" or error is None:
        return None
    return Trouble(error, frozenset(query.get("fields", "").split(",") if error is InvalidFields else ()))


def _allowed(request: Request, site: Site) -> dict[str, str]:
    """What the page loads and where it leads: our script, the widget's, and the page after success."""
    after = [origin_of(site.success_url)] if site.success_url else []
    ways = " ".join(["'self'", *after, *pays_at(request, site)])
    allowed = {"script-src": "'self'", "connect-src": "'self'", "form-action": ways}
    widget = widget_of(site)
    for directive, sources in (widget.allowed if widget else {}).items():
        allowed[directive] = f"{allowed[directive]} {sources}" if directive in allowed else sources
    return allowed


def _smaller(reply: Response, accepted: str) -> Response:
    """The countries of the world are most of the page, and shrink to a quarter."""
    reply.headers["Vary"] = "Accept-Encoding, Accept-Language"
    if "gzip" in accepted:
        reply.body = gzip.compress(bytes(reply.body), mtime=0)
        reply.headers["Content-Encoding"] = "gzip"
        reply.headers["Content-Length"] = str(len(reply.body))
    return reply
