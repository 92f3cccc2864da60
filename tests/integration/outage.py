"""A database that goes away."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


@contextmanager
def gone(database: str) -> Iterator[None]:
    """Let nobody into this PostgreSQL database, and nobody stay."""
    name = database.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(database.replace(f"/{name}?", "/postgres?"), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
