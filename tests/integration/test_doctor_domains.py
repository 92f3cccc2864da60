"""``gateway check`` on domains: whether WHMCS sells those of sites.toml, and may be asked about them."""

from typing import Any

import pytest

from app.findings import Level
from app.sandbox.faults import Fault
from app.sites import Site
from tests.integration.test_doctor import READS, SELLS, examined, wire
from tests.unit.forms import visitors

ASKS = {"GetTLDPricing", "DomainWhois"}


def selling(**settings: Any) -> dict[str, Site]:
    """A site with a plan that registers names."""
    plan = {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe", "domain_actions": ["register"]}
    return {"acme": visitors.site(plans={"starter": plan}, **settings)}


async def test_domains_that_whmcs_sells() -> None:
    for sites in (selling(), selling(tlds=["com", ".co.uk"], currencies={"EUR": 2})):
        assert (await examined(wire(), sites=sites))[-1] == (
            Level.OK,
            "domain",
            "WHMCS sells the domains in sites.toml. ",
        )


async def test_an_ending_without_a_price_is_named() -> None:
    level, code, said = (await examined(wire(), sites=selling(tlds=["com", "xyz"])))[-1]
    assert (level, code) == (Level.FAULT, "domain")
    assert said.startswith("sites.acme.tlds: WHMCS has no price for names that end in .xyz. Correct it")


@pytest.mark.parametrize("command", sorted(ASKS))
async def test_a_command_that_the_role_does_not_allow_is_named(command: str) -> None:
    given = wire(allowed_actions=frozenset((READS | SELLS | ASKS) - {command}))
    level, code, said = (await examined(given, sites=selling()))[-1]
    assert (level, code) == (Level.WARNING, "domain")
    assert said.startswith(f"The API role does not allow {command}. Allow it")


@pytest.mark.parametrize("mode", ["html_500", "drop", "maintenance_503"])
async def test_what_whmcs_does_not_say_is_unknown(mode: str) -> None:
    given = wire()
    given.whmcs.faults.add(Fault(mode, action="GetTLDPricing"))
    assert (await examined(given, sites=selling()))[-1][:2] == (Level.UNKNOWN, "domain")


async def test_who_sells_none_and_who_only_wants_prices_asks_nothing() -> None:
    given = wire()
    await examined(given)
    await examined(given, sites=selling(), prices_only=True)
    assert not ASKS & {call.action for call in given.whmcs.ledger.calls}
