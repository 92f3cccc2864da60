"""Whether the page that sent a form is one of the site's."""

from collections.abc import Mapping

from app.errors import OriginRefused
from app.origins import origin_of
from app.sites import Site


def check_sender(site: Site, headers: Mapping[str, str], own_origin: str | None) -> None:
    """Raise OriginRefused when a browser says that the form came from somewhere else.

    Without Origin and Referer the sender is no browser, and these would prove nothing: other checks apply to it.
    """
    origin = headers.get("origin")
    referer = headers.get("referer")
    if origin in (None, "null") and referer:
        origin = _referred(referer)
    if origin is not None and origin != own_origin and not site.allows_origin(origin):
        raise OriginRefused


def _referred(referer: str) -> str:
    try:
        return origin_of(referer)
    except ValueError:
        return "null"
