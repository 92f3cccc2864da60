"""What WHMCS tells us, read from decoded replies into frozen records.

Read for comparing, not for showing: entities are decoded, dates and amounts stay as WHMCS wrote them, and fields that
hold secrets (a service's user name and password) are never read.
"""

from dataclasses import dataclass, field

from app.whmcs.errors import Uncertain
from app.whmcs.shapes import Row, identities, identity, mapping, rows, text


@dataclass(frozen=True, slots=True)
class ClientCreated:
    """The answer to AddClient; the owner is the user who may log in, where WHMCS names it."""

    client_id: int
    owner_user_id: int | None


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """The answer to AddOrder; ``invoice_id`` is None when there is nothing to pay."""

    order_id: int
    invoice_id: int | None
    service_ids: tuple[int, ...]
    domain_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """The few facts of a client record that a look-up needs."""

    client_id: int
    email: str = field(repr=False)
    notes: str = field(repr=False)
    status: str
    owner_user_id: int | None


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order. WHMCS gives the product's name here, not its pid; ``relid`` is the service or domain."""

    kind: str
    relid: int | None
    product: str
    domain: str
    billing_cycle: str
    amount: str
    status: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a client; ``date`` is the WHMCS server's local time without a zone, ``currency`` what WHMCS writes
    before and after an amount."""

    order_id: int
    invoice_id: int | None
    status: str
    date: str
    amount: str
    currency: str
    payment_method: str
    promo_code: str
    notes: str = field(repr=False)
    items: tuple[OrderItem, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A product a client has; ``billing_cycle`` is in WHMCS's output words (``Monthly``, ``One Time``)."""

    service_id: int
    pid: int | None
    order_id: int | None
    domain: str
    status: str
    regdate: str
    billing_cycle: str


@dataclass(frozen=True, slots=True)
class Details:
    """The installation; ``version`` is empty when WHMCS does not say."""

    version: str


def client_created(reply: Row) -> ClientCreated:
    """Raises Uncertain when the reply holds no client id."""
    return ClientCreated(
        client_id=_needed("no_client_id", reply.get("clientid")),
        # Not documented, yet returned under either name.
        owner_user_id=identity(reply.get("owner_user_id"), reply.get("owner_id")),
    )


def order_placed(reply: Row) -> OrderPlaced:
    """Raises Uncertain when the reply holds no order id."""
    return OrderPlaced(
        order_id=_needed("no_order_id", reply.get("orderid")),
        invoice_id=identity(reply.get("invoiceid")),
        # productids is the name that serviceids had before WHMCS 7.8.
        service_ids=identities(reply.get("serviceids")) or identities(reply.get("productids")),
        domain_ids=identities(reply.get("domainids")),
    )


def client(reply: Row) -> Client:
    """From GetClientsDetails: the ``client`` part first, else the older copy beside it.

    Raises Uncertain when the reply holds no client id.
    """
    row = {**reply, **mapping(reply.get("client"))}
    return Client(
        client_id=_needed("no_client_id", row.get("id"), row.get("client_id"), row.get("userid")),
        email=text(row.get("email")),
        notes=text(row.get("notes")),
        status=text(row.get("status")),
        owner_user_id=identity(row.get("owner_user_id")),
    )


def order(row: Row) -> Order:
    """From a row of GetOrders. Raises Uncertain when it holds no order id."""
    return Order(
        order_id=_needed("no_order_id", row.get("id")),
        invoice_id=identity(row.get("invoiceid")),
        status=text(row.get("status")),
        date=text(row.get("date")),
        amount=text(row.get("amount")),
        currency=text(row.get("currencyprefix")) + text(row.get("currencysuffix")),
        payment_method=text(row.get("paymentmethod")),
        promo_code=text(row.get("promocode")).strip(),
        notes=text(row.get("notes")),
        items=tuple(_item(line) for line in rows(row.get("lineitems"), "lineitem")),
    )


def _item(row: Row) -> OrderItem:
    return OrderItem(
        kind=text(row.get("type")),
        relid=identity(row.get("relid")),
        product=text(row.get("product")),
        domain=text(row.get("domain")),
        billing_cycle=text(row.get("billingcycle")),
        amount=text(row.get("amount")),
        status=text(row.get("status")),
    )


def service(row: Row) -> Service:
    """From a row of GetClientsProducts. Raises Uncertain when it holds no service id."""
    return Service(
        service_id=_needed("no_service_id", row.get("id")),
        pid=identity(row.get("pid")),
        order_id=identity(row.get("orderid")),
        domain=text(row.get("domain")),
        status=text(row.get("status")),
        regdate=text(row.get("regdate")),
        billing_cycle=text(row.get("billingcycle")),
    )


def details(reply: Row) -> Details:
    """From WhmcsDetails."""
    whmcs = mapping(reply.get("whmcs"))
    return Details(version=text(whmcs.get("version")) or text(whmcs.get("canonicalversion")))


def _needed(reason: str, *values: object) -> int:
    found = identity(*values)
    if found is None:
        raise Uncertain(reason)
    return found
