"""The actions that the stand-in WHMCS knows. Names are compared without regard to case."""

from collections.abc import Mapping
from typing import Final

from app.sandbox import accepting, clients, lookups, order_lists, orders
from app.sandbox.requests import Command

COMMANDS: Final[Mapping[str, Command]] = {
    "AcceptOrder": accepting.accept_order,
    "AddClient": clients.add_client,
    "AddOrder": orders.add_order,
    "DomainWhois": lookups.domain_whois,
    "GetClientsDetails": clients.get_clients_details,
    "GetClientsProducts": order_lists.get_clients_products,
    "GetCurrencies": lookups.get_currencies,
    "GetOrders": order_lists.get_orders,
    "GetPaymentMethods": lookups.get_payment_methods,
    "GetProducts": lookups.get_products,
    "GetPromotions": lookups.get_promotions,
    "GetTLDPricing": lookups.get_tld_pricing,
    "GetUsers": clients.get_users,
    "ResetPassword": clients.reset_password,
    "WhmcsDetails": lookups.whmcs_details,
}

_SPELLINGS: Final = {name.lower(): name for name in COMMANDS}


def known_name(action: str) -> str:
    """The action as WHMCS spells it; what is unknown comes back as it was."""
    return _SPELLINGS.get(action.lower(), action)
