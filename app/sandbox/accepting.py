"""AcceptOrder: an order that was waiting for somebody's eyes becomes active, and its services with it.

https://developers.whmcs.com/api-reference/acceptorder/
"""

from dataclasses import replace

from app.sandbox.answers import RefusedError
from app.sandbox.requests import Fields, Request


def accept_order(request: Request) -> Fields:
    """Sets up what was ordered and writes the client a mail for each product."""
    ledger = request.ledger
    order = ledger.orders.get(request.number("orderid"))
    if order is None or order.status != "Pending":
        raise RefusedError("Order ID not found or Status not Pending")
    ledger.orders[order.id] = replace(order, status="Active")
    for number in order.service_ids:
        service = ledger.services[number] = replace(ledger.services[number], status="Active")
        client, text = ledger.clients[order.client_id], f"{service.name} is set up and ready to use."
        ledger.add_mail(client, "New Product Information", text, request.now)
    for number in order.domain_ids:
        ledger.domains[number] = replace(ledger.domains[number], status="Active")
    return {}
