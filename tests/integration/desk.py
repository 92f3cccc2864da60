"""An operator at the command line, in this process, over a database of his own."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from app.cli import cli
from app.forms import SignupForm
from app.letter import Letter
from app.store import Event, Store, open_store
from app.submissions import State, Submission, new_reference
from app.vault import Seal

FORM = SignupForm(first_name="=Ada", last_name="Lovelace", email="ada@example.com", phone="+44.2079460000")
DAY = 86400.0


@dataclass
class Desk:
    """Rows to look at, and the commands to do it with. No WHMCS answers here."""

    folder: Path
    keys: list[str] = field(default_factory=lambda: [Fernet.generate_key().decode()])
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.url = SecretStr(f"sqlite:///{self.folder / 'gateway.db'}")

    def run(self, *arguments: str, answer: str | None = None) -> Result:
        """Type a command; ``answer`` is what is typed when it asks."""
        environment = {
            "WHMCS_API_URL": "http://127.0.0.1:9",
            "WHMCS_API_IDENTIFIER": "sandbox",
            "WHMCS_API_SECRET": "sandbox",
            "GATEWAY_DATABASE_URL": self.url.get_secret_value(),
            "GATEWAY_ENCRYPTION_KEYS": ",".join(self.keys),
        }
        return CliRunner().invoke(cli, arguments, input=answer, env=environment)

    def submissions(self, *arguments: str, answer: str | None = None) -> Result:
        """Type a command of ``gateway submissions``."""
        return self.run("submissions", *arguments, answer=answer)

    def row(self, state: State, age: float = 60, **facts: Any) -> Submission:
        """A sign-up received ``age`` seconds ago, not on disk yet."""
        born, number = time.time() - age, next(self._numbers)
        times = {"created_at": born, "updated_at": born, "due_at": born + 99999}
        payload = None if state in (State.DONE, State.REJECTED) else self.sealed(self.keys[0])
        row = {"reference": new_reference(), "site": "acme", "key": f"k{number}", "fingerprint": "f", "plan": None}
        given = {**row, **times, "address": f"a{number}", "state": state, "payload": payload, **facts}
        return Submission(**given)

    def put(self, *rows: Submission) -> None:
        """Put them on disk."""
        asyncio.run(self._put(rows))

    def has(self, state: State, age: float = 60, **facts: Any) -> Submission:
        """A sign-up on disk."""
        row = self.row(state, age, **facts)
        self.put(row)
        return row

    def now(self, row: Submission) -> Submission | None:
        """The same as it stands on disk."""
        return asyncio.run(self._find(row))

    def timeline(self, row: Submission) -> list[Event]:
        """What happened to it."""
        return asyncio.run(self._timeline(row))

    def sealed(self, key: str, form: SignupForm = FORM, attribution: Mapping[str, str] | None = None) -> bytes:
        """A form under this key."""
        return Seal([SecretStr(key)]).seal(Letter(form, "198.51.100.7", attribution or {}).to_bytes())

    async def _put(self, rows: Iterable[Submission]) -> None:
        async with self._store() as store:
            await asyncio.gather(*(store.accept(row) for row in rows))

    async def _find(self, row: Submission) -> Submission | None:
        async with self._store() as store:
            return await store.find(row.reference)

    async def _timeline(self, row: Submission) -> list[Event]:
        async with self._store() as store:
            return await store.archive.timeline(row.reference)

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[Store]:
        store = open_store(self.url)
        try:
            yield store
        finally:
            store.close()
