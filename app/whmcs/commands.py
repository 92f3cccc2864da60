"""What we ask of WHMCS: AddClient and AddOrder under our own names, and how they travel.

Values that are empty are not sent. Switches are always sent, so that WHMCS's own defaults never decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.whmcs.php import PhpValue, packed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client to add.

    ``country`` is the ISO code of two letters, ``phone`` best ``+CC.digits``, ``currency`` and ``group_id`` are ids in
    WHMCS, ``language`` a full name in lower case (``english``), ``client_ip`` the visitor's address, ``notes`` seen by
    administrators only, ``custom_fields`` maps field id to value.
    """

    first_name: str
    last_name: str
    email: str
    password: str = field(repr=False)
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    tax_id: str = ""
    currency: int | None = None
    group_id: int | None = None
    language: str = ""
    client_ip: str = ""
    notes: str = ""
    marketing_opt_in: bool = False
    no_email: bool = False
    skip_validation: bool = False
    custom_fields: Mapping[int, str] = field(default_factory=dict)

    def params(self) -> dict[str, PhpValue]:
        """The parameters of AddClient. https://developers.whmcs.com/api-reference/addclient/"""
        texts = {
            "firstname": self.first_name,
            "lastname": self.last_name,
            "email": self.email,
            "password2": self.password,
            "companyname": self.company,
            "address1": self.address1,
            "address2": self.address2,
            "city": self.city,
            "state": self.state,
            "postcode": self.postcode,
            "country": self.country,
            "phonenumber": self.phone,
            "tax_id": self.tax_id,
            "language": self.language,
            "clientip": self.client_ip,
            "notes": self.notes,
        }
        return {
            **_filled(texts),
            "currency": self.currency,
            "groupid": self.group_id,
            "customfields": packed(self.custom_fields),
            "marketingoptin": self.marketing_opt_in,
            "noemail": self.no_email,
            "skipvalidation": self.skip_validation,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A product of an order, with at most one domain.

    ``billing_cycle`` is a word in lower case (``annually``), ``addons`` are ids, ``domain_type`` is ``register``,
    ``transfer`` or empty for a domain the client keeps elsewhere, ``reg_period`` its years, ``epp_code`` what lets a
    domain be transferred, ``config_options`` maps option id to choice id or quantity, ``nameservers`` are the prefixes
    of a server's first and second name server.
    """

    pid: int
    billing_cycle: str
    quantity: int = 1
    addons: Sequence[int] = ()
    domain: str = ""
    domain_type: str = ""
    reg_period: int | None = None
    epp_code: str = field(default="", repr=False)
    hostname: str = ""
    nameservers: Sequence[str] = ()
    custom_fields: Mapping[int, str] = field(default_factory=dict)
    config_options: Mapping[int, str | int] = field(default_factory=dict)

    def columns(self) -> dict[str, PhpValue]:
        """What each of AddOrder's lists says of this line; "" is nothing."""
        first, second, *_ = (*self.nameservers, "", "")
        return {
            "pid": self.pid,
            "qty": self.quantity if self.quantity > 1 else "",
            "billingcycle": self.billing_cycle,
            "addons": ",".join(map(str, self.addons)),
            "domain": self.domain,
            "domaintype": self.domain_type,
            "regperiod": self.reg_period or "",
            "eppcode": self.epp_code,
            "hostname": self.hostname,
            "ns1prefix": first,
            "ns2prefix": second,
            "customfields": packed(self.custom_fields) or "",
            "configoptions": packed(self.config_options) or "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order; ``payment_method`` is the gateway's module name, ``affiliate_id`` who gets a commission."""

    client_id: int
    payment_method: str
    lines: Sequence[OrderLine]
    promo_code: str = ""
    affiliate_id: int | None = None
    client_ip: str = ""
    notes: str = ""
    no_email: bool = False
    no_invoice: bool = False
    no_invoice_email: bool = False

    def params(self) -> dict[str, PhpValue]:
        """The parameters of AddOrder. https://developers.whmcs.com/api-reference/addorder/"""
        texts = {"promocode": self.promo_code, "clientip": self.client_ip, "notes": self.notes}
        return {
            "clientid": self.client_id,
            "paymentmethod": self.payment_method,
            **self._lists(),
            **_filled(texts),
            "affid": self.affiliate_id,
            "noemail": self.no_email,
            "noinvoice": self.no_invoice,
            "noinvoiceemail": self.no_invoice_email,
        }

    def _lists(self) -> dict[str, PhpValue]:
        """Index i of every list is line i. A list that says something of one line says something of each."""
        lines = [line.columns() for line in self.lines]
        names = [name for name in lines[0] if any(line[name] != "" for line in lines)]
        return {name: [line[name] for line in lines] for name in names}


def _filled(texts: Mapping[str, str]) -> dict[str, PhpValue]:
    return {name: value for name, value in texts.items() if value}
