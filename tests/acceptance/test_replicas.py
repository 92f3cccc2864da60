"""Two gateways on one PostgreSQL and one Valkey."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, Town, post, until


@pytest.fixture
def town(tmp_path: Path, postgresql_database: str) -> Iterator[Town]:
    """A WHMCS and an empty PostgreSQL database."""
    town = Town(tmp_path, database_url=postgresql_database, ip="6/minute")
    yield town
    town.close()


def replicas(town: Town, **settings: str) -> list[Process]:
    """Two gateways over the same database."""
    assert "gateway migrate" in town.run("serve").stderr
    assert town.run("migrate").returncode == 0
    return [town.serve(**settings) for _ in range(2)]


def test_a_flood_of_one_sign_up_over_two_replicas_makes_one_client(town: Town) -> None:
    gateways = replicas(town)
    with ThreadPoolExecutor(10) as visitors:
        replies = list(visitors.map(lambda number: post(gateways[number % 2], plan="starter"), range(20)))
    assert {reply.status_code for reply in replies} <= {201, 202}
    assert len({reply.json()["reference"] for reply in replies}) == 1
    until(lambda: town.made() == (1, 1, 1, 1), "not one client with one order")


def test_what_a_killed_replica_had_not_sent_is_sent_by_the_other(town: Town) -> None:
    first, _second = replicas(town)
    town.fail("waf_403", action="AddClient")
    for number in range(3):
        assert post(first, email=f"ada{number}@example.com").status_code == 202
    first.kill()
    town.age_leases()  # it may have begun to try again
    town.mend()
    until(lambda: town.made()[0] == 3, "the other replica did not take over")
    assert town.made() == (3, 0, 0, 3)


def test_replicas_share_their_quotas_in_valkey(town: Town, valkey: str) -> None:
    gateways = replicas(town, GATEWAY_REDIS_URL=valkey)
    statuses = [post(gateways[number % 2], email=f"ada{number}@example.com").status_code for number in range(12)]
    assert set(statuses[:6]) <= {201, 202}  # a busy machine makes visitors wait longer than they want to
    assert set(statuses) <= {201, 202, 429}
    # Each time that Valkey is late one passes that is one too many; counting for themselves, the two would take all.
    assert 429 in statuses[6:]
