"""``gateway rotate-keys``: afterwards the newest key opens everything, and nothing else has changed."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from app.settings import ConfigurationError, Settings, load_settings
from app.submissions import State
from app.vault import Seal, SealBroken
from app.wiring import open_records
from tests.integration.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose database knows its first key."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path)
    desk.run("rotate-keys")
    return desk


def new_key() -> str:
    """A key."""
    return Fernet.generate_key().decode()


def settings(desk: Desk) -> Settings:
    """Those that the desk's commands have."""
    return load_settings(
        {
            "WHMCS_API_URL": "http://127.0.0.1:9",
            "WHMCS_API_IDENTIFIER": "sandbox",
            "WHMCS_API_SECRET": "sandbox",
            "GATEWAY_DATABASE_URL": desk.url.get_secret_value(),
            "GATEWAY_ENCRYPTION_KEYS": ",".join(desk.keys),
        }
    )


def digest(desk: Desk) -> str:
    """How the gateway would hash an address now. Raises ConfigurationError."""

    async def hashed() -> str:
        async with open_records(settings(desk)) as (_, vault):
            return vault.digest("address", "ada@example.com")

    return asyncio.run(hashed())


async def sealed_forms(desk: Desk) -> dict[str, bytes]:
    """Every form on disk by its reference."""
    async with open_records(settings(desk)) as (store, _):
        return dict(await store.archive.sealed("", 10_000))


def opens(sealed: bytes, key: str) -> bool:
    """Whether this key alone opens a form."""
    try:
        return bool(Seal([SecretStr(key)]).open(sealed))
    except SealBroken:
        return False


def test_the_whole_rotation(desk: Desk) -> None:
    (old,) = desk.keys
    before = digest(desk)
    rows = [desk.row(State.WAITING, age=float(number)) for number in range(401)]
    desk.put(*rows, desk.row(State.DONE))

    desk.keys = [new_key(), old]
    ended = desk.run("rotate-keys")
    assert ended.exit_code == 0
    assert "401 sign-ups sealed with the newest key." in ended.stdout
    assert "Key number 2 of GATEWAY_ENCRYPTION_KEYS may be removed" in ended.stdout
    assert old not in ended.output

    del desk.keys[1]
    assert digest(desk) == before  # so repeats are still recognised
    sealed = asyncio.run(sealed_forms(desk))
    assert set(sealed) == {row.reference for row in rows}
    assert all(opens(form, desk.keys[0]) and not opens(form, old) for form in sealed.values())
    now = desk.now(rows[0])
    assert now is not None
    assert replace(now, payload=rows[0].payload) == rows[0]


@pytest.mark.parametrize("command", ["rotate-keys", "purge"])
def test_beside_a_running_gateway_nothing_of_the_old_form_is_left(desk: Desk, tmp_path: Path, command: str) -> None:
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as gateway:
        gateway.execute("SELECT * FROM submissions").fetchall()  # while somebody has it open, SQLite keeps its log
        row = desk.has(State.STUCK)
        desk.keys.insert(0, new_key())
        assert row.payload is not None
        assert row.payload in b"".join(path.read_bytes() for path in tmp_path.glob("gateway.db*"))
        words = ["rotate-keys"] if command == "rotate-keys" else ["submissions", "purge", row.reference, "--yes"]
        assert desk.run(*words).exit_code == 0
        assert row.payload not in b"".join(path.read_bytes() for path in tmp_path.glob("gateway.db*"))


def test_it_may_be_repeated(desk: Desk) -> None:
    row = desk.has(State.STUCK)
    desk.keys.insert(0, new_key())
    desk.run("rotate-keys")
    first = desk.now(row)
    again = desk.run("rotate-keys")
    assert "0 sign-ups sealed" in again.stdout
    assert "Key number 2" in again.stdout
    assert desk.now(row) == first


def test_no_key_may_go_while_one_form_does_not_open(desk: Desk) -> None:
    lost = desk.row(State.WAITING, payload=desk.sealed(new_key()))
    fine = desk.row(State.WAITING, age=90)
    desk.put(lost, fine)
    desk.keys = [new_key(), *desk.keys, new_key()]
    ended = desk.run("rotate-keys")
    assert ended.exit_code == 1
    assert lost.reference in ended.stderr
    assert "Keep every key" in ended.stderr
    assert "may be removed" not in ended.stdout
    assert opens(asyncio.run(sealed_forms(desk))[fine.reference], desk.keys[0])
    assert desk.now(lost) == lost


def test_keys_that_do_not_open_the_database_are_refused_with_a_sentence(desk: Desk) -> None:
    desk.keys = [new_key()]
    with pytest.raises(ConfigurationError, match="none of these keys opens this database"):
        digest(desk)
    for command in (["rotate-keys"], ["submissions", "resolve", "x", "--client-id", "1"]):
        ended = desk.run(*command)
        assert (ended.exit_code, ended.stderr.count("\n")) == (2, 1), command
        assert "none of these keys opens this database" in ended.stderr
    assert desk.submissions("list").exit_code == 0  # what needs no form still works
