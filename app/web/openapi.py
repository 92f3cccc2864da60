"""What the OpenAPI document says of the sign-up beyond what FastAPI can tell by itself."""

from collections.abc import Mapping
from typing import Any

from app.errors import leaves
from app.offer_links import LONGEST_TOKEN
from app.sites import ATTRIBUTION, FIELD_NAMES
from app.submissions import ALPHABET
from app.whmcs import Standing

_FIELDS: dict[str, Any] = {
    "type": "object",
    "description": "Fields by our names, WHMCS's, or HTML's autocomplete words; others are dropped.",
    "properties": {name: {"type": "string", "maxLength": 2048} for name in (*FIELD_NAMES, *ATTRIBUTION)},
    "additionalProperties": True,
}
POSTED: dict[str, Any] = {
    "required": True,
    "content": {
        kind: {"schema": _FIELDS}
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
    },
}
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same answers is the same sign-up; the field `_key` does it too.",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
}
SITE: dict[str, Any] = {"pattern": "^[a-z0-9][a-z0-9-]{0,63}$"}
IN_PATH: dict[str, Any] = {"name": "site", "in": "path", "required": True, "schema": {"type": "string", **SITE}}
REFERENCE: dict[str, Any] = {"pattern": f"^[{ALPHABET}]{{20}}$"}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["ok", "status", "reference", "message", "next"],
    "properties": {
        "ok": {"const": True},
        "status": {"enum": ["created", "accepted"]},
        "reference": {"type": "string"},
        "message": {"type": "string"},
        "next": {"type": ["string", "null"]},
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "ok", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": ["integer", "string"]},
        "detail": {"type": "string"},
        "ok": {"const": False},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "reference": {"type": "string"},
        "retry_after": {"type": "integer"},
        "challenge": {"type": "object", "additionalProperties": {"type": "string"}},
        "login_url": {"type": "string", "format": "uri"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    **{name: {"type": "string"} for name in ("field", "code", "message")},
                    "suggestions": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}


def _headers(**described: str) -> dict[str, Any]:
    return {
        name.replace("_", "-"): {"description": text, "required": True, "schema": {"type": "string"}}
        for name, text in {"X_Request_Id": "The same as in our log", **described}.items()
    }


_WHEN = {"Retry_After": "Seconds to wait"}
_HEADERS = {
    303: _headers(Location="The page; its query has `status`, and `reference` or `code`"),
    429: _headers(**_WHEN, RateLimit="What is left", RateLimit_Policy="The limit"),
    503: _headers(**_WHEN),
}


def _reply(status: int, description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "headers": _HEADERS.get(status, _headers()), "content": content}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_REFUSAL: dict[str, Any] = {"application/problem+json": {"schema": _PROBLEM}, "text/html": {}}


def _replies() -> dict[int | str, dict[str, Any]]:
    by_status: dict[int, list[str]] = {}
    for error in leaves():
        by_status.setdefault(error.status, []).append(f"`{error.code}`: {error.title}")
    return {
        201: _reply(201, "The account is made", _json(_ANSWER)),
        202: _reply(202, "Safe on disk; the account is made as soon as WHMCS answers", _json(_ANSWER)),
        303: _reply(303, "A plain form goes to the page that says how it went", {}),
        **{status: _reply(status, "; ".join(lines), _REFUSAL) for status, lines in by_status.items()},
    }


REPLIES = _replies()
_STANDS = "Where it stands; a refused sign-up is told with `status` rejected and a `code`"
STANDING: dict[int | str, dict[str, Any]] = {
    200: _reply(200, _STANDS, _json({"anyOf": [_ANSWER, _PROBLEM]}) | {"text/html": {}}),
    **{status: REPLIES[status] for status in (404, 429, 503)},
    "4XX": _reply(400, "Any other refusal", _REFUSAL),
}


CHECKOUT: dict[int | str, dict[str, Any]] = {
    303: _reply(303, "To WHMCS, logged in", {}) | {"headers": _headers(Location="The invoice, or all invoices")},
    **{status: REPLIES[status] for status in (403, 404, 429)},
    503: _reply(503, "Asked for ahead of time, by a browser that loads pages in case they are wanted", {})
    | {"headers": _headers()},
}


def _object(*, optional: Mapping[str, Any] | None = None, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": [*properties], "properties": properties | dict(optional or {})}


_UP = _object(
    ok={"const": True},
    database={"const": "up"},
    whmcs={"enum": ["up", "down"]},
    breaker={"enum": [*map(str, Standing)]},
    optional={"reason": {"description": "Why WHMCS is down", "type": "string"}},
)
READINESS: dict[int | str, dict[str, Any]] = {
    200: _reply(200, "The database answers", _json(_UP)),
    503: _reply(503, "It does not", _json(_object(ok={"const": False}, database={"const": "down"}))),
}
CHALLENGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A challenge of ALTCHA, version 2",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["parameters", "signature"],
                    "properties": {"parameters": {"type": "object"}, "signature": {"type": "string"}},
                }
            }
        },
    },
    **{status: REPLIES[status] for status in (404, 429, 503)},
}
_TEXT_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
_FORM: dict[str, Any] = {
    "page": {"type": "string"},
    "trap": {"type": "string"},
    "challenge": {"enum": ["off", "suspicious", "always"]},
    "provider": _TEXT_OR_NULL,
    "site_key": _TEXT_OR_NULL,
    "challenge_url": _TEXT_OR_NULL,
    "names": {"type": "object", "additionalProperties": {"type": "string"}},
    "sources": {"type": "array", "items": {"enum": [*ATTRIBUTION]}},
    "texts": {"type": "object", "additionalProperties": {"type": "string"}},
}
FORM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What goes with the form, and how to get a challenge where the site asks for one",
        "content": {
            "application/json": {"schema": {"type": "object", "required": [*_FORM], "properties": _FORM}},
        },
    },
    **{status: REPLIES[status] for status in (404, 429, 503)},
}
_AMOUNT: dict[str, Any] = {"type": "string", "pattern": r"^\d+\.\d\d$"}
_PRICES: dict[str, Any] = {
    "description": "By currency code, then by billing cycle",
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "additionalProperties": _object(price=_AMOUNT, setup_fee=_AMOUNT, text={"type": "string"}),
    },
}
_PLAN = _object(
    name={"type": "string"},
    description={"type": "string"},
    stock={"type": ["integer", "null"]},
    billing_cycle={"type": "string"},
    prices=_PRICES,
)
_OFFERS = _object(
    ok={"const": True},
    stale={"type": "boolean"},
    as_of=_TEXT_OR_NULL,
    currency=_TEXT_OR_NULL,
    plans={"type": "object", "additionalProperties": _PLAN},
)
OFFER: dict[str, Any] = {
    "name": "offer",
    "in": "query",
    "description": "The token of an offer link, to see the plan that it opens, too",
    "schema": {"type": "string", "maxLength": LONGEST_TOKEN},
}
CATALOG: dict[int | str, dict[str, Any]] = {
    200: _reply(200, "The site's plans", _json(_OFFERS)),
    304: {"description": "As the sender has it"},
    **{status: REPLIES[status] for status in (404, 429, 503)},
}
NAME: dict[str, Any] = {"description": "A name like `example.com`, or `example` for the site's endings"}
_YEARS: dict[str, Any] = {
    "description": "By the number of years",
    "type": "object",
    "additionalProperties": _object(price=_AMOUNT, text={"type": "string"}),
}
_DOMAIN = _object(
    domain={"type": "string"},
    unicode={"type": "string"},
    status={"enum": ["available", "taken", "unknown"]},
    prices={
        "description": "By currency code",
        "type": "object",
        "additionalProperties": _object(register=_YEARS, transfer=_YEARS),
    },
)
DOMAINS: dict[int | str, dict[str, Any]] = {
    200: _reply(
        200,
        "What is known of the name",
        _json(_object(ok={"const": True}, domains={"type": "array", "items": _DOMAIN})),
    ),
    **{status: REPLIES[status] for status in (404, 422, 429, 503)},
}
