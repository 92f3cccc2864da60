"""Opening the store: an embedded database is migrated on the way, a shared one must have been."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.settings import ConfigurationError
from app.store.engine import open_engine
from app.store.migrate import is_current, migrate
from app.store.store import Store


def open_store(url: SecretStr) -> Store:
    """The store at this address. Blocks. Raises ConfigurationError when it cannot be used as it is."""
    with _engine(url) as engine:
        if not is_current(engine):
            if engine.dialect.name != "sqlite":
                raise ConfigurationError(["GATEWAY_DATABASE_URL: the schema is not up to date. Run `gateway migrate`."])
            migrate(engine)
        return Store(engine)


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
