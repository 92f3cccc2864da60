"""The fields of a form, read with the eyes of the site that gets them."""

import difflib
from collections import Counter
from collections.abc import Iterator

from app.errors import FieldError, InvalidFields
from app.findings import Finding
from app.forms import demanded, page_token, read_controls, read_signup, sentence
from app.forms.solutions import SOLUTION_FIELDS
from app.forms.spellings import SOURCES, find_answers, fold, known_names
from app.page_check.findings import finding
from app.page_check.markup import Control, Form
from app.page_check.traps import is_trap, looks_like_trap
from app.sites import FIELD_NAMES, Site
from app.ways import is_own_form

_CONTROLS = ("_key", "_redirect", "_next", "_error", "_gotcha", "_offer", "_client_ip", "_page")
_CHOICES = ("select", "radio", "checkbox", "hidden")


def check_fields(form: Form, site: Site) -> Iterator[Finding]:
    """What the form forgets, and what of it would be dropped or refused."""
    sent = [control for control in form.controls if control.sent]
    lines = {one.name: one.element.line for one in sent if one.name and one.type not in ("file", "password")}
    fields = {name: meaning(site, name) for name in lines}
    wanted = demanded(site) - set(site.defaults) - set(fields.values())
    if wanted:
        missing = [field for field in (*FIELD_NAMES, *site.custom_fields) if field in wanted]
        yield finding("missing_fields", form.element.line, fields=", ".join(missing))
    for control in sent:
        yield from _forbidden(control)
        if control.name in fields and looks_like_trap(control) and not fields[control.name]:
            del fields[control.name]
            yield finding("trap_unknown", control.element.line, name=control.name)
    for name, field in fields.items():
        yield from _unknown(site, name, field, lines[name])
    yield from _twins(site, sent, fields)
    yield from _choices(site, sent, fields)
    yield from _ways_back(site, sent)
    yield from (
        finding("fixed_key", one.element.line, name=one.name)
        for one in sent
        if one.name == "_key" and one.element.get("value").strip()
    )


def meaning(site: Site, name: str) -> str:
    """Our name of the field; "" when nobody knows it."""
    return next(iter(find_answers(site, {name: ("x",)}).values), "")


def _forbidden(control: Control) -> Iterator[Finding]:
    name, line = control.name, control.element.line
    if control.type == "file":
        yield finding("file_input", line, name=name)
    elif control.type == "password":
        yield finding("password_input", line, name=name)
    elif not name and control.type != "hidden":
        yield finding("no_name", line, type=control.type)


def _unknown(site: Site, name: str, field: str, line: int) -> Iterator[Finding]:
    if name.startswith("_"):
        if not is_trap(name) and not _is_control(name):
            yield finding("unknown_control", line, name=name, near=_near(name, {one: one for one in _CONTROLS}))
    elif not field and name not in SOLUTION_FIELDS and fold(name) not in SOURCES:
        yield finding("unknown_name", line, name=name, near=_near(fold(name), known_names(site)))


def _is_control(name: str) -> bool:
    alone = {name: ("x",)}
    return read_controls(alone) != read_controls({}) or page_token(alone) != ""


def _near(name: str, known: dict[str, str]) -> str:
    near = difflib.get_close_matches(name[:100], known, n=1)
    return f"to {known[near[0]]}" if near else "to what the README lists"


def _twins(site: Site, sent: list[Control], fields: dict[str, str]) -> Iterator[Finding]:
    texts = Counter(control.name for control in sent if control.type not in ("radio", "checkbox", "hidden"))
    lines = {control.name: control.element.line for control in sent}
    known = known_names(site)
    for field in dict.fromkeys(field for field in fields.values() if field):
        names = [name for name, other in fields.items() if other == field]
        exact = [name for name in names if fold(name) in known]
        if len(exact) > 1 or any(texts[name] > 1 for name in names):
            yield finding("same_field", lines[names[-1]], names=", ".join(exact or names), field=field)
        numbered = [name for name in names if name not in exact]
        for name in numbered if exact else numbered[1:]:
            yield finding("dropped_twin", lines[name], name=name, field=field)


def _choices(site: Site, sent: list[Control], fields: dict[str, str]) -> Iterator[Finding]:
    """One finding for each field, with all its values that the gateway would not take."""
    offered: dict[str, dict[str, int]] = {}
    for control in sent:
        if control.type in _CHOICES and fields.get(control.name):
            values = offered.setdefault(control.name, {})
            values |= {value: control.element.line for value in _values(control) if value not in values}
    for name, values in offered.items():
        refused = {value: error for value in values if (error := _refusal(site, name, fields[name], value))}
        if refused:
            first = next(iter(refused))
            listed = ", ".join(f"'{value}'" for value in refused)
            yield finding("refused_choice", values[first], name=name, values=listed, sentence=sentence(refused[first]))


def _values(control: Control) -> list[str]:
    if control.type == "select":
        values = control.options
    else:
        standard = "" if control.type == "hidden" else "on"  # what a box without value sends
        values = [control.element.attrs.get("value", standard).strip()]
    return [value for value in values if value]


def _refusal(site: Site, name: str, field: str, value: str) -> FieldError | None:
    try:
        read_signup(site, {name: (value,)})
    except InvalidFields as refused:
        found = (error for error in refused.errors if error.field == field and error.code != "required")
        return next(found, None)
    return None


def _ways_back(site: Site, sent: list[Control]) -> Iterator[Finding]:
    for control in sent:
        may_be_ours = control.name == "_error"
        if any(not (site.owns(url) or (may_be_ours and is_own_form(site, url))) for url in ways_back(control)):
            yield finding("foreign_way_back", control.element.line, name=control.name, origins=", ".join(site.origins))


def ways_back(control: Control) -> list[str]:
    """Where this control asks the gateway to send the visitor."""
    if not control.name.startswith("_"):
        return []
    asked = read_controls({control.name: (control.element.get("value"),)} if control.name != "_key" else {})
    return [url for url in (asked.redirect, asked.error) if url]
