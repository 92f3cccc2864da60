"""The door: who is calling, how much, how often; everything that can be refused cheaply is refused here."""

from app.guard.address import bucket, visitor_address
from app.guard.body import read_capped
from app.guard.gate import Gate, open_gate
from app.guard.quotas import Quotas, open_quotas
from app.guard.requests import RequestLog, Visitor
from app.guard.velocity import Trait, Velocity
from app.guard.visit import Sender, Visit

__all__ = [
    "Gate",
    "Quotas",
    "RequestLog",
    "Sender",
    "Trait",
    "Velocity",
    "Visit",
    "Visitor",
    "bucket",
    "open_gate",
    "open_quotas",
    "read_capped",
    "visitor_address",
]
