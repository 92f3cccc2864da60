"""How a form is sent: its action, its method, and what else stands on its tag."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from app.findings import Finding
from app.origins import origin_of
from app.page_check.documents import Document
from app.page_check.findings import finding
from app.page_check.targets import Target, is_relative, signup_path
from app.settings import is_private_host
from app.sites import Site


def check_sending(target: Target, document: Document, sites: Mapping[str, Site]) -> Iterator[Finding]:
    """What keeps the form from being sent as it should."""
    yield from _action(target, document, sites)
    form, line = target.form, target.form.element.line
    get = form.element.get
    if get("method").lower() != "post":
        yield finding("method_get", line)
    if get("enctype").lower() == "text/plain":
        yield finding("text_plain", line, enctype=get("enctype"))
    if get("target").lower() not in ("", "_self", "_top", "_parent"):
        yield finding("new_window", line, target=get("target"))
    for inner in form.inner:
        yield finding("nested_form", inner.line)
    if not any(control.type in ("submit", "image") for control in form.controls):
        yield finding("no_button", line)


def _action(target: Target, document: Document, sites: Mapping[str, Site]) -> Iterator[Finding]:
    line, address = target.form.element.line, target.address
    right = target.right_address
    if target.form.element.get("action") in ("", "#"):
        yield finding("no_action", line, address=right)
    elif is_relative(target.form) and (not document.url or origin_of(address) != target.gateway):
        yield finding("relative_action", line, address=right)
    elif signup_path(address) is None:
        yield finding("strange_action", line, address=right)
    else:
        yield from _host(target, document, line)
    if target.key and target.site is None:
        yield finding("unknown_site", line, site=target.key, known=", ".join(sites))


def _host(target: Target, document: Document, line: int) -> Iterator[Finding]:
    parts = urlsplit(target.address)
    exposed = document.url.startswith("https:") or not is_private_host(parts.hostname or "")
    if parts.scheme != "https" and exposed:
        yield finding("insecure_action", line)
    elif origin_of(target.address) != target.gateway:
        yield finding("other_gateway", line, host=origin_of(target.address), own=target.gateway)
