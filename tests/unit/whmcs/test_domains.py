"""Prices of domains and whether one is free, from replies as they come."""

import logging
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from app.whmcs import Availability, Cause, Rejected, TldPrices, Uncertain
from app.whmcs.domains import read_availability, read_tld_prices
from tests.unit.whmcs.samples import EMITTER_PAGE, error, success
from tests.unit.whmcs.test_products import JUNK
from tests.unit.whmcs.wire import Wire, whmcs

COM = {
    "categories": ["Popular", "gTLD"],
    "addons": {"dns": True, "email": True, "idprotect": True},
    "group": "new",
    "register": {"2": "19.90", "1": "9.95", "10": "99.50"},
    "transfer": {"1": "8.95"},
    "renew": {"1": "9.95"},
    "grace_period": None,
    "redemption_period": {"days": 30, "price": "80.00"},
}


def prices(**pricing: object) -> dict[str, TldPrices]:
    return read_tld_prices({"pricing": pricing})


async def test_prices_are_asked_for_in_a_currency() -> None:
    wire = Wire(success(currency={"id": 2, "code": "EUR"}, pricing={"com": COM, "co.uk": {}}))
    found = await whmcs(wire).tld_prices(2)
    registered = {1: Decimal("9.95"), 2: Decimal("19.90"), 10: Decimal("99.50")}
    assert found == {"com": TldPrices(registered, {1: Decimal("8.95")}), "co.uk": TldPrices({}, {})}
    assert list(found["com"].register) == [1, 2, 10]
    assert wire.sent == [{"action": "GetTLDPricing", "currencyid": "2"}]


@pytest.mark.parametrize("empty", ["", [], {}, None, "none"], ids=repr)
def test_nothing_is_sold(empty: object) -> None:
    assert read_tld_prices({"pricing": empty}) == {}
    assert prices(com={**COM, "register": empty})["com"].register == {}


@pytest.mark.parametrize("price", ["-1.00", "-1", "free", None, "", [], True, "1e3"])
def test_a_period_without_a_price_is_not_sold(price: object) -> None:
    assert prices(com={"register": {"1": price, "2": "20"}})["com"].register == {2: Decimal("20.00")}


@pytest.mark.parametrize("years", ["0", "11", "-1", "1.5", "one", "", "\u0661", "01", "9" * 5000])
def test_what_is_no_number_of_years_is_passed_over(years: str) -> None:
    assert prices(com={"register": {years: "9.95"}})["com"].register == {}


@pytest.mark.parametrize(
    ("spelt", "ending"), [(".com", "com"), ("co.uk", "co.uk"), ("", ""), ("a b", ""), ("a..b", "")]
)
def test_endings(spelt: str, ending: str) -> None:
    assert list(read_tld_prices({"pricing": {spelt: COM}})) == [ending] * bool(ending)


@pytest.mark.parametrize(
    ("status", "availability"),
    [
        ("available", Availability.FREE),
        (" Available ", Availability.FREE),
        ("unavailable", Availability.TAKEN),
        ("premium", Availability.UNKNOWN),
        ("reserved", Availability.UNKNOWN),
        ("", Availability.UNKNOWN),
        (None, Availability.UNKNOWN),
        (["available"], Availability.UNKNOWN),
        (True, Availability.UNKNOWN),
    ],
    ids=repr,
)
def test_what_whmcs_says_of_a_name(status: object, availability: Availability) -> None:
    assert read_availability({"status": status}) is availability


async def test_the_record_of_the_owner_is_left_unread(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wire = Wire(success(status="unavailable", whois="Registrant: Ada Lovelace<br>ada@example.com"))
    assert await whmcs(wire).availability("ada.example") is Availability.TAKEN
    assert wire.sent == [{"action": "DomainWhois", "domain": "ada.example"}]
    assert "Lovelace" not in caplog.text


@pytest.mark.parametrize("message", ["Domain not valid", "The given TLD is not supported for WHOIS lookups", "?"])
async def test_a_name_that_whmcs_cannot_ask_about_is_unknown(message: str) -> None:
    assert await whmcs(Wire(error(message))).availability("ada.example") is Availability.UNKNOWN


async def test_other_failures_of_a_look_up_are_raised() -> None:
    client = whmcs(Wire(error('Invalid Permissions: API action "domainwhois" is not allowed'), EMITTER_PAGE, b""))
    with pytest.raises(Rejected) as refused:
        await client.availability("ada.example")
    assert (refused.value.cause, refused.value.detail) == (Cause.ROLE, "DomainWhois")
    for _ in range(2):
        with pytest.raises(Uncertain):
            await client.availability("ada.example")


@settings(max_examples=200)
@given(JUNK)
def test_whatever_comes_is_read(junk: Any) -> None:
    reply = junk if isinstance(junk, dict) else {}
    assert isinstance(read_tld_prices({"pricing": junk}), dict)
    assert isinstance(prices(com=junk), dict)
    assert isinstance(prices(com={"register": junk, "transfer": reply}), dict)
    assert isinstance(read_availability({"status": junk}), Availability)
