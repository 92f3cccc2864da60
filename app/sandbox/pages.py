"""Renders the templates, with the headers that every page carries."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"


class Pages:
    """The templates of this package. Everything they show is escaped."""

    def __init__(self, content_security_policy: str) -> None:
        self._headers = {
            "content-security-policy": content_security_policy,
            "referrer-policy": "strict-origin-when-cross-origin",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["moment"] = _moment

    def render(self, template: str, context: dict[str, object], status: int = 200) -> HTMLResponse:
        """The page as a response."""
        return HTMLResponse(self._templates.get_template(template).render(context), status, self._headers)


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d %b %H:%M:%S")
