"""What a customer of the stand-in WHMCS sees: the way in, invoices, and a button that pays them."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.catalog import PAYMENT_METHODS
from app.sandbox.ledger import Client, Invoice, Ledger
from app.sandbox.pages import Pages
from app.sandbox.php import read_form, to_text
from app.sandbox.single_sign_on import HOME

COOKIE: Final = "WHMCSSandboxSession"
_LOCAL: Final = re.compile(r"[a-z]+\.php(\?[\w=&-]*)?", re.ASCII)


class ClientArea:
    """The pages. Who is logged in is in the ledger, so that nobody is once it is emptied."""

    def __init__(self, ledger: Ledger, pages: Pages, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._pages = pages
        self._clock = clock

    def routes(self) -> list[Route]:
        """Their addresses, as WHMCS has them."""
        return [
            Route("/oauth/singlesignon.php", self.sign_on),
            Route("/login", self.log_in, methods=["GET", "POST"]),
            Route("/logout", self.log_out, methods=["POST"]),
            Route("/clientarea.php", self.home),
            Route("/viewinvoice.php", self.invoice, methods=["GET"]),
            Route("/viewinvoice.php", self.pay, methods=["POST"]),
        ]

    async def sign_on(self, request: Request) -> Response:
        """Logs in whoever has a token of CreateSsoToken, once, and sends him where it says."""
        token = self._ledger.sso_tokens.pop(request.query_params.get("access_token", ""), None)
        if token is None or self._clock() >= token.expires_at:
            return self._login("This link was used before, or is more than a minute old.", 403)
        path = token.path if _LOCAL.fullmatch(token.path) else HOME
        return self._enter(token.client_id, f"/{path}")

    async def log_in(self, request: Request) -> Response:
        """By the address alone: nothing here is real, and no password is kept."""
        if request.method != "POST":
            return self._login()
        client = self._ledger.client_by_email(to_text(read_form(await request.body()).get("email")).strip())
        if client is None:
            return self._login("Nobody here has this email address.", 422)
        return self._enter(client.id, f"/{HOME}")

    async def log_out(self, request: Request) -> Response:
        """Forgets who it was."""
        self._ledger.sessions.pop(request.cookies.get(COOKIE, ""), None)
        return RedirectResponse("/login", 303)

    async def home(self, request: Request) -> Response:
        """Everything that the client has."""
        client = self._client(request)
        if client is None:
            return self._login()
        orders = self._ledger.orders_of(client.id)
        context: dict[str, object] = {
            "client": client,
            "services": [self._ledger.services[number] for order in orders for number in order.service_ids],
            "domains": [self._ledger.domains[number] for order in orders for number in order.domain_ids],
            "invoices": [self._ledger.invoices[order.invoice_id] for order in reversed(orders) if order.invoice_id],
        }
        return self._pages.render("client_home.html", context)

    async def invoice(self, request: Request) -> Response:
        """One invoice: to be paid, or the receipt."""
        client, invoice = self._client(request), self._invoice(request)
        return self._login() if client is None or invoice is None else self._show(client, invoice)

    async def pay(self, request: Request) -> Response:
        """Pays it, with the payment method of its order; no money moves."""
        client, invoice = self._client(request), self._invoice(request)
        if client is None or invoice is None:
            return self._login(status=403)
        if invoice.status == "Unpaid":
            paid = replace(invoice, status="Paid", paid_at=self._clock())
            self._ledger.invoices[invoice.id] = paid
        return RedirectResponse(f"/viewinvoice.php?id={invoice.id}", 303)

    def _client(self, request: Request) -> Client | None:
        return self._ledger.clients.get(self._ledger.sessions.get(request.cookies.get(COOKIE, ""), 0))

    def _invoice(self, request: Request) -> Invoice | None:
        """The invoice that is asked for, if it is the client's."""
        number, client = request.query_params.get("id", ""), self._client(request)
        invoice = self._ledger.invoices.get(int(number)) if re.fullmatch("[0-9]{1,9}", number) else None
        return invoice if invoice and client and invoice.client_id == client.id else None

    def _enter(self, client_id: int, path: str) -> Response:
        session = secrets.token_urlsafe(24)
        self._ledger.sessions[session] = client_id
        reply = RedirectResponse(path, 303)
        # Lax: no page of others pays an invoice with its visitor's browser.
        reply.set_cookie(COOKIE, session, httponly=True, samesite="lax")
        return reply

    def _login(self, problem: str = "", status: int = 200) -> Response:
        return self._pages.render("client_login.html", {"client": None, "problem": problem}, status)

    def _show(self, client: Client, invoice: Invoice) -> Response:
        order = self._ledger.orders[invoice.order_id]
        services = [self._ledger.services[number] for number in order.service_ids]
        domains = [self._ledger.domains[number] for number in order.domain_ids]
        amounts = [*(line.amount for line in services), *(line.amount for line in domains)]
        context: dict[str, object] = {
            "client": client,
            "invoice": invoice,
            "order": order,
            "method": PAYMENT_METHODS[order.payment_method],
            "services": services,
            "domains": domains,
            "difference": Decimal(invoice.total) - sum(map(Decimal, amounts)),
        }
        return self._pages.render("client_invoice.html", context)
