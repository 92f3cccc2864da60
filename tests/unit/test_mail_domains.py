"""Who takes mail, asked of a real DNS server on this machine that answers as it is told."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import pytest
from dns import flags, message, rcode, rdatatype, rrset
from dns.asyncresolver import Resolver

from app.screening import MailDomains

ZONE: Mapping[str, Mapping[str, str]] = {
    "with-mx.example.": {"MX": "10 mail.example."},
    "with-a.example.": {"A": "192.0.2.1"},
    "with-aaaa.example.": {"AAAA": "2001:db8::1"},
    "null-mx.example.": {"MX": "0 .", "A": "192.0.2.1"},
    "only-text.example.": {"TXT": '"v=spf1 -all"'},
}
TROUBLE = {"broken.example.": rcode.SERVFAIL, "refused.example.": rcode.REFUSED}
SILENT = "silent.example."


class Nameserver(asyncio.DatagramProtocol):
    """Knows ``ZONE``; nothing else exists."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Where answers go."""
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question."""
        query = message.from_wire(data)
        (question,) = query.question
        name, kind = question.name.to_text().lower(), rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        if name == SILENT:
            return
        reply = message.make_response(query)
        reply.flags |= flags.RA
        if name in TROUBLE:
            reply.set_rcode(TROUBLE[name])
        elif name not in ZONE:
            reply.set_rcode(rcode.NXDOMAIN)
        elif kind in ZONE[name]:
            reply.answer.append(rrset.from_text(name, 300, "IN", kind, ZONE[name][kind]))
        self.transport.sendto(reply.to_wire(), addr)


@asynccontextmanager
async def nameserver() -> AsyncIterator[tuple[Nameserver, MailDomains]]:
    """A server, and who asks it."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(Nameserver, local_addr=("127.0.0.1", 0))
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], transport.get_extra_info("sockname")[1]
    try:
        yield server, MailDomains(resolver)
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("domain", "takes_mail"),
    [
        ("with-mx.example", True),
        ("WITH-MX.example", True),
        ("with-a.example", True),
        ("with-aaaa.example", True),
        ("null-mx.example", False),  # says so itself, whatever else it has
        ("only-text.example", False),
        ("nowhere.example", False),
        ("broken.example", True),  # trouble of the DNS's own is no sign
        ("refused.example", True),
    ],
)
async def test_who_takes_mail(domain: str, takes_mail: bool) -> None:
    async with nameserver() as (_, domains):
        assert await domains.takes_mail(f"ada@{domain}") is takes_mail


async def test_an_answer_is_remembered_also_that_there_is_none() -> None:
    async with nameserver() as (server, domains):
        for _ in range(3):
            assert await domains.takes_mail("ada@with-mx.example")
        assert server.asked == [("with-mx.example.", "MX")]


async def test_a_silent_server_is_no_sign_and_is_not_waited_for_long() -> None:
    async with nameserver() as (_, domains):
        began = time.monotonic()
        assert await domains.takes_mail("ada@silent.example")
        assert time.monotonic() - began < 20


async def test_a_server_that_is_not_there_is_no_sign() -> None:
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], 1
    assert await MailDomains(resolver).takes_mail("ada@with-mx.example")


@pytest.mark.parametrize("address", [f"ada@{'x' * 70}.example", f"ada@{'x.' * 140}example", "ada@-", "ada", "ada@"])
async def test_a_name_that_cannot_be_asked_for_is_no_sign(address: str) -> None:
    async with nameserver() as (_, domains):
        await domains.takes_mail(address)
