"""``Shop``: everything that asks WHMCS what is for sale."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.catalog.asking import Asker
from app.catalog.domains import Domains
from app.catalog.keeping import Catalog
from app.catalog.selling import Sales
from app.guard import Quotas
from app.sites import Site


@dataclass(frozen=True, slots=True)
class Shop:
    """Prices for pages, plans and promotion codes, and domains."""

    catalog: Catalog
    sales: Sales
    domains: Domains

    async def close(self) -> None:
        """Ask no more."""
        await self.catalog.close()
        await self.sales.close()
        await self.domains.close()


def open_shop(sites: Mapping[str, Site], *, asker: Asker, quotas: Quotas, clock: Callable[[], float]) -> Shop:
    """The shop of these sites."""
    pids = {item.pid for site in sites.values() for plan in site.plans.values() for item in plan.items}
    catalog = Catalog(pids, asker=asker, clock=clock)
    return Shop(
        catalog=catalog,
        sales=Sales(catalog, asker=asker, clock=clock),
        domains=Domains(sites.values(), asker=asker, quotas=quotas, clock=clock),
    )
