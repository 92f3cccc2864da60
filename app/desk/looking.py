"""``gateway submissions list``, ``show`` and ``export``: what there is, changing nothing."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any, NoReturn

import typer

from app.desk.export import Format, export_rows
from app.desk.filters import NewerThan, OfSite, OlderThan, Reference, States, WithReason, chosen
from app.desk.opening import find, opened_store, run
from app.desk.shapes import details, facts, form_of, print_details, print_list, shorten
from app.settings import Settings
from app.store import Filter
from app.submissions import Submission
from app.vault import Seal, SealBroken

NO_KEY = "None of GATEWAY_ENCRYPTION_KEYS opens {what}. Add the key that was used when it was received, at the end."

AsJson = Annotated[bool, typer.Option("--json", help="JSON for machines, one object a line.")]
Full = Annotated[bool, typer.Option("--full", help="Personal data in full; else it is shortened or left out.")]


def list_(
    *,
    state: States = None,
    site: OfSite = None,
    reason: WithReason = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.", min=1, max=10000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List sign-ups, newest first."""
    which = chosen(state, site, reason, older_than, newer_than)
    found = run(lambda settings: _newest(settings, which, limit + 1))
    if as_json:
        for submission in found[:limit]:
            print(json.dumps(facts(submission)))
    else:
        print_list(found[:limit])
    if len(found) > limit:
        print(f"There are more than these {limit}; `--limit` shows more of them, `export` all.", file=sys.stderr)


async def _newest(settings: Settings, which: Filter, most: int) -> list[Submission]:
    async with opened_store(settings) as store:
        return await store.archive.newest(which, most)


def show(reference: Reference, full: Full = False, as_json: AsJson = False) -> None:
    """Show one sign-up: where it stands, how it came there, what it holds, and what to do."""
    found, opened = run(lambda settings: _read(settings, reference, full=full))
    if as_json:
        print(json.dumps(found))
    else:
        print_details(found)
    if not opened:
        _end(NO_KEY.format(what="its form"))


async def _read(settings: Settings, reference: str, *, full: bool) -> tuple[dict[str, Any], bool]:
    """Everything about the sign-up, and whether its form could be opened."""
    async with opened_store(settings) as store:
        submission = await find(store, reference)
        timeline = await store.archive.timeline(reference)
    try:
        form = form_of(submission, Seal(settings.encryption_keys))
    except SealBroken:
        return details(submission, timeline, {}), False
    shown = form if full else {name: shorten(value) for name, value in form.items()}
    return details(submission, timeline, shown), True


def export(
    *,
    state: States = None,
    site: OfSite = None,
    reason: WithReason = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    format_: Annotated[Format, typer.Option("--format", help="csv, or jsonl: one JSON object a line.")] = Format.CSV,
    output: Annotated[Path | None, typer.Option(help="A new file to write; standard output when left out.")] = None,
    full: Full = False,
) -> None:
    """Write out all sign-ups that match, newest first; the answers on the forms only with --full."""
    which = chosen(state, site, reason, older_than, newer_than)
    with _file(output) as file:
        unread = run(lambda settings: export_rows(settings, which, format_, file, full=full))
    if unread:
        _end(NO_KEY.format(what=f"{unread} of the forms, which are left empty"))


@contextmanager
def _file(path: Path | None) -> Iterator[IO[str]]:
    """Where to write: standard output, or a new file that only its owner can read and that is whole or not there."""
    if path is None:
        yield sys.stdout
        return
    try:
        path.touch(mode=0o600, exist_ok=False)
        with path.open("w", encoding="utf-8", newline="") as file, _removed_on_failure(path):
            yield file
    except FileExistsError:
        _end(f"{path} is there already. Choose another name, or remove it.")
    except OSError as error:
        _end(f"{path} cannot be written: {error.strerror}. Choose another place.")


@contextmanager
def _removed_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink()
        raise


def _end(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)
