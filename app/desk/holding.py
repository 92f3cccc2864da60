"""``gateway submissions release`` and ``refuse``: a person decides about what is held."""

import typer

from app.desk.applying import change_all, change_named
from app.desk.asking import Yes, confirm, count
from app.desk.filters import AnyReferences, NewerThan, OfSite, OlderThan, States, WithReason, chosen
from app.desk.opening import run
from app.outcomes import Declined, Released
from app.store import Filter
from app.submissions import State


def release(
    references: AnyReferences = None,
    *,
    state: States = None,
    site: OfSite = None,
    reason: WithReason = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    yes: Yes = False,
) -> None:
    """Let held sign-ups through to WHMCS, by name or all that match; asks before it lets through all that match."""
    which = chosen(state, site, reason, older_than, newer_than)
    if _is_said_by_name(references, which):
        return change_named(references or [], Released())
    confirm("Let {} through to WHMCS?", run(lambda settings: count(settings, which)), yes=yes)
    return change_all(which, Released(), "due now")


def refuse(
    references: AnyReferences = None,
    *,
    state: States = None,
    site: OfSite = None,
    reason: WithReason = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    yes: Yes = False,
) -> None:
    """Turn held sign-ups away for good and erase their forms, by name or all that match. Nobody is told."""
    which, question = chosen(state, site, reason, older_than, newer_than), "Refuse {} and erase what they hold?"
    if _is_said_by_name(references, which):
        confirm(question, len(references or []), yes=yes)
        return change_named(references or [], Declined())
    confirm(question, run(lambda settings: count(settings, which)), yes=yes)
    return change_all(which, Declined(), "refused")


def _is_said_by_name(references: list[str] | None, which: Filter) -> bool:
    """Whether they are named, and not chosen by filters. Raises BadParameter when it is neither, or both."""
    if references and which == Filter():
        return True
    if references or tuple(which.states) != (State.HELD,):
        raise typer.BadParameter("Name sign-ups, or say which with --state held and other filters.")
    return False
