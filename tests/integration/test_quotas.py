"""Quotas and velocity in a real Valkey, and without one."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.errors import RateLimited
from app.guard import Quotas, Trait, Velocity, open_quotas
from app.sites import Limits, Site
from tests.acceptance.processes import free_port
from tests.unit.forms import visitors


@pytest.fixture
def site() -> Site:
    """A site that takes two an hour from one address."""
    return visitors.site().model_copy(update={"key": f"s{time.monotonic_ns()}", "limits": Limits(ip="2/hour")})


@pytest.fixture
async def pair(valkey: str) -> AsyncIterator[tuple[Quotas, Quotas]]:
    """The quotas of two replicas."""
    one, other = open_quotas(SecretStr(valkey)), open_quotas(SecretStr(valkey))
    yield one, other
    await one.close()
    await other.close()


async def test_two_replicas_count_together(pair: tuple[Quotas, Quotas], site: Site) -> None:
    one, other = pair
    await one.take(site, client_ip="198.51.100.7", address="a")
    await other.take(site, client_ip="198.51.100.7", address="b")
    for quotas in pair:
        with pytest.raises(RateLimited):
            await quotas.take(site, client_ip="198.51.100.7", address="c")
    await one.take(site, client_ip="198.51.100.8", address="c")


async def test_two_replicas_see_together_what_comes_often(pair: tuple[Quotas, Quotas], site: Site) -> None:
    def digest(*parts: str) -> str:
        return "-".join(parts)

    one, other = (Velocity(quotas.storage, digest, lambda: 0.0) for quotas in pair)
    phone = Trait("same_phone", "+44.2079460000", many=2)
    for counting in (one, other):
        assert await one.common(site.key, [phone]) == set()
        await counting.count(site.key, [phone])
    assert [await each.common(site.key, [phone]) for each in (one, other)] == [{"same_phone"}] * 2


async def test_a_store_that_refuses_lets_sign_ups_through(site: Site) -> None:
    await _let_through(open_quotas(SecretStr(f"redis://127.0.0.1:{free_port()}/0")), site)


async def test_a_store_that_is_silent_lets_sign_ups_through(site: Site) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the caller hangs up
        writer.close()

    async with await asyncio.start_server(never, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        await _let_through(open_quotas(SecretStr(f"redis://127.0.0.1:{port}/0")), site)


async def _let_through(quotas: Quotas, site: Site) -> None:
    with capture_logs() as logs:
        for _ in range(5):
            await quotas.take(site, client_ip="198.51.100.7", address="a")
    assert [entry["event"] for entry in logs] == ["quota_unavailable"] * 5
    await quotas.close()
