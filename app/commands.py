"""The commands of `gateway` that need most of what there is.

Each loads the settings, calls one thing below, prints, and ends with a status.
"""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn

from app import desk
from app.guard import new_relay_key
from app.guard.connection import Connection, Limits
from app.logs import configure_logs
from app.main import secrets_of
from app.settings import ConfigurationError, Settings, load_settings
from app.store import migrate_store
from app.wiring import open_gateway

commands = typer.Typer()
commands.add_typer(desk.submissions(), name="submissions")
commands.command()(desk.check)
commands.command()(desk.offer)
commands.command()(desk.rotate_keys)

# Time for the replies under way when the process is told to stop; attempts have their own.
GRACEFUL = 15


@contextmanager
def faults_end_with_2() -> Iterator[None]:
    """Print every fault of the configuration and end with status 2."""
    try:
        yield
    except ConfigurationError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(2) from None


@commands.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="How many processes; each keeps its own local gate.", min=1)] = 1,
) -> None:
    """Take sign-ups and deliver them."""
    with faults_end_with_2():
        settings = load_settings()
        asyncio.run(_open_once(settings))
    _leave_no_core()
    _allow_files(2 * Limits().connections)
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=None,
        access_log=False,
        http=Connection,
        ws="none",
        server_header=False,
        proxy_headers=False,  # GATEWAY_TRUSTED_PROXIES decides whom to believe, not FORWARDED_ALLOW_IPS
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACEFUL,
    )


async def _open_once(settings: Settings) -> None:
    """Whatever would stop the start is said here, before the first process is started."""
    async with open_gateway(settings):
        pass


def _leave_no_core() -> None:
    """A crash of this process or its children leaves no picture of the memory, which holds sign-ups in plain."""
    try:
        import resource  # noqa: PLC0415 - not on every platform
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_files(number: int) -> None:
    """Each connection is an open file, and most systems allow a process 1,024 unless it asks for more."""
    try:
        import resource  # noqa: PLC0415 - not on every platform
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        most = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@commands.command()
def worker() -> None:
    """Deliver sign-ups that are due, without taking new ones; beside the worker that `serve` has."""
    with faults_end_with_2():
        settings = load_settings()
        configure_logs(settings.log_format, secrets_of(settings))
        _leave_no_core()
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    async with open_gateway(settings) as parts:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, parts.worker.stop)
        await parts.worker.run()


@commands.command()
def migrate() -> None:
    """Bring the database's schema to this release's; safe to repeat."""
    with faults_end_with_2():
        revision = migrate_store(load_settings().database_url)
    print(f"The schema is at revision {revision}.")


@commands.command("generate-relay-key")
def generate_relay_key() -> None:
    """Print a new key for a server of yours that sends forms, and the line for sites.toml that lets it in."""
    key, hashed = new_relay_key()
    print(f"For the server (it is not shown again): {key}")
    print(f'For sites.toml, under the site: relay_keys = ["{hashed}"]')
