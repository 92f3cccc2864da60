"""The plans of sites.toml beside what WHMCS sells."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from app.findings import Finding, Level
from app.sites import Item, Plan, Site
from app.whmcs import Currency, Product


def compare(
    sites: Mapping[str, Site],
    products: Mapping[int, Product],
    currencies: Collection[Currency],
    methods: Collection[str] | None,
) -> Iterator[Finding]:
    """Where they differ. Without ``methods``, the active payment methods, only the prices are compared."""
    agreed = True
    for site in sites.values():
        differing = [] if methods is None else [*_currencies(site, currencies), *_sold(site, products, methods)]
        for finding in (*differing, *_prices(site, products)):
            agreed = False
            yield finding
    if agreed:
        what = "The prices" if methods is None else "The plans"
        yield Finding(Level.OK, "price" if methods is None else "plan", f"{what} in sites.toml agree with WHMCS.")


def _currencies(site: Site, known: Iterable[Currency]) -> Iterator[Finding]:
    codes = {one.id: one.code for one in known}
    for code, number in site.currencies.items():
        if codes.get(number) != code:
            right = next((one for one, other in codes.items() if other == code), None)
            mend = f"Its number there is {right}." if right else "Leave it out, or add it in WHMCS."
            yield _fault("currency", f"sites.{site.key}.currencies.{code}: {number} is not its number in WHMCS.", mend)


def _sold(site: Site, products: Mapping[int, Product], methods: Collection[str]) -> Iterator[Finding]:
    for name, plan in site.plans.items():
        where = f"sites.{site.key}.plans.{name}"
        for place, item in enumerate(plan.items):
            yield from _item(f"{where}.more.{place - 1}" if place else where, item, products.get(item.pid))
        for method in plan.methods:
            if method not in methods:
                mend = f"Activate it there, or choose one of: {', '.join(methods)}."
                yield _fault("plan", f"{where}: the payment method {method} is not active in WHMCS.", mend)


def _item(where: str, item: Item, product: Product | None) -> Iterator[Finding]:
    if product is None:
        yield _fault("plan", f"{where}: WHMCS has no product {item.pid}.", "Correct pid.")
        return
    cycles = sorted({cycle for prices in product.prices.values() for cycle in prices})
    if item.billing_cycle not in cycles:
        sold = f"It has a price for: {', '.join(cycles)}." if cycles else "It has no price at all."
        what = f"{where}: WHMCS does not sell product {item.pid} with the cycle {item.billing_cycle}."
        yield _fault("plan", what, f"Correct billing_cycle, or the product's pricing. {sold}")
    if item.stock_control and product.stock is not None and product.stock < item.quantity:
        what = f"{where}: product {item.pid} is sold out in WHMCS, and who orders it is turned away."
        yield Finding(
            Level.WARNING, "plan", what, "Raise its stock there, or take stock_control out if it is not counted."
        )


def _prices(site: Site, products: Mapping[int, Product]) -> Iterator[Finding]:
    for name, plan in site.plans.items():
        product = products.get(plan.pid)
        if plan.price and product and (charged := _charged(plan, product)) != plan.price_parts:
            what = f"sites.{site.key}.plans.{name}.price: the pages say {plan.price}, and WHMCS charges"
            told = f"{charged[0]} {charged[1]}" if charged else "nothing in that currency"
            yield _fault("price", f"{what} {told}.", "Correct the pages and sites.toml, or the price in WHMCS.")


def _charged(plan: Plan, product: Product) -> tuple[Decimal, str] | None:
    """What one cycle costs in the currency of the plan's price."""
    code = plan.price_parts[1]
    price = product.prices.get(code, {}).get(plan.billing_cycle)
    return (price.amount, code) if price else None


def _fault(code: str, what: str, mend: str) -> Finding:
    return Finding(Level.FAULT, code, what, mend)
