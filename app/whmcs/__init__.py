"""The client for WHMCS's API: typed commands in, frozen records or one of three errors out."""

from app.whmcs.address import Credentials, endpoint
from app.whmcs.breaker import SHUT_OUT, Breaker, Standing
from app.whmcs.client import Whmcs
from app.whmcs.commands import NewClient, NewOrder, OrderLine
from app.whmcs.connection import Reply, Transport, open_transport
from app.whmcs.decode import decipher
from app.whmcs.domains import Availability, TldPrices
from app.whmcs.errors import Cause, Rejected, Unavailable, Uncertain, WhmcsError
from app.whmcs.password import random_password
from app.whmcs.php import flatten
from app.whmcs.products import Currency, Price, Product
from app.whmcs.promotions import Promotion
from app.whmcs.records import Client, ClientCreated, Details, Order, OrderItem, OrderPlaced, Service
from app.whmcs.shapes import unescaped

__all__ = [
    "SHUT_OUT",
    "Availability",
    "Breaker",
    "Cause",
    "Client",
    "ClientCreated",
    "Credentials",
    "Currency",
    "Details",
    "NewClient",
    "NewOrder",
    "Order",
    "OrderItem",
    "OrderLine",
    "OrderPlaced",
    "Price",
    "Product",
    "Promotion",
    "Rejected",
    "Reply",
    "Service",
    "Standing",
    "TldPrices",
    "Transport",
    "Unavailable",
    "Uncertain",
    "Whmcs",
    "WhmcsError",
    "decipher",
    "endpoint",
    "flatten",
    "open_transport",
    "random_password",
    "unescaped",
]
