"""A site's own server sends what its visitors filled in, and says whose address it is."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from app.guard import new_relay_key
from tests.integration.service import JSON, Service, serving

KEY, HASH = new_relay_key()
RELAY = {"Authorization": f"Bearer {KEY}", "Origin": "https://server.internal"} | JSON
SITE = f"""
[sites.relayed]
origins = ["https://www.acme.example"]
relay_keys = ["{HASH}"]
limits = {{ ip = "1/hour", unverified = "1/hour" }}
"""


def relaying(folder: Path) -> AbstractAsyncContextManager[Service]:
    """A site with a relay key."""
    return serving(folder, more_sites=SITE, GATEWAY_GATE_LIMIT="3/minute", GATEWAY_RELAY_LIMIT="6/minute")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The same, open."""
    async with relaying(tmp_path) as service:
        yield service


async def test_the_stated_address_is_what_whmcs_stores_and_what_limits_count_by(service: Service) -> None:
    for number in (1, 2):
        reply = await service.post(
            "relayed", headers=RELAY, _client_ip=f"198.51.100.{number}", email=f"ada{number}@example.com"
        )
        assert reply.status_code == 201
    again = await service.post("relayed", headers=RELAY, _client_ip="198.51.100.1", email="ada3@example.com")
    assert (again.status_code, again.headers["ratelimit-policy"]) == (429, '"ip";q=1;w=3600')
    clients = service.wire.whmcs.ledger.clients
    assert [client.clientip for client in clients.values()] == ["198.51.100.1", "198.51.100.2"]


async def test_without_the_key_nobody_states_an_address(service: Service) -> None:
    await service.post("relayed", headers=JSON, _client_ip="198.51.100.1")
    assert service.wire.whmcs.ledger.clients[1].clientip == "203.0.113.9"
    other = await service.post("relayed", headers=JSON, _client_ip="198.51.100.2", email="grace@example.com")
    assert other.status_code == 429


async def test_a_relay_that_states_no_address_has_its_own(service: Service) -> None:
    await service.post("relayed", headers=RELAY)
    assert service.wire.whmcs.ledger.clients[1].clientip == "203.0.113.9"


@pytest.mark.parametrize("stated", ["nonsense", "198.51.100.300", "198.51.100.1, 198.51.100.2", "unknown"])
async def test_a_bad_address_is_a_field_error(service: Service, stated: str) -> None:
    reply = await service.post("relayed", headers=RELAY, _client_ip=stated)
    assert reply.status_code == 422
    assert [(one["field"], one["code"]) for one in reply.json()["errors"]] == [("_client_ip", "invalid_client_ip")]
    assert stated not in reply.text


async def test_an_unknown_key_is_401_and_none_is_ever_in_the_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = new_relay_key()[0]
    async with relaying(tmp_path) as service:
        reply = await service.post("relayed", headers=RELAY | {"Authorization": f"Bearer {wrong}"})
        assert (await service.post("relayed", headers=RELAY)).status_code == 201
    assert (reply.status_code, reply.json()["code"]) == (401, "relay_key_refused")
    assert reply.headers["www-authenticate"] == "Bearer"
    printed = capsys.readouterr().out
    assert "relay_key_refused" in printed
    for secret in (KEY, wrong, HASH):
        assert secret not in printed + reply.text


async def test_all_the_visitors_of_a_relay_get_through_the_gate(service: Service) -> None:
    """The gate counts the relay by a limit of its own, and strangers beside it by theirs."""
    relayed = [(await service.post("relayed", headers=RELAY, email="nonsense")).status_code for _ in range(7)]
    assert relayed == [422] * 6 + [429]
    wrong = RELAY | {"Authorization": "Bearer guess"}
    assert [(await service.post("relayed", headers=wrong)).status_code for _ in range(4)] == [401] * 3 + [429]


async def test_strangers_neither_use_up_nor_try_out_the_keys_of_a_relay(service: Service) -> None:
    """They may be numbers in a row: a stranger with the same key has another sign-up, and the relay still its own."""
    stranger = await service.post("relayed", headers=JSON, _key="1001", email="mallory@example.com")
    first = await service.post("relayed", headers=RELAY, _client_ip="198.51.100.1", _key="1001")
    again = await service.post("relayed", headers=RELAY, _client_ip="198.51.100.1", _key="1001")
    assert [reply.status_code for reply in (stranger, first, again)] == [201] * 3
    assert first.json()["reference"] == again.json()["reference"] != stranger.json()["reference"]


async def test_no_page_may_send_a_key(service: Service) -> None:
    asked = {"Origin": "https://www.acme.example", "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization"
    reply = await service.client.options("/v1/relayed/signup", headers=asked)
    assert reply.headers["access-control-allow-origin"] == "https://www.acme.example"
    assert "authorization" not in reply.headers["access-control-allow-headers"].lower()
