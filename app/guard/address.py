"""Whose request it is, when proxies stand between; and which addresses share a limit."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

from app.networks import Network

_CALLERS = 20_000  # whose addresses are not read anew: a flood comes from the same ones again and again
_LONGEST = 100  # characters: more than an address, its zone and a port need
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_MOST_HOPS = 32
_PORT = re.compile(r":(\d{1,5}|_[A-Za-z0-9._-]+)$", re.ASCII)


def visitor_address(peer: str, nodes: Iterable[str], trusted: Sequence[Network]) -> str:
    """The address of the visitor behind ``peer``, or "" when not even the peer has one (a Unix socket).

    ``nodes`` is what proxies wrote, nearest first. It is believed only for as long as trusted proxies speak; one
    that names nobody ends it, and the one who spoke last counts as the visitor.
    """
    address = parse_address(peer)
    hops = islice(nodes, _MOST_HOPS)
    while address is not None and any(address in network for network in trusted):
        hop = parse_address(next(hops, ""))
        if hop is None:
            break
        address = hop
    return str(address) if address is not None else ""


@lru_cache(maxsize=_CALLERS)
def bucket(address: str) -> str:
    """What limits count by: an IPv4 address, or an IPv6 network of 64 bits, which one visitor has to himself."""
    parsed = parse_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed) if parsed is not None else "unknown"


def parse_address(text: str) -> _Address | None:
    """An address as proxies write it: bare, with a port, or in brackets; None when it is none.

    IPv4 in IPv6 clothes comes back as IPv4, and a zone, which means something to its own machine only, is left out.
    """
    return _read(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=_CALLERS)
def _read(text: str) -> _Address | None:
    if text.startswith("[") or text.count(":") == 1:
        text = _PORT.sub("", text)
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
