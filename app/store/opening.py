"""Opening the store: an embedded database is migrated on the way, a shared one must have been."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from app.settings import ConfigurationError
from app.store.engine import open_engine
from app.store.migrate import is_current, is_older, migrate
from app.store.store import Store

MOST_APART = 30.0  # seconds between this clock and the database's; two such replicas are within the usual grace
_APART = (
    "GATEWAY_DATABASE_URL: this machine's clock and the database's are {seconds:.0f} seconds apart, "
    "and each replica goes by its own clock when it decides that another has died. Let both follow NTP."
)


def open_store(url: SecretStr) -> Store:
    """The store at this address. Blocks. Raises ConfigurationError when it cannot be used as it is."""
    with _engine(url) as engine:
        shared = engine.dialect.name != "sqlite"
        if not is_current(engine):
            if shared:
                raise ConfigurationError(["GATEWAY_DATABASE_URL: the schema is not up to date. Run `gateway migrate`."])
            migrate(engine)
        if shared:
            _check_clock(engine)
        return Store(engine)


def _check_clock(engine: Engine) -> None:
    """Every replica judges by its own clock whose lease is over: a wrong one would send what another is sending."""
    with engine.connect() as connection:
        theirs = connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one()
    apart = abs(float(theirs) - time.time())
    if apart > MOST_APART:
        raise ConfigurationError([_APART.format(seconds=apart)])


class Found(Enum):
    """What there is at a database's address."""

    NOTHING = auto()  # who opens it makes one
    OLDER = auto()  # who opens it brings it up to date
    CURRENT = auto()  # or a shared one, which nobody changes by opening it


def look(url: SecretStr) -> Found:
    """What is there, without making or changing it. Blocks. Raises ConfigurationError when it cannot be used."""
    parsed = make_url(url.get_secret_value())
    if parsed.get_backend_name() != "sqlite":
        return Found.CURRENT
    file = Path(parsed.database or "").absolute()
    try:
        if not file.exists():
            _check_place(file)
            return Found.NOTHING
    except OSError as error:
        raise ConfigurationError([unreachable(error)]) from None
    with _engine(url) as engine:
        older = is_older(engine)
        engine.dispose()
        return Found.OLDER if older else Found.CURRENT


def _check_place(file: Path) -> None:
    folder = next(parent for parent in file.parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError([f"GATEWAY_DATABASE_URL: {file} cannot be made. Make its folder, for this user."])


def migrate_store(url: SecretStr) -> str:
    """Bring the schema to this release's revision, and return it. Blocks. Raises ConfigurationError."""
    with _engine(url) as engine:
        revision = migrate(engine)
        engine.dispose()
        return revision


@contextmanager
def _engine(url: SecretStr) -> Iterator[Engine]:
    """An engine that is disposed of when it turns out to be of no use."""
    try:
        engine = open_engine(url)
    except (SQLAlchemyError, OSError, ValueError) as error:
        raise ConfigurationError([unreachable(error)]) from None
    try:
        yield engine
    except SQLAlchemyError as error:
        engine.dispose()
        raise ConfigurationError([unreachable(error)]) from None
    except ConfigurationError:
        engine.dispose()
        raise


def unreachable(error: Exception) -> str:
    """The sentence for a database that does not answer; the address, which may hold a password, stays out of it."""
    kind = type(getattr(error, "orig", None) or error).__name__
    return f"GATEWAY_DATABASE_URL: the database cannot be used ({kind}). Check the address, and that it is running."
