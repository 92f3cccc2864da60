"""DomainWhois and GetTLDPricing: which endings the stand-in sells, for how much, and who has which name.

https://developers.whmcs.com/api-reference/domainwhois/
https://developers.whmcs.com/api-reference/gettldpricing/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.sandbox.answers import RefusedError
from app.sandbox.catalog import CURRENCIES, Currency
from app.sandbox.requests import Fields, Request

_LABEL_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class Ending:
    """An ending with its dollar price of a year, and the years for which names are registered under it."""

    year: Decimal
    years: tuple[int, ...] = (1, 2, 3, 5, 10)


_USUAL: Final = Ending(Decimal("12.00"))
ENDINGS: Final[Mapping[str, Ending]] = {
    "com": _USUAL,
    "net": Ending(Decimal("14.00")),
    "org": Ending(Decimal("13.50")),
    "example": _USUAL,
    "co.uk": Ending(Decimal("9.00")),
    "ai": Ending(Decimal("80.00"), (2, 10)),
}


def price_of(name: str, years: int, currency: Currency) -> Decimal:
    """What the name costs for so many years; AddOrder documents no error for an ending that is not sold."""
    ending = ENDINGS.get(name.partition(".")[2], _USUAL)
    return _price(ending, years, currency)


def domain_whois(request: Request) -> Fields:
    """Whether a domain is free: every valid name is, unless "taken" is in it or somebody has ordered it here."""
    name = request.text("domain").lower()
    label, _, ending = name.partition(".")
    if not label or not ending or not _LABEL_CHARACTERS.issuperset(label):
        raise RefusedError("Domain not valid")
    if ending not in ENDINGS:
        raise RefusedError("The given TLD is not supported for WHOIS lookups")
    taken = "taken" in label or any(domain.name == name for domain in request.ledger.domains.values())
    record = f"Domain Name: {name}<br />Registrant: Somebody Else<br />Registrant Email: else@example.com"
    return {"status": "unavailable" if taken else "available", "whois": record if taken else ""}


def get_tld_pricing(request: Request) -> Fields:
    """What a domain costs, for each ending, in the currency of ``currencyid``."""
    currency = CURRENCIES.get(request.number("currencyid"), CURRENCIES[1])
    about = {"id": currency.id, "code": currency.code, "prefix": currency.prefix, "suffix": currency.suffix}
    return {"currency": about, "pricing": {name: _row(ending, currency) for name, ending in ENDINGS.items()}}


def _row(ending: Ending, currency: Currency) -> Fields:
    prices = {str(years): str(_price(ending, years, currency)) for years in ending.years}
    return {
        "categories": [],
        "addons": {"dns": True, "email": True, "idprotect": False},
        "group": "",
        "register": prices,
        "transfer": {"1": str(_price(ending, 1, currency))},
        "renew": prices,
        "grace_period": None,
        "redemption_period": None,
    }


def _price(ending: Ending, years: int, currency: Currency) -> Decimal:
    return (ending.year * currency.factor * years).quantize(Decimal("0.01"))
