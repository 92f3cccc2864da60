"""Quotas hold for an address, an e-mail address and a site; a broken counter lets people through."""

import asyncio
import time

import pytest
from limits.aio.storage import MemoryStorage
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.errors import RateLimited
from app.guard import Quotas, open_quotas
from app.sites import Site


def site(key: str = "acme", **limits: str) -> Site:
    """A site with these limits; the others are out of the way."""
    wide = {"ip": "1000/minute", "email": "1000/minute", "site": "1000/minute"}
    return Site.model_validate({"key": key, "origins": ["https://www.acme.example"], "limits": wide | limits})


async def limited(quotas: Quotas, given: Site, client_ip: str, address: str) -> RateLimited | None:
    try:
        await quotas.take(given, client_ip=client_ip, address=address)
    except RateLimited as error:
        return error
    return None


VISITOR, ADDRESS = "203.0.113.7", "hash-1"


@pytest.mark.parametrize(
    ("name", "client_ip", "address", "shares"),
    [
        pytest.param("ip", VISITOR, "hash-2", True, id="ip: the same, with another e-mail address"),
        pytest.param("ip", "203.0.113.8", ADDRESS, False, id="ip: another"),
        pytest.param("email", "203.0.113.8", ADDRESS, True, id="email: the same, from elsewhere"),
        pytest.param("email", VISITOR, "hash-2", False, id="email: another"),
        pytest.param("site", "203.0.113.8", "hash-2", True, id="site: everybody"),
    ],
)
async def test_who_shares_a_quota(name: str, client_ip: str, address: str, shares: bool) -> None:
    quotas, given = open_quotas(None), site(**{name: "2/hour"})
    assert [await limited(quotas, given, VISITOR, ADDRESS) for _ in range(2)] == [None, None]
    error = await limited(quotas, given, client_ip, address)
    assert (error is not None) is shares
    if error is not None:
        assert (error.policy, error.quota, error.window) == (name, 2, 3600)
        assert error.retry_after is not None
        assert 1 <= error.retry_after <= 3600


async def test_an_ipv6_network_has_one_quota() -> None:
    quotas, given = open_quotas(None), site(ip="1/hour")
    assert await limited(quotas, given, "2001:db8:1:2::7", "hash-1") is None
    assert await limited(quotas, given, "2001:db8:1:2::8", "hash-2") is not None
    assert await limited(quotas, given, "2001:db8:1:3::7", "hash-3") is None


async def test_two_sites_count_apart() -> None:
    quotas, limits = open_quotas(None), {"ip": "1/hour", "email": "1/hour", "site": "1/hour"}
    assert await limited(quotas, site("acme", **limits), VISITOR, ADDRESS) is None
    assert await limited(quotas, site("other", **limits), VISITOR, ADDRESS) is None


async def test_the_tighter_of_two_rates_is_told() -> None:
    quotas, given = open_quotas(None), site(ip="2/hour; 1/day")
    assert await limited(quotas, given, VISITOR, ADDRESS) is None
    error = await limited(quotas, given, VISITOR, ADDRESS)
    assert error is not None
    assert (error.quota, error.window) == (1, 86400)


class Broken(MemoryStorage):
    """A counter that raises."""

    async def acquire_sliding_window_entry(self, *_: object, **__: object) -> bool:
        raise ConnectionError("redis://:password@cache refused")


class Hanging(MemoryStorage):
    """A counter that never answers."""

    async def acquire_sliding_window_entry(self, *_: object, **__: object) -> bool:
        await asyncio.Event().wait()
        return False


@pytest.mark.parametrize(
    ("storage", "error"), [(Broken, "ConnectionError"), (Hanging, "TimeoutError")], ids=["raises", "hangs"]
)
async def test_a_broken_counter_lets_people_through_soon_and_says_so(storage: type[MemoryStorage], error: str) -> None:
    quotas = Quotas(storage())
    began = time.monotonic()
    with capture_logs() as lines:
        assert await limited(quotas, site(ip="1/hour"), VISITOR, ADDRESS) is None
    assert time.monotonic() - began < 1
    assert lines == [{"event": "quota_unavailable", "log_level": "warning", "site": "acme", "error": error}]


async def test_a_shared_counter_that_cannot_be_reached_lets_people_through() -> None:
    quotas = open_quotas(SecretStr("redis://127.0.0.1:1/0"))
    with capture_logs() as lines:
        assert await limited(quotas, site(), VISITOR, ADDRESS) is None
    assert [line["event"] for line in lines] == ["quota_unavailable"]


async def test_who_gives_up_waiting_is_not_taken_for_a_broken_counter() -> None:
    waiting = asyncio.create_task(Quotas(Hanging()).take(site(), client_ip=VISITOR, address=ADDRESS))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_one_limit_refuses_costs_the_others_nothing() -> None:
    quotas, given = open_quotas(None), site(ip="3/hour", email="1/hour")
    assert await limited(quotas, given, VISITOR, ADDRESS) is None
    for _ in range(5):
        assert await limited(quotas, given, VISITOR, ADDRESS) is not None
    assert [await limited(quotas, given, VISITOR, f"hash-{number}") for number in (2, 3)] == [None, None]
