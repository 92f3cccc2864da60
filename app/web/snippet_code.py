"""The code that the owner of a site copies: forms, components and scripts, filled in for that site."""

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.forms import fold
from app.forms.form_fields import FormField, form_fields
from app.sites import Site

_FOLDER = Path(__file__).parent / "templates"


class Snippets:
    """Fills the templates of the folder ``snippets`` in."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.filters |= {"id": _id, "record": _record, "no_braces": _no_braces}

    def code(self, name: str, site: Site, gateway: str) -> str:
        """The file ``name`` for a site whose forms are sent to ``gateway``, an origin."""
        action = f"{gateway}/v1/{site.key}/signup"
        template = self._templates.get_template(f"snippets/{name}")
        return template.render(site=site, gateway=gateway, action=action, fields=form_fields(site))


def _no_braces(html: str) -> str:
    """In Astro, what stands between braces is an expression. https://docs.astro.build/en/reference/astro-syntax/"""
    return html.replace("{", "&#123;").replace("}", "&#125;")


def _id(name: str) -> str:
    return f"signup-{fold(name)}"


def _record(field: FormField) -> str:
    """The field as an object of JavaScript, which JSON is one of."""
    record = {
        "id": _id(field.name),
        "name": field.name,
        "label": field.label,
        "type": field.kind,
        "autoComplete": field.autocomplete,
        "required": field.required,
        "choices": field.choices,
        "value": field.default,
    }
    return json.dumps({name: value for name, value in record.items() if value}, ensure_ascii=False)
