"""A gateway over a real SQLite, on a clock that moves only while everybody waits: hours of work in seconds."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event, insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from app.attempt import Attempts
from app.delivery import Gateway
from app.guard import Count, Quotas, Visit
from app.letter import Letter
from app.pulse import Pulse
from app.screening import Screening
from app.slots import Slots
from app.store import Archive, Store
from app.store.engine import open_engine
from app.store.migrate import migrate
from app.store.table import events, submissions, to_row
from app.store.writer import Writer
from app.submissions import Rules, State, Submission
from app.vault import Vault
from app.whmcs import Breaker, Credentials, Reply, Unavailable, Whmcs
from app.worker import Worker
from tests.simulation.loop import VirtualLoop
from tests.unit.forms import visitors
from tests.unit.playing import virtual_loop, virtual_runner

T = TypeVar("T")
EPOCH = 1_800_000_000.0
SECONDS = 1 / 32  # that WHMCS takes for a call; times that floats hold exactly, for a clock that never creeps


class Calls:
    """WHMCS: makes a client of everything, or is out of reach. Keeps the time and name of each call."""

    deadline = 45.0

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.down = False
        self.log: list[tuple[float, str, str]] = []

    async def post(self, body: bytes) -> Reply:
        """One call."""
        sent = parse_qs(body.decode())
        marker = re.search(r"\[signup:(\w+)\]", sent.get("notes", [""])[0])
        self.log.append((self._loop.time(), sent["action"][0], marker[1] if marker else ""))
        await asyncio.sleep(SECONDS)
        if self.down:
            raise Unavailable("connection_refused")
        answer = {"result": "success", "clientid": len(self.log), "whmcs": {"version": "8.13.1"}}
        return Reply(200, "application/json", json.dumps(answer).encode())

    def times(self, action: str, prefix: str = "") -> list[float]:
        """When calls of this command were made, for sign-ups whose reference begins in this way."""
        return [when for when, name, about in self.log if name == action and about.startswith(prefix)]


class VirtualGateway:
    """One process, with its worker not running yet."""

    def __init__(self, folder: Path, *, pace: float, slots: int = 6) -> None:
        self.loop = virtual_loop()
        self.whmcs = Calls(self.loop)
        self.store = _AtOnceStore(_engine(folder))
        self.site = visitors.site(reply_within=5)
        self.slots = Slots(slots)
        self.breaker = Breaker(self.loop.time, spread=lambda: 1.0)
        self.vault = Vault([SecretStr(Fernet.generate_key().decode())], b"pepper")
        whmcs = Whmcs(self.whmcs, Credentials("sandbox", "sandbox"), self.breaker)
        sites = {self.site.key: self.site}
        attempts = Attempts(
            sites=sites,
            store=self.store,
            vault=self.vault,
            whmcs=whmcs,
            rules=Rules(jitter=lambda: 1.0),
            lease=150.0,
            takes_mail=_takes_mail,
            clock=self.clock,
        )
        self.worker = Worker(
            sites=sites,
            store=self.store,
            attempts=attempts,
            slots=self.slots,
            pulse=Pulse(whmcs, self.breaker, self.loop.time),
            pace=pace,
            clock=self.clock,
        )
        self.gateway = Gateway(
            sites=sites,
            store=self.store,
            vault=self.vault,
            screening=Screening(),
            quotas=_Unlimited(),
            attempts=attempts,
            slots=self.slots,
            breaker=self.breaker,
            clock=self.clock,
        )

    def clock(self) -> float:
        """Seconds since the epoch."""
        return EPOCH + self.loop.time()

    def fill(self, number: int, *, age: float = 3600.0, prefix: str = "old") -> None:
        """Put so many waiting rows on disk, the first one ``age`` seconds ago and longest due; the last one first.

        No reference that the gateway draws begins like theirs: it has no letter l.
        """
        sealed = self.vault.seal(Letter(visitors.form(self.site), "198.51.100.7").to_bytes())
        width = 20 - len(prefix)
        rows = [
            to_row(_waiting(f"{prefix}{one:0{width}}", EPOCH - age + one / number, sealed)) for one in range(number)
        ]
        with self.store.engine.begin() as connection:
            connection.execute(insert(submissions), rows[::-1])

    async def sign_up(self, number: int) -> tuple[State, float]:
        """Where a visitor's sign-up stands when the answer comes, and after how many seconds that is."""
        began = self.loop.time()
        form = visitors.form(self.site, {"email": f"ada{number}@example.com"})
        stored = await self.gateway.submit(self.site, form, Visit("198.51.100.7"))
        return stored.state, self.loop.time() - began

    def run(self, story: Callable[[], Awaitable[T]]) -> T:
        """Work while the story is told, then stop; what the story returns."""

        async def whole() -> T:
            worker = asyncio.create_task(self.worker.run())
            told = await story()
            self.worker.stop()
            await worker
            await self.slots.drain(patience=60)
            return told

        with virtual_runner(self.loop) as runner:
            try:
                return runner.run(whole())
            finally:
                self.store.engine.dispose()

    async def none_left(self) -> None:
        """Return when nothing waits any more."""
        while (await self.store.archive.counts())[State.WAITING]:
            await asyncio.sleep(1)


class _AtOnceWriter(Writer):
    """Commits in the caller's thread: another one would have a clock of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._journal = insert(events)

    async def read(self, operation: Callable[[Connection], T]) -> T:
        return await self.run(operation)

    async def run(self, operation: Callable[[Connection], T]) -> T:
        await asyncio.sleep(0)
        with self._engine.begin() as connection:
            result: T = self._apply(connection, [operation])[0]
            return result


class _AtOnceStore(Store):
    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.close()  # ends the writer's thread; the engine connects again by itself
        self.engine = engine
        self._writer = _AtOnceWriter(engine)
        self.archive = Archive(self._writer)

    async def empty_log(self) -> bool:
        """Not in another thread, which would have a clock of its own; and nothing is looked for in it."""
        return True


class _Unlimited(Quotas):
    """Quotas are counted in real time, and are not the subject."""

    def __init__(self) -> None:
        pass

    async def take(self, *_: object, **__: object) -> list[Count]:
        return []


def _engine(folder: Path) -> Engine:
    engine = open_engine(SecretStr(f"sqlite:///{folder / 'gateway.db'}"))
    event.listen(engine, "connect", _never_mind_the_power)
    migrate(engine)
    return engine


def _never_mind_the_power(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.cursor().execute("PRAGMA synchronous=OFF")


def _waiting(reference: str, moment: float, sealed: bytes) -> Submission:
    return Submission(
        reference=reference,
        site="acme",
        key=reference,
        fingerprint="fingerprint",
        address=reference,
        plan=None,
        created_at=moment,
        updated_at=moment,
        due_at=moment,
        state=State.WAITING,
        reason="connection_refused",
        payload=sealed,
    )


async def _takes_mail(_address: str) -> bool:
    return True
