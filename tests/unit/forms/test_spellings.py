"""What a field may be called."""

import pytest

from app.forms.spellings import find_answers
from tests.unit.forms.visitors import faults, fields, form, site


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("first_name", "first_name firstname First-Name firstName FIRST.NAME given-name fname First-Name-2"),
        ("last_name", "last_name lastname Last-Name lastName family-name Surname"),
        ("company", "company companyname organization Company-Name organisation"),
        ("email", "email Email E-mail email_address e_mail emailAddress Email-2 Email_12"),
        ("phone", "phone phonenumber phone_number tel Phone-Number telephone mobile"),
        ("address1", "address1 address-line1 street-address Address Address-Line-1 addressLine1 street"),
        ("address2", "address2 address-line2 Address-2 Address-Line-2 apartment"),
        ("city", "city address-level2 Town/City town"),
        ("state", "state address-level1 State/Province province region"),
        ("postcode", "postcode postal-code zip zip_code ZIP-Code zipcode postalCode"),
        ("country", "country country-name Country-Name"),
        ("tax_id", "tax_id taxid VAT vat_number vatNumber"),
        ("currency", "currency currencyCode transaction-currency"),
        ("language", "language lang"),
        ("marketing_opt_in", "marketing_opt_in marketingoptin marketing-opt-in newsletter"),
        ("terms", "terms accepttos tos Terms-and-Conditions"),
        ("plan", "plan Plan product"),
        ("domain", "domain domain-name"),
        ("domain_action", "domain_action domaintype"),
        ("domain_years", "domain_years regperiod Domain-Years domainPeriod"),
        ("epp_code", "epp_code eppcode EPP-Code authCode Transfer-Code"),
        ("promo_code", "promo_code promocode Coupon promo coupon-code"),
    ],
    ids=lambda value: value.partition(" ")[0],
)
def test_spellings(field: str, spellings: str) -> None:
    for spelling in spellings.split():
        assert find_answers(site(), {spelling: ("x",)}).values == {field: ("x",)}, spelling


@pytest.mark.parametrize("name", ["First Name", " first  name ", "First Name*", "E-mail address", "Company Name 2"])
def test_names_with_spaces(name: str) -> None:
    assert find_answers(site(), {name: ("x",)}).unknown == 0


@pytest.mark.parametrize(
    "name",
    [
        "cf-turnstile-response",
        "g-recaptcha-response",
        "name",
        "password",
        "address-line3",
        "",
        "-",
        "*",
        "2",
        "utm.id",
    ],
)
def test_other_names_are_dropped_and_counted(name: str) -> None:
    answers = find_answers(site(), {name: ("x", "y")})
    assert (answers.values, answers.unknown) == ({}, 1)


@pytest.mark.parametrize("name", ["_key", "_gotcha", "_email", "_anything", "_"])
def test_a_leading_underscore_is_never_a_field_and_not_counted(name: str) -> None:
    answers = find_answers(site(), {name: ("x",)})
    assert (answers.values, answers.unknown) == ({}, 0)


def test_the_sites_own_spellings_win() -> None:
    given = site(fields={"Work Email": "email", "Organization": "address2"}, custom_fields={"VAT": 7})
    sent = {"work-email": ("e",), "organization": ("o",), "vat": ("v",), "company": ("c",)}
    values = {"email": ("e",), "address2": ("o",), "VAT": ("v",), "company": ("c",)}
    assert find_answers(given, sent).values == values


def test_custom_fields_are_matched_as_leniently() -> None:
    given = site(custom_fields={"How did you hear of us?": 3})
    assert form(given, {"how-did-you-hear-of-us": "A friend"}).custom_fields == ((3, "A friend"),)


def test_a_numbered_name_fills_in_only_for_a_missing_one() -> None:
    """A second phone number beside the first is another question, not a contradiction."""
    answers = find_answers(site(), {"phone-2": ("2",), "phone": ("1",), "email-2": ("e",)})
    assert answers.values == {"phone": ("1",), "email": ("e",)}
    assert answers.unknown == 1


@pytest.mark.parametrize(
    ("values", "company"),
    [
        pytest.param(("A", "A"), "A", id="the same twice"),
        pytest.param(("A", " A\u200b"), "A", id="the same but for white space"),
        pytest.param(("", "A"), "A", id="blank twin"),
        pytest.param(("off", "on"), "on", id="box and hidden twin"),
        pytest.param(("0", "1"), "1", id="box and hidden twin, as numbers"),
    ],
)
def test_repeated_values_that_agree(values: tuple[str, ...], company: str) -> None:
    assert form(site(), {"company": values}).company == company


@pytest.mark.parametrize("values", [("off", "on"), ("on", "false"), ("0", "", "1"), ("yes", "on")])
def test_a_ticked_box_beats_its_hidden_twin(values: tuple[str, ...]) -> None:
    assert form(site(), {"marketing_opt_in": values}).marketing_opt_in is True


def test_different_values_of_one_field_are_a_fault() -> None:
    assert faults(site(), fields({"city": ("London", "Paris")})) == [("city", "repeated")]
    assert faults(site(), fields({"town": "Paris"})) == [("city", "repeated")]
