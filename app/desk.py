"""``gateway submissions``: what an operator sees of the sign-ups, and what he can do about them."""

import asyncio
import dataclasses
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Column, Table

from app.conversation import Letter
from app.errors import Unavailable
from app.outcomes import Outcome, Released, Retried, word
from app.settings import ConfigurationError, Settings, load_settings
from app.store import Filter, InFlight, Store, open_store
from app.submissions import IllegalStep, Rules, State, Submission, after
from app.vault import Seal, SealBroken

T = TypeVar("T")

cli = typer.Typer(no_args_is_help=True, help="Look at sign-ups, and set going those that wait for a person.")

ADVICE = {
    State.ACCEPTED: "On disk and about to be sent. Nothing to do.",
    State.SENDING: "Being sent right now. Nothing to do.",
    State.WAITING: "WHMCS could not be reached; it is tried again when due. `retry` tries at once.",
    State.UNCERTAIN: "WHMCS may have it; it is looked up, and sent again only when it is not there. Nothing to do.",
    State.HELD: "It looks like a robot's: a trap field was filled. If it is a person's, `release` it.",
    State.DONE: "The client is in WHMCS, and the order when a plan was chosen. Nothing to do.",
    State.REJECTED: "Refused for good: the address has an account, or WHMCS did not take an answer. Nothing to do.",
    State.STUCK: "It waits for you: mend what the reason says (see the README), then `retry`.",
}

Reference = Annotated[str, typer.Argument(help="The reference of the sign-up.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for machines, one object a line.")]


@cli.command("list")
def list_(
    state: Annotated[list[State] | None, typer.Option(help="Only these states; may be given several times.")] = None,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.", min=1, max=10000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List sign-ups, newest first."""
    found = _with_store(lambda store, _: store.archive.newest(Filter(state or (), site), limit))
    if as_json:
        for submission in found:
            print(json.dumps(_facts(submission)))
        return
    names = ("reference", "site", "state", "reason", "plan", "received", "due", "client", "order")
    table = Table(*(Column(name, overflow="fold", no_wrap=name == "reference") for name in names))
    for submission in found:
        due = _when(submission.due_at) if submission.state in (State.WAITING, State.UNCERTAIN) else ""
        numbers = [str(number or "") for number in (submission.client_id, submission.order_id)]
        received = _when(submission.created_at)
        table.add_row(
            submission.reference,
            submission.site,
            submission.state,
            submission.reason,
            submission.plan or "",
            received,
            due,
            *numbers,
        )
    _console().print(table if found else "No sign-ups.")


@cli.command()
def show(
    reference: Reference,
    full: Annotated[bool, typer.Option("--full", help="Personal data in full; else it is shortened.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one sign-up: where it stands, what it holds, and what to do."""
    submission, form = _with_store(lambda store, settings: _read(store, settings, reference))
    shown = form if full else {name: shorten(value) for name, value in form.items()}
    facts = {**_facts(submission), "advice": ADVICE[submission.state], "form": shown}
    if as_json:
        print(json.dumps(facts))
        return
    table = Table(show_header=False, box=None)
    for name, value in {**facts, **{f"form.{field}": value for field, value in shown.items()}}.items():
        if name != "form" and value not in (None, "", False, [], ()):
            table.add_row(name, str(value))
    _console().print(table)


@cli.command()
def retry(reference: Reference) -> None:
    """Try a waiting, uncertain or stuck sign-up again now; one that WHMCS may have is looked up first."""
    _change(reference, Retried())


@cli.command()
def release(reference: Reference) -> None:
    """Let a held sign-up through to WHMCS."""
    _change(reference, Released())


def shorten(value: Any) -> Any:
    """A text cut to what is needed to recognise it; an e-mail address keeps its domain."""
    if not isinstance(value, str):
        return value if isinstance(value, bool | int | None) else "…"
    if not value:
        return ""
    name, at, domain = value.rpartition("@")
    return f"{(name or value)[0]}…{at}{domain if at else ''}"


def _change(reference: str, outcome: Outcome) -> None:
    changed = _with_store(lambda store, _: _apply(store, reference, outcome))
    print(f"{changed.reference} is {changed.state} and due now.")


async def _apply(store: Store, reference: str, outcome: Outcome) -> Submission:
    submission = await _find(store, reference)
    changed = after(submission, outcome, datetime.now(UTC).timestamp(), Rules())
    if not await store.save(submission, changed, word(outcome)):
        _end("It changed in this very moment. Look at it again with `show`.")
    return changed


async def _read(store: Store, settings: Settings, reference: str) -> tuple[Submission, dict[str, Any]]:
    submission = await _find(store, reference)
    if submission.payload is None:
        return submission, {}
    letter = Letter.from_bytes(Seal(settings.encryption_keys).open(submission.payload))
    return submission, {**dataclasses.asdict(letter.form), "client_ip": letter.client_ip}


async def _find(store: Store, reference: str) -> Submission:
    submission = await store.find(reference)
    if submission is None:
        _end(f"There is no sign-up {reference}. `gateway submissions list` shows those there are.")
    return submission


def _with_store(work: Callable[[Store, Settings], Awaitable[T]]) -> T:
    """What ``work`` returns; every expected fault ends the command with a sentence."""
    try:
        settings = load_settings()
        store = open_store(settings.database_url)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    try:
        return asyncio.run(_awaited(work(store, settings)))
    except Unavailable:
        _end("The database does not answer. Try again when it does.")
    except (SealBroken, ValueError):
        _end("None of GATEWAY_ENCRYPTION_KEYS opens this sign-up. Add the key it was sealed with.")
    except InFlight:
        _end("Another sign-up with the same email address is being sent. Try again in a few minutes.")
    except IllegalStep as error:
        _end(f"It is {error.state}, and that cannot be done to it. `show` says what can.")
    finally:
        store.close()


async def _awaited(work: Awaitable[T]) -> T:
    return await work


def _console() -> Console:
    """As wide as the terminal; wide enough for whole lines where somebody else reads."""
    return Console(width=None if sys.stdout.isatty() else 240)


def _end(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


def _facts(submission: Submission) -> dict[str, Any]:
    times = ("created_at", "updated_at", "due_at", "lease_until", "uncertain_since")
    names = ("reference", "site", "state", "reason", "plan", "attempts", "client_id", "order_id", "invoice_id")
    facts: dict[str, Any] = {name: getattr(submission, name) for name in names}
    facts["refused"] = [error.field for error in submission.refused]
    return facts | {name: value and _when(value) for name in times for value in [getattr(submission, name)]}


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
