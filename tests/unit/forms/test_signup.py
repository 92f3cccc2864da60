"""From answers to a form: what is demanded, defaults, and every fault at once."""

import pytest

from app.errors import InvalidFields
from app.forms import SignupForm, demanded, read_signup
from tests.unit.forms.visitors import ANSWERS, PLAN, Changes, faults, fields, form, site

NINE = ("first_name", "last_name", "email", "phone", "address1", "city", "state", "postcode", "country")


def test_a_full_form() -> None:
    plan = {**PLAN.model_dump(), "domain_actions": ["register", "own"]}
    given = site(plans={"starter": plan}, currencies={"EUR": 2}, custom_fields={"Heard from": 9, "Note": 3})
    sent = {
        "company": " Analytical  Engines ",
        "address2": "2nd floor",
        "tax_id": "GB 123",
        "currency": "eur",
        "language": "en-GB",
        "newsletter": "on",
        "terms": "true",
        "plan": "Starter",
        "domain": "Example.com",
        "domain_action": "register",
        "domain_years": "2",
        "coupon": "LAUNCH",
        "heard_from": "a friend",
        "note": "one\r\ntwo",
    }
    assert form(given, sent) == SignupForm(
        first_name="Ada",
        last_name="Lovelace",
        company="Analytical Engines",
        email="ada@example.com",
        phone="+44.2079460000",
        address1="12 St James's Square",
        address2="2nd floor",
        city="London",
        state="Greater London",
        postcode="SW1Y 4JH",
        country="GB",
        tax_id="GB 123",
        currency=2,
        language="english",
        marketing_opt_in=True,
        terms=True,
        plan="starter",
        domain="example.com",
        domain_action="register",
        domain_years=2,
        promo_code="LAUNCH",
        custom_fields=((3, "one\ntwo"), (9, "a friend")),
    )


def test_unknown_fields_are_dropped_and_counted() -> None:
    changes: Changes = {"cf-turnstile-response": ("a", "b"), "utm_id": "x", "_key": "k", "company": "C"}
    assert read_signup(site(), fields(changes))[1] == 2


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        pytest.param({}, {*NINE}, id="WHMCS's nine"),
        pytest.param({"optional": ["state", "phone"]}, {*NINE} - {"state", "phone"}, id="some optional"),
        pytest.param({"required": ["company", "terms"]}, {*NINE, "company", "terms"}, id="more required"),
        pytest.param({"optional": ["state"], "required": ["state"]}, {*NINE}, id="required wins"),
        pytest.param({"skip_validation": True}, {"email"}, id="validation skipped"),
        pytest.param({"skip_validation": True, "required": ["city"]}, {"email", "city"}, id="skipped, one required"),
    ],
)
def test_what_is_demanded(settings: dict[str, object], names: set[str]) -> None:
    assert demanded(site(**settings)) == names


@pytest.mark.parametrize("name", NINE)
@pytest.mark.parametrize("blank", [None, "", " \u200b "], ids=["missing", "empty", "unseen"])
def test_each_of_the_nine_is_demanded(name: str, blank: str | None) -> None:
    assert faults(site(), fields({name: blank})) == [(name, "required")]


@pytest.mark.parametrize("name", ["company", "terms", "plan", "domain", "currency", "promo_code", "Heard from"])
def test_what_the_site_requires_is_demanded(name: str) -> None:
    given = site(required=[name], custom_fields={"Heard from": 3}, plans={"starter": PLAN})
    assert faults(given, fields()) == [(name, "required")]


def test_a_required_box_must_be_ticked() -> None:
    assert faults(site(required=["terms"]), fields({"terms": "off"})) == [("terms", "required")]
    assert form(site(required=["terms"]), {"terms": "on"}).terms


def test_an_email_alone_is_enough_when_validation_is_skipped() -> None:
    signup, _ = read_signup(site(skip_validation=True), {"email": ("ada@example.com",)})
    assert signup == SignupForm(email="ada@example.com")


def test_a_domain_must_be_named_to_be_registered() -> None:
    given = site(plans={"starter": {**PLAN.model_dump(), "domain_actions": ["register"]}})
    assert faults(given, fields({"domain_action": "register"})) == [("domain", "required")]
    assert form(site(), {"domain_action": "own"}).domain == ""


def test_no_answers_give_every_fault_in_the_order_of_the_form() -> None:
    given = site(required=["company", "terms", "Note", "plan"], custom_fields={"Note": 3}, plans={"starter": PLAN})
    names = ["first_name", "last_name", "company", "email", "phone", "address1", "city", "state", "postcode"]
    expected = [*names, "country", "terms", "plan", "Note"]
    assert faults(given, {}) == [(name, "required") for name in expected]


def test_every_wrong_answer_is_told_at_once() -> None:
    wrong = {
        "first_name": "A\x00",
        "last_name": "x" * 101,
        "company": "x" * 201,
        "email": "ada",
        "phone": "+1",
        "postcode": "x" * 21,
        "country": "Atlantis",
        "tax_id": "x" * 41,
        "currency": "none",
        "language": "??",
        "marketing_opt_in": "perhaps",
        "plan": "none",
        "domain": "x",
        "domain_action": "x",
        "domain_years": "x",
        "epp_code": "x" * 65,
        "promo_code": "%",
        "Note": "x" * 1001,
    }
    assert faults(site(custom_fields={"Note": 3}), fields(wrong)) == [
        ("first_name", "invalid_characters"),
        ("last_name", "too_long"),
        ("company", "too_long"),
        ("email", "invalid_email"),
        ("phone", "invalid_phone"),
        ("postcode", "too_long"),
        ("country", "invalid_country"),
        ("tax_id", "too_long"),
        ("currency", "invalid_currency"),
        ("language", "invalid_language"),
        ("marketing_opt_in", "invalid_choice"),
        ("plan", "unknown_plan"),
        ("domain", "invalid_domain"),
        ("domain_action", "invalid_choice"),
        ("domain_years", "unknown_period"),
        ("epp_code", "too_long"),
        ("promo_code", "invalid_promo_code"),
        ("Note", "too_long"),
    ]


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("first_name", 100),
        ("last_name", 100),
        ("company", 200),
        ("address1", 200),
        ("address2", 200),
        ("city", 100),
        ("state", 100),
        ("postcode", 20),
        ("tax_id", 40),
    ],
)
def test_lengths(field: str, longest: int) -> None:
    assert getattr(form(site(), {field: "é" * longest}), field) == "é" * longest
    assert faults(site(), fields({field: "é" * (longest + 1)})) == [(field, "too_long")]


def test_defaults_fill_what_was_left_out_or_blank() -> None:
    given = site(defaults={"country": "us", "state": "n/a", "Note": "web"}, custom_fields={"Note": 3})
    signup = form(given, {"country": " ", "state": None})
    assert (signup.country, signup.state, signup.custom_fields) == ("US", "n/a", ((3, "web"),))
    assert form(given, {"country": "GB"}).country == "GB"


def test_a_default_does_not_stand_in_for_a_wrong_answer() -> None:
    assert faults(site(defaults={"country": "US"}), fields({"country": "Atlantis"})) == [("country", "invalid_country")]


def test_no_sentence_repeats_what_was_typed() -> None:
    with pytest.raises(InvalidFields) as refused:
        read_signup(site(), dict.fromkeys(ANSWERS, ("qqq\x00",)))
    assert len(refused.value.errors) == len(NINE)
    assert "qqq" not in repr(refused.value.errors)
