"""Signs that only the whole application can see: how old a form is, and what is common to many sign-ups."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.service import JSON, Service, serving

WATCHFUL = """
[sites.watchful]
origins = ["https://watchful.example"]
limits = { ip = "100/minute", email = "100/minute", site = "1000/minute" }
screening = { challenge = 1, hold = 2, refuse = 9 }
"""
PAGE = JSON | {"Origin": "https://watchful.example"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with a site that holds whatever has two points."""
    async with serving(tmp_path, more_sites=WATCHFUL) as service:
        yield service


async def test_a_form_that_comes_back_at_once_is_held_and_one_whose_age_nobody_knows_is_not(service: Service) -> None:
    token = (await service.client.get("/v1/watchful/form", headers=PAGE)).json()["page"]
    fast = await service.post("watchful", headers=PAGE, _page=token)
    forged = await service.post("watchful", headers=PAGE, _page=f"x{token}", email="eve@example.com")
    assert (fast.status_code, fast.json()["status"]) == (202, "accepted")
    assert (forged.status_code, forged.json()["status"]) == (201, "created")


async def test_many_from_one_address_and_street_are_held_in_the_end(service: Service) -> None:
    states = []
    for number in range(12):
        reply = await service.post("watchful", headers=PAGE, email=f"ada{number}@example.com")
        states.append(reply.json()["status"])
    assert states[:5] == ["created"] * 5
    assert states[-1] == "accepted"
