"""``python -m tests.bench``: sign-ups per second, the cost of storing one, start-up, memory and floods, as ratios."""

import argparse
import platform
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench.comparing import compare, restart
from tests.bench.cores import Cores, choose_cores, load_before
from tests.bench.flooding import CONNECTIONS, GATE_LIMIT, measure_floods
from tests.bench.processes import NotStarted
from tests.bench.report import Report, add_floods, add_sign_ups, add_start, add_storing, add_views
from tests.bench.storing import Stored, measure_storing, postgresql
from tests.bench.views import measure_views

_HOW = """\
How: {version}, {system}, all on this machine; {cores}; {seconds:g} s a figure after a warm-up.
Busy before the run: {busy}. Anything much above nought makes both sides slower; CPU time suffers least.
WHMCS is a responder that answers AddClient at once. The gateway is `gateway serve` with SQLite on {folder} and limits
that nobody reaches; every post has an e-mail address of its own and is answered once WHMCS has. The plain relay is
tests/bench/relay.py: FastAPI and httpx2, it stores nothing. Latency is seen by the visitor, over kept-alive
connections. The ratio is the first figure over the second: read it, not the figures, and run twice. Where the load
needs nearly all of its core, it is the load that was measured. Growth is counted after a tenth as many posts."""


_HOW_VIEWS = """\
How: the same, with two plans of the stand-in WHMCS (`gateway sandbox`), whose list of calls is read at the end. Each
view is GET /v1/bench/catalog over a kept-alive connection; "not modified" names the entity tag that it has already.
What WHMCS said is shown for five minutes before it is asked again. Bare uvicorn answers without looking."""
_HOW_FLOODS = """\
How: the same machine and the same gateway but for GATEWAY_GATE_LIMIT={limit}, which each address of the flood has used
up before; {flooders} kept-alive connections post sign-ups from a process of their own, and this machine is a trusted
proxy that names the addresses in X-Forwarded-For. An honest visitor comes on a new connection and from a new address,
five a second for {seconds:g} s. Bare uvicorn answers 429 without looking: tests/bench/bare.py."""


def main() -> None:
    """Measure, and print a table each for sign-ups, for views of prices and for floods."""
    given = _arguments()
    cores, busy, console = choose_cores(), load_before(), Console(width=max(100, Console().width))
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        if given.views:
            return _measure_views(given, Path(name), cores, console)
        if not given.flood:
            _measure_sign_ups(given, Path(name), cores, busy, console)
            _measure_views(given, Path(name), cores, console)
        return _measure_floods(5.0 if given.quick else given.flood_seconds, Path(name), cores, console)


def _measure_sign_ups(given: argparse.Namespace, folder: Path, cores: Cores, busy: str, console: Console) -> None:
    connections: list[int] = given.connections
    seconds: float = 1.0 if given.quick else given.seconds
    watched, report = 1_000 if given.quick else 20_000, Report()
    with console.status("Posting sign-ups ..."):
        gateway, relay, growth = compare(folder, connections, seconds, watched, cores)
        again = restart(folder, cores)
    with console.status("Storing sign-ups ..."):
        sqlite, beside = _storing(folder, connections, seconds, cores)
    add_sign_ups(report, connections, gateway, relay)
    add_storing(report, connections, sqlite, beside)
    add_start(report, gateway, relay, again, growth)
    console.print(report.table)
    console.print(_how(seconds, folder, cores, busy), highlight=False, soft_wrap=True)


def _measure_views(given: argparse.Namespace, folder: Path, cores: Cores, console: Console) -> None:
    report = Report()
    with console.status("Looking at prices ..."):
        add_views(report, measure_views(folder, 1.0 if given.quick else 2 * given.seconds, cores))
    console.print(report.table)
    console.print(_HOW_VIEWS, highlight=False, soft_wrap=True)


def _measure_floods(seconds: float, folder: Path, cores: Cores, console: Console) -> None:
    report = Report()
    with console.status("Flooding ..."):
        add_floods(report, measure_floods(folder, seconds, cores))
    console.print(report.table)
    how = _HOW_FLOODS.format(limit=GATE_LIMIT, flooders=CONNECTIONS, seconds=seconds)
    console.print(how, highlight=False, soft_wrap=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the gateway on this machine.")
    parser.add_argument("--seconds", type=_seconds, default=3.0, help="for each figure, at most 10 (default: 3)")
    parser.add_argument(
        "--connections",
        type=_connections,
        default=[1, 16, 64],
        metavar="N,N",
        help="how many at once, from 1 to 256 each, at most 4 of them (default: 1,16,64)",
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--flood", action="store_true", help="the table for floods only")
    only.add_argument("--views", action="store_true", help="the table for views of prices only")
    parser.add_argument(
        "--flood-seconds", type=_flood_seconds, default=40.0, help="for each flood, at most 300 (default: 40)"
    )
    parser.add_argument("--quick", action="store_true", help="one second for each figure, memory over 1,000 posts")
    return parser.parse_args()


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.5 <= seconds <= 10:
        raise argparse.ArgumentTypeError("give 0.5 to 10 seconds")
    return seconds


def _flood_seconds(text: str) -> float:
    seconds = float(text)
    if not 2 <= seconds <= 300:
        raise argparse.ArgumentTypeError("give 2 to 300 seconds")
    return seconds


def _connections(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",")]
    if len(numbers) > 4 or not all(1 <= number <= 256 for number in numbers):
        raise argparse.ArgumentTypeError("give at most four numbers from 1 to 256, like 1,16,64")
    return numbers


def _storing(folder: Path, connections: list[int], seconds: float, cores: Cores) -> tuple[list[Stored], list[Stored]]:
    """On SQLite, and on PostgreSQL where there is one."""
    sqlite = measure_storing(f"sqlite:///{folder / 'storing.db'}", connections, seconds, cores)
    with postgresql(folder, cores) as url:
        return sqlite, [] if url is None else measure_storing(url, connections, seconds, cores)


def _how(seconds: float, folder: Path, cores: Cores, busy: str) -> str:
    return _HOW.format(
        version=f"{platform.python_implementation()} {platform.python_version()}",
        system=platform.system(),
        cores=cores,
        busy=busy,
        seconds=seconds,
        folder=folder.parent,
    )


if __name__ == "__main__":
    try:
        main()
    except NotStarted as error:
        sys.exit(f"A service did not start. It said:\n{error}")
