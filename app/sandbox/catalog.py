"""What the stand-in WHMCS sells and takes: products, cycles, payment methods, currencies, promotion codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# The words that go in, and the other words that come out.
# https://developers.whmcs.com/api-reference/addorder/ and /getclientsproducts/
CYCLES: Final[Mapping[str, str]] = {
    "monthly": "Monthly",
    "quarterly": "Quarterly",
    "semiannually": "Semi-Annually",
    "annually": "Annually",
    "biennially": "Biennially",
    "triennially": "Triennially",
}
NOT_OFFERED: Final = Decimal("-1.00")
GROUP: Final = "Web Hosting"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency; clients refer to it by ``id``, prices by ``code``. ``factor`` turns dollars into it."""

    id: int
    code: str
    prefix: str
    suffix: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its dollar price for each cycle that is offered; ``stock`` is None where it is not counted."""

    pid: int
    name: str
    slug: str
    description: str
    prices: Mapping[str, Decimal]
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A code that takes ``percent`` off the first payment for some products (all when empty) in some cycles (the same).

    It ends with the day ``ends``, and after ``most`` uses when that is not 0.
    """

    code: str
    percent: int
    ends: str = "0000-00-00"
    most: int = 0
    pids: tuple[int, ...] = ()
    cycles: tuple[str, ...] = ()

    def holds(self, pid: int, cycle: str) -> bool:
        """Whether it is meant for this product in this cycle."""
        return (not self.pids or pid in self.pids) and (not self.cycles or cycle in self.cycles)


CURRENCIES: Final[Mapping[int, Currency]] = {
    1: Currency(1, "USD", "$", " USD", Decimal("1.0")),
    2: Currency(2, "EUR", "€", " EUR", Decimal("0.9")),
}
PRODUCTS: Final[Mapping[int, Product]] = {
    1: Product(
        1,
        "Starter",
        "starter",
        "One site, 10 GB of storage.",
        {"monthly": Decimal("5.00"), "annually": Decimal("50.00")},
    ),
    2: Product(
        2,
        "Business",
        "business",
        "Ten sites, 100 GB of storage, daily backups.",
        {"monthly": Decimal("15.00"), "quarterly": Decimal("42.00"), "annually": Decimal("150.00")},
    ),
    3: Product(
        3,
        "Server",
        "server",
        "A virtual server of your own.",
        {"monthly": Decimal("40.00"), "annually": Decimal("400.00"), "biennially": Decimal("760.00")},
        stock=5,
    ),
}
PAYMENT_METHODS: Final[Mapping[str, str]] = {
    "stripe": "Credit or Debit Card",
    "paypal": "PayPal",
    "mailin": "Bank Transfer",
}
_PROMOTIONS: Final = (
    Promotion("LAUNCH", 20),
    Promotion("BYGONE", 50, ends="2025-12-31"),
    Promotion("FIRST3", 30, most=3),
    Promotion("YEARLY", 10, pids=(1, 2), cycles=("annually",)),
)
PROMOTIONS: Final[Mapping[str, Promotion]] = {promotion.code: promotion for promotion in _PROMOTIONS}


def price(product: Product, cycle: str, currency: Currency) -> Decimal:
    """The price of one cycle, with two decimals; ``NOT_OFFERED`` when the product does not have the cycle."""
    dollars = product.prices.get(cycle)
    return NOT_OFFERED if dollars is None else (dollars * currency.factor).quantize(Decimal("0.01"))


# https://www.iso.org/iso-3166-country-codes.html
_COUNTRY_CODES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW "
    "BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI "
    "FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN "
    "IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME "
    "MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF "
    "PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE "
    "YT ZA ZM ZW"
)
COUNTRIES: Final = frozenset(_COUNTRY_CODES.split())
