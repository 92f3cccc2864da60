"""The promotion codes of sites.toml beside what WHMCS says of them."""

from collections.abc import AsyncIterator, Iterator, Mapping

from app.catalog import objection
from app.findings import Finding, Level
from app.sites import Plan, Site
from app.whmcs import Whmcs


async def examine_promotions(whmcs: Whmcs, sites: Mapping[str, Site], now: float) -> AsyncIterator[Finding]:
    """The codes that do not hold for their plans, each with its cure. Raises WhmcsError."""
    for where, code, plan in _codes(sites):
        promotion = await whmcs.promotion(code)
        if promotion is None:
            mend = "Correct it, or add the promotion in WHMCS."
            yield _fault(f"{where}: WHMCS has no promotion code {code}.", mend)
        elif objection(promotion, plan, now) == "promo_code_expired":
            yield _fault(f"{where}: {code} is over in WHMCS, by date or uses.", "Renew it there, or take it out here.")
        elif objection(promotion, plan, now):
            mend = "In WHMCS, see its start date, products, cycles and whom it is for."
            yield _fault(f"{where}: {code} does not hold for new customers of this plan.", mend)


def _codes(sites: Mapping[str, Site]) -> Iterator[tuple[str, str, Plan]]:
    """Where a code stands, the code, and the plan that it is for."""
    for site in sites.values():
        for name, plan in site.plans.items():
            where = f"sites.{site.key}.plans.{name}"
            if plan.promo_code:
                yield f"{where}.promo_code", plan.promo_code, plan
            for code in plan.promo_codes or ():
                yield f"{where}.promo_codes", code, plan


def _fault(what: str, mend: str) -> Finding:
    return Finding(Level.FAULT, "promotion", what, mend)
