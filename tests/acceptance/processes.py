"""Real processes of ours: started as an operator starts them, ended as accidents end them."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from cryptography.fernet import Fernet
from sqlalchemy import NullPool, create_engine, make_url, text

from tests.ports import free_port
from tests.unit.forms.visitors import ANSWERS

PATIENCE = 300.0  # seconds after which something hangs: far more than it takes on a busy machine
SITES = """
[sites.acme]
origins = ["https://www.acme.example"]
reply_within = {reply_within}
limits = {{ ip = "{ip}", email = "1000/minute", site = "1000/minute", unverified = "1000/minute" }}
[sites.acme.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
"""


def until(what: Callable[[], Any], message: str, pause: float = 0.02) -> Any:
    """The first true thing that ``what`` gives; AssertionError with ``message`` when it gives none in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(pause)
    raise AssertionError(message)


@dataclass
class Process:
    """A ``gateway`` command under way, listening on a port of its own."""

    command: list[str]
    environment: dict[str, str]
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        outside = ("GATEWAY_", "WHMCS_API_")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
        self.log = Path(self.environment["LOG"]).open("ab")  # noqa: SIM115 - open for as long as the process lives
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *self.command],
            env=clean | {name: value for name, value in self.environment.items() if name != "LOG"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=Path(self.environment["LOG"]).parent,
        )
        # A connection that the server closes in the very moment in which it is used again would fail a test.
        self.http = httpx2.Client(base_url=self.url, timeout=PATIENCE, limits=httpx2.Limits(keepalive_expiry=1))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def wait_until_it_answers(self, path: str) -> None:
        """Return when it answers 200 at ``path``."""

        def answers() -> bool:
            assert self._process.poll() is None, f"{self.command} ended: {Path(self.log.name).read_text()[-2000:]}"
            try:
                return self.http.get(path).status_code == 200
            except httpx2.TransportError:
                return False

        until(answers, f"{self.command} does not answer")

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=PATIENCE)

    def limit_files(self, size: int = resource.RLIM_INFINITY) -> None:
        """From now on none of its files grows beyond ``size`` bytes: to it, the disk is full."""
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def crash(self, number: signal.Signals) -> None:
        """End as a fault in the program would end it."""
        self._process.send_signal(number)
        assert self._process.wait(timeout=PATIENCE) == -number

    def close(self) -> None:
        """Whatever state it is in, it is gone afterwards."""
        if self._process.poll() is None:
            self.kill()
        self.http.close()
        self.log.close()


class Town:
    """A sandbox WHMCS and the gateways that talk to it, over one database."""

    def __init__(self, folder: Path, database_url: str = "", reply_within: float = 20, ip: str = "1000/minute") -> None:
        self.folder = folder
        self.database = folder / "gateway.db"
        self._processes: list[Process] = []
        (folder / "sites.toml").write_text(SITES.format(reply_within=reply_within, ip=ip))
        port = free_port()
        self.whmcs = self._start(["sandbox", "--port", str(port)], {}, port, "/ledger.json")
        url = make_url(database_url or f"sqlite:///{self.database}")
        driver = "sqlite" if not database_url else "postgresql+psycopg"
        self._engine = create_engine(url.set(drivername=driver), poolclass=NullPool)
        self.settings = {
            "WHMCS_API_URL": self.whmcs.url,
            "WHMCS_API_IDENTIFIER": "sandbox",
            "WHMCS_API_SECRET": "sandbox",
            "GATEWAY_SITES_FILE": str(folder / "sites.toml"),
            "GATEWAY_DATABASE_URL": database_url or f"sqlite:///{self.database}",
            "GATEWAY_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "GATEWAY_GATE_LIMIT": "100000/minute",
            "GATEWAY_SIGNUP_LIMIT": "100000/minute",
            "GATEWAY_UNCERTAIN_GRACE": "1",
            "GATEWAY_RETRY_DELAYS": "1,1,1,1,1,1,1,1,1,1",
        }

    def serve(self, **settings: str) -> Process:
        """A gateway that knows its own address, ready for requests."""
        port = free_port()
        known = self.settings | {"GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        return self._start(["serve", "--port", str(port)], known | settings, port, "/healthz")

    def work(self) -> Process:
        """A worker apart from the web."""
        return self._start(["worker"], self.settings, 0, "")

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """A command that ends by itself."""
        outside = ("GATEWAY_", "WHMCS_API_")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=clean | {"COLUMNS": "200"} | self.settings | settings,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            cwd=self.folder,
        )

    def fail(self, mode: str, action: str = "", **options: Any) -> None:
        """Let WHMCS fail in this way."""
        self.whmcs.http.post("/faults", json={"mode": mode, "action": action, **options}).raise_for_status()

    def mend(self) -> None:
        """Let WHMCS work again."""
        self.whmcs.http.delete("/faults").raise_for_status()

    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        """Everything WHMCS has."""
        ledger: dict[str, list[dict[str, Any]]] = self.whmcs.http.get("/ledger.json").json()
        return ledger

    def calls(self, action: str) -> int:
        """How often WHMCS was asked this."""
        return sum(call["action"] == action for call in self.ledger()["calls"])

    def made(self) -> tuple[int, int, int, int]:
        """How many clients, orders, invoices and welcome mails WHMCS has."""
        ledger = self.ledger()
        welcomes = [mail for mail in ledger["mails"] if mail["subject"] == "Welcome"]
        return len(ledger["clients"]), len(ledger["orders"]), len(ledger["invoices"]), len(welcomes)

    def rows(self) -> list[tuple[str, str]]:
        """State and reason of every sign-up, oldest first."""
        rows = self.query("SELECT state, reason FROM submissions ORDER BY created_at")
        return [(state, reason) for state, reason in rows]

    def age_leases(self) -> None:
        """As if the time of all leases had passed while nobody was running."""
        self.query("UPDATE submissions SET lease_until = :now WHERE state = 'sending'", now=time.time())

    def query(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database answers, on a connection of its own."""
        with self._engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def close(self) -> None:
        """End everything."""
        for process in self._processes:
            process.close()

    def _start(self, command: list[str], settings: dict[str, str], port: int, path: str) -> Process:
        process = Process(command, settings | {"LOG": str(self.folder / f"{command[0]}.log")}, port)
        self._processes.append(process)
        if path:
            process.wait_until_it_answers(path)
        return process


def post(gateway: Process, **changes: str) -> httpx2.Response:
    """Post a sign-up as a script would."""
    return gateway.http.post("/v1/acme/signup", data=ANSWERS | changes, headers={"Accept": "application/json"})
