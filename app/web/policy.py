"""The Content-Security-Policy of a page: nothing but our own style sheets, and what this page needs besides.

https://www.w3.org/TR/CSP3/
"""

from collections.abc import Mapping

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
