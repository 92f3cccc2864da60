"""Whether a promotion holds for the order of a plan, as far as can be told before WHMCS gets it."""

import re
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.catalog.asking import FRESH, Asker, Kept
from app.sites import Plan
from app.whmcs import Promotion, Unavailable, Whmcs

KNOWN = 256  # codes that are remembered, those that there are not among them
A_MINUTE = 20  # codes that WHMCS is asked for in 60 seconds, whoever sends them: guessing costs it little

# Dates have no zone. Somewhere it is still the day before, and somewhere already the day after.
_LAST_ZONE, _FIRST_ZONE = timedelta(hours=-12), timedelta(hours=14)
_CYCLE = re.compile(
    "free(account)?|onetime|monthly|quarterly|semiannually|annually|biennially|triennially|[0-9]+years?"
)
_BUYABLE = re.compile("A?[0-9]+|D.+")


@dataclass(frozen=True, slots=True)
class Found:
    """What WHMCS says of a code: None when it has no such promotion."""

    promotion: Promotion | None


class Promotions:
    """What WHMCS says of codes, for each ``FRESH`` seconds long."""

    def __init__(self, *, asker: Asker, clock: Callable[[], float]) -> None:
        self._asker = asker
        self._clock = clock
        self._kept: OrderedDict[str, Kept[Found]] = OrderedDict()
        self._asked: deque[float] = deque(maxlen=A_MINUTE)

    async def find(self, code: str, *, patience: float) -> Found | None:
        """What there is by this code; None when nobody knows within ``patience`` seconds."""
        name = code.casefold()
        kept = self._kept.pop(name, None)
        if kept is None:
            kept = Kept(lambda whmcs: self._ask(whmcs, code), asker=self._asker, clock=self._clock)
        self._kept[name] = kept
        if len(self._kept) > KNOWN:
            _, forgotten = self._kept.popitem(last=False)
            await forgotten.close()  # meanwhile others may have pushed out this one, too
        return await kept.latest(at_most=FRESH, patience=patience)

    async def close(self) -> None:
        """Ask no more."""
        for kept in self._kept.values():
            await kept.close()

    async def _ask(self, whmcs: Whmcs, code: str) -> Found:
        now = self._clock()
        if len(self._asked) == A_MINUTE and now < self._asked[0] + 60:
            raise Unavailable("too_many_codes")
        self._asked.append(now)
        return Found(await whmcs.promotion(code))


def objection(promotion: Promotion, plan: Plan, now: float, *, with_domain: bool = False) -> str:
    """Why a new client who orders this plan does not get the promotion, as the code of a field's fault; "" when he
    does, or when that cannot be told. ``with_domain``: the order has a domain, for which the promotion may hold."""
    moment = datetime.fromtimestamp(now, UTC)
    over = promotion.ends is not None and promotion.ends < (moment + _LAST_ZONE).date()
    if over or 0 < promotion.max_uses <= promotion.uses:
        return "promo_code_expired"
    if promotion.starts is not None and promotion.starts > (moment + _FIRST_ZONE).date():
        return "unknown_promo_code"
    fits = not promotion.for_customers_only and _fits(promotion, plan, with_domain=with_domain)
    return "" if fits else "unknown_promo_code"


def _fits(promotion: Promotion, plan: Plan, *, with_domain: bool) -> bool:
    """Whether what the promotion holds for is in the order; what cannot be read does not speak against it."""
    bought = {str(item.pid) for item in plan.items} | {f"A{addon}" for item in plan.items for addon in item.addons}
    for wanted in (promotion.applies_to, promotion.requires):
        of_domains = with_domain and any(name.startswith("D") for name in wanted)
        if wanted and all(map(_BUYABLE.fullmatch, wanted)) and not wanted & bought and not of_domains:
            return False
    cycles = {"freeaccount" if cycle == "free" else cycle for cycle in promotion.cycles}
    ordered = {"freeaccount" if item.billing_cycle == "free" else item.billing_cycle for item in plan.items}
    told = bool(cycles) and all(map(_CYCLE.fullmatch, cycles))
    return with_domain or not told or bool(cycles & ordered)
