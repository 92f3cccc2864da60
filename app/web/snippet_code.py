"""The code that the owner of a site copies: forms, components and scripts, filled in for that site."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.languages import Language
from app.sites import Site
from app.web.questions import Question, Questions
from app.web.widgets import widget_of
from app.web.words import Words, words_in

_FOLDER = Path(__file__).parent / "templates"


class Snippets:
    """Fills the templates of the folder ``snippets`` in, with labels in ``language``."""

    def __init__(self, language: Language) -> None:
        self.words = Words(language, {})
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.filters |= {"no_braces": _no_braces, "record": _record}

    def fields(self, site: Site) -> list[Question]:
        """What a form for the site asks, in its order."""
        asked = Questions(site, words_in(self.words.language, site))
        questions = [question for group in asked.groups for question in group.questions]
        return [*map(_brief, questions), *asked.boxes]

    def files(self, names: Iterable[str], site: Site, gateway: str) -> dict[str, str]:
        """These files by their names, for a site whose forms are sent to ``gateway``, an origin."""
        values = {
            "site": site,
            "gateway": gateway,
            "action": f"{gateway}/v1/{site.key}/signup",
            "fields": self.fields(site),
            "widget": widget_of(site),
        }
        return {name: self._templates.get_template(f"snippets/{name}").render(values) for name in names}


def _brief(question: Question) -> Question:
    """A list of all countries is too long to copy, and the gateway knows their names."""
    if question.name != "country":
        return question
    return replace(question, kind="text", options=(), autocomplete="country-name")


def _no_braces(html: str) -> str:
    """In Astro, what stands between braces is an expression. https://docs.astro.build/en/reference/astro-syntax/"""
    return str(html).replace("{", "&#123;").replace("}", "&#125;")  # a plain one: Markup would escape the entities


def _record(field: Question) -> str:
    """The field as an object of JavaScript, which JSON is one of."""
    return json.dumps({name: value for name, value in _traits(field) if value}, ensure_ascii=False)


def _traits(field: Question) -> Iterator[tuple[str, object]]:
    kinds = {"text": field.type, "box": "checkbox"}
    yield "id", f"signup-{field.id}"
    yield "name", field.name
    yield "label", field.label
    yield "type", kinds.get(field.kind, field.kind)
    yield "autoComplete", field.autocomplete
    yield "required", field.required
    yield "optional", field.optional
    yield "choices", [(choice.value, choice.label) for choice in field.options]
    yield "value", field.chosen
