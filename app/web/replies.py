"""Answers and refusals as the contract words them, for scripts and for forms."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.answers import Answer
from app.errors import (
    ChallengeFailed,
    CheckoutClosed,
    FieldError,
    GatewayError,
    InvalidFields,
    RateLimited,
    RelayKeyRefused,
)
from app.sites import Site
from app.ways import way_back, with_query
from app.web.pages import Pages
from app.web.wants import wants_json
from app.web.words import Words, words_of

_STATUSES = {"created": 201, "accepted": 202}
# Seconds until a page without scripts looks again whether a sign-up has been made; standing.js has the same.
LOOKS = (2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233)


class ProblemResponse(JSONResponse):
    """A refusal for programs. https://www.rfc-editor.org/rfc/rfc9457"""

    media_type = "application/problem+json"


def answer_reply(request: Request, site: Site, answer: Answer) -> Response:
    """What a sign-up gets: JSON, or the way to the page that says so."""
    if wants_json(request.headers):
        return _answer_json(request, answer, _STATUSES[answer.status])
    place = str(request.app.url_path_for("stands", site=site.key, reference=answer.reference))
    if site.success_url is not None:
        place = with_query(site.success_url, status=answer.status, reference=answer.reference)
    return RedirectResponse(place, 303)


def standing_reply(request: Request, site: Site, answer: Answer) -> Response:
    """Where a sign-up stands, for whoever asks later."""
    if wants_json(request.headers):
        return _answer_json(request, answer, 200)
    again = answer.status == "accepted" and not site.hides_customers
    look = _look(request.query_params.get("look", ""))
    pause = LOOKS[look] if again and look < len(LOOKS) else None
    allowed = {"script-src": "'self'", "connect-src": "'self'"} if pause else None
    return page(request, "standing.html", allowed=allowed, answer=answer, again=again, look=look, pause=pause)


def _look(text: str) -> int:
    """How often the page has looked already."""
    return int(text) if re.fullmatch("[0-9]{1,3}", text) else 0


def _answer_json(request: Request, answer: Answer, status: int) -> Response:
    words = words_of(request)
    body = {
        "ok": True,
        "status": answer.status,
        "reference": answer.reference,
        "message": words.message(answer.text),
        "next": answer.next,
    }
    return JSONResponse(body, status, headers=_spoken(words))


def refusal_reply(request: Request, error: GatewayError) -> Response:
    """What a refused request gets: a problem, the way back to the site's own page, or a hosted page."""
    site = _site_of(request)
    if wants_json(request.headers):
        reply: Response = problem_reply(request, error)
    elif error.sends_back and request.method == "POST" and site is not None and site.error_url is not None:
        reply = RedirectResponse(with_query(site.error_url, **_told(error)), 303)
    else:
        reply = _refused_page(request, error, error.status)
    reply.headers.update(_extra_headers(error))
    return reply


def standing_refusal(request: Request, error: GatewayError) -> Response:
    """Where a sign-up stands that WHMCS refused: the question was answered, so the status is 200."""
    if wants_json(request.headers):
        words = words_of(request)
        return JSONResponse({**_problem(request, error, words), "status": "rejected"}, headers=_spoken(words))
    return _refused_page(request, error, 200)


def _refused_page(request: Request, error: GatewayError, status: int) -> Response:
    signed_up = isinstance(error, CheckoutClosed)  # who is, has no business with the form any more
    return page(
        request,
        "refused.html",
        status=status,
        error=error,
        errors=field_errors(error),
        login_url=error.login_url,
        back=None if signed_up else way_back(_site_of(request), request.headers.get("referer", "")),
    )


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    allowed: Mapping[str, str] | None = None,
    **values: object,
) -> Response:
    """A hosted page, in the words of whoever asks and the looks of the site; ``allowed`` as ``Pages.page`` has it."""
    words = words_of(request)
    site = _site_of(request)
    reply = pages_of(request).page(template, words, site=site, status=status, allowed=allowed, **values)
    reply.headers.update(_spoken(words))
    return reply


def problem_reply(request: Request, error: GatewayError) -> ProblemResponse:
    """A refusal for programs."""
    words = words_of(request)
    return ProblemResponse(_problem(request, error, words), error.status, headers=_spoken(words))


def _problem(request: Request, error: GatewayError, words: Words) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": words.title(error),
        "status": error.status,
        "detail": words.sentence(error),
        "ok": False,
        "code": error.code,
        "request_id": getattr(request.state, "request_id", ""),
    }
    if errors := field_errors(error):
        body["errors"] = [_fault(one, words) for one in errors]
    site = _site_of(request)
    if isinstance(error, ChallengeFailed) and error.solvable and site is not None:
        body["challenge"] = challenge_for(request, site)
    extra = {"reference": error.reference, "retry_after": error.retry_after, "login_url": error.login_url}
    return body | {name: value for name, value in extra.items() if value is not None}


def _fault(error: FieldError, words: Words) -> dict[str, Any]:
    told = {"field": error.field, "code": error.code, "message": words.fault(error)}
    return told | ({"suggestions": error.suggestions} if error.suggestions else {})


def challenge_for(request: Request, site: Site) -> dict[str, str]:
    """What a script needs to have a challenge solved; empty where the site has none."""
    if site.challenge == "off":
        return {}
    if site.challenge_provider == "altcha":
        return {"provider": "altcha", "url": str(request.app.url_path_for("challenge", site=site.key))}
    return {"provider": site.challenge_provider, "site_key": site.challenge_site_key}


def field_errors(error: GatewayError) -> tuple[FieldError, ...]:
    """The faults of single fields, when that is what the error is about."""
    return error.errors if isinstance(error, InvalidFields) else ()


def _site_of(request: Request) -> Site | None:
    site: Site | None = getattr(request.state, "site", None)
    return site


def pages_of(request: Request) -> Pages:
    """The hosted pages of this application."""
    pages: Pages = request.app.state.pages
    return pages


def _spoken(words: Words) -> dict[str, str]:
    return {"Content-Language": words.language.code}


def _told(error: GatewayError) -> dict[str, str]:
    told = {"status": "error", "code": error.code}
    if errors := field_errors(error):
        told["fields"] = ",".join(dict.fromkeys(one.field for one in errors))
    return told


def _extra_headers(error: GatewayError) -> dict[str, str]:
    if isinstance(error, RelayKeyRefused):
        return {"WWW-Authenticate": "Bearer"}
    if error.retry_after is None:
        return {}
    headers = {"Retry-After": str(error.retry_after)}
    if isinstance(error, RateLimited):
        # https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
        headers["RateLimit-Policy"] = f'"{error.policy}";q={error.quota};w={error.window}'
        headers["RateLimit"] = f'"{error.policy}";r=0;t={error.retry_after}'
    return headers
