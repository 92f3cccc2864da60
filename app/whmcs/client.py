"""The WHMCS API: one method for each command we use, one place that sends.

https://developers.whmcs.com/api/getting-started/
"""

from collections.abc import Collection, Mapping

from app.whmcs import records
from app.whmcs.address import Credentials
from app.whmcs.breaker import PROBE, Breaker
from app.whmcs.commands import NewClient, NewOrder
from app.whmcs.connection import Transport
from app.whmcs.decode import decipher
from app.whmcs.domains import Availability, TldPrices, read_availability, read_tld_prices
from app.whmcs.errors import Cause, Rejected, Uncertain, WhmcsError
from app.whmcs.php import PhpValue, form_body
from app.whmcs.products import Currency, Product, read_currencies, read_payment_methods, read_products
from app.whmcs.promotions import Promotion, read_promotion
from app.whmcs.shapes import Row, number, rows

PAGE_SIZE = 50
PAGE_LIMIT = 20


class Whmcs:
    """A WHMCS installation. Methods raise Unavailable, Uncertain or Rejected; ``breaker`` learns of every call."""

    def __init__(self, transport: Transport, credentials: Credentials, breaker: Breaker | None = None) -> None:
        self.deadline = transport.deadline
        self._transport = transport
        self._credentials = credentials
        self._breaker = breaker or Breaker()

    async def add_client(self, new: NewClient) -> records.ClientCreated:
        """Add a client, and the user who owns it."""
        return records.client_created(await self._call("AddClient", new.params()))

    async def add_order(self, new: NewOrder) -> records.OrderPlaced:
        """Place an order for a client; it stays pending until an administrator or a payment moves it."""
        return records.order_placed(await self._call("AddOrder", new.params()))

    async def accept_order(self, order_id: int) -> None:
        """Accept a pending order; the settings of its products say what WHMCS then sets up and sends."""
        # https://developers.whmcs.com/api-reference/acceptorder/
        await self._call("AcceptOrder", {"orderid": order_id})

    async def mail_password_reset(self, email: str) -> None:
        """Have WHMCS write to the user of this address, who can then set a new password."""
        # https://developers.whmcs.com/api-reference/resetpassword/
        await self._call("ResetPassword", {"email": email})

    async def create_sso_token(self, client_id: int, path: str = "") -> str:
        """The address that logs the owner of a client in, once and within 60 seconds; "" when WHMCS names none.

        It leads to ``path`` in the installation, or to the front page of the client area.
        """
        # https://developers.whmcs.com/api-reference/createssotoken/
        params: dict[str, PhpValue] = {"client_id": client_id}
        if path:
            params |= {"destination": "sso:custom_redirect", "sso_redirect_path": path}
        return records.way_in(await self._call("CreateSsoToken", params))

    async def find_client(self, email: str) -> records.Client | None:
        """The client with this address, or None. Compare its ``email`` before you trust the match."""
        return await self._client({"email": email})

    async def get_client(self, client_id: int) -> records.Client | None:
        """The client with this id, or None."""
        return await self._client({"clientid": client_id})

    async def orders_of(self, client_id: int) -> tuple[records.Order, ...]:
        """Every order of a client, in WHMCS's order."""
        found = await self._list("GetOrders", {"userid": client_id}, "orders", "order")
        return tuple(records.order(row) for row in found)

    async def services_of(self, client_id: int, pid: int | None = None) -> tuple[records.Service, ...]:
        """Every product a client has, or those of one ``pid``."""
        asked: dict[str, PhpValue] = {"clientid": client_id, "pid": pid}
        found = await self._list("GetClientsProducts", asked, "products", "product")
        return tuple(records.service(row) for row in found)

    async def products(self, pids: Collection[int]) -> tuple[Product, ...]:
        """Those of these products that there are, hidden and retired ones too."""
        wanted = ",".join(map(str, sorted(pids)))
        return read_products(await self._call("GetProducts", {"pid": wanted}))

    async def currencies(self) -> tuple[Currency, ...]:
        """Every currency, in WHMCS's order."""
        return read_currencies(await self._call("GetCurrencies", {}))

    async def payment_methods(self) -> tuple[str, ...]:
        """The system names of the active payment methods."""
        return read_payment_methods(await self._call("GetPaymentMethods", {}))

    async def promotion(self, code: str) -> Promotion | None:
        """The promotion with this code, or None."""
        if not code:  # WHMCS would answer with all that there are
            return None
        return read_promotion(await self._call("GetPromotions", {"code": code}), code)

    async def tld_prices(self, currency_id: int) -> dict[str, TldPrices]:
        """What names cost in a currency, by their ending."""
        return read_tld_prices(await self._call("GetTLDPricing", {"currencyid": currency_id}))

    async def availability(self, domain: str) -> Availability:
        """Whether nobody has registered this name, in IDNA ASCII, yet. WHMCS asks the registry, which takes seconds."""
        try:
            return read_availability(await self._call("DomainWhois", {"domain": domain}))
        except Rejected as refused:
            if refused.cause is Cause.OTHER:  # an ending that it cannot ask about, most often
                return Availability.UNKNOWN
            raise

    async def details(self) -> records.Details:
        """The installation's version: the cheapest proof that address, credentials and allow-list are right."""
        return records.details(await self._call(PROBE, {}))

    async def _client(self, params: Mapping[str, PhpValue]) -> records.Client | None:
        try:
            return records.client(await self._call("GetClientsDetails", params))
        except Rejected as refused:
            if refused.cause is Cause.NOT_FOUND:
                return None
            raise

    async def _list(self, action: str, params: Mapping[str, PhpValue], container: str, name: str) -> list[Row]:
        """All pages of a list. A list that cannot be read to its end is Uncertain: what we look for may be missing."""
        found: list[Row] = []
        total = None
        for _ in range(PAGE_LIMIT):
            window = {"limitstart": len(found), "limitnum": PAGE_SIZE}
            reply = await self._call(action, {**params, **window})
            page = [row for row in rows(reply.get(container), name) if row not in found]
            found += page
            counted = number(reply.get("totalresults"))
            total = total if counted is None else counted
            # That there is none is believed only of a reply that counts them.
            if not page and len(found) < (1 if total is None else total):
                raise Uncertain("incomplete_list")
            if not page or len(found) == total:
                return found
        raise Uncertain("endless_list")

    async def _call(self, action: str, params: Mapping[str, PhpValue]) -> dict[str, object]:
        body = form_body(
            {
                "identifier": self._credentials.identifier,
                "secret": self._credentials.secret,
                "accesskey": self._credentials.access_key or None,
                "action": action,
                "responsetype": "json",
                **params,
            }
        )
        try:
            answer = decipher(*await self._transport.post(body), action)
        except WhmcsError as error:
            self._breaker.note(action, error)
            raise
        self._breaker.note(action, None)
        return answer
