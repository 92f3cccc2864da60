"""``gateway demo``: gateway, marketing site and stand-in WHMCS as three processes, and what to click."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from cryptography.fernet import Fernet

from app.sandbox.site import create_site

HOST = "127.0.0.1"
START_WITHIN = 120.0  # seconds; a part that ends instead is noticed at once

_SITES = """\
[sites.demo]
origins = ["http://{host}:{site}", "http://localhost:{site}"]
success_url = "http://{host}:{site}/welcome"
error_url = "http://{host}:{site}/signup"
hosted_form = true
checkout = "sso"
login_url = "http://{host}:{sandbox}/login"
name = "Larkmoor Hosting"
accent = "#0b6358"
required = ["terms"]
tlds = ["com", "net", "org", "co.uk", "example"]
limits = {{ ip = "100/minute", email = "100/minute", site = "1000/minute" }}

[sites.demo.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
domain_actions = ["register", "transfer", "own"]

[sites.demo.plans.business]
pid = 2
billing_cycle = "monthly"
payment_method = "stripe"
domain_actions = ["register", "transfer", "own"]
"""

_WELCOME = """
  The gateway, a marketing site and a stand-in WHMCS are running. Nothing of this is real, and nothing is kept.

    1. Look for a domain, choose a plan, and sign up
                                     http://{host}:{site}/
       or begin at the form          http://{host}:{site}/plain
       or the one with a script      http://{host}:{site}/scripted
       or the gateway's own          http://{host}:{gateway}/v1/demo
       and pay the invoice that you end at; no money moves.
    2. See the client and its mail   http://{host}:{sandbox}/
       and make WHMCS fail there, to see what the visitor gets then.
    3. Copy the code of a form       http://{host}:{gateway}/v1/demo/snippets

  The gateway itself answers at      http://{host}:{gateway}/readyz
  Ctrl-C ends everything.
"""


def run(port: int) -> int:
    """Run the demo on three ports from ``port`` on until interrupted; the exit status."""
    ports = {"gateway": port, "site": port + 1, "sandbox": port + 2}
    if busy := [number for number in ports.values() if not _is_free(number)]:
        names = ", ".join(map(str, busy))
        which = f"Port {names} is" if len(busy) == 1 else f"Ports {names} are"
        print(f"{which} in use. Choose others: make demo PORT=9000, or gateway demo --port 9000.", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell may have told us to ignore the first
        signal.signal(number, _interrupt)
    with tempfile.TemporaryDirectory(prefix="gateway-demo-") as folder, ExitStack() as running:
        try:
            commands = _commands(Path(folder), ports)
            processes = [running.enter_context(_process(*command, folder)) for command in commands]
            if not all(_answers(number, processes) for number in ports.values()):
                print("The demo did not start; the lines above say why.", file=sys.stderr)
                return 1
            print(_WELCOME.format(host=HOST, **ports), flush=True)
            while all(process.poll() is None for process in processes):
                time.sleep(0.2)
            print("A part of the demo ended by itself; the lines above say why.", file=sys.stderr)
        except KeyboardInterrupt:
            for number in (signal.SIGINT, signal.SIGTERM):  # once is enough; what follows must not be cut short
                signal.signal(number, signal.SIG_IGN)
            for process in processes:  # all at once: the gateway may be waiting for a WHMCS that was told to hang
                process.terminate()
            print("\nStopping.", flush=True)
            return 0
    return 1


def serve_site(port: int, *, gateway_port: int, sandbox_port: int) -> None:
    """Serve the marketing site."""
    site = create_site(gateway_url=f"http://{HOST}:{gateway_port}", sandbox_url=f"http://{HOST}:{sandbox_port}")
    uvicorn.run(site, host=HOST, port=port, log_level="warning", access_log=False)


def _commands(folder: Path, ports: dict[str, int]) -> Iterator[tuple[dict[str, str], list[str]]]:
    sites = folder / "sites.toml"
    sites.write_text(_SITES.format(host=HOST, **ports))
    yield {}, ["sandbox", "--port", str(ports["sandbox"])]
    yield {}, ["demo-site", str(ports["site"]), str(ports["gateway"]), str(ports["sandbox"])]
    settings = {
        "WHMCS_API_URL": f"http://{HOST}:{ports['sandbox']}",
        "WHMCS_API_IDENTIFIER": "sandbox",
        "WHMCS_API_SECRET": "sandbox",
        "GATEWAY_SITES_FILE": str(sites),
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "GATEWAY_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "GATEWAY_UNCERTAIN_GRACE": "10",
        "GATEWAY_LOG_FORMAT": "text",
        "GATEWAY_PUBLIC_URL": f"http://{HOST}:{ports['gateway']}",
        "GATEWAY_SNIPPETS": "true",
    }
    yield settings, ["serve", "--port", str(ports["gateway"])]


@contextmanager
def _process(settings: dict[str, str], arguments: list[str], folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """A part of the demo; ended, gently and then not, on leaving."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "WHMCS_API_"))}
    command = [sys.executable, "-m", "app.cli", *arguments]
    # A session of its own: Ctrl-C reaches this process only, which then ends the parts in order. A folder of its own:
    # the .env of somebody's real gateway has no place here.
    process = subprocess.Popen(command, env=clean | settings, cwd=folder, start_new_session=True)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _answers(port: int, processes: list[subprocess.Popen[bytes]]) -> bool:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.05)
    return False


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
