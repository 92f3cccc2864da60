"""A process under measurement: started on its core, waited for, asked for its memory and CPU time, ended."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.cores import pinned
from tests.ports import HOST

ROOT = Path(__file__).parents[2]
_START_WITHIN = 30.0  # seconds
_HEALTH = b"GET %b HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"


class NotStarted(Exception):
    """The process ended, or did not answer in time; the message holds the end of what it printed."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process that answers on ``port``; ``seconds_to_start`` from its start to the first good /healthz."""

    name: str
    pid: int
    port: int
    seconds_to_start: float

    def resident_mib(self) -> float | None:
        """Resident memory in MiB; None where the system does not say."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        except OSError:
            return None
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_seconds(self) -> float | None:
        """CPU time so far, user and system; None where the system does not say."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return None
        # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name in brackets may hold blanks.
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(
    name: str,
    arguments: Sequence[str],
    *,
    port: int,
    folder: Path,
    cores: frozenset[int],
    settings: Mapping[str, str],
    health: str = "/healthz",
) -> Iterator[Running]:
    """Run ``python ARGUMENTS`` in ``folder`` until the block ends, once ``health`` answers. Raises NotStarted.

    What is configured on this machine, in the environment or in a ``.env``, does not reach it.
    """
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("GATEWAY_", "WHMCS_API_"))}
    log = folder / f"{name}.log"
    with log.open("wb") as output, pinned(cores):
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**clean, "PYTHONPATH": str(ROOT), **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_health(process, port, health, log)
        yield Running(name, process.pid, port, time.perf_counter() - began)
    finally:
        _end(process)


def _wait_for_health(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if _is_healthy(port, path):
            return
        time.sleep(0.005)
    raise NotStarted(log.read_text(encoding="utf-8", errors="replace")[-2000:])


def _is_healthy(port: int, path: str) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=5) as connection:
            connection.sendall(_HEALTH % path.encode())
            return b" 200 " in connection.recv(1024)
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
