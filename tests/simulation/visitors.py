"""Who signs up in a run, when, how often, and what they are told."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from app.answers import answer
from app.errors import EmailTaken, InvalidFields, KeyReused, Unavailable, UnknownReference
from app.forms import SignupForm
from app.guard import Visit
from app.offer_links import Offer
from app.sites import Plan, Site
from app.submissions import Submission
from tests.simulation.odds import address
from tests.simulation.process import Replica
from tests.simulation.story import Story

_PLAN: Final = Plan(pid=1, billing_cycle="monthly", payment_method="stripe", promo_code="")
_TRIAL: Final = Plan(pid=2, billing_cycle="annually", payment_method="stripe", promo_code="LAUNCH", accept_order=True)
_PLANS: Final = {"starter": _PLAN, "trial": _TRIAL}
_ORIGINS: Final = ("https://www.acme.example",)
SITES: Final[Mapping[str, Site]] = {
    "tell": Site(key="tell", origins=_ORIGINS, plans=_PLANS, reply_within=20, retention_days=1),
    "hide": Site(key="hide", origins=_ORIGINS, plans=_PLANS, existing_customer="hide", retention_days=2),
    "haste": Site(
        key="haste",
        origins=_ORIGINS,
        plans=_PLANS,
        reply_within=0.5,
        retention_days=3,
        check_mx=True,
        password_mail="reset",
    ),
}
OFFERS: Final[Mapping[str, Offer]] = {
    site: Offer(f"offer-{site}", "trial", "", 4_000_000_000, uses)
    for site, uses in (("tell", 2), ("hide", 1), ("haste", 0))
}
_LATER: Final = (0.01, 0.01, 1, 1, 30, 30, 700, 700, 200_000)  # seconds, at most, until a form is sent again
TELLTALE: Final = re.compile("Ada|Augusta|Lovelace|example|2079460000|James|SW1Y|198.51.100.7")
"""What only the form of a sign-up may hold."""
_NOTHING: Final = ("lost", "unavailable")  # what a visitor hears who hears nothing
_ADA: Final = SignupForm(
    first_name="Ada",
    last_name="Lovelace",
    phone="+44.2079460000",
    address1="12 St James's Square",
    city="London",
    state="Greater London",
    postcode="SW1Y 4JH",
    country="GB",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """One sign-up as its visitor means it; ``at`` are the seconds at which the form is sent, again and again."""

    site: Site
    form: SignupForm
    key: str | None
    at: tuple[float, ...]
    insistent: bool
    curious: bool
    suspicious: bool
    offer: Offer | None

    @property
    def one(self) -> tuple[str, object]:
        """The same for every post that is the same sign-up to the gateway."""
        return self.site.key, (self.form, self.offer) if self.key is None else self.key

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """What the gateway knows its answers by."""
        offered = [self.offer.name] if self.offer else []
        return "content", self.site.key, self.form.to_json().decode(), *offered


@dataclass(frozen=True, slots=True)
class Wait:
    """The time that one post took, whatever came of it."""

    wish: Wish
    asked_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class Told:
    """What one post was told; ``status`` is the answer's, or the code of the refusal."""

    wish: Wish
    asked_at: float
    told_at: float
    reference: str
    status: str


def wishes(chance: Random) -> list[Wish]:
    """One to six sign-ups."""
    made: list[Wish] = []
    for number in range(chance.randint(1, 6)):
        made.append(_wish(chance, number, made))
    return made


def _wish(chance: Random, number: int, earlier: list[Wish]) -> Wish:
    before = chance.choice(earlier) if earlier and chance.random() < 0.5 else None
    email = before.form.email if before else address(number)
    key = chance.choice((None, f"key {number}"))
    if before and before.key and chance.random() < 0.1:
        key = before.key
    start = chance.uniform(0, 20)
    again = chance.choice((0, 0, 1, 2))
    plan = chance.choice((None, "starter", "trial"))
    domain = f"d{number}.example" if plan else ""
    site = SITES[chance.choice(("tell", "tell", "hide", "haste"))]
    return Wish(
        site=site,
        form=replace(
            _ADA,
            email=email,
            first_name=chance.choice(("Ada", "Augusta")),
            plan=plan,
            domain=domain,
            domain_action=chance.choice(("register", "transfer", "own")) if plan else "",
        ),
        key=key,
        at=(start, *(start + chance.choice(_LATER) * chance.random() for _ in range(again))),
        insistent=chance.random() < 0.7,
        curious=chance.random() < 0.3,
        suspicious=chance.random() < 0.05,
        offer=OFFERS[site.key] if plan == "trial" and chance.random() < 0.8 else None,
    )


class Crowd:
    """The visitors of a run. ``replica`` gives the one that a post goes to, None when none is up."""

    def __init__(
        self, chance: Random, story: Story, clock: Callable[[], float], replica: Callable[[], Replica | None]
    ) -> None:
        self._chance = chance
        self._story = story
        self._clock = clock
        self._replica = replica
        self.told: list[Told] = []
        self.waited: list[Wait] = []

    async def come(self, made: list[Wish]) -> None:
        """Every visitor does what he wants to do."""
        await asyncio.gather(*(self._send(wish, at) for wish in made for at in wish.at))

    async def _send(self, wish: Wish, at: float) -> None:
        await asyncio.sleep(at)
        for _ in range(6 if wish.insistent else 1):
            if await self._post(wish):
                return
            await asyncio.sleep(self._chance.choice((1, 60, 600)) * self._chance.random())

    async def _look(self, wish: Wish, reference: str) -> None:
        """See later where the sign-up stands."""
        await asyncio.sleep(self._chance.choice((1, 60, 3600, 500_000)) * self._chance.random())
        replica, asked_at = self._replica(), self._clock()
        if replica is None:
            return
        look = replica.begin(replica.gateway.find(wish.site, reference))
        await asyncio.wait({look})
        _, status = _reply(wish, look)
        self._story.tell(f"looks for {reference} and sees: {status}", "visitor")
        if status not in _NOTHING:
            self.told.append(Told(wish, asked_at, self._clock(), reference, status))

    async def _post(self, wish: Wish) -> bool:
        """Send the form once; whether there was an answer."""
        replica, asked_at = self._replica(), self._clock()
        who = f"{wish.form.first_name} {wish.form.email} {wish.form.plan or '-'} {wish.key or 'without a key'}"
        if replica is None:
            return False
        self._story.tell(f"posts to {replica.name}, site {wish.site.key}: {who}", "visitor")
        visit = Visit("198.51.100.7", wish.key, trapped=wish.suspicious, offer=wish.offer)
        post = replica.begin(replica.gateway.submit(wish.site, wish.form, visit))
        await asyncio.wait({post})
        self.waited.append(Wait(wish, asked_at, self._clock()))
        reference, status = _reply(wish, post)
        self._story.tell(f"{who} hears: {status} {reference}", "visitor")
        if reference:
            self.told.append(Told(wish, asked_at, self._clock(), reference, status))
            if wish.curious:
                await self._look(wish, reference)
        return status not in _NOTHING


def _reply(wish: Wish, post: "asyncio.Task[Submission]") -> tuple[str, str]:
    """The reference and the status that a visitor gets; no reference when there is no promise."""
    if post.cancelled():
        return "", "lost"
    try:
        told = answer(wish.site, post.result())
    except InvalidFields as refused:
        return refused.reference or "", refused.code if refused.reference else refused.errors[0].code
    except EmailTaken as refused:
        return refused.reference or "", refused.code
    except (Unavailable, KeyReused, UnknownReference) as refused:
        return "", refused.code
    return told.reference, told.status
