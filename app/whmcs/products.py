"""What WHMCS sells, and in which currencies. Names and descriptions are as WHMCS has them: HTML, most often."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.whmcs.errors import Uncertain
from app.whmcs.shapes import Row, identity, mapping, number, rows, text

# The letter of a cycle's setup fee is its first. https://developers.whmcs.com/api-reference/getproducts/
_CYCLES = ("monthly", "quarterly", "semiannually", "annually", "biennially", "triennially")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
_OFF = re.compile(r"-[0-9]{1,12}(\.[0-9]{1,4})?")
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Price:
    """What one cycle costs, and what is paid once at its beginning; both with two decimals, none below zero."""

    amount: Decimal
    setup_fee: Decimal = _NOTHING


@dataclass(frozen=True, slots=True)
class Product:
    """A product. ``prices``: currency code -> cycle in the words of AddOrder -> price, without cycles that are off;
    ``off`` has those by currency code. What nobody can read is in neither.

    ``stock`` is how many are left, None where WHMCS does not say. It is 0, too, where WHMCS does not count.
    """

    pid: int
    name: str
    description: str
    stock: int | None
    prices: Mapping[str, Mapping[str, Price]]
    off: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency; ``format`` is WHMCS's number for how amounts are written: 1 is 1234.56, 2 1,234.56, 3 1.234,56 and
    4 1,234."""

    id: int
    code: str
    prefix: str
    suffix: str
    format: int


def read_products(reply: Row) -> tuple[Product, ...]:
    """From GetProducts; what has no number is passed over. Raises Uncertain when WHMCS has more than it tells."""
    found = rows(reply.get("products"), "product")
    if (number(reply.get("totalresults")) or 0) > len(found):
        raise Uncertain("incomplete_list")
    return tuple(_product(pid, row) for row in found if (pid := identity(row.get("pid"))))


def read_currencies(reply: Row) -> tuple[Currency, ...]:
    """From GetCurrencies; what has no number or no code is passed over."""
    found = rows(reply.get("currencies"), "currency")
    return tuple(
        Currency(currency_id, code, text(row.get("prefix")), text(row.get("suffix")), number(row.get("format")) or 1)
        for row in found
        if (currency_id := identity(row.get("id"))) and (code := text(row.get("code")).strip()).isprintable() and code
    )


def read_payment_methods(reply: Row) -> tuple[str, ...]:
    """From GetPaymentMethods: the system names of the active ones."""
    found = rows(reply.get("paymentmethods"), "paymentmethod")
    return tuple(name for row in found if (name := text(row.get("module")).strip()))


def _product(pid: int, row: Row) -> Product:
    way = text(row.get("paytype"))
    prices = {code: _prices(way, mapping(one)) for code, one in mapping(row.get("pricing")).items()}
    return Product(
        pid=pid,
        name=text(row.get("name")),
        description=text(row.get("description")),
        stock=number(row.get("quantity_available")),
        prices={code: cycles for code, cycles in prices.items() if cycles},
        off={code: _off(way, mapping(one)) for code, one in mapping(row.get("pricing")).items()},
    )


def _prices(way: str, pricing: Row) -> dict[str, Price]:
    if way == "free":
        return {"free": Price(_NOTHING)}
    found = {cycle: price for cycle in _CYCLES if (price := _price(cycle, pricing))}
    if way == "onetime":  # its one price stands where the monthly one would
        return {"onetime": found["monthly"]} if "monthly" in found else {}
    return found


def _off(way: str, pricing: Row) -> frozenset[str]:
    """The cycles that WHMCS says are off, with a price of -1.00."""
    off = frozenset(cycle for cycle in _CYCLES if _OFF.fullmatch(text(pricing.get(cycle)).strip()))
    if way == "onetime":
        return frozenset({"onetime"} if "monthly" in off else ())
    return frozenset() if way == "free" else off


def _price(cycle: str, pricing: Row) -> Price | None:
    """None when the cycle is off, which WHMCS writes as -1.00, or when nobody can read its price."""
    amount = read_amount(pricing.get(cycle))
    return None if amount is None else Price(amount, read_amount(pricing.get(f"{cycle[0]}setupfee")) or _NOTHING)


def read_amount(value: object) -> Decimal | None:
    """A price with two decimals; None when it is below zero, which is WHMCS's "off", or no number."""
    written = text(value).strip()
    return Decimal(written).quantize(_NOTHING) if _AMOUNT.fullmatch(written) else None
