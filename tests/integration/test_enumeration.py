"""Where customers are hidden, every reply to a known address is that to a new one, field by field."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from app.sandbox.faults import Fault
from tests.integration.service import JSON, Service, serving, take_in
from tests.unit.forms.visitors import ANSWERS

SITES = """
[sites.quiet]
origins = ["https://quiet.example"]
success_url = "https://quiet.example/welcome"
error_url = "https://quiet.example/signup"
existing_customer = "hide"
login_url = "https://billing.example/login"
limits = { ip = "100/minute", email = "3/hour", site = "100/minute" }
[sites.quiet.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"

[sites.bare]
origins = ["https://bare.example"]
existing_customer = "hide"
limits = { ip = "2/hour" }
"""
EMAIL = "ada@example.com"
PLAIN: dict[str, str] = {}
DRAWN = re.compile(
    r"\b[0-9a-hjkmnp-tv-z]{20}\b"  # references
    r"|\b[0-9a-f]{16}\b"  # requests
    r"|(?<=;t=)\d+|(?<=retry-after: )\d+|(?<=retry_after\":)\d+|(?<=try again in )\d+"  # seconds until the next try
)
Seen = list[tuple[int, list[tuple[str, str]], str]]
Story = Callable[["Attacker"], Awaitable[None]]
STORIES: list[Story] = []


class Attacker:
    """Somebody who looks at every reply. What is drawn by chance, or by the clock, is masked: its length stays."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.seen: Seen = []
        self._reference = ""

    async def post(self, headers: dict[str, str] = JSON, site: str = "quiet", **changes: str) -> None:
        """Post the form of the address."""
        self._see(await self.service.post(site, headers=headers, **changes))

    async def post_json(self, **changes: str) -> None:
        """Post it as JSON."""
        self._see(await self.service.client.post("/v1/quiet/signup", json=ANSWERS | changes))

    async def look(self, site: str = "quiet") -> None:
        """See where the last sign-up stands, as a script and as a browser."""
        for headers in (JSON, PLAIN):
            self._see(await self.service.client.get(f"/v1/{site}/signup/{self._reference}", headers=headers))

    def _see(self, reply: httpx2.Response) -> None:
        everything = reply.text + reply.headers.get("location", "")
        if found := re.search(r"\b[0-9a-hjkmnp-tv-z]{20}\b", everything):
            self._reference = found[0]
        headers = [(name.decode(), _masked(f"{name.decode()}: {value.decode()}")) for name, value in reply.headers.raw]
        self.seen.append((reply.status_code, headers, _masked(reply.text)))


def _masked(text: str) -> str:
    return DRAWN.sub(lambda found: "*" * len(found[0]), text)


def story(told: Story) -> Story:
    """One more way to try."""
    STORIES.append(told)
    return told


@contextmanager
def held(service: Service) -> Iterator[None]:
    """WHMCS does not answer yet."""
    service.wire.hold = asyncio.Event()
    yield
    service.wire.hold.set()
    service.wire.hold = None


@story
async def a_script_posts(attacker: Attacker) -> None:
    await attacker.post()
    await attacker.post_json(_key="2", first_name="Augusta")


@story
async def a_form_is_sent(attacker: Attacker) -> None:
    await attacker.post(PLAIN)
    await attacker.look()


@story
async def a_form_is_sent_that_ends_on_our_page(attacker: Attacker) -> None:
    await attacker.post(PLAIN, site="bare")
    await attacker.look("bare")
    await attacker.service.quiet()
    await attacker.look("bare")


@story
async def a_plan_is_ordered(attacker: Attacker) -> None:
    await attacker.post(plan="starter")
    await attacker.service.quiet()
    await attacker.post(plan="starter")
    await attacker.look()


@story
async def somebody_looks_before_whmcs_answers_and_after(attacker: Attacker) -> None:
    with held(attacker.service):
        await attacker.post(_key="1")
        await attacker.look()
        await attacker.post(_key="1")
    await attacker.service.quiet()
    await attacker.look()
    await attacker.post(_key="1")


@story
async def the_same_comes_again_with_and_without_a_key(attacker: Attacker) -> None:
    for key in ("", "", "1", "1"):  # an empty one is none
        await attacker.post(_key=key)
        await attacker.service.quiet()


@story
async def other_answers_come_while_the_first_are_in_flight_and_after(attacker: Attacker) -> None:
    with held(attacker.service):
        await attacker.post()
        await attacker.post(city="Oxford")
    await attacker.service.quiet()
    await attacker.post(city="Bath")
    await attacker.look()


@story
async def a_key_is_used_for_other_answers(attacker: Attacker) -> None:
    await attacker.post(_key="1")
    await attacker.service.quiet()
    await attacker.post(_key="1", city="Oxford")
    await attacker.post(PLAIN, _key="1", city="Oxford")


@story
async def an_answer_is_not_right(attacker: Attacker) -> None:
    await attacker.post(phone="1")
    await attacker.post(PLAIN, phone="1")


@story
async def whmcs_does_not_take_an_answer_of_the_new_one(attacker: Attacker) -> None:
    fault = Fault("unknown_error", action="AddClient", message="Invalid telephone phone number")
    if not attacker.service.wire.whmcs.ledger.clients:
        attacker.service.wire.whmcs.faults.add(fault)
    await attacker.post()
    await attacker.service.quiet()
    await attacker.look()
    await attacker.post()


@story
async def whmcs_does_not_take_the_order_of_the_new_one(attacker: Attacker) -> None:
    attacker.service.wire.whmcs.faults.add(Fault("unknown_error", action="AddOrder"))
    await attacker.post(plan="starter")
    await attacker.service.quiet()
    await attacker.look()
    await attacker.post(plan="starter")


@story
async def a_trap_is_filled(attacker: Attacker) -> None:
    await attacker.post(_gotcha="x")
    await attacker.look()


@story
async def whmcs_is_down(attacker: Attacker) -> None:
    attacker.service.wire.refusing = 100
    for number in range(3):
        await attacker.post(_key=str(number))
        await attacker.service.quiet()
    await attacker.look()


@story
async def the_quota_of_the_address_is_used_up(attacker: Attacker) -> None:
    for number in range(4):
        await attacker.post(_key=str(number))
        await attacker.service.quiet()
    await attacker.post(PLAIN, _key="5")


@story
async def the_quota_of_the_visitor_is_used_up(attacker: Attacker) -> None:
    for number in range(3):
        await attacker.post(site="bare", _key=str(number))
        await attacker.service.quiet()
    await attacker.post(PLAIN, site="bare", _key="4")


@pytest.mark.parametrize("told", STORIES, ids=lambda told: told.__name__)
async def test_a_known_address_is_answered_like_a_new_one(told: Story, tmp_path: Path) -> None:
    seen: list[Seen] = []
    for known in (True, False):
        folder = tmp_path / str(known)
        folder.mkdir()
        async with serving(folder, sites=SITES) as service:
            if known:
                take_in(service, EMAIL)
            attacker = Attacker(service)
            await told(attacker)
            await service.quiet()
            seen.append(attacker.seen)
    assert seen[0] == seen[1]


async def test_the_comparison_would_see_what_a_site_tells(tmp_path: Path) -> None:
    async with serving(tmp_path, sites=SITES.replace('"hide"', '"tell"')) as service:
        attacker = Attacker(service)
        await attacker.post(_key="1")
        await attacker.post(_key="2")
        await attacker.post(PLAIN, _key="2")
    assert [status for status, _, _ in attacker.seen] == [201, 409, 303]
    assert '"login_url":"https://billing.example/login"' in attacker.seen[1][2]
    assert dict(attacker.seen[2][1])["location"].endswith("code=email_taken")
