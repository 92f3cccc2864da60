"""The disk is full, as far as the gateway can tell: its files cannot grow. Then there is room again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.counting import assert_answered_again, assert_kept, bring_to_rest
from tests.acceptance.crowd import Crowd, sign_ups
from tests.acceptance.processes import Process, Town, until

ODD = 5000  # bytes, more than a page and less than two: the last thing that is written is cut in the middle


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A WHMCS and room for a gateway."""
    town = Town(tmp_path, reply_within=1)
    town.settings["GATEWAY_UNCERTAIN_GRACE"] = "5"
    yield town
    town.close()


def fill_the_disk(town: Town, gateway: Process) -> None:
    """Leave room for less than one commit, and none for log lines."""
    room = Path(f"{town.database}-wal").stat().st_size + ODD
    gateway.log.write(bytes(room))
    gateway.log.flush()
    gateway.limit_files(room)


def test_a_full_disk_loses_nothing(town: Town) -> None:
    gateway = town.serve()
    before, during, later = (sign_ups(name, 12) for name in ("before", "during", "later"))
    with Crowd(before, [gateway]) as first:
        pass
    fill_the_disk(town, gateway)
    with Crowd(during, [gateway]) as second:
        second.wait_for(12, status=503)
        assert "unavailable" in {reply.outcome for reply in second.replies}
        assert gateway.http.get("/readyz").status_code == 503
        figures = gateway.http.get("/metrics").text
        assert "signup_database_up 0.0" in figures
        assert 'signup_submissions{state="waiting"}' in figures  # what is on disk can be read all the same
        gateway.limit_files()
        until(lambda: gateway.http.get("/readyz").status_code == 200, "it is not ready again")

    gateways = [gateway]
    fill_the_disk(town, gateway)
    with Crowd(later, gateways) as third:
        third.wait_for(12, status=503)
        assert "unavailable" in {reply.outcome for reply in third.replies}
        gateway.kill()
        with closing(sqlite3.connect(town.database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        town.age_leases()
        gateways[0] = town.serve()

    bring_to_rest(town)
    assert not [*first.unanswered, *second.unanswered]
    promised = [*first.promised, *second.promised, *third.promised]
    assert_kept(town, [*before, *during, *later], promised)
    assert_answered_again(gateways[0], promised)
