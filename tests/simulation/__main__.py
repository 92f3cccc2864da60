"""Many seeds: ``python -m tests.simulation --seeds 100000``; one seed and its story: ``--seed N``.

``--mutants`` says for each precaution how many of the seeds notice that it is left out.
"""

import argparse
import logging
import sys
import time
from typing import Final

from tests.simulation.disk import Disk
from tests.simulation.hunt import hunt, workers
from tests.simulation.mutants import MUTANTS
from tests.simulation.story import Broken
from tests.simulation.world import simulate

_BREATH: Final = 5.0  # seconds between two lines of progress


def main() -> int:
    """Run seeds; the exit status says whether all promises held."""
    options = _options()
    if options.seed is not None:
        return _show(options.seed, options.mutant)
    seeds = range(options.first, options.first + options.seeds)
    return _compare(seeds) if options.mutants else _hunt(seeds, options.mutant)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="run this one only, and tell its story")
    parser.add_argument("--mutant", choices=MUTANTS, help="leave out this precaution")
    parser.add_argument("--mutants", action="store_true", help="leave out one precaution after the other")
    return parser.parse_args()


def _show(seed: int, mutant: str | None) -> int:
    logging.disable()
    try:
        _say(simulate(Disk(), seed, MUTANTS[mutant].build if mutant else None).tale())
    except Broken as broken:
        _say(str(broken))
        return 1
    return 0


def _hunt(seeds: range, mutant: str | None) -> int:
    began = said = time.monotonic()
    done, broken = 0, []
    for count, findings in hunt(seeds, mutant):
        done += count
        for finding in findings:
            broken.append(finding.seed)
            _say(f"Seed {finding.seed}: {finding.promises}")
        if time.monotonic() - said > _BREATH:
            said = time.monotonic()
            _say(f"{done} of {len(seeds)} seeds, {done / (said - began):.1f} a second, {len(broken)} broke a promise")
    seconds = time.monotonic() - began
    _say(f"{done} seeds in {seconds:.0f} s on {workers()} cores, {done / seconds:.1f} a second.")
    _say(
        f"{len(broken)} broke a promise: {sorted(broken)}. See one again with --seed."
        if broken
        else "All promises held."
    )
    return bool(broken)


def _compare(seeds: range) -> int:
    for name, mutant in MUTANTS.items():
        found = (finding for _, findings in hunt(seeds, name) for finding in findings)
        caught = sum(mutant.breaks in finding.promises for finding in found)
        _say(f"{name:<40} noticed by {caught} of {len(seeds)} seeds")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
