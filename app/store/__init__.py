"""The submissions table; the only SQL."""

from app.store.migrate import migrate
from app.store.store import InFlight, Store

__all__ = ["InFlight", "Store", "migrate"]
