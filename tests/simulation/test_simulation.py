"""Exactly once, whatever happens: hundreds of made-up hours of bad weather, each of which can be replayed."""

import pytest

from tests.simulation.disk import Disk
from tests.simulation.hunt import Finding, hunt
from tests.simulation.world import simulate

SEEDS = 2000


@pytest.fixture(scope="module")
def disk() -> Disk:
    """For one run after the other."""
    return Disk()


def test_every_promise_is_kept_in_any_weather() -> None:
    found = [finding for _, findings in hunt(range(SEEDS)) for finding in findings]
    if found:
        pytest.fail(_account(found), pytrace=False)


def _account(found: list[Finding]) -> str:
    """All seeds with what they broke, and the whole story of the first."""
    first = min(found, key=lambda finding: finding.seed)
    return "\n".join([*(f"Seed {one.seed}: {one.promises}" for one in found), first.tale])


def test_a_seed_always_tells_the_same_story(disk: Disk) -> None:
    """A promise that was broken once can be looked at as often as it takes."""
    assert [simulate(disk, seed).tale() for seed in range(10)] == [simulate(disk, seed).tale() for seed in range(10)]


def test_the_weather_is_bad_enough(disk: Disk) -> None:
    """Otherwise the promises above would be easily kept."""
    tales = "\n".join(simulate(disk, seed).tale() for seed in range(300))
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
        "outcome=nothing_found",
        "outcome=address_taken",
        "reason=no_mx",
        "takes WHMCS for open",
        "takes WHMCS for half_open",
        "has its clock set",
        "freezes for",
        "and sees: created",
        "and sees: unknown_reference",
        "state=stuck",
        "has done ResetPassword",
        "logs owner_not_mailed",
        "hears: created",
        "hears: invalid_fields",
        "hears: unavailable",
        "hears: lost",
        "hears: offer_used",
        "Retried",
        "Released",
        "Declined",
        "Resolved",
    ]
    assert [event for event in rare if event not in tales] == []
