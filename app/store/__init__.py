"""The submissions on disk; the only SQL."""

from app.store.archive import Archive, Filter
from app.store.opening import Found, look, migrate_store, open_store
from app.store.store import InFlight, OfferUsed, ProofUsed, Store
from app.store.table import Event

__all__ = [
    "Archive",
    "Event",
    "Filter",
    "Found",
    "InFlight",
    "OfferUsed",
    "ProofUsed",
    "Store",
    "look",
    "migrate_store",
    "open_store",
]
