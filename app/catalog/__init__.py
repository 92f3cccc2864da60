"""What WHMCS sells: for a site's own pages, and for checking a sign-up before it is taken."""

from app.catalog.asking import Asker
from app.catalog.domains import Domains
from app.catalog.keeping import Catalog
from app.catalog.promoting import objection
from app.catalog.selling import Sales
from app.catalog.shop import Shop, open_shop

__all__ = ["Asker", "Catalog", "Domains", "Sales", "Shop", "objection", "open_shop"]
