"""Who sent a form, as far as the headers of the request tell."""

from collections.abc import Mapping

import structlog

from app.errors import OriginRefused, RelayKeyRefused
from app.guard import Sender, is_relay
from app.origins import origin_of
from app.sites import Site

_log = structlog.get_logger("app.web")
# What forms and scripts say of their requests; images and the like say otherwise. https://www.w3.org/TR/fetch-metadata/
_MODES = (None, "navigate", "cors", "same-origin")
_DESTINATIONS = (None, "document", "iframe", "frame", "fencedframe", "object", "embed", "empty")
_FETCH_METADATA = ("sec-fetch-mode", "sec-fetch-dest", "sec-fetch-site")


def check_sender(site: Site, headers: Mapping[str, str], own_origin: str | None) -> Sender:
    """Who sent it. Raises OriginRefused when a browser says that it came from elsewhere, or not from a form.

    Raises RelayKeyRefused for a key that is none of the site's. All but the key is hearsay, for a program writes what
    it likes; it keeps strangers' pages from sending forms with their visitors' browsers.
    """
    if _has_key(site, headers.get("authorization", "")):
        return Sender.RELAY
    if headers.get("sec-fetch-mode") not in _MODES or headers.get("sec-fetch-dest") not in _DESTINATIONS:
        raise OriginRefused
    origin, referer = headers.get("origin"), headers.get("referer")
    if origin in (None, "null") and referer:
        origin = _referred(referer)
    elif origin is None and not any(name in headers for name in _FETCH_METADATA):
        return Sender.UNKNOWN
    elif origin in (None, "null"):
        return _opaque(site)
    if origin is None or not _is_welcome(site, origin, own_origin, headers.get("sec-fetch-site")):
        raise OriginRefused
    return Sender.PAGE


def _has_key(site: Site, authorization: str) -> bool:
    if is_relay(site, authorization):
        return True
    if authorization and not authorization.lower().startswith("basic "):  # a password before the whole host
        _log.warning("relay_key_refused", site=site.key)
        raise RelayKeyRefused
    return False


def _is_welcome(site: Site, origin: str, own_origin: str | None, relation: str | None) -> bool:
    if origin == own_origin:
        return relation not in ("cross-site", "same-site")  # so it is not ours, whatever it says
    return site.allows_origin(origin)


def _opaque(site: Site) -> Sender:
    """A browser hides where the form is, so somebody has to prove to be a person; where nobody can, it is refused."""
    if site.challenge == "off":
        _log.warning("sender_hidden", site=site.key, cure="set Referrer-Policy to strict-origin on the form's page")
        raise OriginRefused
    return Sender.OPAQUE


def _referred(referer: str) -> str | None:
    try:
        return origin_of(referer)
    except ValueError:
        return None
