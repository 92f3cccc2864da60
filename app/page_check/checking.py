"""``check_page``: every finding about the sign-up forms of one page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.findings import Finding, Level
from app.forms import MAX_FIELDS
from app.origins import origin_of
from app.page_check.access import check_access
from app.page_check.documents import Document
from app.page_check.fields import check_fields
from app.page_check.findings import finding
from app.page_check.markup import Page, read_page
from app.page_check.sending import check_sending
from app.page_check.surroundings import check_page_itself, check_surroundings
from app.page_check.targets import Target, find_targets
from app.page_check.traps import check_challenge, check_traps
from app.sites import Site


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. ``found_form`` is false when there was nothing to check."""

    findings: tuple[Finding, ...]
    found_form: bool


def check_page(document: Document, sites: Mapping[str, Site], *, key: str = "", gateway_url: str = "") -> Checked:
    """All that is wrong with the page's sign-up forms, in the order of its lines; what concerns all of it comes first.

    ``key`` is the site of forms that name none, ``gateway_url`` the gateway's address when it is known.
    """
    page = read_page(document.text)
    own = origin_of(gateway_url) if gateway_url else ""
    targets = find_targets(document, page, sites, key, own)
    if not targets:
        return Checked((finding("no_form", count=len(page.forms)),), found_form=False)
    found = [*check_page_itself(document, page, targets)]
    for target in targets:
        about = list(_about(document, page, target, sites))
        if target.site and not any(one.level is Level.FAULT for one in (*found, *about)):
            about.append(finding("good_form", target.form.element.line, site=target.key))
        found += about
    return Checked(tuple(sorted(dict.fromkeys(found), key=lambda one: one.line)), found_form=True)


def _about(document: Document, page: Page, target: Target, sites: Mapping[str, Site]) -> Iterator[Finding]:
    yield from check_sending(target, document, sites)
    yield from check_traps(target.form)
    names = {control.name for control in target.form.controls}
    if len(names) > MAX_FIELDS:
        yield finding("too_many_fields", target.form.element.line, count=len(names), limit=MAX_FIELDS)
    elif target.site:
        yield from check_challenge(target.form, target.site)
        yield from check_fields(target.form, target.site)
        yield from check_access(page, target.form, target.site)
        yield from check_surroundings(document, page, target, target.site)
