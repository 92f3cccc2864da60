"""The stand-in lets callers in, notes what they did, and changes nothing before its time."""

from xml.etree.ElementTree import fromstring

import pytest

from app.sandbox.php import PhpArray
from app.sandbox.setup import Setup
from app.sandbox.whmcs import SandboxWhmcs
from tests.unit.sandbox.calls import ADA, NOW, REMOTE, call, params, reply, scene


def answer_to(whmcs: SandboxWhmcs, given: PhpArray) -> tuple[int, bytes]:
    played = whmcs.respond(given, remote=REMOTE, now=NOW)
    assert played.commit is not None
    found = played.commit(NOW)
    return found.status, found.body


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"secret": "wrong"}, 403, "Invalid or missing credentials"),
        ({"identifier": "", "secret": ""}, 403, "Invalid or missing credentials"),
        ({"action": ""}, 400, "Empty action request"),
        ({"action": "DeleteClient"}, 403, "deleteclient"),
    ],
    ids=["wrong secret", "no credentials", "no action", "unknown action"],
)
def test_refuses_at_the_door(whmcs: SandboxWhmcs, change: PhpArray, status: int, message: str) -> None:
    found, body = answer_to(whmcs, {**params("WhmcsDetails"), **change})

    assert found == status
    assert message.encode() in body


def test_the_pair_may_be_called_username_and_password(whmcs: SandboxWhmcs) -> None:
    given: PhpArray = {"username": "sandbox", "password": "sandbox", "action": "WhmcsDetails", "responsetype": "json"}

    assert answer_to(whmcs, given)[0] == 200


def test_the_access_key_stands_in_for_an_allowed_address() -> None:
    whmcs = SandboxWhmcs(setup=Setup(allowed_ips=frozenset({"198.51.100.1"}), access_key="open"))

    assert call(whmcs, "WhmcsDetails")["message"] == f"Invalid IP {REMOTE}"
    assert call(whmcs, "WhmcsDetails", accesskey="open")["result"] == "success"


def test_a_role_can_leave_actions_out() -> None:
    whmcs = SandboxWhmcs(setup=Setup(allowed_actions=frozenset({"AddClient"})))

    assert reply(whmcs, "GetOrders").status == 403
    assert reply(whmcs, "addclient", **ADA).status == 200


def test_answers_in_xml_unless_json_is_asked_for(whmcs: SandboxWhmcs) -> None:
    found = reply(whmcs, "GetPaymentMethods", responsetype="")

    root = fromstring(found.body)  # noqa: S314  # made two lines above
    assert found.content_type == "application/xml"
    assert [node.text for node in root.findall("paymentmethods/paymentmethod/module")] == ["stripe", "paypal", "mailin"]


def test_nothing_changes_before_the_commit(whmcs: SandboxWhmcs) -> None:
    played = scene(whmcs, "AddClient", **ADA)

    assert not whmcs.ledger.clients
    assert played.commit is not None
    played.commit(NOW + 60)
    assert whmcs.ledger.clients[1].created_at == NOW + 60


def test_duplicates_are_judged_when_the_change_is_made(whmcs: SandboxWhmcs) -> None:
    first, second = (scene(whmcs, "AddClient", **ADA) for _ in range(2))
    assert first.commit is not None
    assert second.commit is not None

    later, earlier = second.commit(NOW), first.commit(NOW)

    assert b"success" in later.body
    assert b"already exists" in earlier.body
    assert len(whmcs.ledger.clients) == 1


def test_calls_are_noted_without_secrets(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "addclient", **ADA, noemail="0", accesskey="open")

    noted = whmcs.ledger.calls[0]
    assert (noted.action, noted.outcome, noted.remote) == ("AddClient", "success", REMOTE)
    assert noted.params["noemail"] == "0"
    assert not {"identifier", "secret", "accesskey", "password2"} & set(noted.params)


def test_a_refusal_is_noted_in_its_words(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "GetClientsDetails", email="nobody@example.com")

    assert whmcs.ledger.calls[0].outcome == "error: Client Not Found"


def test_an_empty_ledger_counts_from_one(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA)
    whmcs.ledger.clear()

    assert not any(whmcs.ledger.as_json().values())
    assert call(whmcs, "AddClient", **ADA)["clientid"] == "1"
