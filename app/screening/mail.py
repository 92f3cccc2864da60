"""Whether anybody can get mail at an address, as the DNS says."""

import asyncio

from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.name import root
from dns.resolver import NXDOMAIN, LRUCache, NoAnswer

_PATIENCE = 3.0  # seconds for all questions about one address
_REMEMBERED = 10_000  # answers


class MailDomains:
    """Asks with ``resolver``, and remembers the answers used last for as long as the DNS lets it."""

    def __init__(self, resolver: Resolver) -> None:
        resolver.cache = LRUCache(_REMEMBERED)
        self._resolver = resolver

    async def takes_mail(self, address: str) -> bool:
        """False only when the DNS says so: when it has trouble of its own, it says nothing about an address."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._has_host(address.rpartition("@")[2])
        except NXDOMAIN:
            return False
        except (DNSException, OSError, TimeoutError):
            return True

    async def _has_host(self, domain: str) -> bool:
        """Whether there is a host to bring its mail to: https://www.rfc-editor.org/rfc/rfc5321#section-5.1"""
        try:
            exchanges = await self._resolver.resolve(domain, "MX", search=False)
        except NoAnswer:
            return await self._has(domain, "A") or await self._has(domain, "AAAA")
        # The root as the only host means that there is none: https://www.rfc-editor.org/rfc/rfc7505
        return any(exchange.exchange != root for exchange in exchanges)

    async def _has(self, domain: str, kind: str) -> bool:
        try:
            await self._resolver.resolve(domain, kind, search=False)
        except NoAnswer:
            return False
        return True
