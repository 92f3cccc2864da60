"""Which forms of a page are meant for the gateway, and for which site."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from app.forms.spellings import find_answers
from app.origins import origin_of
from app.page_check.documents import Document
from app.page_check.markup import Form, Page
from app.sites import Site

_SIGNUP = re.compile(r"/v1/([^/]+)/signup/?$")
_TELLING = 3  # fields of a sign-up that a form without action has when it is meant for us; a newsletter's has fewer


@dataclass(frozen=True, slots=True)
class Target:
    """A form of ours. ``address`` is where it posts to, ``gateway`` our origin; each "" when nobody can tell."""

    form: Form
    key: str
    site: Site | None
    address: str
    gateway: str

    @property
    def right_address(self) -> str:
        """What the form's action should be."""
        gateway = self.gateway or "https://YOUR-GATEWAY"
        return f"{gateway}/v1/{self.key or 'SITE'}/signup"


def find_targets(document: Document, page: Page, sites: Mapping[str, Site], key: str, own: str) -> list[Target]:
    """The forms that post to the gateway, or else those that look as if they should.

    ``key`` is the site of a form that names none, ``own`` the gateway's origin.
    """
    aimed = {id(form): _address(document, page, form) for form in page.forms}
    ours = [form for form in page.forms if _is_ours(form, aimed[id(form)], own)]
    ours = ours or [form for form in page.forms if _looks_meant(form, sites)]
    only = key or (next(iter(sites)) if len(sites) == 1 else "")
    return [_target(form, aimed[id(form)], sites, only, own) for form in ours]


def _target(form: Form, address: str, sites: Mapping[str, Site], only: str, own: str) -> Target:
    named = signup_path(address)
    key = named[1] if named else only
    elsewhere = "" if is_relative(form) or not named else origin_of(address)
    return Target(form, key, sites.get(key), address, own or elsewhere)


def is_relative(form: Form) -> bool:
    """Whether the form's action has no host."""
    try:
        return not urlsplit(form.element.get("action")).netloc
    except ValueError:
        return False


def _address(document: Document, page: Page, form: Form) -> str:
    """Where a browser sends the form; "" when that is no address."""
    try:
        address = urljoin(urljoin(document.url, page.base), form.element.get("action"))
        urlsplit(address).hostname  # noqa: B018 - it looks at the address once more
    except ValueError:
        return ""
    return address


def signup_path(address: str) -> re.Match[str] | None:
    """The path of an address that takes sign-ups, with the site's key in it; None for any other."""
    return _SIGNUP.search(urlsplit(address).path)


def _is_ours(form: Form, address: str, own: str) -> bool:
    return (
        signup_path(address) is not None
        or "data-signup" in form.element.attrs
        or (own != "" and origin_of(address) == own)
    )


def _looks_meant(form: Form, sites: Mapping[str, Site]) -> bool:
    """Whether a form without action asks for what a sign-up needs, and no server of its own takes it."""
    names = [control.name for control in form.controls]
    # Next.js posts a server action to the page itself. https://nextjs.org/docs/app/guides/forms
    if form.element.get("action") not in ("", "#") or any(name.startswith("$ACTION_") for name in names):
        return False
    sent = dict.fromkeys(names, ("x",))
    return any(len(find_answers(site, sent).values) >= _TELLING for site in sites.values())
