"""Where a visitor came from, on its way through disk to WHMCS."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.forms import SignupForm
from app.guard import Visit
from app.letter import Letter
from app.sandbox.ledger import Client
from app.sites import ATTRIBUTION
from app.store import Store
from app.submissions import State
from tests.integration.service import JSON, Service, serving
from tests.integration.world import world_on
from tests.unit.forms.visitors import ANSWERS

CAME = {"utm_source": "news", "gclid": "Cj0KCQ", "referrer": "https://search.example/?q=x", "landing": "/pricing"}
MAPPED = """
[sites.mapped]
origins = ["https://mapped.example"]
custom_fields = { heard_from = 3 }
attribution = { utm_source = 7, utm_term = 8 }
[sites.silent]
origins = ["https://silent.example"]
attribution = "off"
"""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with two more sites."""
    async with serving(tmp_path, more_sites=MAPPED) as service:
        yield service


def client(service: Service) -> Client:
    (only,) = service.wire.whmcs.ledger.clients.values()
    return only


async def send(service: Service, site: str = "acme", **answers: str) -> None:
    reply = await service.client.post(f"/v1/{site}/signup", data=ANSWERS | answers, headers=JSON)
    assert reply.status_code == 201


async def test_it_is_in_the_clients_notes_line_by_line(service: Service) -> None:
    await send(service, **CAME)
    first, *lines = client(service).notes.split("\n")
    assert first.startswith("Signed up on acme. [signup:")
    assert lines == ["utm_source: news", "gclid: Cj0KCQ", "referrer: https://search.example/", "landing: /pricing"]


async def test_or_in_the_custom_fields_that_the_site_names(service: Service) -> None:
    await send(service, "mapped", heard_from="a friend", **CAME)
    assert client(service).customfields == {"3": "a friend", "7": "news"}
    assert "\n" not in client(service).notes


async def test_or_nowhere(service: Service) -> None:
    await send(service, "silent", **CAME)
    assert "\n" not in client(service).notes
    assert client(service).customfields == {}


@pytest.mark.parametrize(
    ("site", "names"),
    [("acme", list(ATTRIBUTION)), ("mapped", ["utm_source", "utm_term"]), ("silent", [])],
)
async def test_a_pages_script_is_told_which_names_the_site_wants(service: Service, site: str, names: list[str]) -> None:
    assert (await service.client.get(f"/v1/{site}/form")).json()["sources"] == names


async def test_a_hostile_value_is_dropped_and_the_visitor_is_served(service: Service) -> None:
    await send(service, utm_source="<b>", utm_term="=1+1", gclid="x" * 999)
    assert "\n" not in client(service).notes


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "one"}])
async def test_the_same_answers_are_the_same_sign_up_wherever_they_come_from(
    service: Service, key: dict[str, str]
) -> None:
    sent = [ANSWERS | came for came in ({}, CAME, {"utm_source": "other"})]
    replies = [await service.client.post("/v1/acme/signup", data=one, headers=JSON | key) for one in sent]
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.text for reply in replies}) == 1
    assert len(service.wire.whmcs.ledger.clients) == 1


async def test_it_is_sealed_on_disk_and_erased_with_the_form(store: Store) -> None:
    async with world_on(store) as world:
        world.fail("maintenance_503")
        waiting = await world.gateway.submit(world.site, world.form(), Visit("198.51.100.7", attribution=CAME))
        stored = await world.becomes(waiting, State.WAITING)
        assert stored.payload is not None
        assert b"utm_source" not in stored.payload
        assert Letter.from_bytes(world.vault.open(stored.payload)).attribution == CAME
        done = await world.work_after(60)
        assert done is not None
        assert (done.state, done.payload) == (State.DONE, None)
        assert "utm_source: news" in world.wire.whmcs.ledger.clients[1].notes


async def test_a_site_that_wants_it_no_more_does_not_get_what_is_under_way(store: Store) -> None:
    async with world_on(store) as world:
        world.sites["acme"] = world.site.model_copy(update={"attribution": "off"})
        await world.gateway.submit(world.site, world.form(), Visit("198.51.100.7", attribution=CAME))
        assert "\n" not in world.wire.whmcs.ledger.clients[1].notes


def test_a_letter_of_an_earlier_release_has_none() -> None:
    letter = Letter(SignupForm(email="ada@example.com"), "198.51.100.7")
    older = letter.to_bytes().rpartition(b"\n")[0]
    assert Letter.from_bytes(older) == letter
