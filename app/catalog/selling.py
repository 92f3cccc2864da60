"""``Sales``: whether WHMCS would take the order of a sign-up as it was asked for, before the visitor is thanked.

Only what is known refuses anybody. What WHMCS does not tell in time, or not at all, is left to the order itself.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import structlog

from app.catalog.asking import FRESH, Asker, Kept
from app.catalog.keeping import Catalog
from app.catalog.offers import Wares
from app.catalog.promoting import Found, Promotions, objection
from app.errors import FieldError, InvalidFields
from app.forms import SignupForm
from app.sites import PAID_ACTIONS, Item, Plan, Site
from app.whmcs import Product, Whmcs

TRUSTED = 3 * FRESH  # seconds for which nobody waits for a newer answer
PATIENCE = 2.0  # seconds that a visitor waits for WHMCS to say what it sells

_NOT_FOR_SALE = FieldError("plan", "plan_unavailable")
_log = structlog.get_logger("app.catalog")


@dataclass(frozen=True, slots=True)
class Known:
    """What WHMCS has said; None is what it has not. ``promotion`` is about the code that the order would carry."""

    wares: Wares | None
    methods: Collection[str] | None
    promotion: Found | None


class Sales:
    """Asks WHMCS for products, and, only when somebody orders, for active payment methods and a promotion code."""

    def __init__(self, catalog: Catalog, *, asker: Asker, clock: Callable[[], float] = time.time) -> None:
        self._catalog = catalog
        self._methods = Kept(_active_methods, asker=asker, clock=clock)
        self._promotions = Promotions(asker=asker, clock=clock)
        self._clock = clock

    async def check(self, site: Site, form: SignupForm) -> None:
        """Raises InvalidFields when something that the visitor chose is not for sale."""
        plan = site.plans.get(form.plan or "")
        if plan is None:
            return
        known = await self._known(site, plan, form)
        found = dict(_faults(plan, form, known, self._clock()))
        for why, fault in found.items():
            write = _log.error if fault is None or fault is _NOT_FOR_SALE else _log.info
            write("not_for_sale", site=site.key, plan=form.plan, why=why, refused=fault is not None)
        if errors := tuple(dict.fromkeys(filter(None, found.values()))):
            raise InvalidFields(errors)

    async def close(self) -> None:
        """Ask no more."""
        await self._methods.close()
        await self._promotions.close()

    async def _known(self, site: Site, plan: Plan, form: SignupForm) -> Known:
        # Where customers are hidden nobody waits: how soon WHMCS answers may tell what it makes of other sign-ups.
        patience = 0 if site.hides_customers else PATIENCE
        code = form.promotion(plan)
        wares, methods, promotion = await asyncio.gather(
            self._catalog.wares(at_most=TRUSTED, patience=patience),
            self._methods.latest(at_most=TRUSTED, patience=patience),
            self._promotions.find(code, patience=patience) if code else _nothing(),
        )
        return Known(wares, methods, _uncounted(promotion) if site.hides_customers else promotion)


def _uncounted(found: Found | None) -> Found | None:
    """Without how often it was used: that would tell which of the sign-ups with it came to an order."""
    if found is None or found.promotion is None:
        return found
    return Found(replace(found.promotion, uses=0))


async def _active_methods(whmcs: Whmcs) -> tuple[str, ...]:
    return await whmcs.payment_methods()


async def _nothing() -> None:
    return None


def _faults(plan: Plan, form: SignupForm, known: Known, now: float) -> Iterator[tuple[str, FieldError | None]]:
    """What is not for sale, in a word for the log, and what the visitor is told: None when he cannot help it."""
    if known.wares is not None:
        yield from _of_products(plan, form, known.wares)
    if known.methods:
        yield from _of_payment(plan, form, known.methods)
    if known.promotion is not None:
        yield from _of_promotion(plan, form, known.promotion, now)


def _of_products(plan: Plan, form: SignupForm, wares: Wares) -> Iterator[tuple[str, FieldError]]:
    codes = {one.id: one.code for one in wares.currencies}
    if form.currency is not None and form.currency not in codes:
        yield "unknown_currency", FieldError("currency", "invalid_currency")
        return
    for item in plan.items:
        if why := _unsold(item, wares.products.get(item.pid), codes.get(form.currency or 0)):
            yield why, _NOT_FOR_SALE


def _unsold(item: Item, product: Product | None, currency: str | None) -> str:
    """Why WHMCS would not sell it for this currency, or, where nobody chose one, for any; "" when it would."""
    if product is None:
        return "no_product"
    off = product.off.values() if currency is None else [product.off.get(currency, frozenset())]
    if off and all(item.billing_cycle in cycles for cycles in off):
        return "cycle_off"
    left = product.stock
    if left is not None and left < item.quantity and (left > 0 or item.stock_control):
        return "sold_out"
    return ""


def _of_payment(plan: Plan, form: SignupForm, active: Collection[str]) -> Iterator[tuple[str, FieldError]]:
    if (form.payment_method or plan.payment_method) in active:
        return
    can_choose = any(method in active for method in plan.methods)
    yield (
        "payment_method_off",
        FieldError("payment_method", "payment_method_unavailable") if can_choose else _NOT_FOR_SALE,
    )


def _of_promotion(plan: Plan, form: SignupForm, found: Found, now: float) -> Iterator[tuple[str, FieldError | None]]:
    with_domain = form.domain_action in PAID_ACTIONS
    why = "unknown_promo_code"
    if found.promotion is not None:
        why = objection(found.promotion, plan, now, with_domain=with_domain)
    if why and form.offer_code:
        yield why, FieldError("_offer", "offer_expired")
    elif why:
        # The plan's own code no visitor can mend. He is not turned away for it: who checks the order will see it.
        yield why, None if plan.promo_code else FieldError("promo_code", why)
