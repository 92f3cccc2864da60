"""What a visitor says of a domain name: the name, what to do with it, for how long, and the code that lets it go."""

import re
from collections.abc import Collection

import idna

from app.forms.faults import Fault

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PATH = re.compile(r"[/?#].*$")
_MAX_DOMAIN = 253
_YEARS = re.compile(r"[1-9]|10")
_MAX_CODE = 64
# Any printable sign may be in one, say registries. WHMCS shows it on pages and in mails, so not < > { } here.
# https://www.rfc-editor.org/rfc/rfc9154#section-4.1
_CODE = re.compile(r"[!-;=?-z|~]+")


def check_domain(text: str) -> str:
    """The name in IDNA ASCII, without the scheme, path and final dot that come along when it is pasted.

    Its fault: ``invalid_domain``.
    """
    name = _ascii(text)
    last = name.rpartition(".")[2]
    if last == name or last.isdigit():
        raise Fault("invalid_domain")
    return name


def check_label(text: str) -> str:
    """The same for a name without an ending, of one label. Its fault: ``invalid_domain``."""
    label = _ascii(text)
    if "." in label:
        raise Fault("invalid_domain")
    return label


def readable_domain(name: str) -> str:
    """A name in IDNA ASCII as people write it."""
    return idna.decode(name)


def _ascii(text: str) -> str:
    bare = _PATH.sub("", _SCHEME.sub("", text))
    # idna holds the result to 253 octets too, but spends long on what is far longer.
    if len(bare) > _MAX_DOMAIN + 1:
        raise Fault("invalid_domain")
    try:
        return idna.encode(bare, uts46=True, std3_rules=True).decode().removesuffix(".")
    except idna.IDNAError:
        raise Fault("invalid_domain") from None


def check_domain_action(offered: Collection[str], text: str) -> str:
    """``register``, ``transfer`` or ``own``, if it is among those ``offered``.

    Its faults: ``invalid_choice`` and ``unknown_domain_action``.
    """
    action = text.casefold()
    if action not in {"register", "transfer", "own"}:
        raise Fault("invalid_choice")
    if action not in offered:
        raise Fault("unknown_domain_action")
    return action


def check_domain_years(text: str) -> int:
    """For how many years, from 1 to 10. Its fault: ``unknown_period``."""
    if not _YEARS.fullmatch(text):
        raise Fault("unknown_period")
    return int(text)


def check_epp_code(text: str) -> str:
    """The code as the registrar gave it. Its faults: ``too_long`` and ``invalid_epp_code``."""
    if len(text) > _MAX_CODE:
        raise Fault("too_long", limit=_MAX_CODE)
    if not _CODE.fullmatch(text):
        raise Fault("invalid_epp_code")
    return text
