"""``GET /v1/{site}``: a sign-up form for a site that has none."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.challenge import Challenges
from app.errors import ChallengeFailed, EmailTaken, GatewayError, InvalidFields, KeyReused, NotFound, RateLimited
from app.origins import origin_of
from app.sites import Site
from app.web.questions import boxes_of, groups_of, plan_of
from app.web.replies import pages_of, with_query
from app.web.signup import KnownSite, find_site
from app.web.ways import form_path
from app.web.widgets import widget_of

# The refusals that a form comes back with.
_REFUSALS: dict[str, type[GatewayError]] = {
    error.code: error for error in (InvalidFields, EmailTaken, ChallengeFailed, KeyReused, RateLimited)
}

router = APIRouter(prefix="/v1/{site}", include_in_schema=False, dependencies=[Depends(find_site)])


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the form came back: what to say of it, and the names of the fields that need another look."""

    sentence: str = ""
    login_url: str | None = None
    fields: frozenset[str] = field(default=frozenset())


@router.get("")
async def hosted_form(request: Request, site: KnownSite) -> Response:
    """The form, empty or with what was wrong with it. Raises NotFound where the site has none."""
    if not site.hosted_form:
        raise NotFound
    challenges: Challenges = request.app.state.parts.challenges
    values = _values(site, request.query_params, challenges.pages.token(site))
    reply = pages_of(request).page("form.html", site=site, allowed=_allowed(site), **values)
    # With less, browsers would hide where the form is from: https://fetch.spec.whatwg.org/#append-a-request-origin-header
    reply.headers["Referrer-Policy"] = "strict-origin"
    return _smaller(reply, request.headers.get("accept-encoding", ""))


def trouble_of(site: Site, query: Mapping[str, str]) -> Trouble | None:
    """What the query says of a refusal, when it says anything that a refusal of ours would."""
    refusal = _REFUSALS.get(query.get("code", ""))
    if query.get("status") != "error" or refusal is None:
        return None
    login_url = site.login_url if refusal is EmailTaken else None
    faulty = frozenset(query.get("fields", "").split(",")) if refusal is InvalidFields else frozenset()
    return Trouble(refusal.sentence, login_url, faulty)


def _values(site: Site, query: Mapping[str, str], token: str) -> dict[str, Any]:
    trouble = trouble_of(site, query)
    faulty = trouble.fields if trouble else ()
    plan = plan_of(site, query.get("plan", ""))
    groups, boxes = groups_of(site, plan=plan, faulty=faulty), boxes_of(site, faulty=faulty)
    questions = [question for group in groups for question in group.questions] + list(boxes)
    return {
        "trouble": trouble,
        "groups": groups,
        "boxes": boxes,
        "faults": [question for question in questions if question.fault],
        "action": f"{form_path(site)}/signup",
        "own_address": with_query(form_path(site), **({"plan": plan} if plan else {})),
        "page_token": token,
        "widget": widget_of(site),
    }


def _allowed(site: Site) -> dict[str, str]:
    """What the page loads and where it leads: our script, the widget's, and the site's page after success."""
    ways = "'self'" if site.success_url is None else f"'self' {origin_of(site.success_url)}"
    allowed = {"script-src": "'self'", "connect-src": "'self'", "form-action": ways}
    widget = widget_of(site)
    for directive, sources in (widget.allowed if widget else {}).items():
        allowed[directive] = f"{allowed[directive]} {sources}" if directive in allowed else sources
    return allowed


def _smaller(reply: Response, accepted: str) -> Response:
    """The countries of the world are most of the page, and shrink to a quarter."""
    reply.headers["Vary"] = "Accept-Encoding"
    if "gzip" in accepted:
        reply.body = gzip.compress(bytes(reply.body), mtime=0)
        reply.headers["Content-Encoding"] = "gzip"
        reply.headers["Content-Length"] = str(len(reply.body))
    return reply
