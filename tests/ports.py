"""Ports for processes that are yet to start.

A port that was free a moment ago may be somebody else's by then. So each of the processes that run tests side by side
has ports of its own, and goes through all of them before one comes again.
"""

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack

HOST = "127.0.0.1"
_STRETCH = range(12_000, 32_000, 3)  # below what systems hand out by themselves, above what browsers shun


def own_stretch(worker: int, workers: int) -> range:
    """The first of each three ports that are this worker's alone; workers are counted from 0.

    One that takes the place of a worker that crashed shares them with another: it has a number beyond the rest.
    """
    return _STRETCH[worker % workers :: workers]


def _endless() -> Iterator[int]:
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    mine = own_stretch(int(number), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    begin = os.getpid() * 7 % len(mine)  # where another run, beside this one, most likely does not
    return itertools.cycle([*mine[begin:], *mine[:begin]])


_next = _endless()


def three_free_ports() -> int:
    """The first of three free ports in a row."""
    found = next(filter(_are_free, itertools.islice(_next, len(_STRETCH))), None)
    assert found is not None, "there are no three free ports in a row"
    return found


def free_port() -> int:
    """A free port, which comes with two more that nobody else gets."""
    return three_free_ports()


def _are_free(first: int) -> bool:
    with ExitStack() as held:
        try:
            for port in range(first, first + 3):
                held.enter_context(socket.create_server((HOST, port)))
        except OSError:
            return False
    return True
