"""Views of a site's prices: how many the gateway answers, and how often WHMCS is asked for them meanwhile."""

import asyncio
import itertools
import json
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.bench import load, services
from tests.bench.cores import Cores, pinned
from tests.bench.processes import Running
from tests.ports import HOST

CONNECTIONS = 16
_WARM_UP = 1.0  # seconds
_VIEW = "GET {path} HTTP/1.1\r\nHost: bench\r\nOrigin: https://www.example.com\r\n{more}\r\n"


@dataclass(frozen=True, slots=True)
class Viewed:
    """Replies a second of one kind, and CPU milliseconds of the server for each; ``others`` are all other replies."""

    rate: float
    cpu_ms: float | None
    others: int


@dataclass(frozen=True, slots=True)
class Views:
    """The gateway's whole answers (200), its answers that nothing changed (304), and a bare server's; ``asked`` counts
    what WHMCS was asked from the first view to the last, in these ``seconds``."""

    whole: Viewed
    unchanged: Viewed
    bare: Viewed
    seconds: float
    asked: Counter[str]


def measure_views(folder: Path, seconds: float, cores: Cores) -> Views:
    """View the prices for ``seconds`` of each kind. Raises NotStarted."""
    with ExitStack() as stack:
        bare = stack.enter_context(services.bare(folder, cores.measured))
        whmcs = stack.enter_context(services.sandbox(folder, cores.load))
        gateway = stack.enter_context(services.shop(folder, whmcs.port, cores.measured))
        stack.enter_context(pinned(cores.load))
        tag = _entity_tag(gateway)
        began = time.monotonic()
        whole = _viewed(gateway, services.CATALOG_PATH, "", 200, seconds)
        unchanged = _viewed(gateway, services.CATALOG_PATH, f"If-None-Match: {tag}\r\n", 304, seconds)
        took = time.monotonic() - began
        return Views(whole, unchanged, _viewed(bare, "/", "", 429, seconds), took, _asked(whmcs))


def _viewed(server: Running, path: str, more: str, status: int, seconds: float) -> Viewed:
    requests = itertools.repeat(_VIEW.format(path=path, more=more).encode())
    before = server.cpu_seconds()
    viewing = load.post(
        requests, host=HOST, port=server.port, connections=CONNECTIONS, warm_up=_WARM_UP, seconds=seconds
    )
    tally = asyncio.run(viewing)
    after, replies = server.cpu_seconds(), tally.statuses.total()
    each = None if before is None or after is None else 1000 * (after - before) / replies
    return Viewed(tally.rate(), each, replies - tally.statuses[status])


def _entity_tag(gateway: Running) -> str:
    """From the first view, which has WHMCS asked."""
    connection = HTTPConnection(HOST, gateway.port, timeout=30)
    connection.request("GET", services.CATALOG_PATH)
    reply = connection.getresponse()
    return reply.headers["ETag"]


def _asked(whmcs: Running) -> Counter[str]:
    """How often WHMCS was asked each thing, but for whether it is there."""
    connection = HTTPConnection(HOST, whmcs.port, timeout=30)
    connection.request("GET", "/ledger.json")
    calls = json.loads(connection.getresponse().read())["calls"]
    return Counter(call["action"] for call in calls if call["action"] != "WhmcsDetails")
