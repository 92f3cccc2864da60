"""``gateway demo`` as a real process, with its three addresses."""

from pathlib import Path
from typing import Any

import httpx2

from tests.acceptance.processes import PATIENCE, Process, until
from tests.ports import three_free_ports

LAST_WORDS = "Ctrl-C ends everything."


class Demo(Process):
    """The demo under way, with a folder of its own for what it keeps while it runs."""

    def __init__(self, folder: Path) -> None:
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        port = three_free_ports()
        environment = {"LOG": str(folder / "demo.log"), "TMPDIR": str(self.scratch)}
        super().__init__(["demo", "--port", str(port)], environment, port)
        self.site = f"http://127.0.0.1:{port + 1}"
        self.whmcs = f"http://127.0.0.1:{port + 2}"
        self.wait_until_it_answers("/readyz")
        until(lambda: LAST_WORDS in self.printed(), "the demo does not say that it is running")

    def printed(self) -> str:
        """Everything it wrote to the terminal so far."""
        return Path(self.log.name).read_text()

    def close(self) -> None:
        """End it gently, because its parts would outlive a SIGKILL."""
        if self._process.poll() is None:
            self.stop()
        super().close()

    def fail(self, mode: str, **options: Any) -> None:
        """Let the sandbox fail in this way."""
        httpx2.post(f"{self.whmcs}/faults", json={"mode": mode, **options}, timeout=PATIENCE).raise_for_status()

    def mend(self) -> None:
        """Let the sandbox work again."""
        httpx2.delete(f"{self.whmcs}/faults", timeout=PATIENCE).raise_for_status()

    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        """Everything the sandbox has."""
        ledger: dict[str, list[dict[str, Any]]] = httpx2.get(f"{self.whmcs}/ledger.json", timeout=PATIENCE).json()
        return ledger

    def asked(self, action: str) -> int:
        """How often the sandbox was asked this."""
        return sum(call["action"] == action for call in self.ledger()["calls"])
