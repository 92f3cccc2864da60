"""The submissions table; the only SQL."""

from app.store.opening import migrate_store, open_store
from app.store.store import InFlight, Store

__all__ = ["InFlight", "Store", "migrate_store", "open_store"]
