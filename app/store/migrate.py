"""The schema: made and changed by Alembic, by itself on SQLite, by ``gateway migrate`` on PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> str:
    """Bring the schema to this release's revision, in one transaction; returns the revision."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return _current(connection)


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this release needs."""
    with engine.begin() as connection:
        return _current(connection) == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _current(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""
