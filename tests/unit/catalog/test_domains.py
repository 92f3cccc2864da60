"""A domain that cannot be had is refused before a sign-up is taken, and whatever nobody knows refuses nobody."""

import asyncio

import pytest

from app.catalog.domains import AT_POST, HIDING
from app.catalog.tlds import FRESH, KEPT
from app.errors import FieldError, InvalidFields
from app.whmcs import Cause, Rejected, Uncertain
from tests.unit.catalog.town import Town, selling
from tests.unit.forms.visitors import form
from tests.unit.playing import played
from tests.unit.whmcs.samples import EMITTER_PAGE, error, success


async def refused(town: Town, domain: str, action: str = "register", **answers: str) -> FieldError | None:
    """Why a sign-up with this domain is refused; None when it is not."""
    try:
        await town.post(domain, action, **answers)
    except InvalidFields as refusal:
        (fault,) = refusal.errors
        return fault
    return None


def test_a_free_name_passes_and_is_looked_up_once() -> None:
    async def story() -> None:
        town = Town()
        for _ in range(3):
            assert await refused(town, "ada.com") is None
        assert town.registry.asked == ["GetCurrencies", "GetTLDPricing", "ada.com"]

    played(story)


def test_a_taken_name_is_refused_with_what_is_free() -> None:
    async def story() -> None:
        town = Town()
        town.registry.taken |= {"bücher.com".encode("idna").decode(), "xn--bcher-kva.org"}
        fault = await refused(town, "bücher.com")
        assert fault == FieldError("domain", "domain_taken", suggestions=("bücher.net", "bücher.co.uk"))
        assert len(town.registry.looked_up) == 4

    played(story)


@pytest.mark.parametrize(
    ("domain", "action", "answers", "fault"),
    [
        ("ada.zz", "register", {}, FieldError("domain", "tld_not_sold")),
        ("ada.off", "register", {}, FieldError("domain", "tld_not_sold")),
        ("ada.net", "transfer", {}, FieldError("domain", "tld_not_sold")),
        ("www.ada.com", "register", {}, FieldError("domain", "invalid_domain")),
        ("ada.com", "register", {"domain_years": "2"}, None),
        ("ada.com", "register", {"domain_years": "3"}, FieldError("domain_years", "unknown_period", 0, ("1", "2"))),
        ("ada.ai", "register", {}, FieldError("domain_years", "unknown_period", 0, ("2",))),
        ("ada.ai", "register", {"domain_years": "2"}, None),
        ("ada.co.uk", "register", {}, None),
        ("ада.рф", "register", {}, None),
        ("free.com", "transfer", {}, FieldError("domain", "domain_not_registered")),
        ("taken.com", "transfer", {"epp_code": "S3+cret"}, None),
        ("taken.com", "own", {}, None),
        ("ada.zz", "own", {}, None),
    ],
)
def test_what_is_sold(domain: str, action: str, answers: dict[str, str], fault: FieldError | None) -> None:
    async def story() -> None:
        town = Town()
        town.registry.taken = {"taken.com"}
        assert await refused(town, domain, action, **answers) == fault
        if action == "own":
            assert town.registry.asked == []

    played(story)


def test_the_sites_endings_are_all_that_are_sold_and_suggested_in_its_order() -> None:
    async def story() -> None:
        town = Town(selling(tlds=[".ORG", "com", "zz"]))
        town.registry.taken = {"ada.com"}
        assert await refused(town, "ada.net") == FieldError("domain", "tld_not_sold")
        assert await refused(town, "ada.zz") == FieldError("domain", "tld_not_sold")
        assert await refused(town, "ada.com") == FieldError("domain", "domain_taken", suggestions=("ada.org",))

    played(story)


@pytest.mark.parametrize(
    "answer",
    [
        Uncertain("read_timeout"),
        Rejected(Cause.ROLE),
        EMITTER_PAGE,
        b"",
        b"x" * 2**20,
        success(status="premium"),
        success(),
        error("The given TLD is not supported for WHOIS lookups"),
    ],
    ids=lambda answer: repr(answer)[:40],
)
def test_what_nobody_knows_refuses_nobody(answer: bytes | Exception) -> None:
    async def story() -> None:
        town = Town()
        town.registry.answers = {"DomainWhois": answer}
        for action in ("register", "transfer"):
            assert await refused(town, "ada.com", action) is None
        town.registry.answers["GetTLDPricing"] = answer
        town = Town(selling(tlds=["com"]))
        town.registry.answers = dict.fromkeys(("DomainWhois", "GetTLDPricing"), answer)
        assert await refused(town, "ada.com", domain_years="7") is None
        assert await refused(town, "ada.net") == FieldError("domain", "tld_not_sold")

    played(story)


def test_without_a_plan_nothing_is_ordered_so_nothing_is_asked() -> None:
    async def story() -> None:
        town = Town()
        sent = {"domain": "ada.com", "domain_action": "register"}
        await town.domains.check(town.site, form(town.site, sent), "203.0.113.7")
        assert town.registry.asked == []

    played(story)


def test_a_slow_registry_holds_nobody_up_for_long_and_its_answer_is_kept() -> None:
    async def story() -> None:
        town = Town()
        town.registry.taken = {"ada.com"}
        await town.post("bob.com")
        town.registry.seconds = 8
        began = town.clock()
        assert await refused(town, "ada.com") is None
        assert town.clock() - began == AT_POST.name
        await asyncio.sleep(8)
        town.registry.seconds = 3600
        began = town.clock()
        fault = await refused(town, "ada.com")
        assert fault == FieldError("domain", "domain_taken")
        assert town.clock() - began == AT_POST.others
        await town.domains.close()

    played(story)


def test_many_who_want_one_name_are_one_question() -> None:
    async def story() -> None:
        town = Town()
        town.registry.taken, town.registry.seconds = {"ada.com"}, 0.5
        found = await asyncio.gather(
            *(refused(town, "ada.com", "transfer", visitor=f"203.0.113.{n}") for n in range(50))
        )
        assert found == [None] * 50
        assert town.registry.asked == ["GetCurrencies", "GetTLDPricing", "ada.com"]

    played(story)


def test_who_hides_customers_takes_as_long_whatever_whmcs_does() -> None:
    """Nothing of what WHMCS makes of other sign-ups shows in the time."""

    async def story() -> None:
        town = Town(selling(existing_customer="hide", tlds=["com"]))
        town.registry.taken = {"taken.com"}
        for seconds, name in ((0.0, "a.com"), (1.0, "b.com"), (30.0, "c.com"), (0.0, "taken.com")):
            town.registry.seconds = seconds
            began = town.clock()
            fault = await refused(town, name)
            assert (fault is None) is (name != "taken.com")
            assert town.clock() - began == HIDING.name
        began = town.clock()
        assert await refused(town, "taken.com") is not None
        assert town.clock() == began
        await town.domains.close()

    played(story)


def test_an_address_that_has_had_enough_names_looked_up_is_not_refused_for_it() -> None:
    async def story() -> None:
        town = Town(selling(limits={"domains": "3/hour"}))
        town.registry.taken = {f"{name}.com" for name in "abcd"}
        faults = [await refused(town, f"{name}.com") for name in "ab"]
        assert faults == [
            FieldError("domain", "domain_taken", suggestions=("a.net", "a.org")),
            None,
        ]
        assert await refused(town, "b.com", visitor="203.0.113.8") is not None

    played(story)


def test_prices_are_kept_for_hours_and_longer_while_no_others_come() -> None:
    async def story() -> None:
        town = Town()
        await town.post("ada.com")
        await asyncio.sleep(FRESH - 1)
        await town.post("ada.com")
        assert town.registry.asked.count("GetTLDPricing") == 1
        town.registry.answers["GetTLDPricing"] = EMITTER_PAGE
        await asyncio.sleep(1)
        assert await refused(town, "ada.zz") is not None
        await asyncio.sleep(1)
        assert town.registry.asked.count("GetTLDPricing") == 2
        await asyncio.sleep(KEPT - FRESH - 3)
        assert await refused(town, "ada.zz") is not None
        await asyncio.sleep(2)
        assert await refused(town, "ada.zz") is None

    played(story)


def test_while_the_breaker_is_open_nothing_is_asked_and_nobody_waits() -> None:
    async def story() -> None:
        town = Town()
        town.breaker.note("AddClient", Rejected(Cause.IP))
        began = town.clock()
        assert await refused(town, "ada.com") is None
        assert (town.registry.asked, town.clock()) == ([], began)

    played(story)
