"""CreateSsoToken answers as WHMCS documents."""

from dataclasses import replace

import pytest

from app.sandbox.setup import Setup
from app.sandbox.whmcs import SandboxWhmcs
from tests.unit.sandbox.calls import ADA, NOW, call


@pytest.fixture(autouse=True)
def ada(whmcs: SandboxWhmcs) -> None:
    """A client who can be let in."""
    call(whmcs, "AddClient", **ADA, noemail="1")


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({}, "clientarea.php"),
        ({"destination": "clientarea:invoices"}, "clientarea.php?action=invoices"),
        ({"destination": "sso:custom_redirect", "sso_redirect_path": "viewinvoice.php?id=5"}, "viewinvoice.php?id=5"),
        ({"destination": "sso:custom_redirect", "sso_redirect_path": "/cart.php"}, "cart.php"),
    ],
)
def test_a_token_leads_where_it_was_asked_to(whmcs: SandboxWhmcs, asked: dict[str, str], path: str) -> None:
    answer = call(whmcs, "CreateSsoToken", client_id="1", **asked)
    token = whmcs.ledger.sso_tokens[answer["access_token"]]
    assert (token.client_id, token.path, token.expires_at) == (1, path, NOW + 60)


def test_the_address_is_that_of_the_installation() -> None:
    whmcs = SandboxWhmcs(setup=Setup(system_url="http://127.0.0.1:8002"))
    call(whmcs, "AddClient", **ADA, noemail="1")
    answer = call(whmcs, "CreateSsoToken", client_id="1")
    assert answer["redirect_url"].startswith("http://127.0.0.1:8002/oauth/singlesignon.php?access_token=")
    assert answer["redirect_url"].endswith(answer["access_token"])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "Invalid client_id"),
        ({"client_id": "7"}, "Invalid client_id"),
        ({"client_id": "1", "destination": "elsewhere"}, "Invalid destination"),
    ],
)
def test_what_it_refuses(whmcs: SandboxWhmcs, asked: dict[str, str], message: str) -> None:
    assert call(whmcs, "CreateSsoToken", **asked) == {"result": "error", "message": message}
    assert not whmcs.ledger.sso_tokens


def test_a_closed_client_is_blocked(whmcs: SandboxWhmcs) -> None:
    whmcs.ledger.clients[1] = replace(whmcs.ledger.clients[1], status="Closed")
    answer = call(whmcs, "CreateSsoToken", client_id="1")
    assert answer["message"] == "SSO authentication blocked for client 1"
