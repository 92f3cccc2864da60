"""The commands of `gateway`. What takes a while to load is loaded when a command needs it."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from app import __version__


class Commands(TyperGroup):
    """Those below; those of ``app.commands`` are loaded only when one of them, or the list of all, is asked for."""

    # Typer brings its own copy of click, whose classes have no public names.
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, or None."""
        if cmd_name not in self.commands:
            self._load()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all."""
        self._load()
        return super().list_commands(ctx)

    def _load(self) -> None:
        from app.commands import commands  # noqa: PLC0415 - it takes two seconds of a small machine

        self.commands = {**get_group(commands).commands, **self.commands}


cli = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@cli.callback(invoke_without_command=True)
def gateway(version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False) -> None:
    """Signup Gateway for WHMCS: a website's sign-up form becomes a WHMCS client, exactly once."""
    if version:
        print(__version__)
        raise typer.Exit


@cli.command("generate-key")
def generate_key() -> None:
    """Print a new key for GATEWAY_ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet  # noqa: PLC0415

    print(Fernet.generate_key().decode())


@cli.command()
def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 9090,
) -> None:
    """Run the stand-in WHMCS alone (credentials: sandbox / sandbox); it forgets everything when it ends."""
    import uvicorn  # noqa: PLC0415

    from app.sandbox.setup import Setup  # noqa: PLC0415 - a gateway in production never needs it
    from app.sandbox.web import create_app  # noqa: PLC0415

    app = create_app(setup=Setup(system_url=f"http://{host}:{port}"))
    print(f"The stand-in WHMCS is at http://{host}:{port}/ (identifier: sandbox, secret: sandbox).", flush=True)
    # A call told to hang would otherwise hold up the end, and a dropped one is logged as an error of ours.
    uvicorn.run(app, host=host, port=port, log_level="critical", timeout_graceful_shutdown=1)


@cli.command("demo")
def demo_(
    port: Annotated[
        int, typer.Option(help="The gateway's port; the site and WHMCS take the next two.", max=65533)
    ] = 8000,
) -> None:
    """Run the gateway, a marketing site and a stand-in WHMCS together, with nothing to configure."""
    from app import demo  # noqa: PLC0415

    raise typer.Exit(demo.run(port))


@cli.command("demo-site", hidden=True)
def demo_site(port: int, gateway_port: int, sandbox_port: int) -> None:
    """Run the demo's marketing site."""
    from app import demo  # noqa: PLC0415

    demo.serve_site(port, gateway_port=gateway_port, sandbox_port=sandbox_port)


def main() -> None:
    """The console script."""
    cli()


if __name__ == "__main__":
    main()
