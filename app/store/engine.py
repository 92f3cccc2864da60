"""Connections that mean what the promise needs: a commit survives a power cut, and a dead database is noticed."""

import sqlite3
from contextlib import closing
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_POSTGRESQL = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "options": "-c statement_timeout=5000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=10000"
    " -c extra_float_digits=3",  # a time that is read must be the one that was written: saves are held to it
}


def open_engine(url: SecretStr) -> Engine:
    """An engine with one connection, for the one writer of this process."""
    parsed = make_url(url.get_secret_value())
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.database or "", parsed.render_as_string(hide_password=False))
    engine = create_engine(parsed, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=_POSTGRESQL)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def empty_log(engine: Engine) -> bool:
    """Leave nothing in SQLite's write-ahead log: what is erased from the database may still be in there. Blocks.

    False when it could not be done now, above all while somebody reads for longer than a second.
    """
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return True
    file = Path(engine.url.database).absolute().as_uri()
    try:
        # A connection of its own, for it must be outside of any transaction; and none that makes a missing file.
        with closing(sqlite3.connect(f"{file}?mode=rw", uri=True, timeout=1)) as connection:
            # https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.Error:
        return False


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # "off" answers before a commit is on disk; what is stricter than "on" stays. Set whatever it is: a session's own
    # value outlives a change of the server's configuration.
    # https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT
    connection.cursor().execute(
        "SELECT set_config('synchronous_commit', coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'),"
        " false)"
    )
    connection.commit()


def _sqlite(path: str, url: str) -> Engine:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
    engine = create_engine(url, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # https://www.sqlite.org/pragma.html: FULL syncs the write-ahead log at each commit; NORMAL would not.
    connection.isolation_level = None
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.cursor().execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a write fails at once when another process writes, whatever the time-out;
    # one that only reads locks nobody out.
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE")
