"""A form that reaches two replicas with one token, which its provider takes only once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.challenge import Challenges, Checked, Finding
from app.delivery import Gateway
from app.errors import ChallengeFailed
from app.guard import Visit
from app.screening import Screening
from app.sites import Site
from app.store import open_store
from app.submissions import State
from tests.integration.world import World

CLICK = Visit("198.51.100.7", solutions={"turnstile": "token"})


class TooLate(Challenges):
    """Asks the provider after another replica has."""

    def __init__(self, world: World, other: Gateway | None = None) -> None:
        self.world = world
        self.other = other

    async def check(self, _site: Site, _visit: Visit) -> Checked:
        """As the real one."""
        if self.other is not None:
            await self.other.submit(self.world.site, self.world.form(), CLICK)
        return Checked(Finding.WRONG)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """One database and one WHMCS for both replicas."""
    store = open_store(SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}"))
    yield World(store)
    store.close()


def careful(site: Site) -> Site:
    return site.model_copy(update={"challenge": "always", "challenge_provider": "turnstile"})


async def test_the_later_one_gets_the_answer_of_the_first(world: World) -> None:
    world.screening = Screening(TooLate(world, world.gateway))
    answered = await world.another_gateway().submit(careful(world.site), world.form(), CLICK)
    assert (answered.state, answered.client_id) == (State.DONE, 1)
    assert len(world.wire.whmcs.ledger.clients) == 1


async def test_without_a_first_one_it_is_refused(world: World) -> None:
    world.screening = Screening(TooLate(world))
    with pytest.raises(ChallengeFailed):
        await world.another_gateway().submit(careful(world.site), world.form(), CLICK)
