"""How often a thing has come lately: kept as hashes only, and of no account when the counters do not answer."""

import asyncio

import pytest
from cryptography.fernet import Fernet
from limits.aio.storage import MemoryStorage
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.guard import Trait, Velocity
from app.guard.memory import QuotaMemory
from app.guard.patience import Patience
from app.vault import Vault

HOUR = 500_000
NOW = HOUR * 3600 + 60.0
VAULT = Vault([SecretStr(Fernet.generate_key().decode())], b"pepper")
PHONE = Trait("same_phone", "+44.2079460000", many=2)


def velocity(storage: MemoryStorage | None = None) -> Velocity:
    return Velocity(storage or QuotaMemory(), Patience(), VAULT.digest, lambda: NOW)


async def test_common_is_what_came_as_often_as_it_may() -> None:
    counted = velocity()
    seen = []
    for _ in range(4):
        seen.append(await counted.common("acme", [PHONE]))
        await counted.count("acme", [PHONE])
    assert seen == [set(), set(), {"same_phone"}, {"same_phone"}]


@pytest.mark.parametrize(
    ("site", "trait"),
    [
        ("other", PHONE),
        ("acme", Trait("same_phone", "+44.2079460001", PHONE.many)),
        ("acme", Trait("same_street", PHONE.value, PHONE.many)),
    ],
)
async def test_sites_values_and_kinds_are_counted_apart(site: str, trait: Trait) -> None:
    counted = velocity()
    for _ in range(2):
        await counted.count("acme", [PHONE])
    assert await counted.common(site, [trait]) == set()


async def test_another_hour_begins_anew() -> None:
    now = NOW
    counted = Velocity(QuotaMemory(), Patience(), VAULT.digest, lambda: now)
    for _ in range(2):
        await counted.count("acme", [PHONE])
    now += 3600
    assert await counted.common("acme", [PHONE]) == set()


async def test_nothing_that_somebody_typed_is_in_the_store() -> None:
    storage = QuotaMemory()
    await velocity(storage).count("acme", [PHONE])
    (key,) = storage.storage
    assert PHONE.value[-10:] not in key
    assert key == VAULT.digest("velocity", str(HOUR), "acme", "same_phone", PHONE.value)


class Broken(MemoryStorage):
    """A store that raises, in words that hold a secret."""

    asked = 0

    async def get(self, _key: str) -> int:
        self.asked += 1
        raise ConnectionError("redis://:password@cache refused")


class Hanging(Broken):
    """A store that never answers."""

    async def get(self, _key: str) -> int:
        self.asked += 1
        await asyncio.Event().wait()
        return 0


@pytest.mark.parametrize(("storage", "error"), [(Broken, "ConnectionError"), (Hanging, "TimeoutError")])
async def test_counters_that_do_not_answer_know_of_nothing_and_are_left_alone_for_a_moment(
    storage: type[Broken], error: str
) -> None:
    broken = storage()
    counted = velocity(broken)
    with capture_logs() as lines:
        for _ in range(3):
            assert await counted.common("acme", [PHONE]) == set()
            await counted.count("acme", [PHONE])
    assert lines == [{"event": "velocity_unavailable", "log_level": "warning", "site": "acme", "error": error}]
    assert broken.asked == 1


async def test_who_gives_up_waiting_is_not_taken_for_a_broken_store() -> None:
    waiting = asyncio.create_task(velocity(Hanging()).common("acme", [PHONE]))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
