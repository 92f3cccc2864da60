"""What the OpenAPI document says of the sign-up beyond what FastAPI can tell by itself."""

from typing import Any

from app.errors import FieldError, GatewayError
from app.sites import FIELD_NAMES

_FIELDS: dict[str, Any] = {
    "type": "object",
    "description": "Fields by our names, WHMCS's, or HTML's autocomplete words; others are dropped.",
    "properties": {name: {"type": "string", "maxLength": 2048} for name in FIELD_NAMES},
    "additionalProperties": True,
}
POSTED: dict[str, Any] = {
    "required": True,
    "content": {
        kind: {"schema": _FIELDS}
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
    },
}
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
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in FieldError.__dataclass_fields__},
            },
        },
    },
}


def leaves(root: type[GatewayError] = GatewayError) -> list[type[GatewayError]]:
    """Every error that a visitor can be told, in the order of ``errors.py``."""
    return [leaf for child in root.__subclasses__() for leaf in (leaves(child) or [child])]


def _replies() -> dict[int | str, dict[str, Any]]:
    by_status: dict[int | str, list[str]] = {}
    for error in leaves():
        by_status.setdefault(error.status, []).append(f"`{error.code}`: {error.title}")
    content = {"application/problem+json": {"schema": _PROBLEM}, "text/html": {}}
    refusals = {status: {"description": "; ".join(lines), "content": content} for status, lines in by_status.items()}
    see_other = {"description": "A plain form goes to the page that says how it went"}
    accepted = "Safe on disk; the account is made as soon as WHMCS answers"
    return {201: _answer("The account is made"), 202: _answer(accepted), 303: see_other, **refusals}


def _answer(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _ANSWER}}}


REPLIES = _replies()
STANDING: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Where it stands; a refused sign-up is told with `status` rejected and a `code`",
        "content": {"application/json": {"schema": {"anyOf": [_ANSWER, _PROBLEM]}}, "text/html": {}},
    },
    **{status: REPLIES[status] for status in (404, 429, 503)},
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
