"""What a page's policies forbid: Content-Security-Policy, and Referrer-Policy, which may hide where a form is from.

https://www.w3.org/TR/CSP3/#match-url-to-source-list
"""

import re
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from app.origins import matches, origin_of
from app.page_check.documents import Document
from app.page_check.markup import Page

Policy: TypeAlias = dict[str, list[str]]

_HOST = r"\*|(?:\*\.)?[^/:*]+|\[[^\]]*\]"
_SOURCE = re.compile(rf"(?:([a-z][a-z0-9+.-]*)://)?({_HOST})(?::(\d+|\*))?(/[^?#]*)?", re.IGNORECASE | re.ASCII)
_STANDARD = {"http": 80, "https": 443}
_HIDING = ("no-referrer", "same-origin")
_REFERRER_POLICIES = (
    *_HIDING,
    *("no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "strict-origin"),
    *("strict-origin-when-cross-origin", "unsafe-url"),
)


def policies_of(document: Document, page: Page) -> list[Policy]:
    """All policies in force, from headers and from the page; what is asked for must be allowed by each."""
    inside = [meta.get("content") for meta in page.metas if meta.get("http-equiv").lower() == "content-security-policy"]
    written = [text for header in document.policies for text in header.split(",")] + inside
    return [policy for text in written if (policy := _parse(text))]


def _parse(text: str) -> Policy:
    policy: Policy = {}
    for directive in text.split(";"):
        name, *sources = directive.split() or [""]
        if name:
            policy.setdefault(name.lower(), sources)
    return policy


def governing(policy: Policy, *names: str) -> str:
    """The first of these directives that the policy has; "" when it has none, and so allows everything."""
    return next((name for name in names if name in policy), "")


def allows(sources: Iterable[str], url: str, own: tuple[str, ...]) -> bool:
    """Whether a list of sources has ``url``; ``own`` are the origins that 'self' stands for."""
    try:
        parts = urlsplit(url)
        port = parts.port or _STANDARD.get(parts.scheme)
    except ValueError:
        return False
    return any(_fits(source, parts, port, own) for source in sources)


def _fits(source: str, url: SplitResult, port: int | None, own: tuple[str, ...]) -> bool:
    if source.lower() == "'self'":
        return matches(origin_of(url.geturl()), own)
    if re.fullmatch(r"[a-z][a-z0-9+.-]*:", source, re.IGNORECASE):
        return _same_scheme(source[:-1], url.scheme)
    found = _SOURCE.fullmatch(source)
    if found is None or source.startswith("'"):
        return False
    scheme, host, wanted_port, path = found.groups()
    return (
        _same_scheme(scheme or "http", url.scheme)
        and _same_host(host.lower(), (url.hostname or ""))
        and (wanted_port == "*" or port == int(wanted_port or _STANDARD.get(url.scheme, 0)))
        and (not path or url.path == path or (path.endswith("/") and url.path.startswith(path)))
    )


def _same_scheme(allowed: str, scheme: str) -> bool:
    """What is allowed over http is allowed over https, too."""
    return allowed.lower() == scheme or (allowed.lower() == "http" and scheme == "https")


def _same_host(allowed: str, host: str) -> bool:
    if allowed.startswith("*"):
        return host.endswith(allowed[1:])
    return host == allowed.strip("[]")


def hiding_policy(document: Document, page: Page) -> str:
    """The Referrer-Policy in force, when it makes browsers hide where a form is from; else "".

    The page's own word goes before the header's. https://www.w3.org/TR/referrer-policy/
    """
    inside = [meta.get("content") for meta in page.metas if meta.get("name").lower() == "referrer"]
    words = [word.strip().lower() for text in (document.referrer_policy, *inside) for word in text.split(",")]
    known = [word for word in words if word in _REFERRER_POLICIES]
    return known[-1] if known and known[-1] in _HIDING else ""
