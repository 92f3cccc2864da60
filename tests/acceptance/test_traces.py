"""Nothing that a visitor typed is ever on disk or in a log in plain, and after delivery not even sealed."""

import base64
import json
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote_plus

import httpx2
import pytest

from tests.acceptance.processes import PATIENCE, Process, Town, until
from tests.acceptance.traces import pieces, traces
from tests.unit.forms.visitors import ANSWERS

VISITOR = "198.51.100.77"
BY_THE_TEST = {"sites.toml"}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A WHMCS, and a site with a field of its own, whose plan has a promotion of its own: a visitor's goes nowhere."""
    town = Town(tmp_path, reply_within=12)
    sites = tmp_path / "sites.toml"
    plan = "[sites.acme.plans.starter]"
    mine = f'custom_fields = {{ heard = 3 }}\n{plan}\ndomain_actions = ["own", "transfer"]\npromo_code = "LAUNCH"'
    sites.write_text(sites.read_text().replace(plan, mine))
    town.settings["GATEWAY_TRUSTED_PROXIES"] = "127.0.0.1"
    yield town
    town.close()


def answers(mark: str) -> dict[str, str]:
    """Answers that stand nowhere else: every one of them holds the mark, in letters or digits."""
    digits = "".join(str(ord(letter) % 10) for letter in mark)
    return ANSWERS | {
        "first_name": f"Zbyněk{mark}",
        "last_name": f"O'Quixley {mark}",
        "company": f"Wendigo & {mark} Söhne",
        "email": f"Zb.{mark}+tag@Example.com",
        "phone": f"+44 20 7946 0{digits[:3]}",
        "address1": f"17 {mark} Völklinger Straße",
        "address2": f'Flat "{mark}" & cellar',
        "city": f"Ystrad{mark}",
        "state": f"Gwynedd{mark}",
        "postcode": f"QX{digits[:4]} 7ZZ",
        "tax_id": f"GB{digits}99{mark}",
        "domain": f"taken-{mark}.example",
        "domain_action": "transfer",
        "epp_code": f"Epp!{mark}",
        "promo_code": f"PROMO{mark}",
        "heard": f"From my neighbour {mark}. " + "He said a good deal about it. " * 30,
    }


def key_of(mark: str) -> str:
    """The idempotency key that comes with them."""
    return f"key-{mark}-of-the-visitor"


def typed(mark: str) -> dict[str, str]:
    """What must not be found: the answers, as typed and as sent on, the key, and the visitor's address."""
    mine = answers(mark)
    own = {name: value for name, value in mine.items() if name not in ANSWERS or mark in value}
    phone = mine["phone"]
    digits = phone.replace(" ", "").removeprefix("+44")
    return own | {
        "phone": phone,
        "phone sent on": f"+44.{digits}",
        "phone digits": digits,
        "postcode": mine["postcode"],
        "heard": own["heard"][:40],
        "mark": mark,
        "visitor": VISITOR,
        "key": key_of(mark),
    }


def post(gateway: Process, mark: str, *, as_json: bool = False, **more: str) -> httpx2.Response:
    """Post these answers through a proxy."""
    sent = answers(mark) | more
    headers = {"Accept": "application/json", "X-Forwarded-For": VISITOR, "Idempotency-Key": key_of(mark)}
    address = f"{gateway.url}/v1/acme/signup?utm={mark}"
    if as_json:
        return httpx2.post(address, json=sent, headers=headers, timeout=PATIENCE)
    return httpx2.post(address, data=sent, headers=headers, timeout=PATIENCE)


def assert_no_trace(town: Town, *marks: str) -> None:
    """None of these visitors' answers is in any file of the gateway's."""
    for mark in marks:
        found = traces(town.folder, typed(mark), BY_THE_TEST)
        assert not found, found


def sealed_form(town: Town) -> bytes:
    """The newest sealed form."""
    with closing(sqlite3.connect(town.database)) as connection:
        (payload,) = connection.execute("SELECT payload FROM submissions ORDER BY created_at DESC").fetchone()
        assert isinstance(payload, bytes)
        return payload


def on_disk(town: Town) -> bytes:
    """The database and the files beside it."""
    return b"".join(path.read_bytes() for path in sorted(town.folder.glob("gateway.db*")))


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """Else finding nothing would prove nothing."""
    value = "O'Quixley Zbyněk"
    written = [value.encode(), value.upper().encode(), quote_plus(value).encode(), json.dumps(value).encode()]
    written += [base64.b64encode(b"x" * shift + value.encode() + b"yy") for shift in range(3)]
    written += [base64.urlsafe_b64encode(value.encode()), value.encode().hex().encode(), value.encode("utf-16-le")]
    for number, data in enumerate(written):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "log").write_bytes(b"before " + data + b" after")
        assert traces(folder, {"name": value}, set()) == [("log", "name")], data


def test_delivered_sign_ups_leave_no_trace(town: Town) -> None:
    gateway = town.serve()
    for mark, as_json in (("jsonqv", True), ("formqv", False)):
        reply = post(gateway, mark, as_json=as_json, plan="starter")
        assert reply.status_code == 201
        assert mark not in reply.text
        assert_no_trace(town, mark)
    assert town.made()[:2] == (2, 2)
    gateway.stop()
    assert_no_trace(town, "jsonqv", "formqv")


def test_one_that_waits_is_sealed_and_after_delivery_not_even_that_is_left(town: Town) -> None:
    gateway = town.serve()
    town.fail("maintenance_503")
    assert post(gateway, "waitqv", plan="starter").status_code == 202
    until(lambda: town.rows() == [("waiting", "maintenance")], "it does not wait")
    assert_no_trace(town, "waitqv")
    parts = pieces(sealed_form(town))
    assert len(parts) > 20
    assert sum(part in on_disk(town) for part in parts) > len(parts) / 2
    town.mend()
    until(lambda: town.rows() == [("done", "")], "it was not delivered")
    with closing(sqlite3.connect(town.database)) as connection:  # as the worker does every hour
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert not [part for part in parts if part in on_disk(town)]
    assert_no_trace(town, "waitqv")


def test_rejected_stuck_and_uncertain_ones_leave_no_trace(town: Town) -> None:
    gateway = town.serve()
    town.fail("unknown_error", action="AddClient", calls=1, message="Invalid telephone phone number")
    assert post(gateway, "rejectqv").status_code == 422
    assert town.rows() == [("rejected", "invalid_fields")]
    assert_no_trace(town, "rejectqv")

    town.fail("no_permission", action="AddClient", calls=1)
    assert post(gateway, "stuckqv").status_code == 202
    assert town.rows()[1:] == [("stuck", "role")]
    assert_no_trace(town, "stuckqv")

    words = f"The address {answers('unsureqv')['address1']} is odd"
    town.fail("unknown_error", action="AddClient", calls=1, message=words)  # WHMCS quotes what was typed
    assert post(gateway, "unsureqv").status_code == 202
    town.fail("commit_then_hang", action="AddClient", calls=1)
    assert post(gateway, "killedqv").status_code in (201, 202)
    assert_no_trace(town, "unsureqv", "killedqv")
    gateway.kill()
    assert_no_trace(town, "rejectqv", "stuckqv", "unsureqv", "killedqv")


def test_what_is_refused_at_the_door_leaves_no_trace(town: Town) -> None:
    gateway = town.serve()
    assert post(gateway, "doorqv", country="nowhere").status_code == 422
    query = {"first_name": answers("doorqv")["first_name"], "email": answers("doorqv")["email"]}
    assert httpx2.get(f"{gateway.url}/v1/acme/signup", params=query, timeout=PATIENCE).status_code == 405
    assert_no_trace(town, "doorqv")


@pytest.fixture
def cores_allowed() -> Iterator[None]:
    """Processes started now may leave core files, as far as anybody lets us."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.mark.usefixtures("cores_allowed")
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_a_crash_leaves_no_picture_of_the_memory(town: Town, number: signal.Signals) -> None:
    gateway = town.serve()
    town.fail("maintenance_503")
    assert post(gateway, "crashqv").status_code == 202
    gateway.crash(number)
    worker = town.work()
    log = town.folder / "worker.log"
    until(lambda: "delivery" in log.read_text(), "the worker does nothing")
    worker.crash(number)
    assert not list(town.folder.rglob("core*"))
    assert_no_trace(town, "crashqv")


@pytest.mark.usefixtures("cores_allowed")
def test_cores_would_be_left_otherwise(tmp_path: Path) -> None:
    """Else the test above would prove nothing on this machine."""
    ended = subprocess.run([sys.executable, "-c", "import os; os.abort()"], cwd=tmp_path, check=False)
    assert ended.returncode == -signal.SIGABRT
    if not list(tmp_path.glob("core*")):
        pytest.skip("this machine leaves no core files in the working directory")
