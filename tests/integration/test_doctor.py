"""``gateway check`` without a page: whether everything that a sign-up needs is there."""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from dns.resolver import NoResolverConfiguration
from pydantic import SecretStr
from typer.testing import CliRunner

from app.cli import cli
from app.doctor.billing import examine_whmcs
from app.findings import Level
from app.sandbox.setup import Setup
from app.sandbox.whmcs import SandboxWhmcs
from app.settings import Settings, load_settings
from app.store import migrate_store
from app.whmcs import Credentials, Whmcs
from app.wiring import open_records
from tests.integration.world import Clock, Wire
from tests.ports import free_port
from tests.unit.forms import visitors

PLANS = {"starter": {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe", "price": "5.00 USD"}}
SITES = {"acme": visitors.site(plans=PLANS)}
READS = {"WhmcsDetails", "GetClientsDetails", "GetOrders", "GetClientsProducts"}
SELLS = {"GetProducts", "GetCurrencies", "GetPaymentMethods"}
Findings = list[tuple[Level, str, str]]


async def examined(
    wire: Wire,
    *,
    secret: str = "sandbox",  # noqa: S107 - a toy's
    sites: Any = SITES,
    prices_only: bool = False,
) -> list[tuple[Level, str, str]]:
    whmcs = Whmcs(wire, Credentials("sandbox", secret))
    found = examine_whmcs(whmcs, sites, prices_only=prices_only)
    return [(one.level, one.code, f"{one.what} {one.cure}") async for one in found]


def wire(**setup: Any) -> Wire:
    return Wire(Clock(), SandboxWhmcs(setup=Setup(**setup)))


async def test_a_whmcs_that_lacks_nothing() -> None:
    given = wire()
    found = await examined(given)
    assert [(level, code) for level, code, _ in found] == [
        (Level.OK, "whmcs"),
        (Level.OK, "permission"),
        (Level.OK, "plan"),
    ]
    assert "version 9.0.0" in found[0][2]
    ledger = given.whmcs.ledger
    assert (ledger.clients, ledger.orders, ledger.mails) == ({}, {}, {})


@pytest.mark.parametrize(("checkout", "told"), [("sso", True), ("login", False)])
async def test_that_somebody_can_be_logged_in_is_not_tried_but_told(checkout: str, told: bool) -> None:
    given = wire()
    found = await examined(given, sites={"acme": visitors.site(checkout=checkout)})
    assert ("CreateSsoToken" in found[1][2]) is told
    assert "CreateSsoToken" not in {call.action for call in given.whmcs.ledger.calls}


async def test_a_site_without_plans_needs_no_catalogue() -> None:
    given = wire(allowed_actions=frozenset(READS))
    assert [level for level, *_ in await examined(given, sites={"acme": visitors.site()})] == [Level.OK, Level.OK]


@pytest.mark.parametrize("command", sorted(READS - {"WhmcsDetails"}))
async def test_a_missing_permission_is_named(command: str) -> None:
    found = await examined(wire(allowed_actions=frozenset((READS | SELLS) - {command})))
    (fault,) = [one for one in found if one[0] is Level.FAULT]
    assert fault[1] == "permission"
    assert f"does not allow {command}. Allow it" in fault[2]


@pytest.mark.parametrize("command", sorted(SELLS))
async def test_what_only_prices_need_is_no_fault(command: str) -> None:
    found = await examined(wire(allowed_actions=frozenset((READS | SELLS) - {command})))
    (told,) = [one for one in found if one[0] is not Level.OK]
    assert told[:2] == (Level.WARNING, "plan")
    assert command.lower() in told[2].lower()


@pytest.mark.parametrize(
    ("setup", "secret", "said"),
    [
        ({}, "wrong", "Make a new API credential"),
        ({"allowed_ips": frozenset({"203.0.113.1"})}, "sandbox", "add 192.0.2.10 under General Settings"),
        ({"allowed_actions": frozenset()}, "sandbox", "does not allow WhmcsDetails"),
    ],
)
async def test_who_is_not_let_in_is_told_why_and_no_more(setup: dict[str, Any], secret: str, said: str) -> None:
    ((level, code, text),) = await examined(wire(**setup), secret=secret)
    assert (level, code) == (Level.FAULT, "whmcs")
    assert said in text


async def test_a_whmcs_that_is_not_reached() -> None:
    given = wire()
    given.refusing = 1
    ((level, code, text),) = await examined(given)
    assert (level, code) == (Level.FAULT, "whmcs")
    assert "Check WHMCS_API_URL" in text


async def test_what_fails_on_the_way_is_unknown() -> None:
    given = wire()
    for command in ("GetOrders", "GetProducts"):
        given.censor(command, 502, b"<html>")
    assert [one[:2] for one in await examined(given) if one[0] is not Level.OK] == [
        (Level.UNKNOWN, "permission"),
        (Level.UNKNOWN, "plan"),
    ]


def promoting(**plan: Any) -> Any:
    return {"acme": visitors.site(plans={"starter": {**PLANS["starter"], **plan}})}


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"promo_code": "LAUNCH", "promo_codes": ["FIRST3"]}, None),
        ({"promo_code": "NONSENSE"}, "starter.promo_code: WHMCS has no promotion code NONSENSE. Correct it"),
        ({"promo_code": "BYGONE"}, "starter.promo_code: BYGONE is over in WHMCS, by date or uses. Renew it"),
        ({"promo_codes": ["LAUNCH", "YEARLY"]}, "starter.promo_codes: YEARLY does not hold for new customers"),
    ],
)
async def test_a_promotion_code_that_does_not_hold_is_named(plan: dict[str, Any], said: str | None) -> None:
    faults = [one for one in await examined(wire(), sites=promoting(**plan)) if one[0] is not Level.OK]
    assert [(level, code) for level, code, _ in faults] == ([(Level.FAULT, "promotion")] if said else [])
    assert said is None or said in faults[0][2]


async def test_without_the_permission_for_codes_it_says_that_they_are_not_checked() -> None:
    given = wire(allowed_actions=frozenset(READS | SELLS))
    (told,) = [one for one in await examined(given, sites=promoting(promo_code="LAUNCH")) if one[0] is not Level.OK]
    assert told[:2] == (Level.WARNING, "promotion")
    assert "does not allow GetPromotions" in told[2]
    given.censor("GetPromotions", 502, b"<html>")
    (told,) = [one for one in await examined(given, sites=promoting(promo_code="LAUNCH")) if one[0] is not Level.OK]
    assert told[:2] == (Level.UNKNOWN, "promotion")


async def test_prices_alone_ask_for_no_more_than_prices() -> None:
    given = wire(allowed_actions=frozenset({"WhmcsDetails", "GetProducts", "GetCurrencies"}))
    assert [one[:2] for one in await examined(given, prices_only=True)] == [(Level.OK, "price")]


Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Runs ``gateway check`` over a configuration that is right but for what is given."""
    (tmp_path / "sites.toml").write_text('[sites.acme]\norigins = ["https://www.acme.example"]\n')
    right = {
        "WHMCS_API_URL": "http://127.0.0.1:9",  # where nobody listens
        "WHMCS_API_IDENTIFIER": "sandbox",
        "WHMCS_API_SECRET": "sandbox",
        "GATEWAY_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "GATEWAY_SITES_FILE": str(tmp_path / "sites.toml"),
        "GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}",
    }
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        for name, value in (right | settings).items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(cli, ["check", *arguments])
        return done.exit_code, done.output

    return run


def test_the_command_goes_on_as_far_as_it_can(check: Check) -> None:
    status, told = check()
    assert status == 1
    configured, database, whmcs = told.splitlines()
    assert configured == "ok: The configuration is complete. Sites: 1; plans: 0."
    assert database.startswith("ok: There is no database yet")
    assert whmcs.startswith("fault: WHMCS was not reached.")


def test_the_database_is_left_as_it_is(check: Check, tmp_path: Path) -> None:
    database = tmp_path / "gateway.db"
    check()
    assert not database.exists()
    url = SecretStr(f"sqlite:///{database}")
    migrate_store(url)
    assert "ok: The database opens, and no encryption key was used with it yet." in check()[1]
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM secrets").fetchall() == [(0,)]
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert "ok: The database is an older release's" in check()[1]
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    connection.close()


@pytest.mark.parametrize(
    ("place", "why"), [("file/gateway.db", "cannot be made."), ("x" * 300, "the database cannot be used (OSError).")]
)
def test_a_place_where_no_database_can_be_is_a_fault(check: Check, tmp_path: Path, place: str, why: str) -> None:
    (tmp_path / "file").touch()
    _, told = check(GATEWAY_DATABASE_URL=f"sqlite:///{tmp_path / place}")
    assert "fault: GATEWAY_DATABASE_URL: " in told
    assert why in told


def test_a_site_that_leads_on_should_say_where_to_log_in(check: Check) -> None:
    sites = Path("sites.toml")
    sites.write_text(f'{sites.read_text()}checkout = "sso"\n')
    _, told = check(GATEWAY_PUBLIC_URL="https://signup.example.com")
    assert "warning: sites.acme: visitors who are not led to their invoice" in told
    sites.write_text(f'{sites.read_text()}login_url = "https://my.acme.example/"\n')
    assert "warning" not in check()[1]
    assert check(GATEWAY_PUBLIC_URL="http://10.0.0.2")[1].startswith("fault: sites.acme.checkout:")


def test_a_configuration_that_is_wrong_is_a_fault(check: Check) -> None:
    status, told = check(GATEWAY_GATE_LIMIT="often")
    assert status == 1
    assert told.startswith("fault: GATEWAY_GATE_LIMIT")


def test_a_machine_that_does_not_know_whom_to_ask_for_names_is_a_fault(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_resolv_conf(**_: bool) -> None:
        raise NoResolverConfiguration

    monkeypatch.setattr("app.wiring.Resolver", without_resolv_conf)
    sites = Path("sites.toml")
    sites.write_text(f"{sites.read_text()}check_mx = true\n")
    status, told = check()
    assert (status, told.count("\n")) == (1, 1)
    assert told.startswith("fault: sites.acme.check_mx: this machine does not say whom to ask for names.")


def test_keys_are_held_against_the_database(check: Check, tmp_path: Path) -> None:
    check()
    asyncio.run(use(load_settings()))
    assert "ok: The database opens, and the encryption keys fit it." in check()[1]
    _, told = check(GATEWAY_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    assert "fault: GATEWAY_ENCRYPTION_KEYS: none of these keys opens this database." in told


async def use(settings: Settings) -> None:
    """Open the database for the first time."""
    async with open_records(settings):
        pass


def test_a_store_of_quotas_that_does_not_answer_is_a_fault(check: Check) -> None:
    _, told = check(GATEWAY_REDIS_URL="redis://127.0.0.1:9")
    assert "fault: GATEWAY_REDIS_URL" in told


def test_a_store_of_quotas_that_answers(check: Check, valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.guard.patience._LOOK", 6.0)  # a busy machine may keep it from answering at once
    _, told = check(GATEWAY_REDIS_URL=valkey)
    assert "ok: The store of the quotas answers." in told


def test_machines_get_json(check: Check) -> None:
    _, told = check("--json")
    assert [json.loads(line)["code"] for line in told.splitlines()] == ["configuration", "database", "whmcs"]


def test_who_has_read_enough_is_shown_no_trace(check: Check) -> None:
    with socket.create_server(("127.0.0.1", 0)) as whmcs:  # it does not answer before the reader has gone
        check(WHMCS_API_URL=f"http://127.0.0.1:{free_port()}")
        environment = os.environ | {"WHMCS_API_URL": f"http://127.0.0.1:{whmcs.getsockname()[1]}"}
        command = [sys.executable, "-m", "app.cli", "check"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout is not None
            assert [running.stdout.readline()[:3] for _ in range(2)] == [b"ok:", b"ok:"]
            running.stdout.close()
            whmcs.accept()[0].close()
            whmcs.close()
            assert running.stderr is not None
            assert running.stderr.read() == b""


def test_a_page_and_prices_are_two_questions(check: Check) -> None:
    status, told = check("--page", "x.html", "--prices")
    assert status == 2
    assert "goes without --prices" in told
