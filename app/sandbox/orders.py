"""AddOrder.

https://developers.whmcs.com/api-reference/addorder/
"""

from decimal import Decimal

from app.sandbox.answers import RefusedError
from app.sandbox.cart import DomainLine, Line, ProductLine, read_lines
from app.sandbox.catalog import CURRENCIES, CYCLES, PAYMENT_METHODS, PROMOTIONS
from app.sandbox.ledger import Client, Domain, Invoice, Ledger, Order, Service
from app.sandbox.requests import Fields, Request


def add_order(request: Request) -> Fields:
    """Places an order that stays pending, with one invoice over all of it, and sends the mails not declined."""
    client = _orderer(request)
    lines = read_lines(request)
    if not lines:
        raise RefusedError("No items added to cart so order cannot proceed")
    order = _place(request, client, lines)
    _send_mails(request, client, order)
    services = ",".join(map(str, order.service_ids))
    return {
        "orderid": str(order.id),
        "productids": services,
        "serviceids": services,
        "addonids": "",
        "domainids": ",".join(map(str, order.domain_ids)),
        "invoiceid": str(order.invoice_id),
    }


def _orderer(request: Request) -> Client:
    client = request.ledger.clients.get(request.number("clientid"))
    if client is None:
        raise RefusedError("Client ID Not Found")
    if client.status == "Closed":
        raise RefusedError("Unable to add order when client status is Closed")
    if request.text("paymentmethod") not in PAYMENT_METHODS:
        raise RefusedError(f"Invalid Payment Method. Valid options include {', '.join(PAYMENT_METHODS)}")
    return client


def _place(request: Request, client: Client, lines: list[Line]) -> Order:
    ledger, code = request.ledger, request.text("promocode")
    number, amount = len(ledger.orders) + 1, _total(client, lines, code)
    order = Order(
        id=number,
        ordernum=1_000_000_000 + number,
        client_id=client.id,
        service_ids=tuple(_add_service(ledger, client, number, x) for x in lines if isinstance(x, ProductLine)),
        domain_ids=tuple(_add_domain(ledger, client, number, x) for x in lines if isinstance(x, DomainLine)),
        invoice_id=_bill(request, client, number, amount),
        amount=str(amount),
        payment_method=request.text("paymentmethod"),
        promocode=code if code in PROMOTIONS else "",
        affiliate_id=request.number("affid"),
        notes=request.text("notes"),
        clientip=request.text("clientip"),
        status="Pending",
        created_at=request.now,
    )
    ledger.add_order(order)
    return order


def _total(client: Client, lines: list[Line], code: str) -> Decimal:
    """The sum of the lines, less the promotion; a code that is not known changes nothing."""
    whole = sum((line.amount(CURRENCIES[client.currency]) for line in lines), Decimal(0))
    percent = PROMOTIONS[code].percent if code in PROMOTIONS else 0
    return (whole * (100 - percent) / 100).quantize(Decimal("0.01"))


def _add_service(ledger: Ledger, client: Client, order_id: int, line: ProductLine) -> int:
    service = Service(
        id=len(ledger.services) + 1,
        client_id=client.id,
        order_id=order_id,
        pid=line.product.pid,
        name=line.product.name,
        quantity=line.quantity,
        domain=line.domain,
        hostname=line.hostname,
        nameservers=line.nameservers,
        addons=line.addons,
        billingcycle=CYCLES[line.cycle],
        amount=str(line.amount(CURRENCIES[client.currency])),
        customfields=line.customfields,
        configoptions=line.configoptions,
        status="Pending",
    )
    ledger.services[service.id] = service
    return service.id


def _add_domain(ledger: Ledger, client: Client, order_id: int, line: DomainLine) -> int:
    domain = Domain(
        id=len(ledger.domains) + 1,
        client_id=client.id,
        order_id=order_id,
        name=line.name,
        type=line.type,
        years=line.years,
        epp_code=line.epp_code,
        amount=str(line.amount(CURRENCIES[client.currency])),
        status="Pending",
    )
    ledger.domains[domain.id] = domain
    return domain.id


def _bill(request: Request, client: Client, order_id: int, amount: Decimal) -> int:
    """The new invoice's number; 0 when there is nothing to bill."""
    if request.flag("noinvoice") or not amount:
        return 0
    invoice = Invoice(
        id=len(request.ledger.invoices) + 1,
        client_id=client.id,
        order_id=order_id,
        total=str(amount),
        currency=CURRENCIES[client.currency].code,
        status="Unpaid",
        created_at=request.now,
    )
    request.ledger.invoices[invoice.id] = invoice
    return invoice.id


def _send_mails(request: Request, client: Client, order: Order) -> None:
    if not request.flag("noemail"):
        text = f"Thank you for order {order.ordernum}."
        request.ledger.add_mail(client, "Order Confirmation", text, request.now)
    if order.invoice_id and not request.flag("noinvoiceemail"):
        total = f"{order.amount} {CURRENCIES[client.currency].code}"
        text = f"Invoice {order.invoice_id} over {total} is ready to pay."
        request.ledger.add_mail(client, "Invoice Created", text, request.now)
