"""What a command answers, and how an answer becomes an HTTP reply."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Answer:
    """The fields of an answer before they are written down, and the HTTP status that goes with them."""

    fields: Mapping[str, object]
    status: int = 200

    @property
    def outcome(self) -> str:
        """One line for people: "success", or what WHMCS said instead."""
        message = self.fields.get("message")
        return f"{self.fields.get('result')}: {message}" if message else str(self.fields.get("result"))


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes on their way to the caller."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """WHMCS says no, in its own words. Most refusals travel with HTTP status 200."""

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.answer = error(message, status)


def error(message: str, status: int = 200) -> Answer:
    """An answer that says no."""
    return Answer({"result": "error", "message": message}, status)


def json_reply(answer: Answer) -> Reply:
    """The answer as JSON."""
    return Reply(answer.status, "application/json", json.dumps(answer.fields).encode())


def xml_reply(answer: Answer) -> Reply:
    """The answer as XML, which callers get who do not ask for JSON."""
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<whmcsapi>{_elements(answer.fields)}</whmcsapi>'
    return Reply(answer.status, "application/xml", text.encode())


def html_reply(status: int, title: str, text: str) -> Reply:
    """A page where an answer was expected."""
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    )
    return Reply(status, "text/html; charset=utf-8", page.encode())


def _elements(value: object) -> str:
    if isinstance(value, Mapping):
        return "".join(_element(str(name), inner) for name, inner in value.items())
    return "" if value is None else escape(str(value))


def _element(name: str, value: object) -> str:
    rows = value if isinstance(value, list) else [value]
    return "".join(f"<{name}>{_elements(row)}</{name}>" for row in rows)
