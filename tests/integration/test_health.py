"""What those who watch the service see, through the whole application."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app.sandbox.faults import Fault
from app.store import migrate_store
from app.submissions import UNFINISHED
from app.whmcs import Standing
from tests.integration.outage import gone
from tests.integration.service import JSON, Service, serving
from tests.unit.forms.visitors import ANSWERS

Labels = tuple[str, ...]
OURS = {
    "signup_database_up": "gauge",
    "signup_submissions": "gauge",
    "signup_quota_refusals": "counter",
    "signup_quota_unavailable": "counter",
    "signup_gate_refused": "counter",
    "signup_attempts_under_way": "gauge",
    "signup_whmcs_breaker": "gauge",
    "signup_whmcs_calls": "counter",
    "signup_verdicts": "counter",
    "signup_challenges": "counter",
}
READY = {"ok": True, "database": "up"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application over SQLite."""
    async with serving(tmp_path) as service:
        yield service


async def scraped(service: Service) -> dict[str, dict[Labels, float]]:
    """Every sample of ours, by its family's name and its labels' values."""
    reply = await service.client.get("/metrics")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(reply.text)}
    assert {name: families[name].type for name in OURS} == OURS
    assert all(families[name].documentation for name in OURS)
    assert {name for name in families if name.startswith("signup_")} == set(OURS)
    assert "process_resident_memory_bytes" in families
    return {name: {tuple(sample.labels.values()): sample.value for sample in families[name].samples} for name in OURS}


async def test_at_rest_every_figure_is_there(service: Service) -> None:
    assert await scraped(service) == {
        "signup_database_up": {(): 1},
        "signup_submissions": {(state,): 0 for state in UNFINISHED},
        "signup_quota_refusals": {},
        "signup_quota_unavailable": {(): 0},
        "signup_gate_refused": {(): 0},
        "signup_attempts_under_way": {(): 0},
        "signup_whmcs_breaker": {(standing,): int(standing is Standing.CLOSED) for standing in Standing},
        "signup_whmcs_calls": {},
        "signup_verdicts": {("passed",): 0, ("challenged",): 0, ("held",): 0, ("refused",): 0},
        "signup_challenges": {},
    }


async def test_figures_follow_what_happens(service: Service) -> None:
    await service.post(headers=JSON, plan="starter")
    service.wire.whmcs.faults.add(Fault("bad_ip", action="AddClient", calls=1))
    await service.post(headers=JSON, email="grace@example.com")
    await service.post(headers=JSON, email="eve@example.com", _gotcha="x")
    figures = await scraped(service)
    assert figures["signup_submissions"] == {(state,): int(state in ("waiting", "held")) for state in UNFINISHED}
    assert figures["signup_whmcs_breaker"] == {("closed",): 0, ("half_open",): 0, ("open",): 1}
    assert figures["signup_whmcs_calls"] == {
        ("AddClient", "success"): 1,
        ("AddOrder", "success"): 1,
        ("GetOrders", "success"): 1,
        ("AddClient", "rejected"): 1,
        **dict.fromkeys([(name, "success") for name in ("GetCurrencies", "GetProducts", "GetPaymentMethods")], 1),
    }
    assert figures["signup_verdicts"] == {("passed",): 2, ("challenged",): 0, ("held",): 1, ("refused",): 0}


async def test_figures_hold_nothing_personal_and_no_secret(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("commit_then_drop", action="AddClient", calls=1))
    reference = (await service.post(headers=JSON)).json()["reference"]
    text = (await service.client.get("/metrics")).text
    for value in (*ANSWERS.values(), reference, "203.0.113.9", "sandbox", "acme"):
        assert value == "GB" or value not in text


async def test_without_its_database_figures_still_come(tmp_path: Path, postgresql_database: str) -> None:
    migrate_store(SecretStr(postgresql_database))
    async with serving(tmp_path, GATEWAY_DATABASE_URL=postgresql_database) as service:
        with gone(postgresql_database):
            figures = await scraped(service)
            assert figures["signup_database_up"] == {(): 0}
            assert figures["signup_submissions"] == {}
            ready = await service.client.get("/readyz")
            assert (ready.status_code, ready.json()) == (503, {"ok": False, "database": "down"})
            assert int(ready.headers["retry-after"]) > 0
            assert (await service.client.get("/healthz")).status_code == 200
        assert (await scraped(service))["signup_database_up"] == {(): 1}


async def test_ready_says_that_whmcs_answers(service: Service) -> None:
    reply = await service.client.get("/readyz")
    assert (reply.status_code, reply.json()) == (200, READY | {"whmcs": "up", "breaker": "closed"})


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("bad_ip", {"whmcs": "down", "reason": "ip", "breaker": "open"}),
        ("maintenance_503", {"whmcs": "down", "reason": "maintenance", "breaker": "closed"}),
    ],
)
async def test_ready_says_how_whmcs_is_and_does_not_depend_on_it(
    service: Service, mode: str, expected: dict[str, str]
) -> None:
    service.wire.whmcs.faults.add(Fault(mode))
    reply = await service.client.get("/readyz")
    assert (reply.status_code, reply.json()) == (200, READY | expected)


async def test_while_the_breaker_is_open_visitors_are_thanked_and_whmcs_is_left_alone(service: Service) -> None:
    assert (await service.client.get("/readyz")).json()["whmcs"] == "up"
    service.wire.whmcs.faults.add(Fault("bad_credentials", action="AddClient", calls=1))
    await service.post(headers=JSON)
    before = len(service.wire.whmcs.ledger.calls)
    reply = await service.post(headers=JSON, email="grace@example.com")
    assert (reply.status_code, reply.json()["status"]) == (202, "accepted")
    ready = await service.client.get("/readyz")  # the breaker knows better than an answer of a moment ago
    assert ready.json() == READY | {"whmcs": "down", "reason": "credentials", "breaker": "open"}
    assert len(service.wire.whmcs.ledger.calls) == before
