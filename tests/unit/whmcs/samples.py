"""Replies as WHMCS installations send them, put together from its documentation and from reports of users."""

import json

JSON = "application/json"
HTML = "text/html; charset=utf-8"


def reply(**values: object) -> bytes:
    return json.dumps(values).encode()


def success(**values: object) -> bytes:
    return reply(result="success", **values)


def error(message: object) -> bytes:
    return reply(result="error", message=message)


PHP_WARNING = (
    b"<br />\n<b>Warning</b>:  Undefined array key {closure} in <b>/home/x/hooks.php</b> on line <b>3</b><br />\n"
)

EMITTER_PAGE = (
    b"<!DOCTYPE html><html><head><title>Oops!</title><style>body{margin:0}</style></head><body>"
    b"Laminas\\HttpHandlerRunner\\Exception\\EmitterException: Output has been emitted previously</body></html>"
)
FIREWALL_PAGE = (
    b'<!DOCTYPE html><html><head><title>403 Forbidden</title><script>var x = {"status":"error","ray":"8f"};</script>'
    b"</head><body>Request blocked.</body></html>"
)
MAINTENANCE_PAGE = (
    b'<div style="border: 1px dashed #cc0000"><strong>Down for Maintenance (Err 3)</strong><br>'
    b"An upgrade is currently in progress... Please come back soon...</div>"
)

CLIENT_DETAILS = success(
    client_id=7,
    id=7,
    email="ada@example.com",
    status="Active",
    notes="old copy",
    client={
        "id": 7,
        "owner_user_id": 9,
        "email": "ada&#43;hosting@example.com",
        "status": "Active",
        "notes": "gw:4f2a",
        "firstname": "Ada",
    },
    stats={"numproducts": 0},
)

ORDER = {
    "id": 12,
    "ordernum": "2953059219",
    "userid": 7,
    "date": "2026-03-01 10:00:00",
    "amount": "59.00",
    "currencyprefix": "$",
    "currencysuffix": " USD",
    "promocode": "LAUNCH",
    "paymentmethod": "stripe",
    "invoiceid": "31",
    "status": "Pending",
    "notes": "gw:4f2a",
    "ipaddress": "203.0.113.5",
    "lineitems": {
        "lineitem": [
            {
                "type": "product",
                "relid": "5",
                "producttype": "Hosting",
                "product": "Web &amp; Mail - Starter",
                "domain": "ada.example",
                "billingcycle": "Annually",
                "amount": "$59.00 USD",
                "status": "Pending",
            }
        ]
    },
}

SERVICE = {
    "id": "5",
    "clientid": "7",
    "orderid": "12",
    "pid": "1",
    "regdate": "2026-03-01",
    "domain": "ada.example",
    "status": "Pending",
    "billingcycle": "Annually",
    "username": "adaexamp",
    "password": "hunter2-service",
}
