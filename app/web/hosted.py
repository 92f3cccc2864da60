"""``GET /v1/{site}``: a sign-up form for a site that has none."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.catalog import Catalog
from app.challenge import Challenges
from app.errors import (
    ChallengeFailed,
    EmailTaken,
    FieldError,
    GatewayError,
    InvalidFields,
    KeyReused,
    NotFound,
    RateLimited,
)
from app.origins import origin_of
from app.sites import Site
from app.ways import form_path, with_query
from app.web.onward import pays_at
from app.web.policy import HAS_A_FORM
from app.web.questions import Questions, plan_of
from app.web.replies import page
from app.web.signup import KnownSite, find_site, opened
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


@dataclass(frozen=True, slots=True)
class Offered:
    """The site with what an offer link opens: its token and plan, or why it opens nothing."""

    site: Site
    token: str = ""
    plan: str = ""
    fault: FieldError | None = None


@router.get("")
async def hosted_form(request: Request, site: KnownSite) -> Response:
    """The form, empty or with what was wrong with it. Raises NotFound where the site has none."""
    if not site.hosted_form:
        raise NotFound
    offered = _offered(request, site)
    site = request.state.site = offered.site
    catalog: Catalog = request.app.state.parts.shop.catalog
    prices = await catalog.price_texts(site)
    reply = page(
        request, "form.html", allowed=_allowed(request, site), prices=prices, **_values(request, site, offered)
    )
    reply.headers.update(HAS_A_FORM)
    return _smaller(reply, request.headers.get("accept-encoding", ""))


def _offered(request: Request, site: Site) -> Offered:
    token = request.query_params.get("offer", "")
    try:
        site, offer = opened(request, site, token, to_look=True)
    except InvalidFields as refused:
        return Offered(site, fault=refused.errors[0])
    if offer is None:
        return Offered(site)
    # It is the only one that can be ordered with this link.
    only = {"plans": {offer.plan: site.plans[offer.plan]}, "required": site.required | {"plan"}}
    return Offered(site.model_copy(update=only), token, offer.plan)


def _values(request: Request, site: Site, offered: Offered) -> dict[str, Any]:
    challenges: Challenges = request.app.state.parts.challenges
    words = words_of(request)
    trouble = _trouble(request.query_params)
    plan = plan_of(site, offered.plan or request.query_params.get("plan", ""))
    questions = Questions(site, words, plan=plan, faulty=trouble.fields if trouble else ())
    fault = offered.fault
    if fault is None and trouble and "_offer" in trouble.fields:  # the link is good, so that must be the matter
        fault = FieldError("_offer", "offer_used")
    query = {name: value for name, value in (("plan", plan), ("offer", offered.token)) if value}
    return {
        "offer": offered.token,
        "offer_fault": words.fault(fault) if fault else "",
        "error": trouble.error if trouble else None,
        "login_url": site.login_url if trouble and trouble.error is EmailTaken else None,
        "questions": questions,
        "action": f"{form_path(site)}/signup",
        "own_address": with_query(form_path(site), **query),
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
