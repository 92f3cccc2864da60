"""An empty database of either kind for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.store import Store, migrate_store, open_store


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
