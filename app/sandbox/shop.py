"""What of the catalogue is left: stock, uses of promotions, and payment methods that are switched on."""

from datetime import UTC, datetime

from app.sandbox.catalog import PAYMENT_METHODS, PRODUCTS, PROMOTIONS, Product, Promotion
from app.sandbox.ledger import Ledger
from app.sandbox.requests import Fields


def left(ledger: Ledger, product: Product) -> int:
    """How many are left, never below nothing; 0 also where stock is not counted, as WHMCS answers."""
    return max(0, (product.stock or 0) - ledger.sold[product.pid])


def active_methods(ledger: Ledger) -> dict[str, str]:
    """The payment methods that an order may name, and what people call them."""
    return {module: name for module, name in PAYMENT_METHODS.items() if module not in ledger.methods_off}


def switch(ledger: Ledger, module: str) -> None:
    """Switches a payment method off, or on again; what is none is left alone."""
    if module in ledger.methods_off:
        ledger.methods_off.discard(module)
    elif module in PAYMENT_METHODS:
        ledger.methods_off.add(module)


def redeemable(ledger: Ledger, code: str, now: float) -> Promotion | None:
    """The promotion, however its code is written, while it lasts. No order is refused for one that does not."""
    promotion = PROMOTIONS.get(code.upper())
    if promotion is None or is_over(promotion, now) or 0 < promotion.most <= ledger.redeemed[promotion.code]:
        return None
    return promotion


def is_over(promotion: Promotion, now: float) -> bool:
    """Whether its last day is past."""
    today = datetime.fromtimestamp(now, UTC).date().isoformat()
    return promotion.ends != "0000-00-00" and promotion.ends < today


def display(ledger: Ledger, now: float) -> Fields:
    """The shop for people."""
    return {
        "products": [(product, left(ledger, product)) for product in PRODUCTS.values()],
        "methods": [(module, name, module not in ledger.methods_off) for module, name in PAYMENT_METHODS.items()],
        "promotions": [(one, ledger.redeemed[one.code], is_over(one, now)) for one in PROMOTIONS.values()],
    }
