"""A reply of WHMCS, from bytes to a success or one of three errors. No I/O."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from app.whmcs.errors import Cause, Rejected, Unavailable, Uncertain, WhmcsError
from app.whmcs.refusals import refusal

_log = logging.getLogger(__name__)
_decoder = json.JSONDecoder()
_VERDICTS = frozenset({"success", "error", "warning"})
_PAGE = re.compile(r"\s*<(?:!doctype|html)\b", re.IGNORECASE)
# https://docs.whmcs.com/troubleshooting/general-troubleshooting/down-for-maintenance-errors/
# With its number, for a proxy's own page in the same words may hide a call that WHMCS carried out.
_MAINTENANCE = re.compile(r"(?:\A|>)\s*down for maintenance \(err ?\d", re.IGNORECASE)
# These bound the work that a reply full of braces can cause.
_SALVAGE_TRIES = 200
_SALVAGE_READ = 2 * 1024 * 1024  # characters, in all the tries together


def decipher(status: int, content_type: str, body: bytes, action: str) -> dict[str, object]:
    """The success object in a reply; the body is judged before the HTTP status.

    Raises Rejected when WHMCS said no, Unavailable when the reply cannot have come from a command that ran, and
    Uncertain when it might have.
    """
    text = body.decode("utf-8-sig", "replace")
    reply = _parsed(text) or _salvaged(text, action)
    verdict = _verdict(reply)
    if verdict == "success":
        return reply
    if verdict == "error":
        raise refusal(_words(reply.get("message")), status, action)
    if verdict == "warning":
        message = _words(reply.get("warning")) or _words(reply.get("message"))
        raise Rejected(Cause.OTHER, reason="warning", message=message)
    raise _unreadable(status, content_type, text)


def _parsed(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    # ValueError also covers numbers of thousands of digits, RecursionError nesting thousands deep.
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _salvaged(text: str, action: str) -> dict[str, object]:
    """The one reply hidden among stray output, such as PHP warnings printed around the JSON.

    Two candidates are none: one of them could be a visitor's text that a warning repeats. A whole HTML page is never
    searched, since its scripts hold objects of their own.
    """
    found = [] if _PAGE.match(text) else list(islice(_candidates(text), 2))
    if len(found) != 1:
        return {}
    _log.warning("The reply of WHMCS to %s had stray output around it; see the PHP error log there", action)
    return found[0]


def _candidates(text: str) -> Iterator[dict[str, object]]:
    end = read = 0
    for brace in islice(re.finditer(r"\{", text), _SALVAGE_TRIES):
        if brace.start() < end:
            continue
        if read > _SALVAGE_READ:
            return
        try:
            found, end = _decoder.raw_decode(text, brace.start())
        except (ValueError, RecursionError) as error:
            read += getattr(error, "pos", len(text)) - brace.start()
            continue
        if _verdict(found) in ("success", "error"):
            yield found


def _verdict(reply: Mapping[str, object]) -> str:
    """``success``, ``error``, ``warning`` or nothing; some commands answer under ``status`` instead of ``result``."""
    word = next((reply[key] for key in ("result", "status") if isinstance(reply.get(key), str)), "")
    known = _words(word).strip().lower()
    if known in _VERDICTS:
        return known
    return "warning" if "warning" in reply else ""


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unreadable(status: int, content_type: str, text: str) -> WhmcsError:
    if _MAINTENANCE.search(text):
        return Unavailable("maintenance")
    # Even a 403 or a redirect proves nothing: a firewall may block the reply to a call that WHMCS carried out.
    reason = f"{_shape(content_type, text)}_http_{status}"
    return Uncertain(reason)


def _shape(content_type: str, text: str) -> str:
    content = text.strip()
    if content in ("", "null"):
        return content or "empty"
    return "html" if "html" in content_type.lower() or _PAGE.match(text) else "unreadable"
