"""The door: who is calling, how much, how often; everything that can be refused cheaply is refused here."""

from app.guard.address import bucket, parse_address, visitor_address
from app.guard.body import read_capped
from app.guard.forwarded import nodes
from app.guard.gate import Gate, open_gate
from app.guard.pace import Pace
from app.guard.quotas import Count, Quotas, open_quotas
from app.guard.refused import Refused
from app.guard.relay import is_relay, new_relay_key
from app.guard.requests import HEALTH, RequestLog, Visitor, request_id
from app.guard.velocity import Trait, Velocity
from app.guard.visit import Sender, Visit

__all__ = [
    "HEALTH",
    "Count",
    "Gate",
    "Pace",
    "Quotas",
    "Refused",
    "RequestLog",
    "Sender",
    "Trait",
    "Velocity",
    "Visit",
    "Visitor",
    "bucket",
    "is_relay",
    "new_relay_key",
    "nodes",
    "open_gate",
    "open_quotas",
    "parse_address",
    "read_capped",
    "request_id",
    "visitor_address",
]
