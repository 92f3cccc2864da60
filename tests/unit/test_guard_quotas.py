"""Quotas hold for an address, an e-mail address, a site and in all; a broken counter lets people through."""

import asyncio
import time

import pytest
from limits.aio.storage import MemoryStorage
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.errors import RateLimited
from app.guard import Count, Quotas, open_quotas
from app.sites import Site


def site(key: str = "acme", **limits: str) -> Site:
    """A site with these limits; the others are out of the way."""
    wide = {"ip": "1000/minute", "email": "1000/minute", "site": "1000/minute", "unverified": "1000/minute"}
    return Site.model_validate({"key": key, "origins": ["https://www.acme.example"], "limits": wide | limits})


def in_memory(in_all: str = "1000/minute") -> Quotas:
    """Quotas of one process."""
    return open_quotas(None, in_all)


async def take(
    quotas: Quotas, given: Site, client_ip: str = "203.0.113.7", address: str = "hash-1", *, vouched: bool = True
) -> list[Count]:
    return await quotas.take(given, client_ip=client_ip, address=address, vouched=vouched)


async def limited(
    quotas: Quotas, given: Site, client_ip: str = "203.0.113.7", address: str = "hash-1", *, vouched: bool = True
) -> RateLimited | None:
    try:
        await take(quotas, given, client_ip, address, vouched=vouched)
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
    quotas, given = in_memory(), site(**{name: "2/hour"})
    assert [await limited(quotas, given, VISITOR, ADDRESS) for _ in range(2)] == [None, None]
    error = await limited(quotas, given, client_ip, address)
    assert (error is not None) is shares
    if error is not None:
        assert (error.policy, error.quota, error.window) == (name, 2, 3600)
        assert error.retry_after is not None
        assert 1 <= error.retry_after <= 3600


async def test_an_ipv6_network_has_one_quota() -> None:
    quotas, given = in_memory(), site(ip="1/hour")
    assert await limited(quotas, given, "2001:db8:1:2::7", "hash-1") is None
    assert await limited(quotas, given, "2001:db8:1:2::8", "hash-2") is not None
    assert await limited(quotas, given, "2001:db8:1:3::7", "hash-3") is None


async def test_two_sites_count_apart() -> None:
    quotas, limits = in_memory(), {"ip": "1/hour", "email": "1/hour", "site": "1/hour"}
    assert await limited(quotas, site("acme", **limits), VISITOR, ADDRESS) is None
    assert await limited(quotas, site("other", **limits), VISITOR, ADDRESS) is None


async def test_the_tighter_of_two_rates_is_told() -> None:
    quotas, given = in_memory(), site(ip="2/hour; 1/day")
    assert await limited(quotas, given, VISITOR, ADDRESS) is None
    error = await limited(quotas, given, VISITOR, ADDRESS)
    assert error is not None
    assert (error.quota, error.window) == (1, 86400)


async def test_what_nothing_vouches_for_shares_a_quota_of_its_own() -> None:
    quotas, given = in_memory(), site(site="4/hour", unverified="2/hour")
    strangers = [await limited(quotas, given, f"203.0.113.{n}", f"hash-{n}", vouched=False) for n in range(4)]
    assert [error and error.policy for error in strangers] == [None, None, "unverified", "unverified"]
    people = [await limited(quotas, given, f"198.51.100.{n}", f"hash-1{n}") for n in range(3)]
    assert [error and error.policy for error in people] == [None, None, "site"]
    assert quotas.refusals == {"unverified": 2, "site": 1}


async def test_all_sites_together_have_a_quota() -> None:
    quotas = in_memory("2/hour")
    assert [await limited(quotas, site(key)) for key in ("acme", "other")] == [None, None]
    error = await limited(quotas, site("third"))
    assert error is not None
    assert (error.policy, error.quota, error.window) == ("all", 2, 3600)


async def test_what_is_given_back_does_not_count() -> None:
    quotas, given = in_memory("1/hour"), site(ip="1/hour", email="1/hour", unverified="1/hour", site="1/hour")
    for _ in range(3):
        await quotas.give_back(await take(quotas, given, vouched=False))
    taken = await take(quotas, given, vouched=False)
    assert [count.policy for count in taken] == ["ip", "email", "unverified", "site", "all"]
    assert await limited(quotas, given, vouched=False) is not None


async def test_a_site_is_busy_when_more_than_half_of_a_rate_is_used() -> None:
    quotas, given = in_memory(), site(site="100/minute; 4/hour")
    busy = []
    for number in range(4):
        busy.append(await quotas.busy(given))
        await take(quotas, given, address=f"hash-{number}")
    assert busy == [False, False, False, True]
    assert await quotas.busy(site("other", site="4/hour")) is False


async def test_no_key_tells_two_sites_or_policies_wrong() -> None:
    quotas = in_memory()
    taken = [await take(quotas, site(key), vouched=False) for key in ("all", "site", "ip")]
    keys = [count.rate.key_for(count.policy, *count.whose) for counts in taken for count in counts]
    assert len(set(keys)) == 3 * 4 + 1


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
    quotas = Quotas(storage(), "1000/minute")
    began = time.monotonic()
    with capture_logs() as lines:
        assert await limited(quotas, site(ip="1/hour"), VISITOR, ADDRESS) is None
    assert time.monotonic() - began < 20  # without an end it would wait for ever
    assert lines == [{"event": "quota_unavailable", "log_level": "warning", "site": "acme", "error": error}]
    assert (quotas.unavailable, quotas.refusals) == (1, {})
    assert await quotas.busy(site()) is False


async def test_a_shared_counter_that_cannot_be_reached_lets_people_through() -> None:
    quotas = open_quotas(SecretStr("redis://127.0.0.1:1/0"), "1000/minute")
    with capture_logs() as lines:
        assert await limited(quotas, site(), VISITOR, ADDRESS) is None
    assert [line["event"] for line in lines] == ["quota_unavailable"]


async def test_who_gives_up_waiting_is_not_taken_for_a_broken_counter() -> None:
    waiting = asyncio.create_task(take(Quotas(Hanging(), "1000/minute"), site()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_one_limit_refuses_costs_the_others_nothing() -> None:
    quotas, given = in_memory(), site(ip="3/hour", email="1/hour")
    assert await limited(quotas, given, VISITOR, ADDRESS) is None
    for _ in range(5):
        assert await limited(quotas, given, VISITOR, ADDRESS) is not None
    assert [await limited(quotas, given, VISITOR, f"hash-{number}") for number in (2, 3)] == [None, None]
