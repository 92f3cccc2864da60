"""AddClient and the look-ups of clients answer as WHMCS documents."""

from base64 import b64encode

import pytest

from app.sandbox.setup import Setup
from app.sandbox.whmcs import SandboxWhmcs
from tests.unit.sandbox.calls import ADA, NOW, call

FIELD_7 = b64encode(b'a:1:{i:7;s:5:"Radio";}').decode()


def test_makes_a_client_and_its_user(whmcs: SandboxWhmcs) -> None:
    answer = call(whmcs, "addclient", **ADA, notes="gw:1", clientip="203.0.113.5", customfields=FIELD_7)

    assert answer == {"result": "success", "clientid": "1", "owner_id": "1"}
    client, user = whmcs.ledger.clients[1], whmcs.ledger.users[1]
    assert (client.notes, client.clientip, client.customfields) == ("gw:1", "203.0.113.5", {"7": "Radio"})
    assert (client.created_at, client.phonenumber, user.password_length) == (NOW, "+44.2079460000", 13)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"firstname": ""}, "You did not enter your first name"),
        ({"lastname": " "}, "You did not enter your last name"),
        ({"email": ""}, "You did not enter your email address"),
        ({"email": "ada@example"}, "The email address you entered was not valid"),
        ({"address1": ""}, "You did not enter your  address line 1"),
        ({"city": ""}, "You did not enter your city"),
        ({"state": ""}, "You did not enter your state"),
        ({"postcode": ""}, "You did not enter your postcode"),
        ({"country": ""}, "Valid country required"),
        ({"country": "UK"}, "Valid country required"),
        ({"country": "Indonesia"}, "Valid country required"),
        ({"phonenumber": ""}, "You did not enter your phone number"),
        ({"phonenumber": "call me"}, "Invalid telephone phone number"),
        ({"password2": ""}, "You did not enter a password"),
        ({"owner_user_id": "9"}, "Invalid Owner User ID"),
        ({"email": "ada@banned.example"}, "The email address entered is not available for use."),
        ({"email": "bad", "city": ""}, "The email address you entered was not valid"),
        ({"skipvalidation": "1", "password2": ""}, "You did not enter a password"),
        ({"skipvalidation": "1", "email": ""}, "You did not enter your email address"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_refuses_in_the_words_of_whmcs(whmcs: SandboxWhmcs, change: dict[str, str], message: str) -> None:
    assert call(whmcs, "AddClient", **{**ADA, **change}) == {"result": "error", "message": message}
    assert not whmcs.ledger.clients
    assert not whmcs.ledger.users


def test_an_address_is_taken_whatever_its_case(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA)

    answer = call(whmcs, "AddClient", **{**ADA, "email": "ADA@Example.COM"})

    assert answer["message"] == "A user already exists with that email address"
    assert len(whmcs.ledger.clients) == 1


def test_skipvalidation_asks_for_email_and_password_only() -> None:
    whmcs = SandboxWhmcs(setup=Setup(required_custom_fields={"7": "Source"}))

    answer = call(whmcs, "AddClient", email="ada@example.com", password2="x", skipvalidation="1")

    assert answer["result"] == "success"


def test_an_owner_gets_another_client_without_a_password(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA)

    answer = call(whmcs, "AddClient", **{**ADA, "password2": "", "owner_user_id": "1"})

    assert answer == {"result": "success", "clientid": "2", "owner_id": "1"}
    assert len(whmcs.ledger.users) == 1


def test_required_and_optional_fields_follow_the_setup() -> None:
    whmcs = SandboxWhmcs(setup=Setup(optional_fields=frozenset({"state"}), required_custom_fields={"7": "Source"}))
    stateless = {**ADA, "state": ""}

    refused = call(whmcs, "AddClient", **stateless)
    accepted = call(whmcs, "AddClient", **stateless, customfields=FIELD_7)

    assert refused["message"] == "You did not provide required custom field value for Source"
    assert accepted["result"] == "success"


@pytest.mark.parametrize(
    ("noemail", "mails"),
    [("", 1), ("0", 1), ("1", 0), ("true", 0), ("false", 0)],
    ids=["empty", "0", "1", "true", "the word false is true"],
)
def test_the_welcome_mail_follows_phps_truth(whmcs: SandboxWhmcs, noemail: str, mails: int) -> None:
    call(whmcs, "AddClient", **ADA, noemail=noemail)

    assert [mail.subject for mail in whmcs.ledger.mails.values()] == ["Welcome"] * mails


def test_the_password_is_kept_nowhere(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA)

    ledger = str(whmcs.ledger.as_json())
    assert "correct horse" not in ledger
    assert "'sandbox'" not in ledger


@pytest.mark.parametrize("query", [{"email": "ADA@example.com"}, {"clientid": "1"}], ids=["email", "clientid"])
def test_details_are_there_twice(whmcs: SandboxWhmcs, query: dict[str, str]) -> None:
    call(whmcs, "AddClient", **ADA, notes="gw:1", marketingoptin="1", currency="2")

    answer = call(whmcs, "GetClientsDetails", **query)

    assert answer["client"].items() <= answer.items()
    wanted = {"id": 1, "owner_user_id": 1, "notes": "gw:1", "marketing_emails_opt_in": True, "currency_code": "EUR"}
    assert wanted.items() <= answer["client"].items()
    assert (answer["phonecc"], answer["phonenumber"]) == ("44", "2079460000")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "Either clientid Or email Is Required"),
        ({"email": "nobody@example.com"}, "Client Not Found"),
        ({"clientid": "7"}, "Client Not Found"),
    ],
    ids=["neither", "email", "clientid"],
)
def test_details_of_nobody(whmcs: SandboxWhmcs, query: dict[str, str], message: str) -> None:
    assert call(whmcs, "GetClientsDetails", **query) == {"result": "error", "message": message}


def test_users_are_found_by_the_start_of_name_or_address(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA)
    call(whmcs, "AddClient", **{**ADA, "firstname": "Grace", "email": "grace@example.com"})

    answer = call(whmcs, "GetUsers", search="ada@")

    assert answer["totalresults"] == 1
    assert answer["users"][0]["clients"] == [{"id": 1, "isOwner": True}]


@pytest.mark.parametrize("query", [{"email": "ADA@example.com"}, {"id": "1"}], ids=["email", "id"])
def test_a_password_reset_mails_the_user(whmcs: SandboxWhmcs, query: dict[str, str]) -> None:
    call(whmcs, "AddClient", **ADA, noemail="1")

    assert call(whmcs, "ResetPassword", **query) == {"result": "success"}
    (mail,) = whmcs.ledger.mails.values()
    assert (mail.to, mail.subject) == ("ada@example.com", "Password Reset")


@pytest.mark.parametrize("query", [{}, {"email": "nobody@example.com"}, {"id": "7"}], ids=["neither", "email", "id"])
def test_a_password_reset_of_nobody(whmcs: SandboxWhmcs, query: dict[str, str]) -> None:
    assert call(whmcs, "ResetPassword", **query) == {"result": "error", "message": "User Not Found"}
    assert not whmcs.ledger.mails
