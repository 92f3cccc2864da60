"""What the image says about itself, tried on this machine."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A server that answers everything with this status; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def asked(port: int) -> int:
    """The exit status of the image's health check, with a proxy in the environment that does not answer."""
    found = re.search(r"^HEALTHCHECK .*\n\s*CMD (\[.*\])$", DOCKERFILE.read_text(), re.MULTILINE)
    assert found
    _, *arguments = json.loads(found[1].replace("8000", str(port)))
    proxies = {"http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    return subprocess.run([sys.executable, *arguments], env=proxies, stderr=subprocess.DEVNULL, check=False).returncode


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_asks_the_gateway_itself(status: int, healthy: bool) -> None:
    with answering(status) as port:
        assert (asked(port) == 0) is healthy


def test_the_health_check_fails_where_nothing_listens() -> None:
    assert asked(1) != 0
