"""What follows client and order: the mail for the password, the look at the order, its acceptance. Each once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from app.advice import advice
from app.answers import answer
from app.outcomes import Resolved, Step
from app.sandbox.ledger import Order
from app.sites import Site
from app.store import Store
from app.submissions import Rules, State, Submission, after
from tests.integration.world import World, world_on

WELCOME, RESET, CONFIRMED, BILLED, SET_UP = (
    *("Welcome", "Password Reset", "Order Confirmation", "Invoice Created", "New Product Information"),
)


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A world whose site sells a plan that is accepted at once, and writes of passwords in a mail of its own."""
    async with world_on(store) as world:
        plan = {"pid": 1, "billing_cycle": "annually", "payment_method": "stripe", "accept_order": True}
        changes = {"password_mail": "reset", "plans": {"starter": plan}}
        world.site = world.sites["acme"] = Site.model_validate({**world.site.model_dump(), **changes})
        yield world


def mails(world: World) -> list[str]:
    return [mail.subject for mail in world.wire.whmcs.ledger.mails.values()]


def the_order(world: World) -> Order:
    (order,) = world.wire.whmcs.ledger.orders.values()
    return order


def change_order(world: World, **changes: object) -> None:
    """What somebody, or something, in WHMCS does to the order."""
    world.wire.whmcs.ledger.orders[1] = replace(the_order(world), **changes)  # type: ignore[arg-type]


async def worked(world: World, *seconds: float) -> Submission:
    """The sign-up after the worker has looked at these moments."""
    for pause in seconds:
        left = await world.work_after(pause)
    assert left is not None
    return left


async def test_each_step_is_taken_once_and_in_turn(world: World) -> None:
    done = await world.sign_up(plan="starter")
    assert (done.state, done.steps, done.payload) == (State.DONE, (), None)
    assert mails(world) == [WELCOME, CONFIRMED, BILLED, RESET, SET_UP]
    assert the_order(world).status == "Active"
    timeline = [event.event for event in await world.store.archive.timeline(done.reference)]
    assert timeline == ["accepted", "client_made", "order_made", "mail_reset", "check_order", "accept_order"]


async def test_without_a_plan_only_the_mail_follows(world: World) -> None:
    done = await world.sign_up()
    assert done.state is State.DONE
    assert mails(world) == [WELCOME, RESET]


@pytest.mark.parametrize(("action", "status"), [("register", "Pending"), ("transfer", "Pending"), ("own", "Active")])
async def test_a_domain_that_nobody_has_paid_is_not_bought(world: World, action: str, status: str) -> None:
    plan = world.site.plans["starter"].model_copy(update={"domain_actions": ("register", "transfer", "own")})
    world.site = world.sites["acme"] = world.site.model_copy(update={"plans": {"starter": plan}})
    done = await world.sign_up(plan="starter", domain="ada.com", domain_action=action)
    assert (done.state, the_order(world).status) == (State.DONE, status)


async def test_nothing_follows_that_nobody_asked_for(world: World) -> None:
    plan = world.site.plans["starter"].model_copy(update={"accept_order": False})
    world.site = world.site.model_copy(update={"password_mail": "welcome", "plans": {"starter": plan}})
    world.sites["acme"] = world.site
    done = await world.sign_up(plan="starter")
    assert done.state is State.DONE
    assert mails(world) == [WELCOME, CONFIRMED, BILLED]
    assert the_order(world).status == "Pending"


@pytest.mark.parametrize("fault", ["commit_then_drop", "commit_then_garbage"])
async def test_an_acceptance_without_an_answer_is_looked_for_and_not_repeated(world: World, fault: str) -> None:
    world.fail(fault, action="AcceptOrder")
    left = await world.sign_up(plan="starter")
    assert (left.state, left.steps) == (State.UNCERTAIN, (Step.ACCEPT_ORDER,))
    done = await worked(world, 10)
    assert done.state is State.DONE
    assert mails(world).count(SET_UP) == 1


async def test_an_acceptance_that_never_came_through_is_sent_again_after_the_grace(world: World) -> None:
    world.fail("drop", action="AcceptOrder")
    await world.sign_up(plan="starter")
    left = await worked(world, 10)
    assert left.state is State.UNCERTAIN
    done = await worked(world, 120)
    assert (done.state, the_order(world).status) == (State.DONE, "Active")
    assert mails(world).count(SET_UP) == 1


async def test_an_order_that_was_paid_meanwhile_needs_no_acceptance(world: World) -> None:
    world.fail("maintenance_503", action="AcceptOrder")
    await world.sign_up(plan="starter")
    change_order(world, status="Active")
    done = await worked(world, 10)
    assert done.state is State.DONE


@pytest.mark.parametrize("status", ["Cancelled", "Fraud"])
async def test_an_order_that_somebody_stopped_goes_to_a_person(world: World, status: str) -> None:
    world.fail("maintenance_503", action="AcceptOrder")
    await world.sign_up(plan="starter")
    change_order(world, status=status)
    stuck = await worked(world, 10)
    assert (stuck.state, stuck.reason) == (State.STUCK, "accept_refused")
    assert "order 1 of client 1" in advice(stuck)


@pytest.mark.parametrize(
    ("mode", "state", "reason"),
    [
        ("bad_credentials", State.WAITING, "credentials"),
        ("commit_then_access_denied", State.STUCK, "reset_refused"),
    ],
)
async def test_a_mail_whose_refusal_is_not_in_whmcs_own_words_is_a_persons(
    world: World, mode: str, state: State, reason: str
) -> None:
    world.fail(mode, action="ResetPassword")
    left = await world.sign_up(plan="starter")
    assert (left.state, left.reason, left.steps[0]) == (state, reason, Step.MAIL_RESET)


async def test_a_mail_that_was_certainly_not_sent_is_sent_later(world: World) -> None:
    world.fail("maintenance_503", action="ResetPassword")
    left = await world.sign_up(plan="starter")
    assert (left.state, left.steps[0]) == (State.WAITING, Step.MAIL_RESET)
    done = await worked(world, 10)
    assert (done.state, mails(world).count(RESET)) == (State.DONE, 1)


@pytest.mark.parametrize("fault", ["commit_then_drop", "drop"])
async def test_a_mail_that_may_have_been_sent_is_never_sent_again(world: World, fault: str) -> None:
    world.fail(fault, action="ResetPassword")
    left = await world.sign_up(plan="starter")
    assert left.state is State.UNCERTAIN
    with capture_logs() as logs:
        done = await worked(world, 10)
    assert done.state is State.DONE
    assert mails(world).count(RESET) == (fault == "commit_then_drop")
    assert "reset_mail_unsure" in [line["event"] for line in logs]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"promocode": "LAUNCH"}, "promotion"),
        ({"payment_method": "paypal"}, "payment_method"),
        ({"service_ids": ()}, "services"),
    ],
)
async def test_an_order_that_is_not_what_was_asked_for_goes_to_a_person(
    world: World, changes: dict[str, object], what: str
) -> None:
    world.fail("maintenance_503", action="ResetPassword")
    await world.sign_up(plan="starter")
    change_order(world, **changes)
    stuck = await worked(world, 10)
    assert (stuck.state, stuck.reason) == (State.STUCK, f"order_differs:{what}")
    assert (the_order(world).status, mails(world)[-1]) == ("Pending", RESET)
    assert "Order 1 of client 1" in advice(stuck)
    assert what.replace("_", " ") in advice(stuck)
    assert answer(world.site, stuck).status == "created"


async def test_a_code_that_whmcs_passes_over_is_seen(world: World) -> None:
    stuck = await world.sign_up(plan="starter", promo_code="NOTHING")
    assert (stuck.state, stuck.reason) == (State.STUCK, "order_differs:promotion")


async def test_once_a_person_has_seen_it_the_rest_is_done(world: World) -> None:
    stuck = await world.sign_up(plan="starter", promo_code="NOTHING")
    told = after(stuck, Resolved(1, 1, 1), world.clock.now, Rules())
    assert await world.store.save(stuck, told, "resolved")
    done = await worked(world, 1)
    assert (done.state, the_order(world).status) == (State.DONE, "Active")


async def test_an_order_that_is_gone_goes_to_a_person(world: World) -> None:
    world.fail("maintenance_503", action="ResetPassword")
    await world.sign_up(plan="starter")
    ledger = world.wire.whmcs.ledger
    del ledger.orders[1]
    ledger._orders_of.clear()
    stuck = await worked(world, 10)
    assert (stuck.state, stuck.reason) == (State.STUCK, "order_differs:order")


async def test_the_visitor_learns_that_his_account_is_ready_while_the_order_is_not(world: World) -> None:
    world.fail("maintenance_503", action="AddOrder")
    left = await world.sign_up(plan="starter")
    told = answer(world.site, left)
    assert (told.status, told.text) == ("accepted", "account_ready")
    hidden = world.site.model_copy(update={"existing_customer": "hide"})
    assert answer(hidden, left).text == "accepted"
    done = await worked(world, 10)
    assert answer(world.site, done).text == "created"
