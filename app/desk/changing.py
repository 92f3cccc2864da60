"""``gateway submissions retry`` and ``resolve``: set going what waits for a person."""

from typing import Annotated

import typer

from app.desk.applying import apply, change_all, change_named, standing
from app.desk.filters import (
    AnyReferences,
    NewerThan,
    OfSite,
    OlderThan,
    Reference,
    States,
    WithReason,
    chosen,
)
from app.desk.opening import find, run
from app.desk.resolving import Claim, resolution
from app.outcomes import Retried
from app.settings import Settings
from app.store import Filter
from app.submissions import State, Submission
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
        return change_named(references, Retried())
    if references or not states:
        raise typer.BadParameter("Name sign-ups, or say which with --stuck or --state.")
    if not set(states) <= set(RETRIED):
        raise typer.BadParameter(f"Only these are retried: {', '.join(RETRIED)}.")
    return change_all(which, Retried(), "due now")


def resolve(
    reference: Reference,
    client_id: Annotated[int, typer.Option(help="The number of the client in WHMCS that is this sign-up's.", min=1)],
    order_id: Annotated[int | None, typer.Option(help="The number of its order, when there is one.", min=1)] = None,
    without_order: Annotated[bool, typer.Option("--without-order", help="Finish it without an order.")] = False,
) -> None:
    """Say what WHMCS has for a waiting, uncertain or stuck sign-up; WHMCS is asked whether that can be.

    When a plan was chosen and no order is known or named, it is looked for, and placed when it is not there.
    """
    if order_id is not None and without_order:
        raise typer.BadParameter("Give --order-id or --without-order, not both.")
    resolved = run(lambda settings: _resolve(settings, reference, Claim(client_id, order_id, without_order)))
    print(standing(resolved))


async def _resolve(settings: Settings, reference: str, claim: Claim) -> Submission:
    async with open_records(settings) as (store, vault):
        submission = await find(store, reference)
        async with open_whmcs(settings) as whmcs:
            outcome = await resolution(whmcs, vault, submission, claim)
        return await apply(store, submission, outcome)
