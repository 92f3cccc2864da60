"""The sign-up endpoints."""

from dataclasses import dataclass, replace
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Path, Request, Response

from app.answers import answer
from app.challenge import Challenges
from app.delivery import Gateway
from app.errors import EmailTaken, FieldError, InvalidFields, MethodNotAllowed, UnknownSite
from app.forms import (
    MAX_BODY_BYTES,
    Controls,
    SignupForm,
    answers_only,
    check_key,
    page_token,
    read_attribution,
    read_body,
    read_controls,
    read_signup,
)
from app.guard import Sender, Visit, parse_address, read_capped
from app.offer_links import Offer, OfferLinks, refused
from app.sites import Site
from app.submissions import new_reference
from app.ways import is_own_form
from app.web.onward import leads_on, paying_reply
from app.web.openapi import KEY, POSTED, REFERENCE, REPLIES, SITE, STANDING
from app.web.origin import check_sender
from app.web.replies import answer_reply, page, problem_reply, standing_refusal, standing_reply
from app.web.wants import wants_json

_log = structlog.get_logger("app.web")


# Dependencies are async even where they wait for nothing: FastAPI sends the others through a pool of threads. And they
# are few, for FastAPI looks into each one at every request.


async def gateway_of(request: Request) -> Gateway:
    """The gateway that the lifespan opened."""
    gateway: Gateway = request.app.state.gateway
    return gateway


TheGateway = Annotated[Gateway, Depends(gateway_of)]


async def find_site(request: Request, site: Annotated[str, Path(json_schema_extra=SITE)]) -> None:
    """Note the site of the path, as everybody sees it, for whatever reply follows."""
    gateway: Gateway = request.app.state.gateway
    known = gateway.sites.get(site)
    request.state.site = known and known.public


async def known_site(request: Request) -> Site:
    """The site of the path. Raises UnknownSite."""
    site: Site | None = request.state.site
    if site is None:
        raise UnknownSite
    structlog.contextvars.bind_contextvars(site=site.key)
    return site


KnownSite = Annotated[Site, Depends(known_site)]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A form that was read and found good, and the site as this form wants to be answered."""

    site: Site
    form: SignupForm
    visit: Visit


async def read_arrival(request: Request) -> Arrival:
    """Read the posted form. Raises whatever is wrong with site, sender, body or fields."""
    site = await known_site(request)
    sender = check_sender(site, request.headers, request.app.state.own_origin)
    fields = read_body(request.headers.get("content-type"), await read_capped(request, MAX_BODY_BYTES))
    challenges: Challenges = request.app.state.parts.challenges
    page_age = challenges.pages.age(site, page_token(fields))
    # Only a page that asked for it has the trap of the day; elsewhere a field of that name is the site's own.
    traps = challenges.traps.names(site) if page_age is not None else ()
    controls = read_controls(fields, traps)
    site = request.state.site = _answered_where(site, controls)
    site, offer = opened(request, site, controls.offer)
    form, dropped = read_signup(site, answers_only(fields, traps), offer)
    if dropped:
        _log.info("fields_dropped", count=dropped)
    key = check_key(request.headers.get("idempotency-key", "")) or controls.key
    visit = Visit(
        _client_ip(request, sender, controls),
        key,
        sender,
        trapped=controls.honeypot,
        page_age=page_age,
        solutions=controls.solutions,
        attribution=read_attribution(site, fields),
        offer=offer,
    )
    return Arrival(site, form, visit)


def opened(request: Request, site: Site, token: str, *, to_look: bool = False) -> tuple[Site, Offer | None]:
    """The site with the plan that an offer link opens, and the offer, if there is a token. Raises InvalidFields.

    Only who comes ``to_look`` is told here that its time is over: a form may be the repeat of one that came in time.
    """
    if not token:
        return site, None
    links: OfferLinks = request.app.state.parts.offer_links
    gateway: Gateway = request.app.state.gateway
    offer = (links.current if to_look else links.read)(site.key, token)
    plan = gateway.sites[site.key].plans.get(offer.plan)
    if plan is None:  # sites.toml had it when the link was made
        raise refused("offer_invalid")
    return site.model_copy(update={"plans": {**site.plans, offer.plan: plan}}), offer


def _client_ip(request: Request, sender: Sender, controls: Controls) -> str:
    """The visitor's address: as the site's own server states it, or where the request is from. Raises InvalidFields."""
    if sender is not Sender.RELAY or not controls.client_ip:
        return request.client.host if request.client else ""
    address = parse_address(controls.client_ip)
    if address is None:
        raise InvalidFields((FieldError("_client_ip", "invalid_client_ip"),))
    return str(address)


def _answered_where(site: Site, controls: Controls) -> Site:
    if is_own_form(site, controls.error):
        return _answered_where(site.model_copy(update={"error_url": controls.error}), replace(controls, error=None))
    for control, url in (("_redirect", controls.redirect), ("_error", controls.error)):
        if url is not None and not site.owns(url):
            _log.warning("redirect_ignored", control=control, reason="not_on_the_sites_origins")
    return site.back_to(success_url=controls.redirect, error_url=controls.error)


router = APIRouter(prefix="/v1/{site}", dependencies=[Depends(find_site)])


@router.post("/signup", status_code=201, responses=REPLIES, openapi_extra={"parameters": [KEY], "requestBody": POSTED})
async def sign_up(request: Request, arrival: Annotated[Arrival, Depends(read_arrival)]) -> Response:
    """Take a sign-up, put it on disk, and say what became of it."""
    gateway = await gateway_of(request)
    reference = new_reference()
    submission = await gateway.submit(arrival.site, arrival.form, arrival.visit, reference=reference)
    told = answer(arrival.site, submission)
    if told.reference == reference and leads_on(arrival.site, arrival.visit.sender, submission, told):
        return paying_reply(request, arrival.site, submission, told)
    return answer_reply(request, arrival.site, told)


@router.get("/signup", status_code=405, include_in_schema=False, dependencies=[Depends(known_site)])
async def wrong_method(request: Request) -> Response:
    """Tell a site's owner that the form's method must be POST; the query is neither read nor logged."""
    structlog.contextvars.bind_contextvars(code=MethodNotAllowed.code)
    if wants_json(request.headers):
        reply: Response = problem_reply(request, MethodNotAllowed())
    else:
        reply = page(request, "method.html", status=405)
    reply.headers["Allow"] = "POST"
    return reply


@router.get("/signup/{reference}", name="stands", responses=STANDING)
async def stands(
    request: Request,
    site: KnownSite,
    reference: Annotated[str, Path(json_schema_extra=REFERENCE)],
    gateway: TheGateway,
) -> Response:
    """Where a sign-up stands."""
    submission = await gateway.find(site, reference)
    try:
        return standing_reply(request, site, answer(site, submission))
    except (EmailTaken, InvalidFields) as refused:
        return standing_refusal(request, refused)
