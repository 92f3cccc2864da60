"""The two services that are compared, each a real process, and the sign-up that both are sent."""

import base64
import itertools
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.processes import Running, running
from tests.ports import HOST, free_port

GATEWAY_PATH = "/v1/bench/signup"
RELAY_PATH = "/signup"
CATALOG_PATH = "/v1/bench/catalog"
_KEY = base64.urlsafe_b64encode(b"a key of the bench, not a secret").decode()  # a second start must open the database
_SITES = """\
[sites.bench]
origins = ["https://www.example.com"]
[sites.bench.limits]
ip = "1000000/10 minutes; 1000000/day"
email = "3/hour"
site = "1000000/minute"
unverified = "1000000/minute"
"""
_PLANS = """\
[sites.bench.plans.starter]
pid = 1
billing_cycle = "annually"
payment_method = "stripe"
[sites.bench.plans.business]
pid = 2
billing_cycle = "annually"
payment_method = "stripe"
"""
_FORM = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "phone": "+1 212 555 0123",
    "address1": "12 St James's Square",
    "city": "New York",
    "state": "New York",
    "postcode": "10001",
    "country": "US",
}
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n"
    "Origin: https://www.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def gateway(
    folder: Path,
    whmcs_port: int,
    cores: frozenset[int],
    gate_limit: str = "1000000/minute",
    *,
    plans: str = "",
    credential: str = "bench",
) -> AbstractContextManager[Running]:
    """`gateway serve` as it ships, with SQLite in ``folder``; all but the gate's limit are out of reach.

    This machine is a trusted proxy, so that each request can name the address it is from.
    """
    sites = folder / "sites.toml"
    sites.write_text(_SITES + plans, encoding="utf-8")
    settings = {
        "WHMCS_API_URL": f"http://{HOST}:{whmcs_port}",
        "WHMCS_API_IDENTIFIER": credential,
        "WHMCS_API_SECRET": credential,
        "GATEWAY_SITES_FILE": str(sites),
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "GATEWAY_ENCRYPTION_KEYS": _KEY,
        "GATEWAY_GATE_LIMIT": gate_limit,
        "GATEWAY_SIGNUP_LIMIT": "1000000/minute",
        "GATEWAY_TRUSTED_PROXIES": HOST,
    }
    port = free_port()
    command = ["-m", "app.cli", "serve", "--port", str(port)]
    return running("gateway", command, port=port, folder=folder, cores=cores, settings=settings)


def shop(folder: Path, whmcs_port: int, cores: frozenset[int]) -> AbstractContextManager[Running]:
    """The same with two plans of what the sandbox sells."""
    return gateway(folder, whmcs_port, cores, plans=_PLANS, credential="sandbox")


def relay(folder: Path, whmcs_port: int, cores: frozenset[int]) -> AbstractContextManager[Running]:
    """The plain relay under uvicorn's defaults."""
    settings = {"RELAY_WHMCS_URL": f"http://{HOST}:{whmcs_port}/includes/api.php"}
    port = free_port()
    command = ["-m", "uvicorn", "--factory", "tests.bench.relay:create_app", "--port", str(port)]
    return running("relay", command, port=port, folder=folder, cores=cores, settings=settings)


def bare(folder: Path, cores: frozenset[int]) -> AbstractContextManager[Running]:
    """The application that answers 429 and does nothing else, under uvicorn's defaults but for its access log."""
    port = free_port()
    command = ["-m", "uvicorn", "tests.bench.bare:answer", "--port", str(port), "--no-access-log"]
    return running("bare", command, port=port, folder=folder, cores=cores, settings={})


def whmcs(folder: Path, cores: frozenset[int]) -> AbstractContextManager[Running]:
    """The WHMCS that answers at once."""
    port = free_port()
    command = ["-m", "tests.bench.whmcs", str(port)]
    return running("whmcs", command, port=port, folder=folder, cores=cores, settings={})


def sandbox(folder: Path, cores: frozenset[int]) -> AbstractContextManager[Running]:
    """The stand-in WHMCS, which lists the calls that it got."""
    port = free_port()
    command = ["-m", "app.cli", "sandbox", "--port", str(port)]
    return running("sandbox", command, port=port, folder=folder, cores=cores, settings={}, health="/ledger.json")


def sign_ups(path: str, visitors: Iterable[str] = ()) -> Iterator[bytes]:
    """Requests, each with an e-mail address of its own: one from each of ``visitors``, or without end from nobody."""
    before, after = (part.encode() for part in urlencode({"email": "@", **_FORM}).split("%40", 1))
    address = b"visitor%010d%%40example.com"
    length = len(before) + len(address % 0) + len(after)
    head = _HEAD.format(path=path, host=HOST, length=length)
    heads = (head.replace("\r\n\r\n", f"\r\nX-Forwarded-For: {visitor}\r\n\r\n").encode() for visitor in visitors)
    return (
        one + before + address % number + after
        for number, one in enumerate(heads if visitors else itertools.repeat(head.encode()))
    )
