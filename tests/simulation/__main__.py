"""Long runs: ``python -m tests.simulation --seeds 100000``; one seed and its story: ``--seed N``."""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.disk import Disk
from tests.simulation.story import Broken
from tests.simulation.world import simulate


def main() -> int:
    """Run seeds; the exit status says whether all promises held."""
    options = _options()
    logging.disable()  # the story has what matters
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        disk = Disk(Path(folder))
        if options.seed is not None:
            return _show(disk, options.seed)
        return _hunt(disk, range(options.first, options.first + options.seeds))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="run this one only, and tell its story")
    parser.add_argument("--folder", help="where the database lies; best in memory")
    return parser.parse_args()


def _show(disk: Disk, seed: int) -> int:
    try:
        _say(simulate(disk, seed).tale())
    except Broken as broken:
        _say(str(broken))
        return 1
    return 0


def _hunt(disk: Disk, seeds: range) -> int:
    began, broken = time.monotonic(), []
    for seed in seeds:
        try:
            simulate(disk, seed)
        except Broken as error:
            broken.append(seed)
            _say(f"Seed {seed}: {str(error).rpartition('the end ')[2].strip()}")
        if (seed + 1) % 1000 == 0:
            _say(
                f"{seed + 1 - seeds.start} seeds, {(seed + 1 - seeds.start) / (time.monotonic() - began):.1f} a second"
            )
    _say(f"{len(seeds)} seeds, {len(broken)} broke a promise: {broken}")
    return bool(broken)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
