"""The lines of an order, read from AddOrder's parallel arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from app.sandbox import php
from app.sandbox.catalog import PRODUCTS, Currency, Product, price
from app.sandbox.domains import price_of
from app.sandbox.requests import Request

_ARRAYS: Final = (
    "pid",
    "qty",
    "billingcycle",
    "addons",
    "domain",
    "domaintype",
    "regperiod",
    "eppcode",
    "hostname",
    "ns1prefix",
    "ns2prefix",
    "customfields",
    "configoptions",
)
_DOMAIN_TYPES: Final = ("register", "transfer")


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product in one of its cycles, perhaps for a domain that the client has already."""

    product: Product
    cycle: str
    quantity: int
    domain: str
    hostname: str
    nameservers: tuple[str, ...]
    addons: tuple[int, ...]
    customfields: dict[str, str]
    configoptions: dict[str, str]

    def amount(self, currency: Currency) -> Decimal:
        """The price of one cycle; the addons of this shop cost nothing."""
        return price(self.product, self.cycle, currency) * self.quantity


@dataclass(frozen=True, slots=True)
class DomainLine:
    """A domain to register or to transfer, ``epp_code`` being what lets it go."""

    name: str
    type: str
    years: int
    epp_code: str

    def amount(self, currency: Currency) -> Decimal:
        """The price of all years."""
        return price_of(self.name, self.years, currency)


Line: TypeAlias = ProductLine | DomainLine


def read_lines(request: Request) -> list[Line]:
    """The lines that can be sold; what cannot is left out in silence, so a wrong pid ends in an empty cart.

    Raises:
        RefusedError: one of the parameters is not an array.
    """
    arrays = {name: request.array(name) for name in _ARRAYS}
    keys = dict.fromkeys([*arrays["pid"], *arrays["domain"]])
    return [line for key in keys for line in _lines_at(arrays, key)]


def _lines_at(arrays: dict[str, php.PhpArray], key: str) -> Iterator[Line]:
    item = {name: php.to_text(array.get(key)) for name, array in arrays.items()}
    product = PRODUCTS.get(php.to_int(item["pid"]))
    if product:
        yield ProductLine(
            product,
            _offered(product, item["billingcycle"].lower()),
            max(php.to_int(item["qty"]), 1),
            item["domain"].lower(),
            item["hostname"].lower(),
            tuple(filter(None, (item["ns1prefix"], item["ns2prefix"]))),
            tuple(filter(None, map(php.to_int, item["addons"].split(",")))),
            php.read_map(item["customfields"]) or {},
            php.read_map(item["configoptions"]) or {},
        )
    if item["domain"] and item["domaintype"] in _DOMAIN_TYPES and (product or not item["pid"]):
        years = max(php.to_int(item["regperiod"]), 1)
        yield DomainLine(item["domain"].lower(), item["domaintype"], years, item["eppcode"])


def _offered(product: Product, cycle: str) -> str:
    """The cycle asked for, or the product's first: AddOrder documents no error for a cycle that is not offered."""
    return cycle if cycle in product.prices else next(iter(product.prices))
