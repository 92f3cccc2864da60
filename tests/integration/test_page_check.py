"""``gateway check --page`` as it is typed: pages from a real server, from files and from standard input."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import ClassVar

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.page_check import NoPage, documents, fetch
from tests.ports import free_port
from tests.unit.page_check.pages import PLAIN, WEBFLOW

SITES = """
[sites.acme]
origins = ["http://127.0.0.1:{port}", "https://www.acme.example"]
required = ["terms"]
[sites.acme.plans.starter]
pid = 1
billing_cycle = "annually"
payment_method = "stripe"
"""
HTML = {"Content-Type": "text/html; charset=utf-8"}
POLICY = {"Content-Security-Policy": "form-action 'self'", "Referrer-Policy": "no-referrer"}


class Pages(BaseHTTPRequestHandler):
    """A small website."""

    ended: ClassVar = Event()  # the end of a test, for which the slow page waits
    content: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {
        "/": (200, HTML, PLAIN.encode()),
        "/strict": (200, HTML | POLICY, PLAIN.encode()),
        "/latin": (200, {"Content-Type": "text/html; charset=iso-8859-1"}, PLAIN.encode()),
        "/odd": (200, {"Content-Type": "text/html; charset=undefined"}, PLAIN.encode()),
        "/slow_letters": (200, {"Content-Type": "text/html; charset=Punycode"}, PLAIN.encode()),
        "/slow": (200, HTML, PLAIN.encode()),
        "/missing": (404, HTML, PLAIN.encode()),
        "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/huge": (200, HTML, PLAIN.encode() + b" " * documents.MAX_PAGE_BYTES),
        "/out": (302, {"Location": "http://192.0.2.1.example/"}, b""),
        "/ftp": (302, {"Location": "ftp://127.0.0.1/"}, b""),
    }

    def do_GET(self) -> None:
        """``/hop/3`` is three redirects away from ``/``."""
        hops = int(self.path.removeprefix("/hop/")) if self.path.startswith("/hop/") else 0
        onward = f"/hop/{hops - 1}" if hops > 1 else "/"
        status, headers, body = (302, {"Location": onward}, b"") if hops else self.content[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # it was too much for who asked
            self.wfile.write(body[:10])
            if self.path == "/slow":
                self.ended.wait()
            self.wfile.write(body[10:])

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def website() -> Iterator[int]:
    """The port of the website."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Pages.ended.clear()
    yield server.server_port
    Pages.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def run(website: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs ``gateway check`` with these arguments."""
    (tmp_path / "sites.toml").write_text(SITES.format(port=website))
    (tmp_path / "good.html").write_text(WEBFLOW)
    (tmp_path / "bad.html").write_text(PLAIN.replace('method="post"', ""))
    monkeypatch.chdir(tmp_path)
    settings = {
        "WHMCS_API_URL": "https://billing.example.com",
        "WHMCS_API_IDENTIFIER": "sandbox",
        "WHMCS_API_SECRET": "sandbox",
        "GATEWAY_ENCRYPTION_KEYS": f"{'A' * 43}=",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def check(*arguments: str, **rest: str) -> Result:
        return CliRunner().invoke(cli, ["check", *arguments], **rest)  # type: ignore[arg-type]

    return check


def test_a_good_page_ends_with_0(run: Callable[..., Result], website: int) -> None:
    for page, line in (("good.html", 2), (f"http://127.0.0.1:{website}/", 3)):
        ended = run("--page", page)
        assert ended.stdout == f"ok: line {line}: The form signs up clients for acme.\n"
        assert (ended.exit_code, ended.stderr) == (0, "")


def test_a_fault_ends_with_1_and_its_cure(run: Callable[..., Result]) -> None:
    ended = run("--page", "bad.html")
    assert ended.exit_code == 1
    assert ended.stdout.startswith("fault: line 3: The form's method is not POST")
    assert "In Webflow" in ended.stdout
    assert len(ended.stdout.splitlines()) == 1


def test_machines_get_an_object_a_line(run: Callable[..., Result]) -> None:
    (found,) = map(json.loads, run("--page", "bad.html", "--json").stdout.splitlines())
    assert found.keys() == {"level", "code", "line", "what", "cure"}
    assert (found["level"], found["code"], found["line"]) == ("fault", "method_get", 3)


def test_standard_input(run: Callable[..., Result]) -> None:
    assert run("--page", "-", input=PLAIN).exit_code == 0


def test_what_the_server_says_of_the_page_counts(run: Callable[..., Result], website: int) -> None:
    found = run("--page", f"http://127.0.0.1:{website}/strict", "--json").stdout.splitlines()
    assert [json.loads(one)["code"] for one in found] == ["origin_hidden", "form_blocked"]
    for path in ("latin", "odd", "slow_letters"):
        found = run("--page", f"http://127.0.0.1:{website}/{path}", "--json").stdout.splitlines()
        assert [json.loads(one)["code"] for one in found] == ["not_utf8"]


def test_five_redirects_are_followed_and_no_more(run: Callable[..., Result], website: int) -> None:
    assert run("--page", f"http://127.0.0.1:{website}/hop/5").exit_code == 0
    ended = run("--page", f"http://127.0.0.1:{website}/hop/6")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "it leads on more than 5 times" in ended.stderr


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/missing", "answers with 404"),
        ("/picture", "not HTML"),
        ("/huge", "over 4 MiB"),
        ("/ftp", "leads on to what is no page of the web"),
        ("/out", "cannot be fetched"),
    ],
)
def test_what_is_no_page_ends_with_2(run: Callable[..., Result], website: int, path: str, sentence: str) -> None:
    ended = run("--page", f"http://127.0.0.1:{website}{path}")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "page", ["http://www.acme.example/", "https://", "http://[", "nosuch.html", ".", "a\0b", "http://127.0.0.1:1/"]
)
def test_what_cannot_be_read_ends_with_2(run: Callable[..., Result], page: str) -> None:
    ended = run("--page", page)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.endswith(".\n")


def test_it_says_why_a_page_does_not_come(run: Callable[..., Result]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    mute.accept()[0].close()

        Thread(target=hang_up, daemon=True).start()
        for page, why in (
            (f"http://127.0.0.1:{free_port()}/", "its host does not answer"),
            (f"http://127.0.0.1:{mute.getsockname()[1]}/", "the connection broke off"),
            ("http://127.0.0.1:99999/", "this is no address"),
        ):
            assert f"cannot be fetched: {why}. Open" in run("--page", page).stderr


@pytest.mark.parametrize("content", [b"", b"\x89PNG\0<", b"{}"])
def test_a_file_that_is_no_html(run: Callable[..., Result], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert run("--page", "x").exit_code == 2


def test_a_page_without_a_form_of_ours_ends_with_2(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("<form action=/search><input name=q></form>")
    ended = run("--page", "x.html")
    assert ended.exit_code == 2
    assert "no form that posts to the gateway (1 others)" in ended.stdout


def test_an_unknown_site_is_wrong_usage(run: Callable[..., Result]) -> None:
    ended = run("--page", "good.html", "--site", "acne")
    assert ended.exit_code == 2
    assert "acme" in ended.stderr


def test_a_wrong_configuration_ends_with_2(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHMCS_API_SECRET")
    ended = run("--page", "good.html")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "WHMCS_API_SECRET" in ended.stderr


async def test_a_page_that_never_ends_is_given_up(website: int) -> None:
    with pytest.raises(NoPage, match="within"):
        await fetch(f"http://127.0.0.1:{website}/slow", seconds=0.1)
