"""Whether WHMCS made the order that it was asked for: it drops, replaces or passes over what it does not like.

WHMCS answers AddOrder with success when it ignored a promotion code, left a line out, or took another cycle. What it
does not say, or says in words that nobody knows, is no difference.
"""

import re
from decimal import Decimal

from app.sites import Plan
from app.whmcs import NewOrder, Order, OrderItem

# https://developers.whmcs.com/api-reference/getorders/ has other words than AddOrder.
_CYCLES = {
    **{word: word for word in ("monthly", "quarterly", "semiannually", "annually", "biennially", "triennially")},
    **{"freeaccount": "free", "free": "free", "onetime": "onetime"},
}


def difference(order: Order, plan: Plan, asked: NewOrder) -> str:
    """The first thing in which the order is not what was asked for, in one word; "" when it is."""
    services = [item for item in order.items if item.kind.casefold() == "product"]
    domains = [item for item in order.items if item.kind.casefold() == "domain"]
    wanted = [line.domain.casefold() for line in asked.lines if line.domain_type]
    differs = {
        "services": len(services) not in (len(asked.lines), sum(line.quantity for line in asked.lines)),
        "domains": len(domains) != len(wanted),
        "domain": sorted(item.domain.casefold() for item in domains) != sorted(wanted),
        "billing_cycle": _other_cycles(services, asked),
        "payment_method": order.payment_method not in ("", asked.payment_method),
        "promotion": order.promo_code.casefold() != asked.promo_code.casefold(),
        "amount": _too_little(order, plan, asked),
    }
    return next((name for name, it_does in differs.items() if it_does), "")


def _other_cycles(services: list[OrderItem], asked: NewOrder) -> bool:
    found = {_CYCLES.get(re.sub("[^a-z]", "", item.billing_cycle.casefold())) for item in services} - {None}
    return bool(found - {line.billing_cycle for line in asked.lines})


def _too_little(order: Order, plan: Plan, asked: NewOrder) -> bool:
    """Whether it costs less than the plan's own ``price``, in its currency and with nothing to make it cheaper."""
    price, code = plan.price_parts
    amount = _amount(order.amount)
    if not code or code not in order.currency or asked.promo_code or amount is None:
        return False
    return amount < price * plan.quantity


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", text) else None
