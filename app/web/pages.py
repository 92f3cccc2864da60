"""Hosted pages: plain HTML that needs no script and keeps nothing the visitor typed."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.web.words import Words

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class Pages:
    """Renders the templates."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )

    def page(self, template: str, words: Words, *, status: int = 200, **values: object) -> HTMLResponse:
        """The page of this name, in these words, filled in."""
        say = {"_": words.language.gettext, "ngettext": words.language.ngettext, "words": words}
        return HTMLResponse(self._templates.get_template(template).render(**say, **values), status)
