"""``gateway demo`` from the first line it prints to Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs

import httpx2
import pytest

from tests.acceptance.demo import Demo
from tests.acceptance.processes import PATIENCE
from tests.ports import three_free_ports
from tests.unit.forms.visitors import ANSWERS


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for the tests that leave it running."""
    with closing(Demo(tmp_path_factory.mktemp("demo"))) as demo:
        yield demo
        assert demo.stop() == 0


def send(demo: Demo, **changes: str) -> httpx2.Response:
    """Post the demo's form as a browser does, and follow to where that ends."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Origin": demo.site, "Referer": f"{demo.site}/"}
    answers = ANSWERS | {"company": "", "terms": "yes", "_gotcha": ""} | changes
    url = f"{demo.url}/v1/demo/signup"
    return httpx2.post(url, data=answers, headers=headers, follow_redirects=True, timeout=PATIENCE)


def start(port: int, scratch: Path) -> "subprocess.Popen[str]":
    """The demo with its output in a pipe, as in a terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "demo", "--port", str(port)],
        env=os.environ | {"TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_it_prints_where_to_click_and_all_of_it_answers(demo: Demo) -> None:
    _, _, welcome = demo.printed().partition("are running.")
    welcome, stop, _ = welcome.partition("Ctrl-C")
    addresses = [word for word in welcome.split() if word.startswith("http://")]
    shown = [
        f"{demo.site}/",
        f"{demo.site}/plain",
        f"{demo.site}/scripted",
        f"{demo.url}/v1/demo",
        f"{demo.whmcs}/",
        f"{demo.url}/v1/demo/snippets",
    ]
    assert addresses == [*shown, f"{demo.url}/readyz"]
    assert [httpx2.get(address, timeout=PATIENCE).status_code for address in addresses] == [200] * 7
    assert stop


@pytest.mark.parametrize(
    ("plan", "orders", "path"),
    [("", 0, "/clientarea.php"), ("starter", 1, "/viewinvoice.php")],
    ids=["account only", "with a plan"],
)
def test_a_posted_form_ends_at_what_is_to_be_paid_and_in_the_ledger(
    demo: Demo, plan: str, orders: int, path: str
) -> None:
    email = f"visitor-{orders}@example.com"
    reply = send(demo, email=email, plan=plan)
    assert str(reply.url).startswith(f"{demo.whmcs}{path}")
    assert (reply.status_code, "Log out" in reply.text) == (200, True)

    ledger = demo.ledger()
    [client] = [client for client in ledger["clients"] if client["email"] == email]
    assert "Welcome" in [mail["subject"] for mail in ledger["mails"] if mail["to"] == email]
    assert sum(order["client_id"] == client["id"] for order in ledger["orders"]) == orders
    assert sum(invoice["client_id"] == client["id"] for invoice in ledger["invoices"]) == orders


def test_a_form_posted_again_ends_at_the_welcome_page(demo: Demo) -> None:
    first, again = (send(demo, email="again@example.com") for _ in range(2))
    assert first.url.path == "/clientarea.php"
    assert (again.status_code, again.url.path) == (200, "/welcome")
    assert "Welcome to Larkmoor" in again.text
    assert parse_qs(again.url.query.decode())["reference"][0] in again.text


def test_a_posted_form_with_a_fault_comes_back_to_the_form(demo: Demo) -> None:
    reply = send(demo, email="nobody", phone="12")
    assert (reply.status_code, reply.url.path) == (200, "/signup")
    assert reply.text.count('aria-invalid="true"') == 2
    assert "nobody" not in str(reply.url) + reply.text


def test_ctrl_c_ends_every_part_and_leaves_no_file(tmp_path: Path) -> None:
    """Every part holds the pipe's other end, so reading to its end proves that none is left."""
    demo = start(three_free_ports(), tmp_path)
    assert demo.stdout is not None
    assert any("Ctrl-C" in line for line in demo.stdout), "it ended without saying how to stop it"
    assert list(tmp_path.iterdir())
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 0
    assert "\nStopping.\n" in rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


def test_a_busy_port_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    first = three_free_ports()
    with socket.create_server(("127.0.0.1", first + 1)):
        demo = start(first, tmp_path)
        said, _ = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 1
    assert said.startswith(f"Port {first + 1} is in use.")
    assert "make demo PORT=" in said
    assert list(tmp_path.iterdir()) == []
