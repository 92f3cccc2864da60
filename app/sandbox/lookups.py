"""What can be looked up without a client: the version, products, payment methods, currencies, promotions.

https://developers.whmcs.com/api-reference/
"""

from app.sandbox.catalog import (
    CURRENCIES,
    CYCLES,
    GROUP,
    NOT_OFFERED,
    PRODUCTS,
    PROMOTIONS,
    Currency,
    Product,
    Promotion,
    price,
)
from app.sandbox.ledger import Ledger
from app.sandbox.requests import Fields, Request
from app.sandbox.shop import active_methods, left


def whmcs_details(_: Request) -> Fields:
    """The version that the stand-in follows."""
    return {"whmcs": {"version": "9.0.0", "canonicalversion": "9.0.0-release.1"}}


def get_payment_methods(request: Request) -> Fields:
    """Every active payment method: module and name."""
    rows = [{"module": module, "displayname": name} for module, name in active_methods(request.ledger).items()]
    return {"totalresults": len(rows), "paymentmethods": {"paymentmethod": rows}}


def get_currencies(_: Request) -> Fields:
    """The currencies; ``totalresults`` is a string here."""
    rows = [
        {
            "id": currency.id,
            "code": currency.code,
            "prefix": currency.prefix,
            "suffix": currency.suffix,
            "format": 1,
            "rate": f"{currency.factor:.5f}",
        }
        for currency in CURRENCIES.values()
    ]
    return {"totalresults": str(len(rows)), "currencies": {"currency": rows}}


def get_products(request: Request) -> Fields:
    """The products, all or those of ``pid`` (one, or several with commas)."""
    wanted = {text.strip() for text in request.text("pid").split(",") if text.strip()}
    rows = [_product_row(request.ledger, item) for item in PRODUCTS.values() if not wanted or str(item.pid) in wanted]
    return {"totalresults": len(rows), "products": {"product": rows}}


def get_promotions(request: Request) -> Fields:
    """The promotion of ``code``, or all of them."""
    code = request.text("code").casefold()
    rows = [_promotion_row(request.ledger, one) for one in PROMOTIONS.values() if code in ("", one.code.casefold())]
    return {"totalresults": len(rows), "promotions": {"promotion": rows}}


def _promotion_row(ledger: Ledger, promotion: Promotion) -> Fields:
    return {
        "code": promotion.code,
        "type": "Percentage",
        "recurring": 0,
        "value": f"{promotion.percent}.00",
        "cycles": ",".join(CYCLES[cycle] for cycle in promotion.cycles),
        "appliesto": ",".join(map(str, promotion.pids)),
        "requires": "",
        "requiresexisting": 0,
        "startdate": "0000-00-00",
        "expirationdate": promotion.ends,
        "maxuses": promotion.most,
        "uses": ledger.redeemed[promotion.code],
        "newsignups": 0,
        "existingclient": 0,
    }


def _product_row(ledger: Ledger, product: Product) -> Fields:
    return {
        "pid": product.pid,
        "gid": 1,
        "type": "hostingaccount",
        "name": product.name,
        "slug": product.slug,
        "product-url": f"https://billing.example.com/store/{product.slug}",
        "description": product.description,
        "module": "",
        "paytype": "recurring",
        "allowqty": 0,
        "quantity_available": left(ledger, product),
        "groupname": GROUP,
        "pricing": {currency.code: _prices(product, currency) for currency in CURRENCIES.values()},
        "customfields": {"customfield": []},
        "configoptions": {"configoption": []},
    }


def _prices(product: Product, currency: Currency) -> Fields:
    cycles = {cycle: str(price(product, cycle, currency)) for cycle in CYCLES}
    setup_fees = {
        f"{cycle[0]}setupfee": "0.00" if cycles[cycle] != str(NOT_OFFERED) else str(NOT_OFFERED) for cycle in CYCLES
    }
    return {"prefix": currency.prefix, "suffix": currency.suffix, **setup_fees, **cycles}
