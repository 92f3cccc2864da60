"""Where customers are hidden, the owner of a known address hears of a sign-up by mail: at most once a day."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.attempt import Attempts
from app.delivery import HEAD_START
from app.sites import Site
from app.store import Store
from app.submissions import State, Submission
from tests.integration.world import READ_TIMEOUT, World, world_on

DAY = 86400.0


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A world whose WHMCS knows ada@example.com, and whose site hides that."""
    async with world_on(store) as world:
        await world.sign_up(site=world.generous)
        hiding = world.generous.model_copy(update={"existing_customer": "hide"})
        world.sites[world.site.key] = world.site = hiding
        yield world


async def signed_up_again(world: World, key: str, site: Site | None = None, **changes: str) -> Submission:
    """What becomes of a sign-up with the known address, once all is done."""
    accepted = await world.sign_up(key=key, site=site or world.site, **changes)
    rejected = await world.becomes(accepted, State.REJECTED)
    await world.until(lambda: not world.slots.busy)
    return await world.now(rejected)


def resets(world: World) -> list[str]:
    """Who got a password reset."""
    return [mail.to for mail in world.wire.whmcs.ledger.mails.values() if mail.subject == "Password Reset"]


async def events(world: World, submission: Submission) -> list[str]:
    """What happened to a sign-up."""
    return [event.event for event in await world.store.archive.timeline(submission.reference)]


async def test_the_owner_is_mailed_once_in_a_day(world: World) -> None:
    first = await signed_up_again(world, "1")
    assert (first.reason, first.mailed_at) == ("email_taken", world.clock.now)
    assert (await events(world, first))[-2:] == ["address_taken", "owner_mailed"]
    world.wire.pass_time(DAY - 1)
    second = await signed_up_again(world, "2", email="ADA@example.com")
    assert (second.mailed_at, (await events(world, second))[-1]) == (None, "address_taken")
    assert resets(world) == ["ada@example.com"]
    world.wire.pass_time(1)
    await signed_up_again(world, "3")
    assert len(resets(world)) == 2


async def test_the_day_is_counted_for_all_sites_together(world: World) -> None:
    world.sites["other"] = other = world.site.model_copy(update={"key": "other"})
    await signed_up_again(world, "1")
    await signed_up_again(world, "2", other)
    assert len(resets(world)) == 1


async def test_a_site_may_do_without_and_one_that_tells_does(world: World) -> None:
    for changes in ({"known_address_mail": False}, {"existing_customer": "tell"}):
        world.sites[world.site.key] = site = world.site.model_copy(update=changes)
        assert (await signed_up_again(world, str(changes), site)).mailed_at is None
    assert not resets(world)


async def test_a_new_customer_gets_his_welcome_and_nothing_else(world: World) -> None:
    accepted = await world.sign_up(site=world.site, email="grace@example.com")
    await world.becomes(accepted, State.DONE)
    assert not resets(world)


@pytest.mark.parametrize("mode", ["maintenance_503", "commit_then_drop", "no_permission", "html_500"])
async def test_a_mail_that_fails_is_not_tried_again(world: World, mode: str) -> None:
    world.fail(mode, "ResetPassword")
    rejected = await signed_up_again(world, "1")
    assert (rejected.state, rejected.mailed_at) == (State.REJECTED, world.clock.now)
    assert (await events(world, rejected))[-1] == "owner_not_mailed"
    assert (await signed_up_again(world, "2")).mailed_at is None
    assert world.actions.count("ResetPassword") == 1


async def test_a_process_that_dies_before_the_mail_costs_the_mail(world: World) -> None:
    """It is on disk that the mail was asked for, before it was."""
    world.wire.hold = asyncio.Event()
    accepted = await world.sign_up(key="1", site=world.site)
    await world.until(lambda: world.actions.count("AddClient") == 2)
    world.wire.hold.set()
    world.wire.hold = asyncio.Event()  # for the mail
    await world.until(lambda: "ResetPassword" in world.actions)
    assert (await world.now(accepted)).mailed_at == world.clock.now
    assert (await world.now(accepted)).state is State.REJECTED
    world.process.dead = True
    world.wire.hold.set()
    await world.until(lambda: not world.slots.busy)
    world.wire.hold = None
    world.gateway = world.another_gateway()
    world.wire.pass_time(READ_TIMEOUT)
    assert (await signed_up_again(world, "2")).mailed_at is None


async def test_sign_ups_of_one_address_on_two_replicas_make_one_mail(world: World) -> None:
    """A row of the address that is in flight keeps the others out, until its own mail is on disk."""
    world.slots.close()  # the replicas below do the work
    waiting = [await world.sign_up(key=str(number), site=world.site) for number in range(6)]
    world.wire.pass_time(HEAD_START)
    replicas = [world.attempts]
    world.another_gateway()
    replicas.append(world.attempts)
    await asyncio.gather(*(attempt_all(world, attempts, waiting) for attempts in replicas for _ in range(2)))
    assert world.actions.count("AddClient") == 1 + len(waiting)
    assert len(resets(world)) == 1


async def attempt_all(world: World, attempts: Attempts, waiting: list[Submission]) -> None:
    """Make attempts as a worker does, until nothing waits any more."""
    while not all([(await world.now(one)).state is State.REJECTED for one in waiting]):
        if claimed := await attempts.claim():
            await attempts.make(claimed)
