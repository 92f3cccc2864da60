"""The examples as a stranger would put them online: copied, built with their own tools, and served."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from app.guard import new_relay_key
from tests.acceptance.processes import PATIENCE, Process, Town, until
from tests.unit.documents import ROOT

EXAMPLES = ROOT / "examples"
GATEWAY = "https://signup.example.com"  # in every example
LIMITS = 'limits = { ip = "1000/minute", email = "1000/minute", site = "1000/minute", unverified = "1000/minute" }\n'
BUILD_WITHIN = 900.0  # seconds
TYPED = {
    "First name": "Ada",
    "Last name": "Lovelace",
    "Phone number": "+44 20 7946 0000",
    "Street and number": "12 St James's Square",
    "Town or city": "London",
    "State, province or region": "Greater London",
    "Postcode": "SW1Y 4JH",
    "Country": "United Kingdom",
}


class FolderServer:
    """Serves the files of a folder, as any web host does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        handler = partial(_Quiet, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing: what was asked for is no news."""


class NextServer:
    """``next start``, ended with everything that it started."""

    def __init__(self, folder: Path, port: int, relay_key: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = (folder / "next.log").open("wb")
        self._process = subprocess.Popen(
            [str(folder / "node_modules/.bin/next"), "start", "--port", str(port), "--hostname", "127.0.0.1"],
            cwd=folder,
            env=_environment(SIGNUP_RELAY_KEY=relay_key),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until(self._answers, "next does not answer", pause=0.1)

    def _answers(self) -> bool:
        assert self._process.poll() is None, Path(self._log.name).read_text()
        try:
            return httpx2.get(self.url, timeout=PATIENCE).status_code == 200
        except httpx2.TransportError:
            return False

    def close(self) -> None:
        """Stop serving."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()


@contextmanager
def opened(folder: Path, origin: str, **settings: str) -> Iterator[tuple[Town, Process, str]]:
    """A WHMCS, a gateway with the examples' own sites.toml but for the origin, and the relay key of its site."""
    town = Town(folder, reply_within=20)
    try:
        key, known_by = new_relay_key()
        written = (EXAMPLES / "sites.toml").read_text()
        own = f'origins = ["{origin}"]\nrelay_keys = ["{known_by}"]\n{LIMITS}'
        (folder / "sites.toml").write_text(re.sub(r"^origins = .*\n", own, written, flags=re.MULTILINE))
        yield town, town.serve(**settings), key
    finally:
        town.close()


def copied(example: str, folder: Path, gateway: Process) -> Path:
    """The example with the gateway's real address."""
    shutil.copytree(EXAMPLES / example, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    for page in folder.glob("*.html"):
        page.write_text(page.read_text().replace(GATEWAY, gateway.url))
    return folder


def built(example: str, folder: Path, gateway: Process) -> Path:
    """The example, installed from its lock file and built."""
    copied(example, folder, gateway)
    urls = {"PUBLIC_GATEWAY_URL": gateway.url, "NEXT_PUBLIC_GATEWAY_URL": gateway.url}
    for command in (["ci", "--prefer-offline", "--no-audit", "--no-fund"], ["run", "build"]):
        done = subprocess.run(
            [shutil.which("npm") or "npm", *command],
            cwd=folder,
            env=_environment(**urls),
            capture_output=True,
            text=True,
            timeout=BUILD_WITHIN,
            check=False,
        )
        assert done.returncode == 0, f"npm {command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return folder


def need_npm(example: str) -> None:
    """Skip the tests of an example that cannot be built here, or let them fail when REQUIRE_NPM=1."""
    wanted = json.loads((EXAMPLES / example / "package.json").read_text())["engines"]["node"]
    if shutil.which("npm") is None or shutil.which("node") is None:
        reason = f"npm was not found. Install Node.js {wanted}."
    elif _node() < tuple(map(int, re.findall(r"\d+", wanted))):
        reason = f"Node.js {'.'.join(map(str, _node()))} is too old for the example. Install {wanted}."
    else:
        return
    if os.environ.get("REQUIRE_NPM") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _node() -> tuple[int, ...]:
    node = shutil.which("node") or "node"
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


def _environment(**more: str) -> dict[str, str]:
    quiet = {"ASTRO_TELEMETRY_DISABLED": "1", "NEXT_TELEMETRY_DISABLED": "1", "CI": "1"}
    return os.environ | quiet | more


def fill(page: Page, email: str, **changes: str) -> None:
    """Fill in an example's form by its labels."""
    page.get_by_label("Starter").check()
    changed = {name.replace("_", " ").capitalize(): answer for name, answer in changes.items()}
    for label, answer in (TYPED | {"Email address": email} | changed).items():
        page.get_by_label(label, exact=True).fill(answer)
    page.get_by_label("I accept the terms").check()


def send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Create my account").click()


def check_fault(page: Page, label: str = "Phone number") -> None:
    """The gateway refused the phone number, and the page says so beside the field and in a summary with a link."""
    field = page.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("phone", re.IGNORECASE))
    link = page.get_by_role("link", name=re.compile("phone", re.IGNORECASE))
    expect(link).to_have_count(1)
    link.click()
    expect(field).to_be_focused()
    expect(field).to_have_value("12")


def check_made(town: Town, email: str, client_ip: str = "127.0.0.1") -> None:
    """WHMCS has exactly one client with the address, from the visitor's machine, and his one order."""
    ledger = town.ledger()
    [client] = [client for client in ledger["clients"] if client["email"] == email]
    assert client["clientip"] == client_ip
    assert [order["client_id"] for order in ledger["orders"]].count(client["id"]) == 1
