"""Domains of the whole application: a page's search box, and a sign-up with one, on the sandbox's registry."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from app.sandbox.faults import Fault
from app.sandbox.ledger import Domain
from tests.integration.service import JSON, ORIGIN, Service, serving
from tests.integration.test_headers import check_safe
from tests.integration.test_ordering import on_disk

SITES = """
[sites.shop]
origins = ["https://www.acme.example"]
error_url = "https://www.acme.example/signup"
tlds = ["com", "net", "ai"]
currencies = { USD = 1 }
limits = { ip = "1000/minute", email = "1000/minute", site = "1000/minute", domains = "1000/minute" }
[sites.shop.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
domain_actions = ["register", "transfer", "own"]

[sites.hiding]
origins = ["https://www.acme.example"]
existing_customer = "hide"
tlds = ["com"]
[sites.hiding.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
domain_actions = ["register"]

[sites.narrow]
origins = ["https://www.acme.example"]
error_url = "https://www.acme.example/signup"
limits = { domains = "1/hour" }
[sites.narrow.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
domain_actions = ["transfer"]
"""
CODE = "S3+cret-code"
REGISTERED = {"plan": "starter", "domain": "ada.com", "domain_action": "register"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with sites that sell domains."""
    async with serving(tmp_path, more_sites=SITES) as service:
        yield service


async def search(service: Service, name: str, site: str = "shop", **headers: str) -> httpx2.Response:
    """The reply to a search."""
    path = f"/v1/{site}/domains"
    return await service.client.get(path, params={"name": name}, headers={**JSON, "Origin": ORIGIN, **headers})


def calls(service: Service) -> list[str]:
    return [call.action for call in service.wire.whmcs.ledger.calls]


async def test_a_page_of_the_site_finds_a_free_name_with_its_prices(service: Service) -> None:
    reply = await search(service, "Bücher.com")
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    check_safe(reply, **{"cache-control": "public, max-age=60"})
    (row,) = reply.json()["domains"]
    assert (row["domain"], row["unicode"], row["status"]) == ("xn--bcher-kva.com", "bücher.com", "available")
    assert row["prices"]["USD"]["transfer"] == {"1": {"price": "12.00", "text": "$12.00 USD"}}
    assert list(row["prices"]["USD"]["register"]) == ["1", "2", "3", "5", "10"]


async def test_a_label_is_shown_under_the_sites_endings_and_asked_for_once(service: Service) -> None:
    for _ in range(3):
        found = (await search(service, "ada")).json()
        assert [row["domain"] for row in found["domains"]] == ["ada.com", "ada.net", "ada.ai"]
    assert calls(service) == ["GetCurrencies", "GetTLDPricing", *["DomainWhois"] * 3]


async def test_what_is_unknown_is_not_kept(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("html_500", action="DomainWhois"))
    reply = await search(service, "ada.com")
    assert [row["status"] for row in reply.json()["domains"]] == ["unknown"]
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "code"), [("ada.org", "tld_not_sold"), ("<b>", "invalid_domain"), ("", "invalid_domain")]
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
async def test_what_is_no_name_is_a_problem(service: Service, name: str, code: str, accept: str) -> None:
    reply = await search(service, name, Accept=accept)
    assert reply.status_code == 422
    check_safe(reply)
    if accept == "application/json":
        (fault,) = reply.json()["errors"]
        assert (fault["field"], fault["code"]) == ("name", code)


async def test_no_name_at_all_is_a_problem_too(service: Service) -> None:
    assert (await service.client.get("/v1/shop/domains", headers=JSON)).status_code == 422


@pytest.mark.parametrize("site", ["acme", "plain"])
async def test_a_site_that_sells_none_has_no_search(service: Service, site: str) -> None:
    reply = await search(service, "ada.com", site)
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert calls(service) == []


async def test_who_asks_too_much_is_told_when_to_come_back(service: Service) -> None:
    assert (await search(service, "ada.com", "narrow")).status_code == 200
    reply = await search(service, "bob.com", "narrow")
    assert (reply.status_code, reply.json()["code"]) == (429, "rate_limited")
    assert 0 < int(reply.headers["retry-after"]) <= 3600
    assert reply.headers["ratelimit-policy"] == '"domains";q=1;w=3600'
    assert (await search(service, "bob.com", "narrow", Accept="text/html")).status_code == 429
    assert 'signup_quota_refusals_total{policy="domains"}' in (await service.client.get("/metrics")).text


async def test_without_prices_it_says_so(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("maintenance_503", action="GetTLDPricing"))
    reply = await search(service, "ada.com")
    assert (reply.status_code, reply.json()["code"]) == (503, "catalog_unavailable")
    assert int(reply.headers["retry-after"]) > 0


async def test_a_taken_name_is_refused_with_what_is_free_and_nothing_is_stored(service: Service) -> None:
    somebodys = Domain(1, 1, 1, "ada.com", "register", 1, epp_code="", amount="12.00", status="Active")
    service.wire.whmcs.ledger.domains[1] = somebodys
    reply = await service.post("shop", headers=JSON, **REGISTERED)
    assert reply.status_code == 422
    check_safe(reply)
    assert reply.json()["errors"] == [
        {
            "field": "domain",
            "code": "domain_taken",
            "message": "Choose another domain name; this one is taken. These are free: ada.net, ada.ai.",
            "suggestions": ["ada.net", "ada.ai"],
        }
    ]
    assert not service.wire.whmcs.ledger.clients
    assert (await service.post("shop", headers=JSON, **REGISTERED | {"domain": "ada.net"})).status_code == 201


async def test_a_repeat_gets_the_first_answer_though_the_name_is_taken_by_then(service: Service) -> None:
    asked = REGISTERED | {"domain_years": "2"}
    first = await service.post("shop", headers=JSON, **asked)
    assert first.status_code == 201
    (order,) = service.wire.whmcs.ledger.orders.values()
    assert order.amount == "29.00"
    looked_up = calls(service).count("DomainWhois")
    again = await service.post("shop", headers=JSON, **asked)
    assert calls(service).count("DomainWhois") == looked_up
    assert (again.status_code, again.json()["reference"]) == (201, first.json()["reference"])


async def test_a_plain_form_goes_back_with_the_names_of_fields_only(service: Service) -> None:
    reply = await service.post("shop", headers=None, **REGISTERED | {"domain": "taken.com"})
    assert reply.status_code == 303
    assert reply.headers["location"] == (
        "https://www.acme.example/signup?status=error&code=invalid_fields&fields=domain"
    )


async def test_who_hides_customers_refuses_a_taken_name_too(service: Service) -> None:
    reply = await service.post("hiding", headers=JSON, plan="starter", domain="is-taken.com")
    assert [fault["code"] for fault in reply.json()["errors"]] == ["domain_taken"]
    assert not service.wire.whmcs.ledger.clients


async def test_the_code_of_a_transfer_is_in_no_reply_and_no_log(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = {"plan": "starter", "domain": "taken.com", "domain_action": "transfer", "epp_code": CODE}
    replies = [
        await service.post("shop", headers=JSON, **moved | {"domain": "free.com"}),
        await service.post("shop", headers=JSON, **moved | {"epp_code": f"{CODE} {CODE}"}),
        await service.post("shop", headers=JSON, **moved),
    ]
    assert [reply.status_code for reply in replies] == [422, 422, 201]
    assert [fault["code"] for fault in replies[0].json()["errors"]] == ["domain_not_registered"]
    (domain,) = service.wire.whmcs.ledger.domains.values()
    assert (domain.name, domain.epp_code) == ("taken.com", CODE)
    await service.quiet()
    seen = "".join(reply.text for reply in replies) + "".join(capsys.readouterr())
    assert CODE not in seen
    assert CODE.encode() not in on_disk(tmp_path)
