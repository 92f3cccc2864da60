"""Opening the database, migrating it, losing it and getting it back."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import time as true_time

import psycopg
import psycopg.sql
import pytest
import structlog.testing
from pydantic import SecretStr

from app.errors import Unavailable
from app.settings import ConfigurationError
from app.store import Store, migrate_store, open_store
from app.store.engine import open_engine
from app.submissions import State
from tests.integration.outage import gone
from tests.integration.rows import arriving


def everything_in(folder: Path) -> bytes:
    """The database and the files beside it."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("gateway.db*")))


def test_migrating_twice_is_migrating_once(database_url: SecretStr) -> None:
    assert migrate_store(database_url) == migrate_store(database_url) == "0004"


def test_a_shared_database_without_its_schema_is_refused_with_the_cure(postgresql_database: str) -> None:
    with pytest.raises(ConfigurationError, match="gateway migrate"):
        open_store(SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://")))


@pytest.mark.parametrize("place", ["127.0.0.1:1", "127.0.0.1:port"])
def test_a_database_that_is_not_there_is_named_without_its_password(place: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_store(SecretStr(f"postgresql+psycopg://me:hunter2@{place}/gateway"))
    assert "GATEWAY_DATABASE_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


async def test_a_database_that_goes_away_is_unavailable_and_comes_back(postgresql_database: str) -> None:
    url = SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://"))
    migrate_store(url)
    store = open_store(url)
    submission = arriving()
    await store.accept(submission)
    with gone(postgresql_database), pytest.raises(Unavailable):
        await store.ping()
    assert await store.find(submission.reference) == submission
    store.close()


async def test_what_cannot_be_written_to_is_down_until_it_can(store: Store) -> None:
    """A full disk, or a server that has become a standby, still answers questions."""
    kind = store._engine.dialect.name
    refuse = {"sqlite": "PRAGMA query_only = {}", "postgresql": "SET default_transaction_read_only = {}"}[kind]
    await store._writer.run(lambda connection: connection.exec_driver_sql(refuse.format("on")))
    with pytest.raises(Unavailable):
        await store.accept(arriving())
    for _ in range(2):
        with pytest.raises(Unavailable):
            await store.ping()
    await store._writer.read(lambda connection: connection.exec_driver_sql(refuse.format("off")))
    await store.ping()
    left = await store._writer.read(lambda connection: connection.exec_driver_sql("SELECT * FROM secrets").all())
    assert left == []
    assert await store.accept(arriving("other")) is not None


async def test_what_was_erased_is_gone_from_sqlites_log_too(tmp_path: Path) -> None:
    store = open_store(SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}"))
    submission = arriving(payload=b"a sealed form")
    await store.accept(submission)
    assert await store.save(submission, replace(submission, state=State.DONE, payload=None), "client_made")
    assert b"a sealed form" in everything_in(tmp_path)
    await store.empty_log()
    assert b"a sealed form" not in everything_in(tmp_path)
    store.close()


async def test_a_log_that_somebody_reads_is_emptied_another_time(tmp_path: Path) -> None:
    store = open_store(SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}"))
    await store.accept(arriving(payload=b"a sealed form"))
    with closing(sqlite3.connect(tmp_path / "gateway.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM submissions").fetchall()
        await store.accept(arriving("later", address="another"))
        assert not await store.empty_log()
        assert (tmp_path / "gateway.db-wal").stat().st_size > 0
        reader.execute("ROLLBACK")
    assert await store.empty_log()
    assert (tmp_path / "gateway.db-wal").stat().st_size == 0
    store.close()


async def test_to_empty_the_log_makes_no_database(tmp_path: Path) -> None:
    store = open_store(SecretStr(f"sqlite:///{tmp_path / 'gate way%.db'}"))
    assert await store.empty_log()
    (tmp_path / "gate way%.db").rename(tmp_path / "elsewhere")
    assert not await store.empty_log()
    assert not (tmp_path / "gate way%.db").exists()
    store.close()


async def test_twenty_that_fail_with_their_database_are_one_line_in_the_log(postgresql_database: str) -> None:
    url = SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://"))
    migrate_store(url)
    store = open_store(url)
    with gone(postgresql_database), structlog.testing.capture_logs() as logs:
        answers = [store.accept(arriving(f"k{number}", address=f"a{number}")) for number in range(20)]
        heard = await asyncio.gather(*answers, return_exceptions=True)
    assert {type(one) for one in heard} == {Unavailable}
    assert [line["event"] for line in logs] == ["store_failed"]
    store.close()


def test_sqlite_is_set_up_to_survive_a_power_cut_and_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "gateway.db"
    open_store(SecretStr(f"sqlite:///{path}")).close()
    assert path.stat().st_mode & 0o077 == 0
    engine = open_engine(SecretStr(f"sqlite:///{path}"))
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    engine.dispose()


@pytest.mark.parametrize(("set_to", "becomes"), [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")])
def test_postgresql_is_set_up_to_survive_a_power_cut(postgresql_database: str, set_to: str, becomes: str) -> None:
    with psycopg.connect(postgresql_database, autocommit=True) as admin:
        name = psycopg.sql.Identifier(admin.info.dbname)
        admin.execute(psycopg.sql.SQL("ALTER DATABASE {} SET synchronous_commit = {}").format(name, set_to))
    engine = open_engine(SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://")))
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == becomes
    engine.dispose()


def test_a_server_told_later_not_to_wait_for_its_disk_is_not_obeyed(postgresql_database: str) -> None:
    """What a configuration file says reaches sessions that are open, unless they have set it themselves."""
    engine = open_engine(SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://")))
    source = "SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'"
    with engine.begin() as connection:
        assert connection.exec_driver_sql(source).one() == ("on", "session")
    engine.dispose()


async def test_postgresql_gives_back_the_very_time_that_was_written(postgresql_database: str) -> None:
    """Saves are held to the time of the last change, whatever the server is set to."""
    with psycopg.connect(postgresql_database, autocommit=True) as admin:
        name = psycopg.sql.Identifier(admin.info.dbname)
        admin.execute(psycopg.sql.SQL("ALTER DATABASE {} SET extra_float_digits = -3").format(name))
    url = SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://"))
    migrate_store(url)
    store = open_store(url)
    odd = arriving(updated_at=1_800_000_000.1234567)
    await store.accept(odd)
    assert await store.find(odd.reference) == odd
    store.close()


@pytest.mark.parametrize("wrong_by", [-3600, 3600])
def test_a_clock_that_is_wrong_is_refused_where_replicas_may_be(
    postgresql_database: str, monkeypatch: pytest.MonkeyPatch, wrong_by: float
) -> None:
    url = SecretStr(postgresql_database.replace("postgresql://", "postgresql+psycopg://"))
    migrate_store(url)
    monkeypatch.setattr("app.store.opening.time.time", lambda: true_time() + wrong_by)
    with pytest.raises(ConfigurationError, match="seconds apart"):
        open_store(url)
    monkeypatch.setattr("app.store.opening.time.time", lambda: true_time() + wrong_by / 200)
    open_store(url).close()


def test_a_database_of_a_newer_release_is_left_alone(database_url: SecretStr) -> None:
    migrate_store(database_url)
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(ConfigurationError, match="newer release"):
        migrate_store(database_url)


async def test_a_closed_store_is_unavailable(store: Store) -> None:
    store.close()
    with pytest.raises(Unavailable):
        await store.ping()
