"""Whose request it is, when proxies stand between; and which addresses share a limit."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from app.settings import Network

_CALLERS = 20_000  # whose addresses are not read anew: a flood comes from the same ones again and again
_LONGEST = 100  # characters: more than an address, its zone and a port need
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def visitor_address(peer: str, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address of the visitor behind ``peer``, or "" when not even the peer has one (a Unix socket).

    ``forwarded_for`` holds the values of all X-Forwarded-For headers in order. Each proxy appends the address it
    saw, so the chain is believed from its right end, and only for as long as trusted proxies speak.
    """
    address = _parse(peer)
    chain = [hop for value in forwarded_for for hop in value.split(",")]
    while address is not None and chain and _is_trusted(address, trusted):
        hop = _parse(chain.pop())
        if hop is None:
            break
        address = hop
    return str(address) if address is not None else ""


@lru_cache(maxsize=_CALLERS)
def bucket(address: str) -> str:
    """What limits count by: an IPv4 address, or an IPv6 network of 64 bits, which one visitor has to himself."""
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed) if parsed is not None else "unknown"


def _is_trusted(address: _Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _parse(text: str) -> _Address | None:
    """An address as proxies write it: bare, with a port, or in brackets; IPv4 in IPv6 clothes comes back as IPv4."""
    return _read(text.strip()) if len(text) <= _LONGEST else None


@lru_cache(maxsize=_CALLERS)
def _read(text: str) -> _Address | None:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
