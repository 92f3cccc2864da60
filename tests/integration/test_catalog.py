"""``GET /v1/{site}/catalog`` of the whole application, from the sandbox's products."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.sandbox.faults import Fault
from tests.integration.service import ORIGIN, Service, serving

BUSINESS = """
[sites.acme.plans.business]
pid = 2
billing_cycle = "quarterly"
payment_method = "stripe"
"""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with one more plan."""
    async with serving(tmp_path, more_sites=BUSINESS) as service:
        yield service


def asked(service: Service) -> list[str]:
    return [call.action for call in service.wire.whmcs.ledger.calls]


async def test_a_page_of_the_site_reads_its_plans(service: Service) -> None:
    reply = await service.client.get("/v1/acme/catalog", headers={"Origin": ORIGIN})
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert reply.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    body = reply.json()
    assert (body["ok"], body["stale"], body["currency"]) == (True, False, "USD")
    assert {name: plan["name"] for name, plan in body["plans"].items()} == {
        "starter": "Starter",
        "business": "Business",
    }
    assert body["plans"]["business"]["prices"]["EUR"] == {
        "monthly": {"price": "13.50", "setup_fee": "0.00", "text": "€13.50 EUR"},
        "quarterly": {"price": "37.80", "setup_fee": "0.00", "text": "€37.80 EUR"},
        "annually": {"price": "135.00", "setup_fee": "0.00", "text": "€135.00 EUR"},
    }


async def test_whmcs_is_asked_once_for_many_views_of_all_sites(service: Service) -> None:
    for _ in range(20):
        assert (await service.client.get("/v1/acme/catalog")).status_code == 200
    assert asked(service) == ["GetCurrencies", "GetProducts"]


async def test_who_has_it_gets_nothing_again(service: Service) -> None:
    etag = (await service.client.get("/v1/acme/catalog")).headers["etag"]
    assert etag.startswith('"')
    for known in (etag, f'"x", W/{etag}', "*"):
        again = await service.client.get("/v1/acme/catalog", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"].startswith("public")
    for known in ("", '"x"', etag[1:-1]):
        other = await service.client.get("/v1/acme/catalog", headers={"If-None-Match": known})
        assert other.status_code == 200


async def test_while_there_has_never_been_one(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("maintenance_503", action="GetCurrencies"))
    reply = await service.client.get("/v1/acme/catalog", headers={"Accept": "application/json", "Origin": ORIGIN})
    assert (reply.status_code, reply.json()["code"]) == (503, "catalog_unavailable")
    assert 0 < int(reply.headers["retry-after"]) <= 30
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["access-control-allow-origin"] == ORIGIN


async def test_a_role_without_the_command_is_named_in_the_log(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("no_permission", action="GetProducts"))
    with capture_logs() as logs:
        assert (await service.client.get("/v1/acme/catalog")).status_code == 503
    (line,) = [line for line in logs if line["event"] == "catalog_not_renewed"]
    assert (line["log_level"], line["reason"], line["detail"]) == ("warning", "role", "GetProducts")


async def test_a_site_without_plans_has_none_and_an_unknown_one_is_unknown(service: Service) -> None:
    for site, code in (("plain", "not_found"), ("nosuch", "unknown_site")):
        reply = await service.client.get(f"/v1/{site}/catalog", headers={"Accept": "application/json"})
        assert (reply.status_code, reply.json()["code"]) == (404, code)
    assert asked(service) == []


async def test_a_strangers_page_may_not_read_it(service: Service) -> None:
    reply = await service.client.get("/v1/acme/catalog", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in reply.headers
