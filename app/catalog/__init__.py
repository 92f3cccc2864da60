"""Plans and prices for a site's own pages, kept so that page views cost WHMCS nothing."""

from app.catalog.asking import Asker
from app.catalog.domains import Domains
from app.catalog.keeping import Catalog
from app.catalog.shop import Shop, open_shop

__all__ = ["Asker", "Catalog", "Domains", "Shop", "open_shop"]
