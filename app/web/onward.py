"""What the request that signed somebody up is answered with, where the site leads on to the payment page."""

import secrets
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.answers import Answer
from app.checkout import LIFE, Browser, Checkout
from app.guard import Sender
from app.sites import Site
from app.submissions import State, Submission
from app.web.replies import answer_reply
from app.web.wants import wants_json


def leads_on(site: Site, sender: Sender, submission: Submission, told: Answer) -> bool:
    """Whether the way to the payment page is open: to the browser itself, when all is made and nothing is the matter.

    An order that is not what was asked for waits for a person, who may well change its invoice.
    """
    settled = told.status == "created" and submission.state is not State.STUCK
    return site.checkout == "sso" and settled and sender is not Sender.RELAY


def paying_reply(request: Request, site: Site, submission: Submission, told: Answer) -> Response:
    """The answer of ``answer_reply``, with the way to the payment page as what is next.

    A plain form takes it at once, in place of the site's page. It gets a cookie, too; a page of another origin could
    not be given one, so what its script gets is bound to what any request tells of its browser.
    """
    script = wants_json(request.headers)
    cookie = "" if script else secrets.token_urlsafe(32)
    token = checkout_of(request).ticket(submission, _browser(request, cookie))
    path = request.app.url_path_for("checkout", site=site.key, token=token)
    place = f"{request.app.state.own_origin or ''}{path}"
    if script:
        return answer_reply(request, site, replace(told, next=place))
    reply = RedirectResponse(place, 303)
    reply.set_cookie(
        cookie_name(request),
        cookie,
        LIFE,
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )
    return reply


def pays_at(request: Request, site: Site) -> tuple[str, ...]:
    """The origins that a form of the site may end at in place of its own page."""
    return checkout_of(request).origins(site) if site.checkout == "sso" else ()


def browser_of(request: Request) -> Browser:
    """What the browser that sent this is known by."""
    return _browser(request, request.cookies.get(cookie_name(request), ""))


def checkout_of(request: Request) -> Checkout:
    """The way to the payment page that the lifespan opened."""
    checkout: Checkout = request.app.state.parts.checkout
    return checkout


def cookie_name(request: Request) -> str:
    """With https, one that nobody else can set: a neighbour's could lead into an account of the neighbour's."""
    # https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-cookie-name-prefixes
    return "__Host-checkout" if _is_https(request) else "checkout"


def _browser(request: Request, cookie: str) -> Browser:
    return Browser(cookie, request.headers.get("user-agent", ""), request.client.host if request.client else "")


def _is_https(request: Request) -> bool:
    return (request.app.state.own_origin or "").startswith("https:")
