"""GetOrders and GetClientsProducts: what a client has ordered.

https://developers.whmcs.com/api-reference/getorders/
"""

from datetime import UTC, datetime

from app.sandbox.catalog import CURRENCIES, GROUP, PAYMENT_METHODS, PROMOTIONS
from app.sandbox.ledger import Ledger, Order, Service
from app.sandbox.requests import Fields, Request


def get_orders(request: Request) -> Fields:
    """Orders, newest first, by ``id``, ``userid`` (which means the client) and ``status``."""
    ledger, client_id = request.ledger, request.number("userid")
    orders = ledger.orders_of(client_id) if client_id else list(ledger.orders.values())
    number, status = request.number("id"), request.text("status")
    found = [order for order in orders if number in (0, order.id) and status in ("", order.status)]
    shown, counters = request.page(found[::-1])
    return {**counters, "orders": {"order": [_order_row(ledger, order) for order in shown]}}


def get_clients_products(request: Request) -> Fields:
    """Services, oldest first; ids are strings here, as live installations answer them."""
    ledger, client_id = request.ledger, request.number("clientid")
    orders = ledger.orders_of(client_id) if client_id else list(ledger.orders.values())
    services = [ledger.services[number] for order in orders for number in order.service_ids]
    shown, counters = request.page([service for service in services if _fits(request, service)])
    return {
        "clientid": request.params.get("clientid"),
        "serviceid": request.params.get("serviceid"),
        "pid": request.params.get("pid"),
        "domain": request.params.get("domain"),
        **counters,
        "totalresults": str(counters["totalresults"]),
        "products": {"product": [_product_row(ledger, service) for service in shown]},
    }


def _fits(request: Request, service: Service) -> bool:
    return (
        request.number("serviceid") in (0, service.id)
        and request.number("pid") in (0, service.pid)
        and request.text("domain") in ("", service.domain)
    )


def _order_row(ledger: Ledger, order: Order) -> Fields:
    client = ledger.clients[order.client_id]
    currency = CURRENCIES[client.currency]
    promotion = PROMOTIONS.get(order.promocode)
    return {
        "id": order.id,
        "ordernum": order.ordernum,
        "userid": order.client_id,
        "contactid": 0,
        "requestor_id": client.owner_user_id,
        "date": _local(order.created_at),
        "promocode": order.promocode,
        "promotype": "Percentage" if promotion else "",
        "promovalue": f"{promotion.percent}.00" if promotion else "",
        "amount": order.amount,
        "paymentmethod": order.payment_method,
        "paymentmethodname": PAYMENT_METHODS[order.payment_method],
        "paymentstatus": ledger.invoices[order.invoice_id].status if order.invoice_id else None,
        "invoiceid": order.invoice_id,
        "status": order.status,
        "ipaddress": order.clientip,
        "notes": order.notes,
        "name": f"{client.firstname} {client.lastname}",
        "currencyprefix": currency.prefix,
        "currencysuffix": currency.suffix,
        "lineitems": {"lineitem": _line_items(ledger, order)},
    }


def _line_items(ledger: Ledger, order: Order) -> list[Fields]:
    products = [ledger.services[number] for number in order.service_ids]
    domains = [ledger.domains[number] for number in order.domain_ids]
    items: list[Fields] = [
        {
            "type": "product",
            "relid": service.id,
            "producttype": "Hosting Account",
            "product": f"{GROUP} - {service.name}",
            "domain": service.domain,
            "billingcycle": service.billingcycle,
            "amount": service.amount,
            "status": service.status,
        }
        for service in products
    ]
    items += [
        {
            "type": "domain",
            "relid": domain.id,
            "producttype": "Domain",
            "product": f"Domain {'Transfer' if domain.type == 'transfer' else 'Registration'}",
            "domain": domain.name,
            "billingcycle": f"{domain.years} Year{'s' if domain.years > 1 else ''}",
            "amount": domain.amount,
            "status": domain.status,
        }
        for domain in domains
    ]
    return items


def _product_row(ledger: Ledger, service: Service) -> Fields:
    order = ledger.orders[service.order_id]
    return {
        "id": str(service.id),
        "clientid": str(service.client_id),
        "orderid": str(service.order_id),
        "ordernumber": str(order.ordernum),
        "pid": str(service.pid),
        "regdate": _local(order.created_at)[:10],
        "name": service.name,
        "groupname": GROUP,
        "domain": service.domain,
        "firstpaymentamount": service.amount,
        "recurringamount": service.amount,
        "paymentmethod": order.payment_method,
        "paymentmethodname": PAYMENT_METHODS[order.payment_method],
        "billingcycle": service.billingcycle,
        "nextduedate": _local(order.created_at)[:10],
        "status": service.status,
        "username": "",
        "password": "",
        "notes": order.notes,
        "customfields": {"customfield": [{"id": key, "value": v} for key, v in service.customfields.items()]},
        "configoptions": {"configoption": [{"id": key, "value": v} for key, v in service.configoptions.items()]},
    }


def _local(at: float) -> str:
    """The server's own time without a zone, as WHMCS writes it; this server keeps UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
