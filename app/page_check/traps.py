"""What a form has against robots: traps that no person fills in, and challenges."""

from collections.abc import Iterator

from app.forms import read_controls
from app.page_check.findings import Finding, finding
from app.page_check.markup import Control, Form

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
    if len(form.widgets) > 1:
        kinds = ", ".join(widget.provider for widget in form.widgets)
        yield finding("two_challenges", form.widgets[1].element.line, kinds=kinds)


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
