"""``gateway submissions retry``, ``release`` and ``resolve``: set going what waits for a person."""

import asyncio
import sys
import time
from collections import Counter
from typing import Annotated

import typer

from app.desk.filters import (
    AnyReferences,
    NewerThan,
    OfSite,
    OlderThan,
    Reference,
    References,
    States,
    WithReason,
    chosen,
    pages,
)
from app.desk.opening import CouldNot, Progress, find, opened_store, run, sign_ups
from app.desk.resolving import Claim, resolution
from app.outcomes import Outcome, Released, Retried, word
from app.settings import Settings
from app.store import Filter, InFlight, Store
from app.submissions import IllegalStep, Rules, State, Submission, after
from app.wiring import open_records, open_whmcs

RETRIED = (State.WAITING, State.UNCERTAIN, State.STUCK)


def retry(
    references: AnyReferences = None,
    *,
    stuck: Annotated[bool, typer.Option("--stuck", help="All that are stuck; the same as --state stuck.")] = False,
    state: States = None,
    site: OfSite = None,
    reason: WithReason = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
) -> None:
    """Try waiting, uncertain or stuck sign-ups again now; those that WHMCS may have are looked up first."""
    states = [*(state or ()), *([State.STUCK] if stuck else ())]
    which = chosen(states, site, reason, older_than, newer_than)
    if references and which == Filter():
        return _change(references, Retried())
    if references or not states:
        raise typer.BadParameter("Name sign-ups, or say which with --stuck or --state.")
    if not set(states) <= set(RETRIED):
        raise typer.BadParameter(f"Only these are retried: {', '.join(RETRIED)}.")
    return _retry_all(which)


def release(references: References) -> None:
    """Let held sign-ups through to WHMCS."""
    _change(references, Released())


def resolve(
    reference: Reference,
    client_id: Annotated[int, typer.Option(help="The number of the client in WHMCS that is this sign-up's.", min=1)],
    order_id: Annotated[int | None, typer.Option(help="The number of its order, when there is one.", min=1)] = None,
    without_order: Annotated[bool, typer.Option("--without-order", help="Finish it without an order.")] = False,
) -> None:
    """Say what WHMCS has for a waiting, uncertain or stuck sign-up; WHMCS is asked whether that can be.

    When a plan was chosen and nothing is said of an order, it is looked for, and placed when it is not there.
    """
    if order_id is not None and without_order:
        raise typer.BadParameter("Give --order-id or --without-order, not both.")
    resolved = run(lambda settings: _resolve(settings, reference, Claim(client_id, order_id, without_order)))
    print(_standing(resolved))


def _change(references: list[str], outcome: Outcome) -> None:
    """Let it happen to each of them; one that cannot be changed keeps none of the others."""
    left = run(lambda settings: _change_each(settings, references, outcome))
    if left:
        raise typer.Exit(1)


async def _change_each(settings: Settings, references: list[str], outcome: Outcome) -> int:
    left = 0
    async with opened_store(settings) as store:
        for reference in references:
            try:
                print(_standing(await _apply(store, await find(store, reference), outcome)))
            except CouldNot as error:
                left += 1
                print(error, file=sys.stderr)
    return left


def _retry_all(which: Filter) -> None:
    done, left = run(lambda settings: _retry_pages(settings, which))
    print(f"{sign_ups(done)} due now.")
    for sentence, number in left.items():
        print(f"{sign_ups(number)} left as they were. {sentence}", file=sys.stderr)
    if left:
        raise typer.Exit(1)


async def _retry_pages(settings: Settings, which: Filter) -> tuple[int, Counter[str]]:
    """How many are due now, and why how many others are not."""
    progress, left = Progress("sign-ups retried"), Counter[str]()
    async with opened_store(settings) as store:
        async for page in pages(store.archive, which):
            changes = (_apply(store, submission, Retried()) for submission in page)
            for result in await asyncio.gather(*changes, return_exceptions=True):
                if isinstance(result, CouldNot):
                    left[result.why] += 1
                elif isinstance(result, BaseException):
                    raise result
                else:
                    progress.add(1)
    return progress.count, left


async def _resolve(settings: Settings, reference: str, claim: Claim) -> Submission:
    async with open_records(settings) as (store, vault):
        submission = await find(store, reference)
        async with open_whmcs(settings) as whmcs:
            outcome = await resolution(whmcs, vault, submission, claim)
        return await _apply(store, submission, outcome)


async def _apply(store: Store, submission: Submission, outcome: Outcome) -> Submission:
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


def _standing(changed: Submission) -> str:
    due = "" if changed.state is State.DONE else " and due now"
    return f"{changed.reference} is {changed.state}{due}."
