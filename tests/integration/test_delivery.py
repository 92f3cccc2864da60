"""Exactly once: every way a call can end, on both databases, against the sandbox's WHMCS."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.errors import KeyReused, RateLimited
from app.guard import Visit
from app.outcomes import Retried
from app.sandbox.faults import Fault
from app.sites import Limits
from app.store import Filter, Store
from app.submissions import Rules, State, Submission, after
from app.whmcs import Cause
from tests.integration.world import GRACE, LEASE, World, world_on

BEFORE_SENDING = ["maintenance_503", "refuse_connection"]
BEFORE_COMMIT = ["waf_403", "redirect_301", "html_500", "drop", "hang", "gateway_504", "empty_body"]
AFTER_COMMIT = [
    "commit_then_html_500",
    "commit_then_drop",
    "commit_then_hang",
    "commit_then_null",
    "commit_then_garbage",
    "commit_then_504",
    "commit_then_access_denied",
]
DISTORTED = ["slow", "polluted", "bom", "status_key", "numeric_ids"]


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A fresh world."""
    async with world_on(store) as world:
        yield world


async def test_a_sign_up_makes_one_client_and_its_mail_and_is_erased(world: World) -> None:
    done = await world.sign_up()
    assert (done.state, done.client_id, done.payload) == (State.DONE, 1, None)
    assert world.made() == (1, 0, 0, 1)
    client = world.wire.whmcs.ledger.clients[1]
    assert client.email == "ada@example.com"
    assert client.phonenumber == "+44.2079460000"
    assert client.clientip == "198.51.100.7"
    assert done.marker in client.notes


async def test_a_plan_makes_one_order_and_invoice_after_the_client(world: World) -> None:
    done = await world.sign_up(plan="starter")
    assert (done.state, done.client_id, done.order_id, done.invoice_id) == (State.DONE, 1, 1, 1)
    assert world.made() == (1, 1, 1, 1)
    assert world.actions == ["AddClient", "AddOrder", "GetOrders"]


@pytest.mark.parametrize("mode", DISTORTED)
async def test_a_distorted_answer_is_still_an_answer(world: World, mode: str) -> None:
    world.fail(mode, action="", calls=None)
    assert (await world.sign_up(plan="starter")).state is State.DONE
    assert world.made() == (1, 1, 1, 1)
    assert world.actions == ["AddClient", "AddOrder", "GetOrders"]


@pytest.mark.parametrize("mode", BEFORE_SENDING)
async def test_what_never_reached_whmcs_is_sent_again_without_looking(world: World, mode: str) -> None:
    world.fail(mode)
    waiting = await world.sign_up()
    assert (waiting.state, waiting.attempts) == (State.WAITING, 1)
    assert await world.work_after(4) is None
    done = await world.work_after(1)
    assert done is not None
    assert done.state is State.DONE
    assert set(world.actions) == {"AddClient"}
    assert world.made() == (1, 0, 0, 1)


@pytest.mark.parametrize(("status", "page"), [(403, b"<html>Blocked</html>"), (302, b""), (404, b"<html></html>")])
@pytest.mark.parametrize("action", ["AddClient", "AddOrder"])
async def test_a_firewall_that_blocks_the_reply_to_a_call_does_not_double_it(
    world: World, action: str, status: int, page: bytes
) -> None:
    world.wire.censor(action, status, page)
    assert (await world.sign_up(plan="starter")).state is State.UNCERTAIN
    done = await world.work_after(5)
    assert done is not None
    assert done.state is State.DONE
    assert world.made() == (1, 1, 1, 1)


@pytest.mark.parametrize("mode", BEFORE_COMMIT)
async def test_a_client_that_was_not_made_is_sent_again_only_after_the_grace(world: World, mode: str) -> None:
    world.fail(mode)
    uncertain = await world.sign_up()
    assert uncertain.state is State.UNCERTAIN
    looked = await world.work_after(5)
    assert looked is not None
    assert looked.state is State.UNCERTAIN
    assert world.actions == ["AddClient", "GetClientsDetails"]
    done = None
    for _ in range(10):
        done = await world.work_after(10) or done
    assert done is not None
    assert done.state is State.DONE
    assert world.actions.count("AddClient") == 2
    assert world.made() == (1, 0, 0, 1)


@pytest.mark.parametrize("mode", AFTER_COMMIT)
async def test_a_client_that_was_made_without_an_answer_is_found_by_its_marker(world: World, mode: str) -> None:
    world.fail(mode)
    assert (await world.sign_up()).state is State.UNCERTAIN
    done = await world.work_after(5)
    assert done is not None
    assert (done.state, done.client_id) == (State.DONE, 1)
    assert world.actions == ["AddClient", "GetClientsDetails"]
    assert world.made() == (1, 0, 0, 1)


@pytest.mark.parametrize("mode", BEFORE_COMMIT + AFTER_COMMIT)
async def test_an_order_without_an_answer_never_becomes_two(world: World, mode: str) -> None:
    world.fail(mode, action="AddOrder")
    uncertain = await world.sign_up(plan="starter")
    assert (uncertain.state, uncertain.client_id) == (State.UNCERTAIN, 1)
    done = None
    for _ in range(12):
        done = await world.work_after(10) or done
    assert done is not None
    assert (done.state, done.order_id, done.invoice_id) == (State.DONE, 1, 1)
    assert world.actions.count("AddOrder") == (2 if mode in BEFORE_COMMIT else 1)
    assert world.made() == (1, 1, 1, 1)


async def test_a_client_made_seconds_after_we_gave_up_is_found_within_the_grace(world: World) -> None:
    world.fail("late_commit", seconds=30, commit_seconds=60)
    assert (await world.sign_up()).state is State.UNCERTAIN
    assert (await world.work_after(5)).state is State.UNCERTAIN  # type: ignore[union-attr]
    done = await world.work_after(60)
    assert done is not None
    assert done.state is State.DONE
    assert world.made() == (1, 0, 0, 1)


async def test_an_order_placed_while_a_look_up_is_answered_is_not_placed_again(world: World) -> None:
    """That it was not there counts from when it was looked for, not from when the answer came."""
    world.fail("late_commit", action="AddOrder", seconds=30, commit_seconds=GRACE - 5)
    uncertain = await world.becomes(await world.sign_up(plan="starter"), State.UNCERTAIN)
    world.wire.pass_time(GRACE - 12)
    world.wire.way_back = 6.5  # services are asked for at 78, orders at 84.5 and answered at 91
    await world.work()
    world.wire.way_back = 0
    await world.work_after(GRACE)
    assert (await world.now(uncertain)).state is State.DONE
    assert world.made() == (1, 1, 1, 1)


async def test_a_client_made_after_the_grace_is_recognised_when_whmcs_calls_it_a_duplicate(world: World) -> None:
    world.fail("late_commit", seconds=30, commit_seconds=GRACE + 20)
    world.fail("waf_403", action="GetClientsDetails", calls=None)
    await world.sign_up()
    await world.work_after(5)
    world.wire.pass_time(GRACE + 30)
    world.wire.whmcs.faults.clear()
    # The look-up just before sending misses it, as if the commit came between the two calls.
    world.fail("unknown_error", message="Client Not Found", action="GetClientsDetails")
    done = await world.work()
    assert done is not None
    assert (done.state, done.client_id) == (State.DONE, 1)
    assert world.actions[-3:] == ["GetClientsDetails", "AddClient", "GetClientsDetails"]
    assert world.made() == (1, 0, 0, 1)


async def test_a_known_address_is_rejected_and_erased(world: World) -> None:
    await world.sign_up()
    again = await world.sign_up(first_name="Augusta", email="ADA@example.com")
    assert (again.state, again.reason, again.payload) == (State.REJECTED, "email_taken", None)
    assert world.made() == (1, 0, 0, 1)


async def test_somebody_elses_client_found_while_looking_is_a_known_address(world: World) -> None:
    await world.sign_up(last_name="Byron")
    world.fail("html_500")
    uncertain = await world.sign_up()
    assert uncertain.state is State.UNCERTAIN
    rejected = await world.work_after(5)
    assert rejected is not None
    assert (rejected.state, rejected.reason) == (State.REJECTED, "email_taken")


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("no_permission", Cause.ROLE),
        ("unknown_error", Cause.OTHER),
        ("warning_only", "warning"),
    ],
)
@pytest.mark.parametrize("action", ["AddClient", "AddOrder"])
async def test_a_fault_of_ours_waits_for_a_person_and_goes_on_when_mended(
    world: World, mode: str, reason: str, action: str
) -> None:
    world.fail(mode, action=action)
    stuck = await world.sign_up(plan="starter")
    assert stuck.state is State.STUCK
    assert stuck.payload is not None
    assert stuck.reason == (reason if action == "AddClient" or reason == "role" else "order_refused")
    assert await world.work_after(10_000) is None


@pytest.mark.parametrize("action", ["AddClient", "AddOrder"])
async def test_what_whmcs_made_before_it_said_no_is_found_when_a_person_retries(world: World, action: str) -> None:
    world.fail("commit_then_unknown_error", action=action)
    stuck = await world.sign_up(plan="starter")
    assert stuck.state is State.STUCK
    await retry(world, stuck)
    done = await world.work()
    assert done is not None
    assert (done.state, done.client_id, done.order_id) == (State.DONE, 1, 1)
    assert world.made() == (1, 1, 1, 1)


@pytest.mark.parametrize("action", ["AddClient", "AddOrder"])
async def test_what_whmcs_did_not_make_is_made_when_a_person_retries(world: World, action: str) -> None:
    world.fail("unknown_error", action=action)
    stuck = await world.sign_up(plan="starter")
    await retry(world, stuck)
    looked = await world.work()
    assert looked is not None
    assert looked.state is State.UNCERTAIN  # WHMCS may still be at work
    done = await world.work_after(GRACE)
    assert done is not None
    assert done.state is State.DONE
    assert world.actions.count(action) == 2
    assert world.made() == (1, 1, 1, 1)


async def retry(world: World, stuck: Submission) -> None:
    """What an operator's `retry` does."""
    assert await world.store.save(stuck, after(stuck, Retried(), world.clock.now, Rules()), "retried")


async def test_after_the_last_delay_a_person_is_asked(world: World) -> None:
    world.fail("maintenance_503", calls=None)
    await world.sign_up()
    last = None
    for seconds in (5, 30, 120):
        last = await world.work_after(seconds)
    assert last is not None
    assert last.state is State.STUCK
    assert last.reason.startswith("gave_up:")
    assert await world.work_after(100_000) is None


async def test_the_process_dies_after_the_commit_and_before_the_call(world: World) -> None:
    submission = await world.sign_up_without_delivery()
    assert await world.work_after(4) is None
    done = await world.work_after(1)
    assert done is not None
    assert done.state is State.DONE
    assert world.made() == (1, 0, 0, 1)
    assert done.reference == submission.reference


@pytest.mark.parametrize("plan", ["", "starter"])
async def test_the_process_dies_after_the_call_and_before_the_save(world: World, plan: str) -> None:
    world.wire.hold = asyncio.Event()
    post = asyncio.create_task(world.sign_up(plan=plan))
    await world.wire.arrived.wait()
    await world.die(post)
    done = None
    world.wire.hold = None
    for _ in range(20):
        done = await world.work_after(LEASE / 2) or done
    assert done is not None
    assert done.state is State.DONE
    assert world.made() == (1, bool(plan), bool(plan), 1)


async def test_ten_identical_posts_at_once_make_one_client_and_get_one_answer(world: World) -> None:
    answers = await asyncio.gather(*(world.sign_up(plan="starter") for _ in range(10)))
    assert {(one.reference, one.state) for one in answers} == {(answers[0].reference, State.DONE)}
    assert world.made() == (1, 1, 1, 1)


async def test_ten_identical_posts_on_two_replicas_make_one_client(world: World) -> None:
    other = world.another_gateway()
    form = world.form()
    posts = [gate.submit(world.site, form, Visit("198.51.100.7", "k")) for gate in (world.gateway, other) * 5]
    answers = await asyncio.gather(*posts)
    assert len({one.reference for one in answers}) == 1
    assert world.made() == (1, 0, 0, 1)
    await world.slots.drain(patience=1)


async def test_a_repeat_at_another_replica_hears_what_whmcs_refused(world: World) -> None:
    """Thanked at once, its visitor would not come back to correct the field."""
    world.fail("unknown_error", message="Invalid telephone phone number")
    world.wire.hold = asyncio.Event()
    first = asyncio.create_task(world.sign_up(key="k"))
    await world.wire.arrived.wait()
    world.gateway = world.another_gateway()
    second = asyncio.create_task(world.sign_up(key="k"))
    await asyncio.wait({second}, timeout=0.3)
    assert not second.done()
    world.wire.hold.set()
    assert (await first).state is State.REJECTED
    assert await second == await first


async def test_a_repeat_of_one_that_waits_for_a_slot_at_another_replica_waits_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.delivery.HEAD_START", 120.0)
    world.fail("unknown_error", message="Invalid telephone phone number")
    world.gateway = world.another_gateway(concurrency=1)
    slot = await world.slots.take(1)
    assert slot is not None
    first = asyncio.create_task(world.sign_up(key="k"))
    await world.until(lambda: world.slots.busy == 1)
    world.gateway = world.another_gateway()
    second = asyncio.create_task(world.sign_up(key="k"))
    await asyncio.wait({second}, timeout=0.3)
    assert not second.done()
    slot.free()
    assert (await first).state is State.REJECTED
    assert await second == await first


async def test_ten_different_posts_of_one_address_make_one_client(world: World) -> None:
    posts = [world.sign_up(site=world.generous, first_name=f"Ada{number}") for number in range(10)]
    await asyncio.gather(*posts)
    for _ in range(12):
        await world.work_after(10)
    states = [one.state for one in await world.store.archive.newest(Filter(), 50)]
    assert sorted(states) == [State.DONE] + [State.REJECTED] * 9
    assert world.made() == (1, 0, 0, 1)


async def test_the_same_key_with_other_answers_is_refused_and_makes_nothing(world: World) -> None:
    await world.sign_up(key="k")
    with pytest.raises(KeyReused):
        await world.sign_up(key="k", city="Oxford")
    assert world.made() == (1, 0, 0, 1)


async def test_the_same_key_is_answered_again_without_another_call(world: World) -> None:
    first = await world.sign_up(key="k")
    assert await world.sign_up(key="k") == first
    assert world.actions == ["AddClient"]


async def test_a_visitor_waits_no_longer_than_the_site_allows_and_the_attempt_goes_on(world: World) -> None:
    world.wire.hold = asyncio.Event()
    impatient = world.site.model_copy(update={"reply_within": 0.01})
    accepted = await world.sign_up(site=impatient)
    assert accepted.state is State.SENDING
    world.wire.hold.set()
    assert (await world.becomes(accepted, State.DONE)).client_id == 1


async def test_a_site_that_hides_its_customers_answers_before_whmcs_does(world: World) -> None:
    world.wire.hold = asyncio.Event()
    hiding = world.site.model_copy(update={"existing_customer": "hide"})
    accepted = await asyncio.wait_for(world.sign_up(site=hiding), timeout=5)
    assert accepted.state is State.ACCEPTED
    await world.becomes(accepted, State.SENDING)
    world.wire.hold.set()


async def test_whmcs_never_gets_more_calls_at_once_than_it_is_to_bear(world: World) -> None:
    world.gateway = world.another_gateway(concurrency=2)
    world.wire.hold = asyncio.Event()
    posts = [
        asyncio.create_task(world.sign_up(site=world.generous, email=f"ada{number}@example.com")) for number in range(6)
    ]
    await world.until(lambda: len(world.actions) == 2)
    await asyncio.sleep(0.05)
    assert len(world.actions) == 2
    world.wire.hold.set()
    await asyncio.gather(*posts)
    assert world.made() == (6, 0, 0, 6)


async def test_a_trapped_robot_is_held_and_a_person_can_let_it_through(world: World) -> None:
    held = await world.gateway.submit(world.site, world.form(), Visit("198.51.100.7", trapped=True))
    assert (held.state, held.reason) == (State.HELD, "honeypot")
    assert await world.work_after(10_000) is None
    assert world.actions == []


async def test_quotas_count_new_sign_ups_and_leave_repeats_alone(world: World) -> None:
    site = world.site.model_copy(update={"limits": Limits(ip="2/hour", email="9/hour", site="9/hour")})
    first = await world.sign_up(site=site, email="a@example.com")
    await world.sign_up(site=site, email="b@example.com")
    with pytest.raises(RateLimited) as refused:
        await world.sign_up(site=site, email="c@example.com")
    assert (refused.value.policy, refused.value.quota, refused.value.window) == ("ip", 2, 3600)
    assert (await world.sign_up(site=site, email="a@example.com")).reference == first.reference
    assert world.made() == (2, 0, 0, 2)


async def test_stopping_lets_an_attempt_finish(world: World) -> None:
    world.wire.hold = asyncio.Event()
    post = asyncio.create_task(world.sign_up())
    await world.wire.arrived.wait()
    closing = asyncio.create_task(world.slots.drain(patience=30))
    await asyncio.sleep(0)
    world.wire.hold.set()
    await closing
    assert (await post).state is State.DONE


async def test_stopping_lets_go_of_what_does_not_finish_and_the_next_process_looks_first(world: World) -> None:
    world.wire.hold = asyncio.Event()
    post = asyncio.create_task(world.sign_up())
    await world.wire.arrived.wait()
    await world.slots.drain(patience=0.01)
    released = await world.now(await post)
    assert (released.state, released.reason, released.lease_until) == (State.UNCERTAIN, "stopped", None)
    world.wire.hold = None
    assert (await world.work_after(5)) is not None
    assert world.actions[-1] == "GetClientsDetails"


async def test_an_attempt_whose_lease_ran_out_changes_nothing_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.delivery.LAST_LOOK", 60)
    world.wire.hold = asyncio.Event()
    post = asyncio.create_task(world.sign_up(plan="starter"))
    await world.wire.arrived.wait()
    world.wire.pass_time(LEASE)
    await world.attempts.bring_back()
    world.wire.hold.set()
    told = await post
    assert (told.state, told.reason) == (State.UNCERTAIN, "lease_expired")
    assert world.actions == ["AddClient"]  # the order is left to whoever holds the row next
    assert await world.now(told) == told
    done = await world.work()
    assert done is not None
    assert done.state is State.DONE
    assert world.made() == (1, 1, 1, 1)


async def test_the_worker_delivers_what_is_due_and_stops_when_told(world: World) -> None:
    world.fail("maintenance_503")
    waiting = await world.sign_up()
    world.wire.pass_time(5)
    running = asyncio.create_task(world.worker.run())
    await world.until(lambda: world.made()[0] == 1)
    world.worker.stop()
    await running
    await world.slots.drain(patience=5)
    assert (await world.now(waiting)).state is State.DONE


async def test_old_finished_sign_ups_are_removed(world: World) -> None:
    done = await world.sign_up()
    world.wire.pass_time(world.site.retention_days * 86400 + 1)
    running = asyncio.create_task(world.worker.run())
    while await world.store.find(done.reference) is not None:
        await asyncio.sleep(0.01)
    world.worker.stop()
    await running


async def test_a_plan_that_another_replica_may_still_know_waits_before_it_asks_a_person(world: World) -> None:
    world.fail("maintenance_503", action="AddOrder")
    waiting = await world.sign_up(plan="starter")
    assert waiting.state is State.WAITING
    world.sites[world.site.key] = world.site.model_copy(update={"plans": {}})
    waiting = await world.work_after(5)  # type: ignore[assignment]
    assert (waiting.state, waiting.reason, waiting.client_id) == (State.WAITING, "unknown_plan", 1)
    stuck = await world.work_after(30) and await world.work_after(120)
    assert stuck is not None
    assert (stuck.state, stuck.reason, stuck.client_id) == (State.STUCK, "gave_up:unknown_plan", 1)


async def test_an_order_that_cannot_be_placed_is_never_doubled(world: World) -> None:
    world.fail("commit_then_hang", action="AddOrder")
    await world.sign_up(plan="starter")
    ledger = world.wire.whmcs.ledger
    ledger.services[1] = replace(ledger.services[1], pid=2)  # staff changed product and notes meanwhile
    ledger.orders[1] = replace(ledger.orders[1], notes="")
    unclear = await world.work_after(5)
    assert unclear is not None
    assert (unclear.state, unclear.reason) == (State.UNCERTAIN, "order_unclear")  # WHMCS may still be at work
    stuck = await world.work_after(GRACE)
    assert stuck is not None
    assert (stuck.state, stuck.reason) == (State.STUCK, "order_unclear")
    assert world.actions.count("AddOrder") == 1


async def test_whmcs_refusing_an_answer_is_told_to_the_visitor(world: World) -> None:
    world.wire.whmcs.faults.add(Fault("unknown_error", action="AddClient", message="Invalid telephone phone number"))
    rejected = await world.sign_up()
    assert (rejected.state, rejected.reason, rejected.payload) == (State.REJECTED, "invalid_fields", None)
    assert [(error.field, error.code) for error in rejected.refused] == [("phone", "not_accepted")]


async def test_whmcs_refusing_an_answer_after_the_visitor_was_thanked_waits_for_a_person(world: World) -> None:
    world.fail("refuse_connection")
    assert (await world.sign_up()).state is State.WAITING
    world.wire.whmcs.faults.add(Fault("unknown_error", action="AddClient", message="Invalid telephone phone number"))
    stuck = await world.work_after(5)
    assert stuck is not None
    assert (stuck.state, stuck.reason) == (State.STUCK, "refused:phone")
    assert stuck.payload is not None


async def test_whmcs_refusing_an_answer_of_a_young_sign_up_that_nobody_waits_for(world: World) -> None:
    """He was thanked at once, and the worker makes the attempt before his patience would have been over."""
    world.sites[world.site.key] = patient = world.site.model_copy(update={"reply_within": 60})
    world.fail("drop")
    flying = await world.sign_up()
    accepted = await world.sign_up(site=patient, first_name="Augusta")
    assert accepted.state is State.ACCEPTED
    await world.store.save(flying, replace(flying, state=State.REJECTED, payload=None), "rejected")
    world.wire.whmcs.faults.add(Fault("unknown_error", action="AddClient", message="Invalid telephone phone number"))
    stuck = await world.work_after(5)
    assert stuck is not None
    assert (stuck.reference, stuck.state, stuck.reason) == (accepted.reference, State.STUCK, "refused:phone")


async def test_whmcs_refusing_an_answer_that_cannot_be_stored_in_time_waits_for_a_person(world: World) -> None:
    """The visitor is thanked before the database is back."""
    world.wire.whmcs.faults.add(Fault("unknown_error", action="AddClient", message="Invalid telephone phone number"))
    world.process.failing = {"save"}
    accepted = await world.sign_up()
    world.process.failing = set()
    await world.until(lambda: world.slots.busy == 0)
    assert await world.now(accepted) == accepted
    assert accepted.state is State.SENDING
    await world.work_after(LEASE)
    stuck = await world.work_after(GRACE)
    assert stuck is not None
    assert (stuck.state, stuck.reason) == (State.STUCK, "refused:phone")


async def test_whmcs_refusing_an_answer_on_a_hiding_site_waits_for_a_person(world: World) -> None:
    world.sites[world.site.key] = hiding = world.site.model_copy(update={"existing_customer": "hide"})
    world.wire.whmcs.faults.add(Fault("unknown_error", action="AddClient", message="Invalid telephone phone number"))
    accepted = await world.sign_up(site=hiding)
    stuck = await world.becomes(accepted, State.STUCK)
    assert stuck.reason == "refused:phone"
