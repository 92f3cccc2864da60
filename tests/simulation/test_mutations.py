"""The simulation notices: each mutant is the gateway with one precaution left out."""

import pytest

from tests.simulation.disk import Disk
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.story import Broken
from tests.simulation.world import simulate

ENOUGH = 1000  # seeds among which every one of them must be caught


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_precaution_left_out_is_noticed(mutant: Mutant) -> None:
    disk = Disk()
    assert any(mutant.breaks in _broken(disk, seed, mutant) for seed in range(ENOUGH))


def _broken(disk: Disk, seed: int, mutant: Mutant) -> str:
    try:
        simulate(disk, seed, mutant.build)
    except Broken as broken:
        return str(broken)
    return ""
