"""Rows of an export: page by page from the store into CSV or JSON lines."""

import csv
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import IO, Any

from app.desk.filters import pages
from app.desk.opening import Progress, opened_store
from app.desk.shapes import FACTS, NEVER_SHOWN, facts, form_of
from app.forms.signup import FIELD_ORDER
from app.logs import readable
from app.settings import Settings
from app.sites import ATTRIBUTION
from app.store import Filter
from app.submissions import Submission
from app.vault import Seal, SealBroken

Write = Callable[[Mapping[str, Any]], object]
_FORMULAS = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four are the wide forms
_FIELDS = (*(field for field in FIELD_ORDER if field not in NEVER_SHOWN), "client_ip", *ATTRIBUTION)
_ANSWERS = tuple(f"form.{field}" for field in _FIELDS)


class Format(StrEnum):
    """What an export may be."""

    CSV = "csv"
    JSONL = "jsonl"


async def export_rows(settings: Settings, which: Filter, format_: Format, file: IO[str], *, full: bool) -> int:
    """Write all rows that match; how many forms could not be opened. Raises ConfigurationError, Unavailable."""
    seal = Seal(settings.encryption_keys) if full else None
    write = _csv(file, full=full) if format_ is Format.CSV else _jsonl(file)
    progress, unread = Progress("sign-ups written", every=10_000), 0
    async with opened_store(settings) as store:
        async for page in pages(store.archive, which):
            for submission in page:
                row, opened = _row(submission, seal)
                write(row)
                unread += not opened
            progress.add(len(page))
    return unread


def _row(submission: Submission, seal: Seal | None) -> tuple[dict[str, Any], bool]:
    """One row, and whether its form is in it as far as it was wanted."""
    row = facts(submission)
    if seal is None:
        return row, True
    try:
        return {**row, "form": form_of(submission, seal)}, True
    except SealBroken:
        return {**row, "form": {}}, False


def _jsonl(file: IO[str]) -> Write:
    return lambda row: file.write(json.dumps(row) + "\n")


def _csv(file: IO[str], *, full: bool) -> Write:
    columns = (*FACTS, *_ANSWERS) if full else FACTS
    # All quoted: a spreadsheet that parts columns at semicolons must not see one inside an answer.
    sheet = csv.DictWriter(file, columns, restval="", quoting=csv.QUOTE_ALL)
    sheet.writeheader()

    def write(row: Mapping[str, Any]) -> None:
        answers = {f"form.{field}": value for field, value in row.get("form", {}).items()}
        flat = {name: value for name, value in row.items() if name != "form"} | answers
        sheet.writerow({name: cell(value) for name, value in flat.items()})

    return write


def cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula and no terminal for a command.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if value is None:
        return ""
    text = readable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULAS) else text
