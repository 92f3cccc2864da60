"""What domains cost, and whether one is free."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.whmcs.products import read_amount
from app.whmcs.shapes import Row, mapping, text

_YEARS = re.compile(r"[1-9]|10")  # no registry sells more
_TLD = re.compile(r"[^\s.]+(\.[^\s.]+)*")


class Availability(StrEnum):
    """What a look-up says of a name. Free is no promise: it may be gone, or dearer than others, a moment later."""

    FREE = "available"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TldPrices:
    """What a name under one ending costs: the price of the whole period, by its years. What is not sold is empty."""

    register: Mapping[int, Decimal]
    transfer: Mapping[int, Decimal]


def read_tld_prices(reply: Row) -> dict[str, TldPrices]:
    """From GetTLDPricing: by the ending, as WHMCS spells it but without a dot before it, in WHMCS's order.

    https://developers.whmcs.com/api-reference/gettldpricing/
    """
    found = {ending.lstrip("."): mapping(row) for ending, row in mapping(reply.get("pricing")).items()}
    return {
        ending: TldPrices(_periods(row.get("register")), _periods(row.get("transfer")))
        for ending, row in found.items()
        if _TLD.fullmatch(ending)
    }


def read_availability(reply: Row) -> Availability:
    """From DomainWhois. The record that comes along names people, and is left unread.

    https://developers.whmcs.com/api-reference/domainwhois/
    """
    match text(reply.get("status")).strip().lower():
        case "available":
            return Availability.FREE
        case "unavailable":
            return Availability.TAKEN
    return Availability.UNKNOWN


def _periods(prices: object) -> dict[int, Decimal]:
    """PHP writes a map whose keys count up from 0 as a list; one that counts years begins at 1, so it never does."""
    found = {
        int(years): amount
        for years, price in mapping(prices).items()
        if _YEARS.fullmatch(years) and (amount := read_amount(price)) is not None
    }
    return dict(sorted(found.items()))
