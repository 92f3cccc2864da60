"""The commands as an operator types them: what they print, and the status they end with."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.acceptance.processes import Town, post, until


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A WHMCS and a gateway's settings."""
    town = Town(tmp_path)
    yield town
    town.close()


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["migrate"], ["submissions", "list"]])
def test_a_wrong_configuration_ends_with_2_and_every_fault_in_a_sentence(town: Town, command: list[str]) -> None:
    ended = town.run(*command, WHMCS_API_SECRET="", GATEWAY_LOG_FORMAT="xml", GATEWAY_DATABSE_URL="x")
    assert ended.returncode == 2
    faults = ended.stderr.splitlines()
    assert [line.partition(":")[0] for line in faults] == [
        "GATEWAY_DATABSE_URL",
        "WHMCS_API_SECRET",
        "GATEWAY_LOG_FORMAT",
    ]
    assert "Did you mean GATEWAY_DATABASE_URL?" in faults[0]


def test_wrong_sites_end_with_2(town: Town) -> None:
    (town.folder / "sites.toml").write_text('[sites.acme]\norigins = ["https://a.example/x"]\ncolour = 1\n')
    ended = town.run("serve")
    assert ended.returncode == 2
    assert "sites.acme.origins" in ended.stderr
    assert "sites.acme.colour" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_unreachable_database_ends_with_2_without_its_password(town: Town) -> None:
    ended = town.run("serve", GATEWAY_DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/gateway")
    assert ended.returncode == 2
    assert "GATEWAY_DATABASE_URL" in ended.stderr
    assert "hunter2" not in ended.stderr


def test_a_proxy_that_cannot_be_used_ends_with_2_before_anything_is_started(town: Town) -> None:
    elsewhere = {"WHMCS_API_URL": "https://billing.acme.example/includes/api.php", "ALL_PROXY": "socks5://127.0.0.1:1"}
    ended = town.run("serve", "--workers", "2", **elsewhere)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("WHMCS_API_URL: The proxy of the environment is not an HTTP proxy.")
    assert len(ended.stderr.splitlines()) == 1


def test_settings_are_read_from_a_dotenv_file(town: Town) -> None:
    lines = [f"{name}={value}" for name, value in town.settings.items()]
    (town.folder / ".env").write_text("\n".join(lines))
    town.settings = {}
    ended = town.run("migrate")
    assert (ended.returncode, ended.stdout) == (0, "The schema is at revision 0004.\n")


def test_a_generated_key_is_a_key(town: Town) -> None:
    ended = town.run("generate-key")
    Fernet(ended.stdout.strip())
    assert ended.returncode == 0


def test_nobody_is_told_which_server_answers(town: Town) -> None:
    gateway = town.serve()
    assert "server" not in gateway.http.get("/healthz").headers
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/9.9\r\n\r\n")
        answer = connection.recv(1000)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"server" not in answer.lower()
    assert b"uvicorn" not in answer.lower()


def test_the_desk(town: Town) -> None:
    town.settings["GATEWAY_UNCERTAIN_GRACE"] = "0"  # what is retried is looked up, and then sent at once
    gateway = town.serve()
    assert town.run("submissions", "list").stdout.strip() == "No sign-ups."
    town.fail("no_permission", action="AddClient", calls=1)
    assert post(gateway, plan="starter").status_code == 202
    reference = json.loads(town.run("submissions", "list", "--json", "--state", "stuck").stdout)["reference"]
    listed = town.run("submissions", "list", "--reason", "role")
    assert reference in listed.stdout
    assert "role" in listed.stdout

    shown = town.run("submissions", "show", reference)
    assert "a…@example.com" in shown.stdout
    assert "Allow AddClient and GetClientsDetails" in shown.stdout
    assert "ada@example.com" not in shown.stdout
    full = json.loads(town.run("submissions", "show", reference, "--full", "--json").stdout)
    assert (full["form"]["email"], full["state"]) == ("ada@example.com", "stuck")

    retried = town.run("submissions", "retry", "--stuck")
    assert (retried.returncode, retried.stdout) == (0, "1 sign-up due now.\n")
    until(lambda: town.rows() == [("done", "")], "the retry was not taken up")
    assert town.made() == (1, 1, 1, 1)
    after = json.loads(town.run("submissions", "show", reference, "--json").stdout)
    assert (after["form"], after["client_id"], after["order_id"]) == ({}, 1, 1)
    assert [step["event"] for step in after["timeline"]] == [
        *("accepted", "faulty", "retried", "claimed", "nothing_found", "client_made", "order_made", "check_order")
    ]


def test_what_was_settled_by_hand_is_resolved(town: Town) -> None:
    gateway = town.serve()
    assert post(gateway, _key="by hand").status_code == 201  # stands in for an operator who adds the client
    town.fail("no_permission", "AddClient", calls=1)
    reference = post(gateway, plan="starter").json()["reference"]
    wrong = town.run("submissions", "resolve", reference, "--client-id", "99")
    assert (wrong.returncode, wrong.stderr) == (1, "WHMCS has no client 99. Look its number up there.\n")
    none = town.run("submissions", "resolve", reference, "--client-id", "1", "--order-id", "5")
    assert "has no order 5 in WHMCS. Its orders: none. Say --order-id for the right one" in none.stderr
    right = town.run("submissions", "resolve", reference, "--client-id", "1")
    assert (right.returncode, right.stdout) == (0, f"{reference} is uncertain and due now.\n")
    until(lambda: town.rows() == [("done", ""), ("done", "")], "the order was not placed")
    assert town.made() == (1, 1, 1, 1)


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["rotate-keys"]])
def test_keys_that_do_not_open_the_database(town: Town, command: list[str]) -> None:
    town.run("rotate-keys")  # whichever is first makes the database
    ended = town.run(*command, GATEWAY_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("GATEWAY_ENCRYPTION_KEYS: none of these keys opens this database.")


def test_keys_are_changed_under_a_running_gateway(town: Town) -> None:
    """As the README tells: add the new key in front, restart, rotate, drop the old key, restart."""
    old, new = town.settings["GATEWAY_ENCRYPTION_KEYS"], Fernet.generate_key().decode()
    town.settings["GATEWAY_RETRY_DELAYS"] = ",".join(["1"] * 100)  # however long it takes
    gateway = town.serve()
    town.fail("maintenance_503")
    assert post(gateway, _key="k").status_code == 202
    gateway.stop()
    town.settings["GATEWAY_ENCRYPTION_KEYS"] = f"{new},{old}"
    gateway = town.serve()
    rotated = town.run("rotate-keys")
    assert rotated.returncode == 0
    assert "1 sign-up sealed with the newest key." in rotated.stdout
    assert "Key number 2 of GATEWAY_ENCRYPTION_KEYS may be removed" in rotated.stdout
    gateway.stop()
    town.settings["GATEWAY_ENCRYPTION_KEYS"] = new
    gateway = town.serve()
    town.mend()
    until(lambda: town.rows() == [("done", "")], "it was not delivered under the new key")
    assert post(gateway, _key="k").status_code == 201  # the same sign-up: its hashes are as they were
    assert town.made() == (1, 0, 0, 1)


def test_a_held_sign_up_is_released(town: Town) -> None:
    gateway = town.serve()
    reference = post(gateway, _gotcha="x").json()["reference"]
    assert town.rows() == [("held", "honeypot")]
    assert town.run("submissions", "retry", reference).returncode == 1
    assert town.run("submissions", "release", reference).returncode == 0
    until(lambda: town.rows() == [("done", "")], "it was not delivered after its release")


def test_the_desk_says_what_is_wrong(town: Town) -> None:
    town.serve()
    missing = town.run("submissions", "show", "nosuch")
    assert missing.returncode == 1
    assert "no sign-up nosuch" in missing.stderr
    assert town.run("submissions", "list", "--state", "nosuch").returncode == 2
    assert town.run("nosuch").returncode == 2


def test_sealed_with_a_key_that_is_gone(town: Town) -> None:
    gateway = town.serve()
    town.fail("waf_403")
    reference = post(gateway).json()["reference"]
    ended = town.run("submissions", "show", reference, GATEWAY_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    assert ended.returncode == 1
    assert "GATEWAY_ENCRYPTION_KEYS" in ended.stderr


def test_a_worker_apart_delivers_what_a_gateway_left(town: Town) -> None:
    gateway = town.serve()
    town.fail("waf_403")
    assert post(gateway).status_code == 202
    gateway.kill()
    town.mend()
    worker = town.work()
    until(lambda: town.rows() == [("done", "")], "the worker did not deliver")
    assert worker.stop() == 0
    assert town.made() == (1, 0, 0, 1)
