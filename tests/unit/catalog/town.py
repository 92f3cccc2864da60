"""A WHMCS that sells domains, and who asks it, on the running loop's clock."""

import asyncio
from typing import Any
from urllib.parse import parse_qs

from app.catalog import Asker, Domains
from app.guard import Quotas, open_quotas
from app.sites import Site
from app.slots import Slots
from app.whmcs import Breaker, Credentials, Reply, Whmcs
from tests.unit.forms.visitors import form, site
from tests.unit.whmcs.samples import HTML, JSON, success

VISITOR = "203.0.113.7"
PRICES = {
    "com": {"register": {"1": "12.00", "2": "24.00"}, "transfer": {"1": "11.00"}},
    "net": {"register": {"1": "14.00"}, "transfer": {}},
    "org": {"register": {"1": "13.00"}, "transfer": {"1": "13.00"}},
    "co.uk": {"register": {"1": "9.00"}, "transfer": {"1": "0.00"}},
    "ai": {"register": {"2": "160.00"}, "transfer": {"2": "160.00"}},
    ".рф": {"register": {"1": "5.00"}, "transfer": {"1": "5.00"}},
    "off": {"register": {"1": "-1.00"}, "transfer": {"1": "-1.00"}},
}
CURRENCIES = [
    {"id": "2", "code": "EUR", "prefix": "€", "suffix": "", "format": 3},
    {"id": "1", "code": "USD", "prefix": "$", "suffix": " USD", "format": 1},
]


def selling(*actions: str, **settings: object) -> Site:
    """A site with a plan that does these things with domains."""
    plan = {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe"}
    return site(plans={"starter": {**plan, "domain_actions": actions or ("register", "transfer", "own")}}, **settings)


class Registry:
    """WHMCS, which knows some names; a call takes its ``seconds``."""

    deadline = 45.0

    def __init__(self) -> None:
        self.seconds = 0.0
        self.taken: set[str] = set()
        self.answers: dict[str, bytes | Exception] = {}  # what it says to a command instead
        self.asked: list[str] = []  # commands, and names that were looked up
        self.under_way = self.most_under_way = 0

    async def post(self, body: bytes) -> Reply:
        """One call."""
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.asked.append(sent.get("domain", sent["action"]))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.under_way -= 1
        return self._reply(sent)

    def _reply(self, sent: dict[str, str]) -> Reply:
        answer = self.answers.get(sent["action"])
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return Reply(500 if answer.startswith(b"<") else 200, HTML, answer)
        taken = sent.get("domain") in self.taken
        words: dict[str, dict[str, Any]] = {
            "GetCurrencies": {"currencies": {"currency": CURRENCIES}},
            "GetTLDPricing": {"pricing": PRICES},
            "DomainWhois": {"status": "unavailable" if taken else "available", "whois": "Registrant: Ada"},
        }
        return Reply(200, JSON, success(**words[sent["action"]]))

    @property
    def looked_up(self) -> list[str]:
        """The names that were looked up."""
        return [name for name in self.asked if "." in name]


class Town:
    """A registry, and the gateway's side of it."""

    def __init__(self, *sites: Site, most: int = 6) -> None:
        self.clock = asyncio.get_running_loop().time
        self.registry, self.slots = Registry(), Slots(most)
        self.breaker = Breaker(self.clock, spread=lambda: 1.0)
        self.site = sites[0] if sites else selling()
        self.quotas: Quotas = open_quotas(None, "1000/minute")
        whmcs = Whmcs(self.registry, Credentials("a", "b"), self.breaker)
        asker = Asker(whmcs=whmcs, breaker=self.breaker, slots=self.slots)
        self.domains = Domains(sites or [self.site], asker=asker, quotas=self.quotas, clock=self.clock)

    async def post(self, domain: str, action: str = "register", visitor: str = VISITOR, **answers: str) -> None:
        """What a sign-up with this domain comes to."""
        sent = {"plan": "starter", "domain": domain, "domain_action": action, **answers}
        await self.domains.check(self.site, form(self.site, sent), visitor)

    async def search(self, name: str, visitor: str = VISITOR) -> dict[str, str]:
        """What a search box shows: the status by the name."""
        found = await self.domains.search(self.site, name, visitor)
        return {row["domain"]: row["status"] for row in found["domains"]}
