"""``gateway rotate-keys``: seal everything with the newest key, so that older keys may go."""

import asyncio
import sys
from dataclasses import dataclass, field

import typer

from app.desk.filters import PAGE
from app.desk.opening import Progress, run, sign_ups
from app.settings import Settings
from app.store import Archive
from app.vault import Seal, SealBroken
from app.wiring import PEPPER, open_records

_NAMED_AT_MOST = 20


@dataclass
class Turn:
    """What going through all sealed forms once came to."""

    renewed: int = 0
    unread: list[str] = field(default_factory=list)


def rotate_keys() -> None:
    """Seal everything in the database with the first of GATEWAY_ENCRYPTION_KEYS; safe to repeat."""
    keys, first, again = run(_rotate)
    print(f"{sign_ups(first.renewed)} sealed with the newest key.")
    if fault := what_keeps_old_keys(again):
        print(fault, file=sys.stderr)
        raise typer.Exit(1)
    print(what_may_go(keys))


def what_keeps_old_keys(again: Turn) -> str:
    """Why no key may go yet, and what to do; "" when nothing stands in the way."""
    if again.unread:
        return (
            f"{sign_ups(len(again.unread))} cannot be opened with any of these keys: {_named(again.unread)}. "
            "Keep every key, add the one they were sealed with at the end, and run this again."
        )
    if again.renewed:
        return (
            "Meanwhile more were sealed with an older key. Restart every gateway and worker with the newest key in "
            "front, and run this again."
        )
    return ""


def what_may_go(keys: int) -> str:
    """Which of so many keys are not needed any more."""
    if keys == 1:
        return "There is no older key left to remove."
    which = "Key number 2" if keys == 2 else f"Keys number 2 to {keys}"
    return (
        f"{which} of GATEWAY_ENCRYPTION_KEYS may be removed if every gateway and worker ran with the newest key in "
        "front before this began. If one did not, restart it, and run this again first."
    )


async def _rotate(settings: Settings) -> tuple[int, Turn, Turn]:
    """How many keys there are, and two turns: the second finds what others sealed with older keys meanwhile."""
    keys = settings.encryption_keys
    newest, any_of_them = Seal(keys[:1]), Seal(keys)
    async with open_records(settings) as (store, _):
        await _renew_pepper(store.archive, newest, any_of_them)
        turns = [await _turn(store.archive, newest, any_of_them) for _ in range(2)]
        await store.empty_log()
    return len(keys), turns[0], turns[1]


async def _renew_pepper(archive: Archive, newest: Seal, any_of_them: Seal) -> None:
    sealed = await archive.secret(PEPPER, b"")  # opening the records made sure that there is one, and that it opens
    if not _opens(newest, sealed):
        await archive.reseal_secret(PEPPER, sealed, any_of_them.renew(sealed))


async def _turn(archive: Archive, newest: Seal, any_of_them: Seal) -> Turn:
    turn, progress, last = Turn(), Progress("sign-ups looked at"), ""
    while page := await archive.sealed(last, PAGE):
        renewals = []
        for reference, payload in page:
            if not _opens(newest, payload):
                try:
                    renewals.append(archive.reseal(reference, payload, any_of_them.renew(payload)))
                except SealBroken:
                    turn.unread.append(reference)
        turn.renewed += sum(await asyncio.gather(*renewals))
        progress.add(len(page))
        last = page[-1][0]
    return turn


def _opens(seal: Seal, sealed: bytes) -> bool:
    try:
        seal.open(sealed)
    except SealBroken:
        return False
    return True


def _named(references: list[str]) -> str:
    more = len(references) - _NAMED_AT_MOST
    return ", ".join(references[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
