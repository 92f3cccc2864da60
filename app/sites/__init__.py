"""``sites.toml`` -> frozen ``Site`` and ``Plan``: whose forms are taken, and what they may ask for."""

from app.sites.fields import ATTRIBUTION, FIELD_NAMES, WHMCS_DEMANDS
from app.sites.plans import PAID_ACTIONS, Choice, Item, Plan
from app.sites.reading import load_sites, parse_sites
from app.sites.site import Site
from app.sites.tables import Limits, Thresholds

__all__ = [
    "ATTRIBUTION",
    "FIELD_NAMES",
    "PAID_ACTIONS",
    "WHMCS_DEMANDS",
    "Choice",
    "Item",
    "Limits",
    "Plan",
    "Site",
    "Thresholds",
    "load_sites",
    "parse_sites",
]
