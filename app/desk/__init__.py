"""The operator's desk: ``gateway submissions``, ``check``, ``offer`` and ``rotate-keys``."""

import typer

from app.desk.changing import resolve, retry
from app.desk.checking import check
from app.desk.holding import refuse, release
from app.desk.looking import export, list_, show
from app.desk.offering import offer
from app.desk.purging import purge
from app.desk.rotation import rotate_keys

__all__ = ["check", "offer", "rotate_keys", "submissions"]


def submissions() -> typer.Typer:
    """The commands of ``gateway submissions``."""
    cli = typer.Typer(no_args_is_help=True, help="Look at sign-ups, and set going those that wait for a person.")
    cli.command("list")(list_)
    for command in (show, retry, resolve, release, refuse, export, purge):
        cli.command()(command)
    return cli
