"""The fields that steer the gateway and never reach WHMCS: their names begin with an underscore."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.errors import FieldError, InvalidFields
from app.forms.body import Fields
from app.forms.solutions import SOLUTION_FIELDS, SOLUTIONS

_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_HONEYPOTS = ("_gotcha", "_honey", "_honeypot")


@dataclass(frozen=True, slots=True)
class Controls:
    """What a form asks of the gateway itself. The two addresses are as sent; the site decides if they are allowed.

    ``client_ip`` is the visitor's address, as the site's own server states it; not checked, for most may not state it.
    ``offer`` is the token of an offer link. ``solutions`` are those of challenges, by who set them.
    """

    key: str | None = None
    redirect: str | None = None
    error: str | None = None
    honeypot: bool = False
    client_ip: str = ""
    offer: str = ""
    solutions: Mapping[str, str] = field(default_factory=dict)


def read_controls(fields: Fields, traps: Collection[str] = ()) -> Controls:
    """The controls of a form; ``traps`` are more names of the honeypot.

    Raises InvalidFields when ``_key`` cannot serve as an idempotency key.
    """
    return Controls(
        key=_key(fields),
        redirect=_first(fields, "_redirect", "_next"),
        error=_first(fields, "_error"),
        honeypot=_first(fields, *_HONEYPOTS, *traps) is not None,
        client_ip="\n".join(dict.fromkeys(_filled(fields, "_client_ip"))),  # two that differ are no address
        offer="\n".join(dict.fromkeys(_filled(fields, "_offer"))),  # neither are two links
        solutions={setter: text for setter, names in SOLUTIONS.items() if (text := _first(fields, *names))},
    )


def page_token(fields: Fields) -> str:
    """What the page that showed the form was given to send back, "" when it was given nothing."""
    return _first(fields, "_page") or ""


def answers_only(fields: Fields, traps: Collection[str]) -> Fields:
    """The fields without those controls whose names could be a field's."""
    return {name: values for name, values in fields.items() if name not in SOLUTION_FIELDS and name not in traps}


def _key(fields: Fields) -> str | None:
    keys = list(dict.fromkeys(_filled(fields, "_key")))
    return check_key("\n".join(keys))  # two that differ are no key


def check_key(text: str) -> str | None:
    """``text`` as an idempotency key, None when there is none. Raises InvalidFields when it cannot serve as one."""
    key = text.strip()
    if key and not _KEY.fullmatch(key):
        raise InvalidFields((FieldError("_key", "invalid_key"),))
    return key or None


def _first(fields: Fields, *names: str) -> str | None:
    return next(iter(_filled(fields, *names)), None)


def _filled(fields: Fields, *names: str) -> list[str]:
    return [text for name in names for value in fields.get(name, ()) if (text := value.strip())]
