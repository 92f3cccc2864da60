"""AddOrder.

https://developers.whmcs.com/api-reference/addorder/
"""

from decimal import Decimal

from app.sandbox.answers import RefusedError
from app.sandbox.cart import DomainLine, Line, ProductLine, read_lines
from app.sandbox.catalog import CURRENCIES, CYCLES, Promotion
from app.sandbox.ledger import Client, Domain, Invoice, Ledger, Order, Service
from app.sandbox.requests import Fields, Request
from app.sandbox.shop import active_methods, redeemable


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
    methods = active_methods(request.ledger)
    if request.text("paymentmethod") not in methods:
        raise RefusedError(f"Invalid Payment Method. Valid options include {', '.join(methods)}")
    return client


def _place(request: Request, client: Client, lines: list[Line]) -> Order:
    ledger = request.ledger
    promotion = redeemable(ledger, request.text("promocode"), request.now)
    number, amount = len(ledger.orders) + 1, _total(client, lines, promotion)
    order = Order(
        id=number,
        ordernum=1_000_000_000 + number,
        client_id=client.id,
        service_ids=tuple(_add_service(ledger, client, number, x) for x in lines if isinstance(x, ProductLine)),
        domain_ids=tuple(_add_domain(ledger, client, number, x) for x in lines if isinstance(x, DomainLine)),
        invoice_id=_bill(request, client, number, amount),
        amount=str(amount),
        payment_method=request.text("paymentmethod"),
        promocode=promotion.code if promotion else "",
        affiliate_id=request.number("affid"),
        notes=request.text("notes"),
        clientip=request.text("clientip"),
        status="Pending",
        created_at=request.now,
    )
    ledger.add_order(order)
    ledger.redeemed.update(filter(None, [order.promocode]))
    return order


def _total(client: Client, lines: list[Line], promotion: Promotion | None) -> Decimal:
    """The sum of the lines, less the promotion on those that it is meant for."""
    currency = CURRENCIES[client.currency]
    whole = sum((line.amount(currency) * (100 - _percent(line, promotion)) for line in lines), Decimal(0))
    return (whole / 100).quantize(Decimal("0.01"))


def _percent(line: Line, promotion: Promotion | None) -> int:
    if promotion is None:
        return 0
    if isinstance(line, DomainLine):
        return 0 if promotion.pids else promotion.percent
    return promotion.percent if promotion.holds(line.product.pid, line.cycle) else 0


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
    ledger.sold[line.product.pid] += line.quantity
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
