"""Exactly once, whatever happens: hundreds of made-up hours of bad weather, each of which can be replayed."""

from collections.abc import Iterator

import pytest

from tests.simulation.disk import Disk
from tests.simulation.story import Broken
from tests.simulation.world import simulate

SEEDS = 500
CHUNK = 50


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A database for one run after the other."""
    disk = Disk(tmp_path_factory.mktemp("simulation"))
    yield disk
    disk.close()


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_promise_is_kept_in_any_weather(disk: Disk, first: int) -> None:
    for seed in range(first, first + CHUNK):
        try:
            simulate(disk, seed)
        except Broken as broken:
            pytest.fail(str(broken), pytrace=False)


def test_a_seed_always_tells_the_same_story(disk: Disk) -> None:
    """A promise that was broken once can be looked at as often as it takes."""
    assert [simulate(disk, seed).tale() for seed in range(10)] == [simulate(disk, seed).tale() for seed in range(10)]


def test_the_weather_is_bad_enough(disk: Disk) -> None:
    """Otherwise the promises above would be easily kept."""
    tales = "\n".join(simulate(disk, seed).tale() for seed in range(CHUNK))
    rare = [
        "DIES just before a commit",
        "DIES just after a commit",
        "DIES just before a call",
        "DIES just after a reply",
        "DIES after stopping",
        "does not hear of its commit",
        "attempt_lost",
        "late_commit",
        "reason=read_timeout",
        "reason=lease_expired",
        "outcome=NothingFound",
        "outcome=AddressTaken",
        "state=stuck",
        "hears: created",
        "hears: unavailable",
        "hears: lost",
        "Retried",
        "Released",
    ]
    assert [event for event in rare if event not in tales] == []
