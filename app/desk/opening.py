"""How a command of the desk begins and ends: settings, store, one sentence for each fault, and a status."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import typer

from app.errors import Unavailable
from app.logs import logs_aside
from app.settings import ConfigurationError, Settings, load_settings
from app.store import Store, open_store
from app.submissions import Submission

T = TypeVar("T")


class CouldNot(Exception):
    """What was asked for was not done; ``why`` is a sentence that also says what to do."""

    def __init__(self, why: str, submission: Submission | None = None) -> None:
        super().__init__(f"{submission.reference}: {why}" if submission else why)
        self.why = why


def run(work: Callable[[Settings], Awaitable[T]]) -> T:
    """What ``work`` returns. Ends the command with 2 when the configuration is wrong, with 1 when it could not."""
    logs_aside()
    try:
        return asyncio.run(_awaited(work, load_settings()))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    except CouldNot as error:
        print(error, file=sys.stderr)
    except Unavailable:
        print("The database does not answer. Try again when it does.", file=sys.stderr)
    raise typer.Exit(1)


async def _awaited(work: Callable[[Settings], Awaitable[T]], settings: Settings) -> T:
    return await work(settings)


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The store alone: what needs no form is possible without the keys. Raises ConfigurationError."""
    store = await asyncio.to_thread(open_store, settings.database_url)
    try:
        yield store
    finally:
        await asyncio.to_thread(store.close)


async def find(store: Store, reference: str) -> Submission:
    """The sign-up of this name. Raises CouldNot, Unavailable."""
    submission = await store.find(reference)
    if submission is None:
        raise CouldNot(f"There is no sign-up {reference}. `gateway submissions list` shows those there are.")
    return submission


class Progress:
    """Says on standard error how far a long piece of work has come, after every ``every`` sign-ups."""

    def __init__(self, done: str, every: int = 1000) -> None:
        self.count = 0
        self._done = done
        self._every = every

    def add(self, number: int) -> None:
        """So many more are done."""
        before, self.count = self.count, self.count + number
        if self.count // self._every > before // self._every:
            print(f"{self.count} {self._done} so far.", file=sys.stderr)


def sign_ups(number: int) -> str:
    """So many sign-ups, in words."""
    return "1 sign-up" if number == 1 else f"{number} sign-ups"
