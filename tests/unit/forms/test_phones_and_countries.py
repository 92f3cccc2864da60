"""Telephone numbers, and the countries that some of them need."""

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms.checks import check_phone
from app.forms.countries import check_country
from app.forms.faults import Fault
from tests.unit.forms.visitors import faults, fields, form, site


@pytest.mark.parametrize(
    ("region", "typed", "phone"),
    [
        ("US", "(202) 555-0143", "+1.2025550143"),
        ("US", "+1 202 555 0143", "+1.2025550143"),
        ("GB", "020 7946 0000", "+44.2079460000"),
        ("US", "+44 (0)20 7946 0000", "+44.2079460000"),
        ("US", "0044 20 7946 0000", "+44.2079460000"),
        ("US", "011 44 20 7946 0000", "+44.2079460000"),
        ("IT", "06 1234 5678", "+39.0612345678"),
        ("", "+39 06 1234 5678", "+39.0612345678"),
        (None, "+39 06 1234 5678", "+39.0612345678"),
        ("", "(+44) 20 7946 0000", "+44.2079460000"),
        ("DE", "030 / 901820", "+49.30901820"),
        ("US", "2025550143", "+1.2025550143"),
    ],
)
def test_phones(region: str | None, typed: str, phone: str) -> None:
    assert check_phone(region, typed) == phone


@pytest.mark.parametrize(
    ("region", "typed"),
    [
        ("US", "123"),
        ("US", "n/a"),
        ("", "020 7946 0000"),
        ("US", "020 7946 0000"),
        ("US", "202 555 0143 x12"),
        ("US", "+1 202 555 0143 ext. 5"),
        ("US", "+999 1234567"),
        (None, "+1"),
        ("US", "2" * 300),
        ("US", "+" * 1000),
    ],
)
def test_other_phones_are_refused(region: str | None, typed: str) -> None:
    with pytest.raises(Fault, match="invalid_phone"):
        check_phone(region, typed)


@settings(max_examples=100)
@given(typed=st.text(min_size=1, max_size=40), region=st.sampled_from(["US", "GB", "IT", ""]))
def test_any_text_is_a_phone_or_a_fault(typed: str, region: str) -> None:
    try:
        assert check_phone(region, typed).startswith("+")
    except Fault as fault:
        assert fault.code == "invalid_phone"


@pytest.mark.parametrize("country", [None, "Atlantis"], ids=["missing", "unknown"])
def test_a_country_at_fault_is_the_only_fault_of_a_national_number(country: str | None) -> None:
    code = "required" if country is None else "invalid_country"
    assert faults(site(), fields({"country": country, "phone": "020 7946 0000"})) == [("country", code)]


def test_beside_a_country_at_fault_a_number_that_does_not_need_it_is_checked() -> None:
    sent = fields({"country": "Atlantis", "phone": "+44 1"})
    assert faults(site(), sent) == [("phone", "invalid_phone"), ("country", "invalid_country")]


def test_without_a_country_where_it_is_optional_a_national_number_is_a_fault() -> None:
    sent = fields({"country": None, "phone": "020 7946 0000"})
    assert faults(site(optional=["country"]), sent) == [("phone", "invalid_phone")]


def test_a_national_number_is_read_with_the_country() -> None:
    assert form(site(), {"country": "usa", "phone": "202 555 0143"}).phone == "+1.2025550143"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("US", "US, us, USA, U.S., U.S.A., United States, United States of America, the United States, America"),
        ("GB", "GB, GBR, UK, U.K., United Kingdom, Great Britain, England, Scotland, Wales, Northern Ireland"),
        ("NL", "Netherlands, The Netherlands, Holland, nld"),
        ("KR", "South Korea, Republic of Korea, Korea"),
        ("KP", "North Korea"),
        ("RU", "Russia, Russian Federation"),
        ("CZ", "Czech Republic, Czechia"),
        ("AE", "UAE, United Arab Emirates"),
        ("CI", "Ivory Coast, Côte d'Ivoire, Cote d\u2019Ivoire"),
        ("TR", "Turkey, Türkiye, Turkiye"),
        ("VN", "Vietnam, Viet Nam"),
        ("TW", "Taiwan"),
        ("BO", "Bolivia"),
        ("IR", "Iran"),
        ("TZ", "Tanzania"),
        ("VE", "Venezuela"),
        ("SY", "Syria"),
        ("LA", "Laos"),
        ("BN", "Brunei"),
        ("MD", "Moldova"),
        ("CD", "DR Congo, Democratic Republic of the Congo"),
        ("CG", "Republic of the Congo, Congo"),
        ("TT", "Trinidad & Tobago, Trinidad and Tobago"),
        ("LC", "St. Lucia, Saint Lucia, St Lucia"),
        ("CV", "Cape Verde, Cabo Verde"),
        ("SZ", "Swaziland, Eswatini"),
        ("DE", "Germany, Deutschland"),
        ("ES", "Spain, España"),
        ("VA", "Vatican City"),
        ("HK", "Hong Kong"),
        ("MO", "Macau, Macao"),
        ("GM", "Gambia, The Gambia"),
        ("BS", "Bahamas, The Bahamas"),
        ("AX", "Åland Islands, Aland Islands"),
    ],
    ids=lambda value: value if len(value) == 2 else "",
)
def test_countries(code: str, names: str) -> None:
    assert {name: check_country(name) for name in names.split(", ")} == dict.fromkeys(names.split(", "), code)


@pytest.mark.parametrize(
    "typed", ["Atlantis", "Unite", "XX", "EU", "Germ", "Select your country", "-", "the", "Georgia USA"]
)
def test_other_countries_are_refused(typed: str) -> None:
    with pytest.raises(Fault, match="invalid_country"):
        check_country(typed)


def test_every_iso_country_is_known_by_all_its_names() -> None:
    """No two of them fold into one key, and none of our own additions hides an official name."""
    for country in pycountry.countries:
        for attribute in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            name = getattr(country, attribute, country.alpha_2)
            assert check_country(name) == country.alpha_2
