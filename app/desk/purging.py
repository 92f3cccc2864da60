"""``gateway submissions purge``: remove sign-ups before their retention time is over."""

import sys

import typer

from app.desk.asking import Yes, confirm, count
from app.desk.filters import AnyReferences, NewerThan, OfSite, OlderThan, States, WithReason, chosen, pages
from app.desk.opening import Progress, find, opened_store, run, sign_ups
from app.settings import Settings
from app.store import Filter
from app.submissions import IN_FLIGHT


def purge(
    references: AnyReferences = None,
    *,
    state: States = None,
    site: OfSite = None,
    reason: WithReason = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    yes: Yes = False,
) -> None:
    """Remove sign-ups and their timelines for good; never those that WHMCS may be at work on."""
    which = chosen(state, site, reason, older_than, newer_than)
    if references and which != Filter():
        raise typer.BadParameter("Name sign-ups, or say which with options, not both.")
    if not references and (not state or older_than is None):
        raise typer.BadParameter("Name sign-ups, or say which with both --state and --older-than.")
    if set(which.states) & set(IN_FLIGHT):
        raise typer.BadParameter(f"WHMCS may be at work on these, so they stay: {', '.join(IN_FLIGHT)}.")
    named = list(dict.fromkeys(references or []))
    number = run(lambda settings: _count_named(settings, named) if named else count(settings, which))
    confirm("Remove {} for good?", number, yes=yes)
    gone = run(lambda settings: _remove_named(settings, named) if named else _remove(settings, which))
    print(f"{sign_ups(gone)} removed.")
    if named and gone < number:
        print(f"{sign_ups(number - gone)} stay: WHMCS may be at work. Try again in a few minutes.", file=sys.stderr)
        raise typer.Exit(1)


async def _count_named(settings: Settings, references: list[str]) -> int:
    async with opened_store(settings) as store:
        return len([await find(store, reference) for reference in references])


async def _remove_named(settings: Settings, references: list[str]) -> int:
    async with opened_store(settings) as store:
        gone = await store.archive.forget(references)
        await store.empty_log()
    return gone


async def _remove(settings: Settings, which: Filter) -> int:
    progress = Progress("sign-ups removed")
    async with opened_store(settings) as store:
        async for page in pages(store.archive, which):
            named = [submission.reference for submission in page]
            progress.add(await store.archive.forget(named, which.states))
        await store.empty_log()
    return progress.count
