"""What a page may do and tells of itself: it loads nothing but our own style sheets, and what it needs besides.

https://www.w3.org/TR/CSP3/
"""

from collections.abc import Mapping

# With less, browsers would hide where the form is from: https://fetch.spec.whatwg.org/#append-a-request-origin-header
HAS_A_FORM = {"Referrer-Policy": "strict-origin"}
_NONE = "'none'"
_LEAST = {
    "default-src": _NONE,
    "style-src": "'self'",
    "img-src": "data:",
    "base-uri": _NONE,
    "form-action": _NONE,
    "frame-ancestors": _NONE,
}


def content_policy(more: Mapping[str, str] | None = None) -> str:
    """The policy that allows ``more``, sources by directive, beyond the least that every page has."""
    policy = dict(_LEAST)
    for directive, sources in (more or {}).items():
        before = policy.get(directive, _NONE)
        policy[directive] = sources if before == _NONE else f"{before} {sources}"
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
