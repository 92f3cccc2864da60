"""What the stand-in WHMCS holds: its clients, orders, invoices and mails, and the calls that were made."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from app.sandbox.php import PhpArray

CALLS_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class User:
    """A login; since WHMCS 8.0 apart from the clients it owns. The password is not kept, only its length."""

    id: int
    firstname: str
    lastname: str
    email: str
    password_length: int
    created_at: float


@dataclass(frozen=True, slots=True)
class Client:
    """A customer, owned by a user. ``created_at`` in seconds of the sandbox's clock."""

    id: int
    owner_user_id: int
    firstname: str
    lastname: str
    companyname: str
    email: str
    address1: str
    address2: str
    city: str
    state: str
    postcode: str
    country: str
    phonenumber: str
    tax_id: str
    currency: int
    language: str
    notes: str
    clientip: str
    marketingoptin: bool
    customfields: Mapping[str, str]
    status: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Service:
    """One product line of an order; ``billingcycle`` in the words that WHMCS answers with."""

    id: int
    client_id: int
    order_id: int
    pid: int
    name: str
    quantity: int
    domain: str
    hostname: str
    nameservers: tuple[str, ...]
    addons: tuple[int, ...]
    billingcycle: str
    amount: str
    customfields: Mapping[str, str]
    configoptions: Mapping[str, str]
    status: str


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain of an order, to register or to transfer, for ``years``; ``epp_code`` is what lets it go."""

    id: int
    client_id: int
    order_id: int
    name: str
    type: str
    years: int
    epp_code: str
    amount: str
    status: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A bill; ``total`` has two decimals, ``currency`` is a code."""

    id: int
    client_id: int
    order_id: int
    total: str
    currency: str
    status: str
    created_at: float
    paid_at: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order; pending until a person accepts it. ``invoice_id`` is 0 when there is nothing to pay."""

    id: int
    ordernum: int
    client_id: int
    service_ids: tuple[int, ...]
    domain_ids: tuple[int, ...]
    invoice_id: int
    amount: str
    payment_method: str
    promocode: str
    affiliate_id: int
    notes: str
    clientip: str
    status: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that WHMCS would have sent; ``client_id`` is 0 when it went to a user."""

    id: int
    client_id: int
    to: str
    subject: str
    text: str
    sent_at: float


@dataclass(frozen=True, slots=True)
class SsoToken:
    """Whom a token logs in, and where it leads."""

    client_id: int
    path: str
    expires_at: float


@dataclass(slots=True)
class Call:
    """A call as it arrived, without its secrets. ``outcome`` is filled in once the call has been carried out."""

    id: int
    at: float
    action: str
    remote: str
    params: PhpArray
    fault: str = ""
    outcome: str = ""


@dataclass(slots=True)
class Ledger:
    """Everything, in order of arrival. Only one thread may touch it."""

    users: dict[int, User] = field(default_factory=dict)
    clients: dict[int, Client] = field(default_factory=dict)
    services: dict[int, Service] = field(default_factory=dict)
    domains: dict[int, Domain] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    mails: dict[int, Mail] = field(default_factory=dict)
    sso_tokens: dict[str, SsoToken] = field(default_factory=dict)
    sessions: dict[str, int] = field(default_factory=dict)  # the client that each is logged in as
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    sold: Counter[int] = field(default_factory=Counter)  # pieces, by product
    redeemed: Counter[str] = field(default_factory=Counter)  # orders, by promotion code
    methods_off: set[str] = field(default_factory=set)
    _user_by_email: dict[str, int] = field(default_factory=dict)
    _client_by_email: dict[str, int] = field(default_factory=dict)
    _orders_of: dict[int, list[int]] = field(default_factory=dict)

    def add_user(self, user: User) -> None:
        """Keeps the user, findable by its address in any case."""
        self.users[user.id] = user
        self._user_by_email[user.email.lower()] = user.id

    def add_client(self, client: Client) -> None:
        """Keeps the client; of several with one address the first stays the one that is found by it."""
        self.clients[client.id] = client
        self._client_by_email.setdefault(client.email.lower(), client.id)

    def add_order(self, order: Order) -> None:
        """Keeps the order, findable by its client."""
        self.orders[order.id] = order
        self._orders_of.setdefault(order.client_id, []).append(order.id)

    def add_mail(self, client: Client, subject: str, text: str, now: float) -> None:
        """Notes a mail to the client."""
        number = len(self.mails) + 1
        self.mails[number] = Mail(number, client.id, client.email, subject, text, now)

    def add_user_mail(self, user: User, subject: str, text: str, now: float) -> None:
        """Notes a mail to the user, whatever clients he owns."""
        number = len(self.mails) + 1
        self.mails[number] = Mail(number, 0, user.email, subject, text, now)

    def user_by_email(self, email: str) -> User | None:
        """The user with this address, whatever its case."""
        return self.users.get(self._user_by_email.get(email.lower(), 0))

    def client_by_email(self, email: str) -> Client | None:
        """The client with this address, whatever its case."""
        return self.clients.get(self._client_by_email.get(email.lower(), 0))

    def orders_of(self, client_id: int) -> list[Order]:
        """The client's orders, oldest first."""
        return [self.orders[order_id] for order_id in self._orders_of.get(client_id, [])]

    def clear(self) -> None:
        """Forgets everything; numbering starts again at 1."""
        for name in self.__slots__:
            getattr(self, name).clear()

    def as_json(self) -> dict[str, list[dict[str, object]]]:
        """Everything for programs, oldest first."""
        tables = ("clients", "users", "orders", "invoices", "services", "domains", "mails")
        rows = {table: [asdict(row) for row in getattr(self, table).values()] for table in tables}
        return {**rows, "calls": [asdict(call) for call in self.calls]}
