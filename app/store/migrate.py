"""The schema: made and changed by Alembic, by itself on SQLite, by ``gateway migrate`` on PostgreSQL."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from app.settings import ConfigurationError

_NEWER = "GATEWAY_DATABASE_URL: a newer release changed this database. Run that release, or restore a backup."
_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> str:
    """Bring the schema to this release's revision, in one transaction; returns the revision.

    Raises ConfigurationError when a newer release has been here.
    """
    # Alembic is a tenth of the memory of a running gateway, which needs it once in a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise ConfigurationError([_NEWER]) from None
        return _current(connection)


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this release needs."""
    with engine.begin() as connection:
        return _current(connection) == _newest()


def is_older(engine: Engine) -> bool:
    """Whether the schema is that of an earlier release, or there is none yet."""
    with engine.execution_options(reads=True).begin() as connection:
        return _current(connection) < _newest()  # numbers of four digits each, so their order is that of texts


def _newest() -> str:
    return max(script.name.partition("_")[0] for script in (_SCRIPTS / "versions").glob("[0-9]*.py"))


def _current(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
