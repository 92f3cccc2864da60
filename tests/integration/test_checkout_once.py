"""The way to the payment page is taken once: whatever fails, whatever becomes of the sign-up, on either database."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from app.checkout import LIFE, Browser, Checkout
from app.errors import CheckoutClosed
from app.store import Store
from app.submissions import State, Submission
from app.whmcs import Credentials, Whmcs
from tests.integration.world import World

BROWSER = Browser("a cookie", "Firefox", "203.0.113.9")
BILLING = "https://billing.example.com"


@pytest.fixture
def world(store: Store) -> World:
    """A site that leads on."""
    world = World(store)
    world.site = world.sites["acme"] = world.site.model_copy(update={"checkout": "sso"})
    return world


def checkout(world: World, patience: float = 5) -> Checkout:
    """The way to the payment page, as the process that is running now has it."""
    return Checkout(
        store=cast(Store, world.process),
        vault=world.vault,
        whmcs=Whmcs(world.wire, Credentials("sandbox", "sandbox"), world.breaker),
        slots=world.slots,
        breaker=world.breaker,
        billing=BILLING,
        patience=patience,
        clock=world.clock,
    )


async def ticket(world: World) -> tuple[Submission, str]:
    """A sign-up for a plan that is done, and its token."""
    done = await world.sign_up(plan="starter")
    assert done.state is State.DONE
    return done, checkout(world).ticket(done, BROWSER)


async def opens(world: World, token: str, patience: float = 5) -> bool:
    """Whether the token leads to WHMCS now."""
    try:
        url = await checkout(world, patience).open(world.site, token, BROWSER)
    except CheckoutClosed:
        return False
    return url.startswith(BILLING)


def asked(world: World) -> int:
    return world.actions.count("CreateSsoToken")


async def test_it_is_taken_once_and_the_row_says_when(world: World) -> None:
    done, token = await ticket(world)
    world.clock.now += 60
    assert [await opens(world, token), await opens(world, token)] == [True, False]
    assert (await world.now(done)).checkout_at == world.clock.now
    assert asked(world) == 1


@pytest.mark.parametrize(("seconds", "open_"), [(LIFE - 2, True), (LIFE, False), (LIFE * 100, False)])
async def test_it_is_open_for_ten_minutes(world: World, seconds: float, open_: bool) -> None:
    _, token = await ticket(world)
    world.clock.now += seconds
    assert await opens(world, token) is open_
    assert asked(world) == open_


async def test_of_replicas_that_are_asked_at_once_one_asks_whmcs(world: World) -> None:
    _, token = await ticket(world)
    assert sorted(await asyncio.gather(*(opens(world, token) for _ in range(6)))) == [False] * 5 + [True]
    assert asked(world) == 1


async def test_two_tokens_of_one_sign_up_open_once(world: World) -> None:
    done, token = await ticket(world)
    another = checkout(world).ticket(done, BROWSER)
    assert [await opens(world, token), await opens(world, another)] == [True, False]


async def test_a_crash_before_the_answer_costs_a_login_and_never_gives_two(world: World) -> None:
    _, token = await ticket(world)

    async def crash() -> None:
        world.process.dead = True
        raise asyncio.CancelledError

    world.process.between["take_checkout"] = crash
    with pytest.raises(asyncio.CancelledError):
        await opens(world, token)
    world.gateway = world.another_gateway()
    assert not await opens(world, token)
    assert asked(world) == 0


@pytest.mark.parametrize(
    "mode", ["html_500", "drop", "no_permission", "commit_then_drop", "commit_then_null", "unknown_error"]
)
async def test_once_whmcs_was_asked_it_is_used_up(world: World, mode: str) -> None:
    _, token = await ticket(world)
    world.fail(mode, action="CreateSsoToken")
    assert [await opens(world, token), await opens(world, token)] == [False, False]
    assert asked(world) == 1


async def test_whmcs_may_not_take_long(world: World) -> None:
    _, token = await ticket(world)
    world.wire.pauses["CreateSsoToken"] = 60
    assert not await opens(world, token, patience=0.05)
    assert asked(world) == 1


Prevents = Callable[[World], object]
BEFORE: dict[str, tuple[Prevents, Prevents]] = {
    "whmcs is away": (
        lambda world: world.breaker._change(world.breaker.standing.OPEN, "drop"),
        lambda world: world.breaker._change(world.breaker.standing.CLOSED, ""),
    ),
    "the database cannot be read": (
        lambda world: world.process.failing.add("find"),
        lambda world: world.process.failing.clear(),
    ),
    "the database cannot be written": (
        lambda world: world.process.failing.add("take_checkout"),
        lambda world: world.process.failing.clear(),
    ),
}


@pytest.mark.parametrize("name", BEFORE)
async def test_what_ends_before_whmcs_is_asked_uses_nothing_up(world: World, name: str) -> None:
    begin, end = BEFORE[name]
    _, token = await ticket(world)
    begin(world)
    assert not await opens(world, token)
    end(world)
    assert await opens(world, token)


async def test_without_a_slot_nothing_is_asked_and_none_is_kept(world: World) -> None:
    _, token = await ticket(world)
    slots = [slot for _ in range(6) if (slot := await world.slots.take(1))]
    assert not await opens(world, token, patience=0.01)
    for slot in slots:
        slot.free()
    assert await opens(world, token)
    assert len([slot for _ in range(6) if await world.slots.take(0.01)]) == 6


async def test_a_sign_up_that_was_purged_leads_nowhere(world: World) -> None:
    done, token = await ticket(world)
    assert await world.store.purge("acme", world.clock.now + 1) == 1
    assert await world.store.find(done.reference) is None
    assert not await opens(world, token)
    assert asked(world) == 0


@pytest.mark.parametrize(
    "changes", [{"client_id": 99}, {"client_id": None}, {"state": State.STUCK, "order_id": None}], ids=str
)
async def test_a_row_that_is_not_as_it_was_leads_nowhere(world: World, changes: dict[str, object]) -> None:
    done, token = await ticket(world)
    assert await world.store.save(done, replace(done, **changes), "resolved")  # type: ignore[arg-type]
    assert not await opens(world, token)
    assert asked(world) == 0


@pytest.mark.parametrize("checkout_", ["login", "none"])
async def test_a_site_that_does_not_lead_on_any_more_takes_no_token(world: World, checkout_: str) -> None:
    _, token = await ticket(world)
    world.site = world.site.model_copy(update={"checkout": checkout_})
    assert not await opens(world, token)


async def test_an_attempt_does_not_give_it_back(world: World) -> None:
    """Whoever saves a row that was read before it was taken leaves it taken."""
    done, token = await ticket(world)
    assert await opens(world, token)
    assert await world.store.save(done, replace(done, reason="later"), "resolved")
    assert not await opens(world, token)


async def test_refusals_do_not_open_the_breaker(world: World) -> None:
    """Nobody who signs up is to wait because others cannot be led on."""
    tokens = []
    for number in range(6):
        done = await world.sign_up(plan="starter", email=f"ada{number}@example.com", site=world.generous)
        tokens.append(checkout(world).ticket(done, BROWSER))
    world.fail("drop", action="CreateSsoToken", calls=20)
    assert [await opens(world, token) for token in tokens] == [False] * 6
    assert asked(world) == 6
    assert not world.breaker.open
