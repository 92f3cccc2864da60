"""What waits for a person: let through or turned away, one by one or all of a wave, and nobody outside learns which."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.answers import answer
from app.guard import Visit
from app.outcomes import Declined, Released
from app.store import Store
from app.submissions import Rules, State, Submission, after
from tests.integration.desk import Desk
from tests.integration.service import JSON, Service, serving
from tests.integration.world import World, world_on


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with nothing on it."""
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    return Desk(tmp_path)


def test_refused_by_name_after_a_question(desk: Desk) -> None:
    held, stuck = desk.has(State.HELD, reason="honeypot"), desk.has(State.STUCK, reason="role")
    unsure = desk.submissions("refuse", held.reference, answer="n\n")
    assert (unsure.exit_code, desk.now(held)) == (1, held)
    assert "Refuse 1 sign-up and erase what they hold?" in unsure.stderr
    assert desk.submissions("refuse", held.reference).exit_code == 1  # nobody at the keyboard
    ended = desk.submissions("refuse", held.reference, stuck.reference, "--yes")
    assert (ended.exit_code, f"{stuck.reference}: It is stuck" in ended.stderr) == (1, True)
    assert ended.stdout == f"{held.reference} is rejected.\n"
    refused = desk.now(held)
    assert refused is not None
    assert (refused.state, refused.reason, refused.payload) == (State.REJECTED, "declined", None)
    assert "an operator refused it" in desk.submissions("show", held.reference).stdout


@pytest.mark.parametrize(
    ("command", "state", "said"), [("refuse", State.REJECTED, "refused"), ("release", State.WAITING, "due now")]
)
def test_a_whole_wave_at_once(desk: Desk, command: str, state: State, said: str) -> None:
    wave = [desk.row(State.HELD, age=60.0 + number, reason="honeypot") for number in range(401)]
    other = desk.row(State.HELD, reason="screened:too_fast,throwaway_mail")
    desk.put(*wave, other)
    options = ("--state", "held", "--reason", "honeypot", "--newer-than", "12h")
    asked = desk.submissions(command, *options, answer="n\n")
    assert (asked.exit_code, "401 sign-ups" in asked.stderr, desk.now(wave[0])) == (1, True, wave[0])
    ended = desk.submissions(command, *options, "--yes")
    assert (ended.exit_code, ended.stdout) == (0, f"401 sign-ups {said}.\n")
    changed = desk.now(wave[400])
    assert changed is not None
    assert changed.state is state
    assert desk.now(other) == other
    assert desk.submissions(command, *options).stdout == f"0 sign-ups {said}.\n"  # and about nothing it does not ask


@pytest.mark.parametrize("command", ["release", "refuse"])
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--reason", "honeypot"],
        ["x", "--state", "held"],
        ["--state", "stuck"],
        ["--state", "held", "--state", "stuck"],
    ],
)
def test_which_ones_must_be_said_one_way(desk: Desk, command: str, options: list[str]) -> None:
    assert desk.submissions(command, "--yes", *options).exit_code == 2


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """The gateway over a database of either kind."""
    async with world_on(store) as world:
        yield world


async def decided(world: World, held: Submission, outcome: Released | Declined) -> Submission:
    """The submission after an operator's decision, on disk."""
    changed = after(held, outcome, world.clock.now, Rules())
    assert await world.store.save(held, changed, "decided")
    return changed


async def trapped(world: World, key: str | None = None) -> Submission:
    """What becomes of a form in which a trap field was filled."""
    return await world.gateway.submit(world.site, world.form(), Visit("198.51.100.7", key, trapped=True))


async def page_token(service: Service) -> str:
    """What a page that is opened in this very moment is given."""
    token: str = (await service.client.get("/v1/acme/form")).json()["page"]
    return token


async def test_what_a_page_and_its_form_tell_adds_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Throw-away mail alone is not held, and neither is a form that came at once."""
    monkeypatch.setattr("app.screening.signals._HASTE", 60)  # however busy the machine is
    browser = JSON | {"Origin": "https://www.acme.example"}
    async with serving(tmp_path) as service:
        await service.post(headers=browser, _page=await page_token(service))
        await service.post(headers=browser, email="ada@mailinator.com")
        assert len(service.wire.whmcs.ledger.clients) == 2
        await service.post(headers=browser, email="eve@mailinator.com", _page=await page_token(service))
        assert len(service.wire.whmcs.ledger.clients) == 2
        assert 'signup_verdicts_total{verdict="held"} 1.0' in (await service.client.get("/metrics")).text


@pytest.mark.parametrize("existing_customer", ["tell", "hide"])
async def test_who_was_refused_sees_what_he_saw_before(world: World, existing_customer: str) -> None:
    world.site = world.site.model_copy(update={"existing_customer": existing_customer})
    held = await trapped(world, key="mine")
    seen = answer(world.site, held)
    await decided(world, held, Declined())
    assert answer(world.site, await world.gateway.find(world.site, held.reference)) == seen
    again = await trapped(world, key="mine")
    assert (answer(world.site, again), again.reference) == (seen, held.reference)
    assert seen.status == "accepted"
    assert await world.work_after(10_000) is None
    assert world.actions == []


async def test_what_is_released_becomes_a_client(world: World) -> None:
    released = await decided(world, await trapped(world), Released())
    assert released.cleared
    assert await world.work_after(10_000) is not None
    assert (await world.now(released)).state is State.DONE
    assert world.made() == (1, 0, 0, 1)


class TestNobodyGetsItsMail:
    @pytest.fixture
    def world(self, world: World) -> World:
        world.site = world.sites["acme"] = world.site.model_copy(update={"check_mx": True})
        world.without_mail.add("example.com")
        return world

    async def test_it_is_held_before_whmcs_hears_of_it_and_the_visitor_sees_nothing(self, world: World) -> None:
        stored = await world.sign_up()
        assert answer(world.site, stored).status == "accepted"
        held = await world.becomes(stored, State.HELD)
        assert (held.reason, held.lease_until, held.attempts) == ("no_mx", None, 0)
        assert await world.work_after(10_000) is None
        assert world.actions == []

    async def test_what_a_person_let_through_is_not_asked_about_again(self, world: World) -> None:
        held = await world.becomes(await world.sign_up(), State.HELD)
        await decided(world, held, Released())
        assert await world.work_after(1) is not None
        assert (await world.now(held)).state is State.DONE

    async def test_what_whmcs_may_have_is_not_asked_about(self, world: World) -> None:
        world.without_mail.clear()
        world.fail("commit_then_drop")
        uncertain = await world.becomes(await world.sign_up(), State.UNCERTAIN)
        world.without_mail.add("example.com")
        assert await world.work_after(100) is not None
        assert (await world.now(uncertain)).state is State.DONE
        assert world.made() == (1, 0, 0, 1)

    async def test_a_site_that_does_not_want_it_is_not_asked_about(self, world: World) -> None:
        world.site = world.sites["acme"] = world.site.model_copy(update={"check_mx": False})
        assert (await world.sign_up()).state is State.DONE
