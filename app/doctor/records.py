"""The database and the keys that go with it, looked at and left alone."""

import asyncio

from app.errors import Unavailable
from app.findings import Finding, Level
from app.settings import ConfigurationError, Settings
from app.store import Found, look, open_store
from app.vault import Seal, SealBroken
from app.wiring import NO_ANSWER, NO_KEY_FITS, PEPPER


async def examine_records(settings: Settings) -> Finding:
    """What is the matter with them. Raises ConfigurationError when they cannot be used as they are."""
    match await asyncio.to_thread(look, settings.database_url):
        case Found.NOTHING:
            return _good("There is no database yet; the first start makes it.")
        case Found.OLDER:
            return _good("The database is an older release's; the next start brings it up to date.")
    sealed = await _pepper(settings)
    if sealed is None:
        return _good("The database opens, and no encryption key was used with it yet.")
    try:
        Seal(settings.encryption_keys).open(sealed)
    except SealBroken:
        raise ConfigurationError([NO_KEY_FITS]) from None
    return _good("The database opens, and the encryption keys fit it.")


async def _pepper(settings: Settings) -> bytes | None:
    store = await asyncio.to_thread(open_store, settings.database_url)
    try:
        return await store.archive.known_secret(PEPPER)
    except Unavailable:
        raise ConfigurationError([NO_ANSWER]) from None
    finally:
        await asyncio.to_thread(store.close)


def _good(what: str) -> Finding:
    return Finding(Level.OK, "database", what)
