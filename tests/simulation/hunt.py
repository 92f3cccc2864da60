"""Many seeds on every core."""

import gc
import logging
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Final

from tests.simulation.disk import Disk
from tests.simulation.mutants import MUTANTS
from tests.simulation.story import Broken
from tests.simulation.world import simulate

CHUNK: Final = 50  # seeds that a worker takes at a time


@dataclass(frozen=True, slots=True)
class Finding:
    """A seed that broke a promise, and its story."""

    seed: int
    tale: str

    @property
    def promises(self) -> str:
        """What was broken."""
        return self.tale.rpartition("the end ")[2].strip()


def workers() -> int:
    """How many seeds run at once: one on each core."""
    return os.cpu_count() or 1


def hunt(seeds: range, mutant: str | None = None) -> Iterator[tuple[int, list[Finding]]]:
    """How many seeds ran and which of them broke a promise, a chunk after the other, in the order they finish.

    ``mutant`` names the precaution that is left out.
    """
    # Not forked: pytest has threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers(), context, initializer=_settle_in) as pool:
        chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
        running = {pool.submit(_run, chunk, mutant): len(chunk) for chunk in chunks}
        for done in as_completed(running):
            yield running[done], done.result()


def _settle_in() -> None:
    """The story has what matters of the log, and what is imported stays."""
    logging.disable()
    gc.freeze()


def _run(seeds: range, mutant: str | None) -> list[Finding]:
    found, disk = [], Disk()
    build = MUTANTS[mutant].build if mutant else None
    for seed in seeds:
        try:
            simulate(disk, seed, build)
        except Broken as broken:
            found.append(Finding(seed, str(broken)))
    return found
