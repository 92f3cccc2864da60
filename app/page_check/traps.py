"""What a form has against robots: traps that no person fills in, and challenges."""

from collections.abc import Iterator

from app.findings import Finding
from app.forms import read_controls
from app.forms.solutions import SOLUTIONS
from app.page_check.findings import finding
from app.page_check.markup import Control, Form, Widget
from app.sites import Site

_FIELD_ATTRIBUTES = {  # where a page says under which name the answer comes, and the name when it says nothing
    "turnstile": ("data-response-field-name", "cf-turnstile-response"),
    "altcha": ("name", "altcha"),
}
# Names of traps in forms found in the wild.
_TRAP_NAMES = ("website", "url", "homepage", "honeypot", "hp", "fax")


def is_trap(name: str) -> bool:
    """Whether the gateway holds a sign-up in which this field is filled."""
    return read_controls({name: ("x",)}).honeypot


def looks_like_trap(control: Control) -> bool:
    """Whether a field that nobody knows was made so that no person fills it in."""
    get = control.element.get
    hidden = control.type == "hidden" or is_trap(control.name)
    return not hidden and (get("tabindex") == "-1" or control.name.lower() in _TRAP_NAMES)


def check_traps(form: Form) -> Iterator[Finding]:
    """What makes a trap catch people, or nobody."""
    for control in form.controls:
        if is_trap(control.name):
            yield from _trap(control)


def check_challenge(form: Form, site: Site) -> Iterator[Finding]:
    """What keeps the challenge from being the one that the site's settings ask for."""
    if len(form.widgets) > 1:
        kinds = ", ".join(widget.provider for widget in form.widgets)
        yield finding("two_challenges", form.widgets[1].element.line, kinds=kinds)
        return
    ours = site.challenge_provider if site.challenge != "off" else ""
    for widget in form.widgets:
        line, provider = widget.element.line, widget.provider
        if provider != ours:
            yield finding("idle_challenge", line, kind=provider)
        elif wrong := _wrong_field(widget):
            yield finding("challenge_field", line, attribute=wrong, name=SOLUTIONS[provider][0])
    filled = {control.name for control in form.controls} & set(SOLUTIONS.get(ours, ()))
    by_script = ours == "altcha" and "data-signup" in form.element.attrs
    shown = any(widget.provider == ours for widget in form.widgets)
    if site.challenge == "always" and not (filled or by_script or shown):
        yield finding("no_challenge", form.element.line, kind=ours)


def _wrong_field(widget: Widget) -> str:
    """The attribute that would have to name our field; "" when the answer comes under a name that is read."""
    attribute, standard = _FIELD_ATTRIBUTES.get(widget.provider, ("", ""))
    named = widget.element.get(attribute) or standard
    return attribute if attribute and named not in SOLUTIONS[widget.provider] else ""


def _trap(control: Control) -> Iterator[Finding]:
    name, line = control.name, control.element.line
    get = control.element.get
    if get("value"):
        yield finding("trap_filled", line, name=name)
    if "required" in control.element.attrs:
        yield finding("trap_required", line, name=name)
    if control.type == "hidden":
        yield finding("trap_hidden", line, name=name)
    elif get("tabindex") != "-1" or get("autocomplete").lower() != "off":
        yield finding("trap_open", line, name=name)
