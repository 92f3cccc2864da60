"""How sign-ups look to an operator: facts, form and timeline, as values for machines and as tables for people."""

import dataclasses
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from app.advice import advice, meaning
from app.letter import Letter
from app.logs import readable
from app.store import Event
from app.submissions import CLAIMABLE, Submission
from app.vault import Seal, SealBroken

NUMBERS = ("client_id", "order_id", "invoice_id")
TIMES = ("created_at", "updated_at", "due_at", "lease_until", "uncertain_since", "mailed_at", "checkout_at")
FACTS = ("reference", "site", "state", "reason", "plan", "offer", "attempts", *NUMBERS, "refused", *TIMES)

NEVER_SHOWN = ("epp_code",)  # it moves a domain to whoever has it, and WHMCS has it with the order

# By the event's name: an outcome's word, or what the store did.
STEPS = {
    "accepted": "taken from the visitor",
    "claimed": "an attempt began",
    "client_made": "the client is in WHMCS",
    "order_made": "the order is in WHMCS",
    "mail_reset": "WHMCS has been asked to mail the link to set a password by",
    "check_order": "the order is what was asked for",
    "accept_order": "the order is accepted",
    "nothing_found": "looked up: WHMCS does not have it",
    "not_sent": "WHMCS did not get the call",
    "unclear": "called, and nobody knows what came of it",
    "address_taken": "somebody else has the address in WHMCS",
    "owner_mailed": "WHMCS mails the owner of the address a password reset",
    "owner_not_mailed": "WHMCS was asked to mail the owner of the address, and did not say that it does",
    "refused": "WHMCS did not take an answer",
    "faulty": "a person must mend something, through no fault of the visitor",
    "suspect": "held back before WHMCS was called",
    "lease_expired": "the attempt never came back",
    "too_old": "WHMCS was out of reach for too long",
    "retried": "an operator retried it",
    "released": "an operator released it",
    "declined": "an operator refused it",
    "resolved": "an operator said what WHMCS has",
}


def facts(submission: Submission) -> dict[str, Any]:
    """What is known of a sign-up without its form."""
    found = {name: getattr(submission, name) for name in FACTS}
    found["refused"] = [error.field for error in submission.refused]
    if submission.state not in CLAIMABLE:
        found["due_at"] = None  # it waits for nobody but, perhaps, an operator
    return found | {name: found[name] and when(found[name]) for name in TIMES}


def form_of(submission: Submission, seal: Seal) -> dict[str, Any]:
    """The answers and the visitor's address, without what is never shown; empty once they are erased.

    Raises SealBroken.
    """
    if submission.payload is None:
        return {}
    try:
        letter = Letter.from_bytes(seal.open(submission.payload))
    except ValueError:  # it opens, and holds no letter
        raise SealBroken from None
    answers = {name: value for name, value in dataclasses.asdict(letter.form).items() if name not in NEVER_SHOWN}
    return {**answers, "client_ip": letter.client_ip, **letter.attribution}


def shorten(value: Any) -> Any:
    """A text cut to what is needed to recognise it; an e-mail address keeps its domain."""
    if not value or isinstance(value, bool | int):
        return value
    if not isinstance(value, str):
        return "…"
    name, at, domain = value.rpartition("@")
    return f"{(name or value)[0]}…{at}{domain if at else ''}"


def step(submission: Submission, event: Event) -> dict[str, Any]:
    """One line of the timeline: when, what was tried or learned, and what became of the sign-up."""
    return {
        "at": when(event.at),
        "event": event.event,
        "what": STEPS.get(event.event, event.event),
        "state": event.state,
        "reason": event.reason,
        "meaning": meaning(submission, event.reason),
        "attempts": event.attempts,
    }


def details(submission: Submission, timeline: Iterable[Event], form: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about one sign-up."""
    steps = [step(submission, event) for event in timeline]
    return {**facts(submission), "advice": advice(submission), "timeline": steps, "form": dict(form)}


def print_list(found: Iterable[Submission]) -> None:
    """One line for each."""
    names = ("reference", "site", "state", "reason", "plan", "received", "due", "client", "order")
    table = Table(*(Column(name, overflow="fold", no_wrap=name == "reference") for name in names))
    for one in found:
        due = when(one.due_at) if one.state in CLAIMABLE else ""
        numbers = [str(number or "") for number in (one.client_id, one.order_id)]
        received = when(one.created_at)
        texts = (one.reference, one.site, one.state, one.reason, one.plan or "")
        table.add_row(*map(readable, texts), received, due, *numbers)
    _console().print(table if table.row_count else "No sign-ups.")


def print_details(found: Mapping[str, Any]) -> None:
    """One sign-up for reading: what is empty is left out."""
    about = Table(show_header=False, box=None)
    rows = {**found, **{f"form.{field}": value for field, value in found["form"].items()}}
    for name, value in rows.items():
        if name not in ("form", "timeline") and value not in (None, "", False, [], ()):
            about.add_row(name, readable(str(value)))
    steps = Table("time", "what happened", "state", "reason", "which means", box=None, title="Timeline")
    for one in found["timeline"]:
        steps.add_row(*(readable(one[name]) for name in ("at", "what", "state", "reason", "meaning")))
    console = _console()
    console.print(about)
    console.print(steps)


def when(seconds: float) -> str:
    """A moment in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _console() -> Console:
    """As wide as the terminal; wide enough for whole lines where somebody else reads. Never reads markup in values."""
    return Console(width=None if sys.stdout.isatty() else 240, markup=False, highlight=False)
