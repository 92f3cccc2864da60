"""What a plan says and what a visitor chose, as WHMCS gets it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.desk.shapes import form_of
from app.letter import Letter
from app.sandbox.ledger import Order, Service
from app.sites import Site
from app.store import Store
from app.submissions import State
from tests.integration.world import World, world_on

SERVER = {
    "pid": 3,
    "billing_cycle": "monthly",
    "quantity": 2,
    "addons": [3, 4],
    "config_options": {"11": 40},
    "hostname": "{reference}.servers.example.com",
    "nameservers": ["ns1", "ns2"],
    "payment_method": "stripe",
    "payment_methods": ["paypal"],
    "affiliate": 7,
    "custom_fields": {"project": 9},
    "choices": {"memory": {"option": 12, "values": {"4 GB": 48}, "default": "4 GB"}},
    "more": [{"pid": 1, "billing_cycle": "annually"}],
}


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A world whose site sells servers."""
    async with world_on(store) as world:
        yield world


def sell(world: World, **changes: object) -> None:
    """Let the site of this world sell servers, with changes."""
    site = Site.model_validate({**world.site.model_dump(), "plans": {"server": {**SERVER, **changes}}})
    world.site = world.sites[site.key] = site


async def ordered(world: World, **answers: Any) -> tuple[Order, list[Service]]:
    """The one order of a sign-up, and its services."""
    done = await world.sign_up(plan="server", **answers)
    assert (done.state, done.order_id) == (State.DONE, 1)
    ledger = world.wire.whmcs.ledger
    (order,) = ledger.orders.values()
    assert order.notes == done.marker
    return order, [ledger.services[number] for number in order.service_ids]


async def test_everything_that_a_plan_says_is_ordered_at_once(world: World) -> None:
    sell(world)
    order, (server, starter) = await ordered(world, domain="ada.example")
    assert (order.payment_method, order.affiliate_id, order.amount) == ("stripe", 7, "130.00")
    assert (server.pid, server.quantity, server.addons) == (3, 2, (3, 4))
    assert server.configoptions == {"11": "40", "12": "48"}
    assert (server.domain, server.nameservers) == ("ada.example", ("ns1", "ns2"))
    name, _, domain = server.hostname.partition(".")
    assert (domain, name in order.notes) == ("servers.example.com", True)
    assert (starter.pid, starter.billingcycle, starter.domain) == (1, "Annually", "")
    assert (starter.quantity, starter.addons, starter.configoptions, starter.hostname) == (1, (), {}, "")


async def test_what_the_visitor_chose_is_ordered(world: World) -> None:
    sell(world, choices={"memory": {"option": 12, "values": {"2 GB": 47, "4 GB": 48}}}, promo_codes=["LAUNCH"])
    chosen = {"memory": "2 GB", "project": "Moon", "payment_method": "paypal", "promo_code": "launch"}
    order, (server, _) = await ordered(world, **chosen)
    assert (order.payment_method, order.promocode) == ("paypal", "LAUNCH")
    assert server.configoptions == {"11": "40", "12": "47"}
    assert server.customfields == {"9": "Moon"}


@pytest.mark.parametrize(
    ("order_mail", "invoice_mail", "mails"), [(True, True, 3), (False, True, 2), (False, False, 1)]
)
async def test_whmcs_mails_what_the_plan_says(world: World, order_mail: bool, invoice_mail: bool, mails: int) -> None:
    sell(world, order_mail=order_mail, invoice_mail=invoice_mail)
    await ordered(world)
    assert len(world.wire.whmcs.ledger.mails) == mails


async def test_an_order_of_several_products_without_an_answer_never_becomes_two(world: World) -> None:
    sell(world)
    world.fail("commit_then_drop", action="AddOrder")
    await world.sign_up(plan="server")
    done = await world.work_after(10)
    assert done is not None
    assert (done.state, done.order_id) == (State.DONE, 1)
    assert world.made() == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("answers", "years", "code", "amount"),
    [
        ({"domain_action": "register"}, 1, "", "67.00"),
        ({"domain_action": "register", "domain_years": "2", "epp_code": "S3+cret&"}, 2, "", "79.00"),
        ({"domain_action": "transfer", "epp_code": "S3+cret&"}, 1, "S3+cret&", "67.00"),
        ({"domain_action": "transfer"}, 1, "", "67.00"),
    ],
    ids=["registered", "for two years", "transferred", "transferred without a code"],
)
async def test_a_domain_is_ordered_with_the_plans_own_product(
    world: World, answers: dict[str, str], years: int, code: str, amount: str
) -> None:
    sell(world, pid=1, quantity=1, domain_actions=["register", "transfer", "own"])
    order, (server, starter) = await ordered(world, domain="bücher.example", **answers)
    (domain,) = world.wire.whmcs.ledger.domains.values()
    assert (domain.name, domain.type, domain.order_id) == ("xn--bcher-kva.example", answers["domain_action"], order.id)
    assert (domain.years, domain.epp_code, order.amount) == (years, code, amount)
    assert (server.domain, starter.domain) == ("xn--bcher-kva.example", "")


def on_disk(folder: Path) -> bytes:
    """Every byte of the files in it: of the database, where it is the embedded one."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_the_code_of_a_transfer_is_nowhere_but_in_whmcs(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    sell(world, domain_actions=["transfer"])
    world.fail("commit_then_drop", action="AddClient")
    held = await world.sign_up(plan="server", domain="ada.example", epp_code="S3+cret-code")
    stored = await world.becomes(held, State.UNCERTAIN)
    letter = Letter.from_bytes(world.vault.open(stored.payload or b""))
    assert letter.form.epp_code == "S3+cret-code"
    assert "S3+cret" not in repr(letter) + repr(stored)
    shown = form_of(stored, world.vault)
    assert shown["domain"] == "ada.example"
    assert "epp_code" not in shown
    assert b"S3+cret" not in on_disk(tmp_path)
    done = await world.work_after(100)
    assert done is not None
    assert (done.state, done.payload) == (State.DONE, None)
    (domain,) = world.wire.whmcs.ledger.domains.values()
    assert domain.epp_code == "S3+cret-code"
    assert "S3+cret" not in caplog.text + "".join(capsys.readouterr())
