"""The question before what cannot be undone."""

import sys
from typing import Annotated

import typer

from app.desk.opening import opened_store, sign_ups
from app.settings import Settings
from app.store import Filter

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


async def count(settings: Settings, which: Filter) -> int:
    """How many sign-ups match. Raises ConfigurationError, Unavailable."""
    async with opened_store(settings) as store:
        return await store.archive.count(which)


def confirm(question: str, number: int, *, yes: bool) -> None:
    """Ask, unless it is answered already or about nothing; ends the command with 1 on a no."""
    if number and not yes and not typer.confirm(question.format(sign_ups(number)), err=True):
        print("Nothing was changed.", file=sys.stderr)
        raise typer.Exit(1)
