"""How an outcome that an operator asks for is put on disk: for one sign-up, for several by name, for all that match."""

import asyncio
import sys
import time
from collections import Counter

import typer

from app.desk.filters import pages
from app.desk.opening import CouldNot, Progress, find, opened_store, run, sign_ups
from app.outcomes import Outcome, word
from app.settings import Settings
from app.store import Filter, InFlight, Store
from app.submissions import FINAL, IllegalStep, Rules, Submission, after


def change_named(references: list[str], outcome: Outcome) -> None:
    """Let it happen to each of them; one that cannot be changed keeps none of the others."""
    left = run(lambda settings: _change_each(settings, references, outcome))
    if left:
        raise typer.Exit(1)


def change_all(which: Filter, outcome: Outcome, done: str) -> None:
    """Let it happen to all that match, and say that so many are ``done``."""
    number, left = run(lambda settings: _change_pages(settings, which, outcome))
    print(f"{sign_ups(number)} {done}.")
    for sentence, others in left.items():
        print(f"{sign_ups(others)} left as they were. {sentence}", file=sys.stderr)
    if left:
        raise typer.Exit(1)


async def apply(store: Store, submission: Submission, outcome: Outcome) -> Submission:
    """The submission after ``outcome``, on disk. Raises CouldNot, Unavailable."""
    try:
        changed = after(submission, outcome, time.time(), Rules())
        saved = await store.save(submission, changed, word(outcome))
    except IllegalStep as error:
        why = f"It is {error.state}, and that cannot be done to it. `show` says what can."
        raise CouldNot(why, submission) from None
    except InFlight:
        why = "Another sign-up with the same email address is being sent. Try again in a few minutes."
        raise CouldNot(why, submission) from None
    if not saved:
        raise CouldNot("It changed in this very moment. Look at it again with `show`.", submission)
    return changed


def standing(changed: Submission) -> str:
    """One line that says what became of it."""
    due = "" if changed.state in FINAL else " and due now"
    return f"{changed.reference} is {changed.state}{due}."


async def _change_each(settings: Settings, references: list[str], outcome: Outcome) -> int:
    left = 0
    async with opened_store(settings) as store:
        for reference in references:
            try:
                print(standing(await apply(store, await find(store, reference), outcome)))
            except CouldNot as error:
                left += 1
                print(error, file=sys.stderr)
    return left


async def _change_pages(settings: Settings, which: Filter, outcome: Outcome) -> tuple[int, Counter[str]]:
    """How many were changed, and why how many others were not."""
    progress, left = Progress("sign-ups changed"), Counter[str]()
    async with opened_store(settings) as store:
        async for page in pages(store.archive, which):
            changes = (apply(store, submission, outcome) for submission in page)
            for result in await asyncio.gather(*changes, return_exceptions=True):
                if isinstance(result, CouldNot):
                    left[result.why] += 1
                elif isinstance(result, BaseException):
                    raise result
                else:
                    progress.add(1)
    return progress.count, left
