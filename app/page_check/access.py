"""Whether everybody can fill in the form: labels, and what browsers and keyboards need to help.

https://www.w3.org/TR/WCAG22/#identify-input-purpose
"""

from collections.abc import Iterator

from app.findings import Finding
from app.page_check.fields import meaning
from app.page_check.findings import finding
from app.page_check.markup import Control, Form, Page
from app.page_check.traps import is_trap, looks_like_trap
from app.sites import Site

# The first of each is what we suggest.
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
_WORDS = {
    "first_name": ("given-name",),
    "last_name": ("family-name",),
    "company": ("organization",),
    "email": ("email", "username"),
    "phone": ("tel", "tel-national"),
    "address1": ("address-line1", "street-address"),
    "address2": ("address-line2",),
    "city": ("address-level2",),
    "state": ("address-level1",),
    "postcode": ("postal-code",),
    "country": ("country", "country-name"),
}
_TYPES = {"email": "email", "phone": "tel"}
_BESIDE = ("webauthn", "one-time-code")


def check_access(page: Page, form: Form, site: Site) -> Iterator[Finding]:
    """What makes the form hard, or impossible, to fill in for some."""
    fields = [(one, meaning(site, one.name)) for one in form.controls if one.sent and one.type != "hidden"]
    fields = [(control, field) for control, field in fields if field or not _is_unseen(control)]
    for control, _ in fields:
        if not page.labelled(control):
            yield finding("no_label", control.element.line, name=control.name or control.type)
    yield from _autocomplete([(control, field) for control, field in fields if field in _WORDS])
    for control, field in fields:
        if control.element.tag == "input" and control.type != _TYPES.get(field, control.type):
            yield finding("wrong_type", control.element.line, name=control.name, given=control.type, word=_TYPES[field])


def _is_unseen(control: Control) -> bool:
    return is_trap(control.name) or looks_like_trap(control)


def _autocomplete(fields: list[tuple[Control, str]]) -> Iterator[Finding]:
    silent = []
    for control, field in fields:
        words = control.element.get("autocomplete").lower().split()
        word = next((word for word in reversed(words) if word not in _BESIDE), "off")
        if word in ("on", "off"):
            silent.append((control, field))
        elif word not in _WORDS[field]:
            yield finding(
                "wrong_autocomplete", control.element.line, name=control.name, given=word, word=_WORDS[field][0]
            )
    if silent:
        names = ", ".join(control.name for control, _ in silent)
        missing = dict.fromkeys(_WORDS[field][0] for _, field in silent)
        yield finding("no_autocomplete", silent[0][0].element.line, names=names, words=", ".join(missing))
