"""What an operator says of WHMCS is believed only when WHMCS says so too, and the sign-up then ends right."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.desk.opening import CouldNot
from app.desk.resolving import Claim, resolution
from app.outcomes import Resolved, word
from app.store import Store
from app.submissions import Rules, State, Submission, after
from app.whmcs import Credentials, Whmcs
from tests.integration.world import World, world_on


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A gateway and a WHMCS."""
    async with world_on(store) as world:
        yield world


@pytest.fixture
async def stuck(world: World) -> Submission:
    """A sign-up whose client is not made, for want of a permission; WHMCS has client 1 with another address."""
    await world.sign_up(email="eve@example.com")
    world.fail("no_permission")
    return await world.sign_up(plan="starter")


def whmcs(world: World) -> Whmcs:
    """A way to WHMCS of the operator's own."""
    return Whmcs(world.wire, Credentials("sandbox", "sandbox"))


async def resolve(world: World, submission: Submission, claim: Claim) -> Submission:
    """As the command does it."""
    outcome = await resolution(whmcs(world), world.vault, submission, claim)
    changed = after(submission, outcome, world.clock.now, Rules())
    assert await world.store.save(submission, changed, word(outcome))
    return changed


async def test_a_client_made_by_hand_is_known_by_its_address(world: World, stuck: Submission) -> None:
    made = await world.sign_up(email="ADA@example.com", key="by hand")
    assert made.client_id is not None
    done = await resolve(world, stuck, Claim(made.client_id, without_order=True))
    assert (done.state, done.client_id, done.order_id, done.payload) == (State.DONE, made.client_id, None, None)


async def test_a_client_with_another_address_needs_the_marker(world: World, stuck: Submission) -> None:
    with pytest.raises(CouldNot, match="has another email address"):
        await resolution(whmcs(world), world.vault, stuck, Claim(1))
    world.wire.whmcs.ledger.clients[1] = replace(world.wire.whmcs.ledger.clients[1], notes=f"Hello. {stuck.marker}")
    assert await resolution(whmcs(world), world.vault, stuck, Claim(1)) == Resolved(1)


async def test_a_client_that_is_not_there(world: World, stuck: Submission) -> None:
    with pytest.raises(CouldNot, match="WHMCS has no client 99"):
        await resolution(whmcs(world), world.vault, stuck, Claim(99))


async def test_an_order_must_be_the_clients(world: World, stuck: Submission) -> None:
    other = await world.sign_up(email="eve2@example.com", plan="starter")
    mine = await world.sign_up(email="ada@example.com", plan="starter", key="by hand")
    assert mine.client_id is not None
    assert other.order_id is not None
    with pytest.raises(CouldNot, match=f"has no order {other.order_id} in WHMCS. Its orders: {mine.order_id}."):
        await resolution(whmcs(world), world.vault, stuck, Claim(mine.client_id, other.order_id))
    done = await resolve(world, stuck, Claim(mine.client_id, mine.order_id))
    assert (done.state, done.order_id, done.invoice_id) == (State.DONE, mine.order_id, mine.invoice_id)


async def test_an_order_that_nobody_names_and_that_the_sign_up_has_must_be_there(world: World) -> None:
    mine = await world.sign_up(plan="starter")
    assert mine.client_id is not None
    claim = Claim(mine.client_id)
    known = Resolved(mine.client_id, mine.order_id, mine.invoice_id)
    assert await resolution(whmcs(world), world.vault, mine, claim) == known
    gone = replace(mine, order_id=99, state=State.STUCK)
    with pytest.raises(CouldNot, match=f"has no order 99 in WHMCS. Its orders: {mine.order_id}. Say --order-id"):
        await resolution(whmcs(world), world.vault, gone, claim)
    none = replace(claim, without_order=True)
    assert await resolution(whmcs(world), world.vault, gone, none) == Resolved(mine.client_id, complete=True)


async def test_an_order_that_nobody_names_is_looked_for_and_then_placed_once(world: World, stuck: Submission) -> None:
    made = await world.sign_up(email="ada@example.com", key="by hand")
    assert made.client_id is not None
    open_ = await resolve(world, stuck, Claim(made.client_id))
    assert (open_.state, open_.client_id) == (State.UNCERTAIN, made.client_id)
    before = len(world.actions)
    await world.work_after(100)
    assert world.actions[before:] == ["GetClientsProducts", "GetOrders", "AddOrder", "GetOrders"]
    assert (await world.now(stuck)).state is State.DONE
    assert world.made()[1] == 1


async def test_an_order_that_nobody_names_and_that_is_there_is_found(world: World, stuck: Submission) -> None:
    made = await world.sign_up(email="ada@example.com", plan="starter", key="by hand")
    assert made.client_id is not None
    await resolve(world, stuck, Claim(made.client_id))
    await world.work_after(100)
    done = await world.now(stuck)
    assert (done.state, done.order_id, world.made()[1]) == (State.DONE, made.order_id, 1)


@pytest.mark.parametrize("action", ["GetClientsDetails", "GetOrders"])
@pytest.mark.parametrize("mode", ["drop", "bad_credentials", "no_permission", "waf_403"])
async def test_a_whmcs_that_cannot_be_asked_is_not_guessed(
    world: World, stuck: Submission, action: str, mode: str
) -> None:
    made = await world.sign_up(email="ada@example.com", plan="starter", key="by hand")
    assert made.client_id is not None
    world.fail(mode, action)
    with pytest.raises(CouldNot, match="WHMCS could not be asked"):
        await resolution(whmcs(world), world.vault, stuck, Claim(made.client_id, made.order_id))
