"""What a sign-up has in common with others, however it is written."""

from typing import Any

import pytest

from app.forms import SignupForm
from app.guard import Sender, Visit
from app.screening.traits import traits_of

HERE = Visit("198.51.100.7")


def trait(name: str, form: SignupForm, visit: Visit = HERE) -> str | None:
    """The value of this trait, if the sign-up has it."""
    return {one.name: one.value for one in traits_of(form, visit)}.get(name)


def street(**fields: Any) -> str | None:
    """The trait of a postal address."""
    return trait("same_street", SignupForm(**fields))


def test_a_street_is_the_same_however_it_is_written() -> None:
    written = [
        {"address1": "12 St James's Square", "postcode": "SW1Y 4JH", "country": "GB"},
        {"address1": "12, st james\u2019s square", "postcode": "SW1Y4JH", "country": "GB"},
        {"address1": "12 St James\u2019s", "address2": "SQUARE", "postcode": "sw1y-4jh", "country": "GB"},
        {"address1": "\uff11\uff12 St James's Square", "postcode": "SW1Y 4JH", "country": "GB"},  # full-width digits
    ]
    assert len({street(**one) for one in written}) == 1


def test_another_street_is_another() -> None:
    here = {"address1": "12 High Street", "postcode": "1000", "country": "US"}
    others = [here | {"address1": "13 High Street"}, here | {"postcode": "1001"}, here | {"country": "CA"}]
    assert street(**here) not in [street(**other) for other in others]


@pytest.mark.parametrize("address1", ["東京都千代田区1-1", "ул. Мира 5", "شارع التحرير"])
def test_streets_of_any_script_count(address1: str) -> None:
    assert street(address1=address1)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("ada@Lovelace.Example", "lovelace.example"),
        ("ada@mail.lovelace.example", None),
        ("ada@gmail.com", None),
        ("ada@yahoo.co.uk", None),
        ("ada@gmx.net", None),
        ("ada@mygmail.example", "mygmail.example"),
    ],
)
def test_a_mail_domain_counts_unless_anybody_may_have_an_address_there(email: str, domain: str | None) -> None:
    assert trait("same_mail_domain", SignupForm(email=email)) == domain


@pytest.mark.parametrize(
    ("visit", "value"),
    [
        (Visit("198.51.100.7"), "198.51.100.7"),
        (Visit("2001:db8:1:2::7"), "2001:db8:1:2::/64"),
        (Visit("198.51.100.7", sender=Sender.OPAQUE), "198.51.100.7"),
        (Visit("198.51.100.7", sender=Sender.RELAY), None),  # all its visitors may share the server's
        (Visit("198.51.100.7", sender=Sender.UNKNOWN), None),
        (Visit(""), None),
    ],
)
def test_only_a_browsers_address_counts(visit: Visit, value: str | None) -> None:
    assert trait("same_visitor", SignupForm(), visit) == value


def test_what_is_not_told_is_common_to_nobody() -> None:
    assert traits_of(SignupForm(), Visit("")) == []
