"""The page around a form: where it is, what its policies forbid, and how it loads signup.js."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from app.findings import Finding
from app.origins import origin_of
from app.page_check.documents import Document
from app.page_check.fields import ways_back
from app.page_check.findings import finding
from app.page_check.markup import Element, Page
from app.page_check.policies import Policy, allows, governing, hiding_policy, policies_of
from app.page_check.targets import Target
from app.sites import Site

_SCRIPT = re.compile(r"/signup(\.\d+)?\.js")


def check_page_itself(document: Document, page: Page, targets: list[Target]) -> Iterator[Finding]:
    """What is wrong with the page whatever its forms are."""
    yield from _charset(document, page, targets)
    secure = document.url.startswith("https:")
    for script in page.scripts:
        if secure and script.get("src").lower().startswith("http:"):
            yield finding("mixed_content", script.line, address=script.get("src"))
    yield from _scripts(page, targets)


def check_surroundings(document: Document, page: Page, target: Target, site: Site) -> Iterator[Finding]:
    """What of the page stands in the way of this form."""
    line = target.form.element.line
    here = origin_of(document.url) if document.url else ""
    if here and here != target.gateway and not site.allows_origin(here):
        yield finding("foreign_page", 0, origin=here)
    unsaid = "no-referrer" if "noreferrer" in target.form.element.get("rel").lower().split() else ""
    if policy := unsaid or hiding_policy(document, page):
        yield finding("origin_hidden", line, policy=policy)
    own = (here,) if here else site.origins
    for rules in policies_of(document, page):
        yield from _form_action(rules, target, site, own)
        if "data-signup" in target.form.element.attrs:
            yield from _script_rules(rules, document, page, target, own)


def _form_action(rules: Policy, target: Target, site: Site, own: tuple[str, ...]) -> Iterator[Finding]:
    line, where = target.form.element.line, "form-action"
    if "sandbox" in rules and "allow-forms" not in rules["sandbox"]:
        yield finding("form_blocked", line, origin="allow-forms", where="sandbox")
    if where not in rules or not target.gateway:
        return
    if not allows(rules[where], target.address, own):
        yield finding("form_blocked", line, origin=target.gateway, where=where)
    asked = [url for control in target.form.controls for url in ways_back(control) if site.owns(url)]
    to_pay = site.login_url if site.checkout == "sso" else None
    back = [url for url in (site.success_url, site.error_url, to_pay, *asked) if url]
    for origin in dict.fromkeys(origin_of(url) for url in back if not allows(rules[where], url, own)):
        yield finding("way_back_blocked", line, origin=origin, where=where)


def _script_rules(
    rules: Policy, document: Document, page: Page, target: Target, own: tuple[str, ...]
) -> Iterator[Finding]:
    for script in filter(_is_ours, page.scripts):
        where = governing(rules, "script-src-elem", "script-src", "default-src")
        url = urljoin(document.url, script.get("src"))
        if where and not _lets_in(rules[where], script, url, own):
            yield finding("script_blocked", script.line, origin=origin_of(url), where=where)
    where = governing(rules, "connect-src", "default-src")
    if where and target.gateway and not allows(rules[where], target.address, own):
        yield finding("connect_blocked", target.form.element.line, origin=target.gateway, where=where)


def _lets_in(sources: list[str], script: Element, url: str, own: tuple[str, ...]) -> bool:
    if script.get("nonce") and f"'nonce-{script.get('nonce')}'" in sources:
        return True
    if any(f"'{one}'" in sources for one in script.get("integrity").split()):
        return True
    return "'strict-dynamic'" not in sources and allows(sources, url, own)


def _is_ours(script: Element) -> bool:
    try:
        return _SCRIPT.search(urlsplit(script.get("src")).path) is not None
    except ValueError:
        return False


def _scripts(page: Page, targets: list[Target]) -> Iterator[Finding]:
    ours = list(filter(_is_ours, page.scripts))
    asking = [target for target in targets if "data-signup" in target.form.element.attrs]
    if ours and targets and not asking:
        yield finding("script_idle", ours[0].line)
    if asking and not ours:
        gateway = asking[0].gateway or "https://YOUR-GATEWAY"
        yield finding("script_missing", asking[0].form.element.line, address=f"{gateway}/signup.js")
    if len(ours) > 1:
        yield finding("script_twice", ours[1].line, count=len(ours))
    for script in ours:
        if script.get("integrity") and "crossorigin" not in script.attrs:
            yield finding("script_unreadable", script.line)


def _charset(document: Document, page: Page, targets: list[Target]) -> Iterator[Finding]:
    """The header's word goes before the page's. https://html.spec.whatwg.org/multipage/parsing.html#the-input-byte-stream"""
    written = [charset for meta in page.metas if (charset := _written_charset(meta))]
    charset = (document.charset or next(iter(written), "utf-8")).lower()
    accepting = ("utf-8", "utf8")
    if charset not in accepting:
        for target in targets:
            if target.form.element.get("accept-charset").lower() not in accepting:
                yield finding("not_utf8", target.form.element.line, charset=charset)


def _written_charset(meta: Element) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w:-]+)", meta.get("content")) if meta.get("http-equiv") else None
    return meta.get("charset") or (found[1] if found else "")
