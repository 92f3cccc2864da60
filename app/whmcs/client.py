"""The WHMCS API: one method for each command we use, one place that sends.

https://developers.whmcs.com/api/getting-started/
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import aclosing

import httpx2

from app.whmcs import records
from app.whmcs.breaker import PROBE, Breaker
from app.whmcs.commands import NewClient, NewOrder
from app.whmcs.decode import decipher
from app.whmcs.errors import Cause, Rejected, Unavailable, Uncertain, WhmcsError
from app.whmcs.php import PhpValue, form_body
from app.whmcs.shapes import Row, number, rows
from app.whmcs.transport import Credentials, endpoint

REPLY_LIMIT = 2**20  # bytes read of a reply; the rest is left unread
PAGE_SIZE = 50
PAGE_LIMIT = 20

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# These happen before the first byte of a request leaves; everything else may come after.
_BEFORE_SENDING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
_CONNECT_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "tls_error"),
    (socket.gaierror, "dns_error"),
    (ConnectionRefusedError, "connection_refused"),
)


class Whmcs:
    """A WHMCS installation. Every method raises Unavailable, Uncertain or Rejected.

    ``deadline`` is the longest a call can take, in seconds: all the time-outs of ``http`` one after the other. Without
    it a server that sends a byte now and then could hold a call, and the sign-up behind it, for hours.
    """

    def __init__(
        self, http: httpx2.AsyncClient, url: str, credentials: Credentials, breaker: Breaker | None = None
    ) -> None:
        """``breaker`` learns from every call. Raises ValueError when ``url`` is no address ``endpoint`` understands."""
        self.deadline = _longest(http.timeout)
        self._breaker = breaker or Breaker()
        self._http = http
        self._url = endpoint(url)
        self._credentials = credentials

    async def add_client(self, new: NewClient) -> records.ClientCreated:
        """Add a client, and the user who owns it."""
        return records.client_created(await self._call("AddClient", new.params()))

    async def add_order(self, new: NewOrder) -> records.OrderPlaced:
        """Place an order for a client; it stays pending until an administrator or a payment moves it."""
        return records.order_placed(await self._call("AddOrder", new.params()))

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
        for _ in range(PAGE_LIMIT):
            window = {"limitstart": len(found), "limitnum": PAGE_SIZE}
            reply = await self._call(action, {**params, **window})
            page = [row for row in rows(reply.get(container), name) if row not in found]
            found += page
            total = number(reply.get("totalresults")) or 0
            if not page and len(found) < total:
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
            answer = decipher(*await self._exchange(body), action)
        except WhmcsError as error:
            self._breaker.note(action, error)
            raise
        self._breaker.note(action, None)
        return answer

    async def _exchange(self, body: bytes) -> tuple[int, str, bytes]:
        failure: WhmcsError
        try:
            async with (
                asyncio.timeout(self.deadline),
                self._http.stream("POST", self._url, content=body, headers=_FORM) as response,
            ):
                return response.status_code, response.headers.get("content-type", ""), await _start_of(response)
        except _BEFORE_SENDING as error:
            failure = Unavailable(_connect_fault(error))
        except TimeoutError:
            failure = Uncertain("deadline")
        except httpx2.HTTPError as error:
            failure = Uncertain(_name(error))
        # Raised out here so that the error has no context: httpx2's carries the request, and with it the secret.
        raise failure


def _longest(timeout: httpx2.Timeout) -> float | None:
    phases = timeout.as_dict().values()
    return None if None in phases else sum(seconds for seconds in phases if seconds is not None)


async def _start_of(response: httpx2.Response) -> bytes:
    body = bytearray()
    async with aclosing(response.aiter_bytes()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) >= REPLY_LIMIT:
                break
    return bytes(body[:REPLY_LIMIT])


def _connect_fault(error: BaseException) -> str:
    """Our word for what stood in the way, for the doctor and the log."""
    link: BaseException | None = error
    while link is not None:
        for kind, word in _CONNECT_FAULTS:
            if isinstance(link, kind):
                return word
        link = link.__cause__ or link.__context__
    return _name(error)


def _name(error: BaseException) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()
