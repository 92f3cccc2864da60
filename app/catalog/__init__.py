"""What WHMCS sells: for a site's own pages, and for checking a sign-up before it is taken."""

from app.catalog.asking import Asker
from app.catalog.keeping import Catalog
from app.catalog.promoting import objection
from app.catalog.selling import Sales

__all__ = ["Asker", "Catalog", "Sales", "objection"]
