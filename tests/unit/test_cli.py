"""What ``gateway`` loads before it does anything: little, so that its small commands answer at once."""

import subprocess
import sys

import pytest

SMALL = ["--version", "generate-key", "sandbox --help"]
BIG = {"app.commands", "app.wiring", "sqlalchemy", "aiohttp", "phonenumbers", "fastapi", "uvicorn", "redis"}


@pytest.mark.parametrize("command", SMALL)
def test_a_small_command_loads_nothing_big(command: str) -> None:
    script = "import sys; from app.cli import cli; cli(standalone_mode=False); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script, *command.split()], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "app.cli" in loaded
    assert not loaded & BIG
