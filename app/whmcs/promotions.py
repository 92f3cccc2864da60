"""Promotion codes, and what they hold for."""

import re
from dataclasses import dataclass
from datetime import date

from app.whmcs.errors import Uncertain
from app.whmcs.shapes import Row, number, rows, text


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion. Empty lists and None stand for "no restriction"; dates are WHMCS's own, without a zone.

    ``applies_to`` and ``requires`` name products by number (``7``), addons (``A3``) and domain endings (``D.com``);
    ``cycles`` are in lower case without signs (``semiannually``). ``max_uses`` is 0 when it may be used for ever.
    """

    code: str
    starts: date | None
    ends: date | None
    uses: int
    max_uses: int
    applies_to: frozenset[str]
    requires: frozenset[str]
    cycles: frozenset[str]
    for_customers_only: bool


def read_promotion(reply: Row, code: str) -> Promotion | None:
    """From GetPromotions with this code, which WHMCS compares without regard to case; None when there is no such code.

    Raises Uncertain when the reply is about something else.
    """
    # https://developers.whmcs.com/api-reference/getpromotions/
    found = rows(reply.get("promotions"), "promotion")
    for row in found:
        if text(row.get("code")).strip().casefold() == code.casefold():
            return _promotion(row)
    if found or number(reply.get("totalresults")) != 0:
        raise Uncertain("another_promotion")
    return None


def _promotion(row: Row) -> Promotion:
    return Promotion(
        code=text(row.get("code")).strip(),
        starts=_day(row.get("startdate")),
        ends=_day(row.get("expirationdate")),
        uses=number(row.get("uses")) or 0,
        max_uses=number(row.get("maxuses")) or 0,
        applies_to=_listed(row.get("appliesto")),
        requires=_listed(row.get("requires")),
        cycles=frozenset(re.sub("[^a-z0-9]", "", cycle.lower()) for cycle in _listed(row.get("cycles"))),
        for_customers_only=row.get("existingclient") is True or text(row.get("existingclient")) in ("1", "on", "true"),
    )


def _day(value: object) -> date | None:
    """None for no day, which is 0000-00-00, and for what is no date."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def _listed(value: object) -> frozenset[str]:
    return frozenset(part.strip() for part in text(value).split(",") if part.strip())
