"""What one site offers of what WHMCS sells."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.catalog.plain import plain
from app.forms.checks import check_currency
from app.sites import Plan, Site
from app.whmcs import Currency, Price, Product

_NAME, _DESCRIPTION, _PRICE = 200, 2000, 60  # characters


@dataclass(frozen=True, slots=True)
class Wares:
    """Products by number, and currencies, as WHMCS gave them ``as_of`` this second since the epoch."""

    products: Mapping[int, Product]
    currencies: tuple[Currency, ...]
    as_of: float


@dataclass(frozen=True, slots=True)
class Leaflet:
    """Offers as JSON, and an entity tag that changes when they do."""

    body: bytes
    etag: str


def printed(offered: Mapping[str, Any]) -> Leaflet:
    """Offers as they are handed out."""
    body = json.dumps(offered, ensure_ascii=False, separators=(",", ":")).encode()
    return Leaflet(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def offers(site: Site, wares: Wares, *, stale: bool) -> dict[str, Any]:
    """The site's plans with their prices, ready for JSON. ``as_of`` tells the age of what is stale, and is None else:
    so nothing changes before a price does."""
    currencies = offered_currencies(site, wares.currencies)
    return {
        "ok": True,
        "stale": stale,
        "as_of": datetime.fromtimestamp(wares.as_of, UTC).isoformat(timespec="seconds") if stale else None,
        "currency": _usual(site, currencies),
        "plans": {
            name: _plan(plan, product, currencies, _stock(site, plan, product))
            for name, plan in site.plans.items()
            if (product := wares.products.get(plan.pid))
        },
    }


def price_texts(site: Site, wares: Wares) -> dict[str, str]:
    """What each of the site's plans costs in its own billing cycle, for a visitor who asks for no currency, as WHMCS
    would write it; without those that nobody knows."""
    currencies = offered_currencies(site, wares.currencies)
    usual = _usual(site, currencies)
    return {
        name: written(price.amount, currency)
        for currency in currencies
        if currency.code == usual
        for name, plan in site.plans.items()
        if (product := wares.products.get(plan.pid))
        and (price := product.prices.get(currency.code, {}).get(plan.billing_cycle))
    }


def offered_currencies(site: Site, known: Iterable[Currency]) -> list[Currency]:
    """Those that the site lists, or all; the oldest, which is WHMCS's default if nobody changed that, first."""
    listed = site.currencies.values()
    return sorted((one for one in known if not listed or one.id in listed), key=lambda one: one.id)


def _usual(site: Site, currencies: Iterable[Currency]) -> str | None:
    """The code of the currency that a visitor gets who asks for none."""
    default = site.defaults.get("currency")
    number = check_currency(site.currencies, default) if default else None
    codes = {one.id: one.code for one in currencies}
    return codes.get(number or 0, next(iter(codes.values()), None))


def _stock(site: Site, plan: Plan, product: Product) -> int | None:
    left = product.stock if plan.stock_control else product.stock or None
    # One less, or not, after somebody's sign-up would tell whether he was a customer before.
    return None if left and site.hides_customers else left


def _plan(plan: Plan, product: Product, currencies: Iterable[Currency], stock: int | None) -> dict[str, Any]:
    return {
        "name": plain(product.name, _NAME),
        "description": plain(product.description, _DESCRIPTION),
        "stock": stock,
        "billing_cycle": plan.billing_cycle,
        "prices": {
            one.code: {cycle: _price(price, one) for cycle, price in product.prices[one.code].items()}
            for one in currencies
            if one.code in product.prices
        },
    }


def _price(price: Price, currency: Currency) -> dict[str, str]:
    return {"price": str(price.amount), "setup_fee": str(price.setup_fee), "text": written(price.amount, currency)}


def written(amount: Decimal, currency: Currency) -> str:
    """The amount as WHMCS would write it. https://docs.whmcs.com/payments/currencies/"""
    match currency.format:
        case 2:
            number = f"{amount:,.2f}"
        case 3:
            number = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
        case 4:
            number = f"{amount:,.0f}"
        case _:
            number = f"{amount:.2f}"
    return plain(f"{currency.prefix}{number}{currency.suffix}", _PRICE)
