"""Gateways killed again and again under load, while WHMCS fails at random; then everything is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.sandbox.modes import MODES, Group
from tests.acceptance.counting import assert_answered_again, assert_kept, bring_to_rest
from tests.acceptance.crowd import Crowd, sign_ups
from tests.acceptance.door import Door
from tests.acceptance.processes import Process, Town

SIGN_UPS = 60
KILLS = 4
# WHMCS changes nothing later than this after a call has ended for its caller. The grace must be longer, and it is so by
# far: on a busy machine all of this comes late.
LATE = 1.0
GRACE = 5
# What a person must look at, by the words in which a submission gets stuck.
REFUSALS = {
    "bad_credentials": "credentials",
    "bad_ip": "ip",
    "no_permission": "role",
    "unknown_error": "other",
    "warning_only": "warning",
}
STUCK_FOR = {*REFUSALS.values(), "order_refused"}
TIMES: dict[str, dict[str, Any]] = {
    "slow": {"seconds": 0.7},
    "late_commit": {"seconds": 0.2, "commit_seconds": 0.2 + LATE},
}


@dataclass(frozen=True, slots=True)
class Weather:
    """How WHMCS fails, changed now and then."""

    town: Town
    door: Door
    chance: Random

    def change(self) -> None:
        """Four faults that strike now and then, perhaps a refusal; or nobody can be reached at all."""
        self.clear()
        for group in (Group.NOTHING_DONE, Group.DONE_UNSEEN, Group.DONE_UNSEEN, Group.DONE_ODDLY):
            mode = self.chance.choice(_faults(group))
            self.town.fail(mode, probability=0.2, seed=self.chance.randrange(1000), **TIMES.get(mode, {}))
        if self.chance.random() < 0.5:
            self.town.fail(self.chance.choice(sorted(REFUSALS)), calls=1)
        if self.chance.random() < 0.25:
            self.door.shut()

    def clear(self) -> None:
        """WHMCS works."""
        self.town.mend()
        self.door.open()


def _faults(group: Group) -> list[str]:
    return [name for name, mode in MODES.items() if mode.group is group and name not in REFUSALS]


@pytest.fixture
def weather(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Weather]:
    """A WHMCS behind a door, over the database that the test asks for."""
    database = request.getfixturevalue(request.param) if request.param else ""
    town = Town(tmp_path, database, reply_within=0.5)
    door = Door(town.whmcs.port)
    town.settings |= {
        "WHMCS_API_URL": f"http://127.0.0.1:{door.port}",
        "GATEWAY_WHMCS_TIMEOUT": "1",
        "GATEWAY_UNCERTAIN_GRACE": str(GRACE),
        "GATEWAY_WHMCS_PACE": "50",
        "GATEWAY_RETRY_DELAYS": ",".join(["1"] * 100),
    }
    yield Weather(town, door, Random(2024))  # noqa: S311 - chance for tests, not for secrets
    door.shut()
    town.close()


@pytest.mark.parametrize("weather", [""], indirect=True)
def test_one_gateway_that_dies_again_and_again_on_sqlite(weather: Weather) -> None:
    _endure(weather, [weather.town.serve()])


@pytest.mark.parametrize("weather", ["postgresql_database"], indirect=True)
def test_two_replicas_that_die_in_turn_on_one_postgresql(weather: Weather) -> None:
    assert weather.town.run("migrate").returncode == 0
    _endure(weather, [weather.town.serve(), weather.town.serve()])


def _endure(weather: Weather, gateways: list[Process]) -> None:
    town, sent = weather.town, sign_ups("ada", SIGN_UPS)
    weather.change()
    with Crowd(sent, gateways) as crowd:
        for kill in range(1, KILLS + 1):
            crowd.wait_for(kill * SIGN_UPS // (KILLS + 1))
            weather.change()
            _kill_one(weather, gateways)
    for gateway in gateways:
        gateway.kill()
    town.age_leases()
    weather.clear()
    last = town.serve()
    bring_to_rest(town, STUCK_FOR)
    assert_kept(town, sent, crowd.promised)
    assert_answered_again(last, crowd.promised)


def _kill_one(weather: Weather, gateways: list[Process]) -> None:
    doomed = weather.chance.randrange(len(gateways))
    gateways[doomed].kill()
    if len(gateways) == 1 and weather.chance.random() < 0.5:  # a lease holds only while its holder may live
        weather.town.age_leases()
    gateways[doomed] = weather.town.serve()
