"""What we ask of WHMCS: AddClient and AddOrder under our own names, and how they travel.

Values that are empty are not sent. Switches are always sent, so that WHMCS's own defaults never decide.
"""

from collections.abc import Mapping
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
class NewOrder:
    """An order of one product, with at most one domain.

    ``payment_method`` is the gateway's module name, ``billing_cycle`` a word in lower case (``annually``),
    ``domain_type`` is ``register``, ``transfer`` or empty for a domain the client keeps elsewhere, ``reg_period`` its
    years, ``config_options`` maps option id to choice id or quantity.
    """

    client_id: int
    payment_method: str
    pid: int
    billing_cycle: str
    domain: str = ""
    domain_type: str = ""
    reg_period: int | None = None
    promo_code: str = ""
    client_ip: str = ""
    notes: str = ""
    no_email: bool = False
    no_invoice: bool = False
    no_invoice_email: bool = False
    custom_fields: Mapping[int, str] = field(default_factory=dict)
    config_options: Mapping[int, str | int] = field(default_factory=dict)

    def params(self) -> dict[str, PhpValue]:
        """The parameters of AddOrder; each list describes item 0. https://developers.whmcs.com/api-reference/addorder/"""
        texts = {"promocode": self.promo_code, "clientip": self.client_ip, "notes": self.notes}
        return {
            "clientid": self.client_id,
            "paymentmethod": self.payment_method,
            "pid": [self.pid],
            "billingcycle": [self.billing_cycle or None],
            "domain": [self.domain or None],
            "domaintype": [self.domain_type or None],
            "regperiod": [self.reg_period],
            "customfields": [packed(self.custom_fields)],
            "configoptions": [packed(self.config_options)],
            **_filled(texts),
            "noemail": self.no_email,
            "noinvoice": self.no_invoice,
            "noinvoiceemail": self.no_invoice_email,
        }


def _filled(texts: Mapping[str, str]) -> dict[str, PhpValue]:
    return {name: value for name, value in texts.items() if value}
