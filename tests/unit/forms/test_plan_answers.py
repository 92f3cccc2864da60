"""What a form may ask for with a plan; everything else of an order stays the operator's."""

import pytest

from app.forms import SignupForm, known_names
from app.sites import Site
from tests.unit.forms.visitors import faults, fields, form, site

SERVER = {
    "pid": 5,
    "billing_cycle": "monthly",
    "payment_method": "stripe",
    "payment_methods": ["paypal"],
    "promo_codes": ["SUMMER"],
    "custom_fields": {"project": 9, "Panel": 10},
    "required": ["project"],
    "choices": {
        "memory": {"option": 12, "values": {"2 GB": 47, "4 GB": 48}},
        "addresses": {"option": 13, "most": 8, "default": "1"},
    },
}
PLAIN = {"pid": 1, "billing_cycle": "annually", "payment_method": "stripe"}
SERVER_ANSWERS = {"plan": "server", "memory": "4 GB", "project": "Moon"}


def shop(**changes: object) -> Site:
    return site(plans={"server": {**SERVER, **changes}, "plain": PLAIN})


def test_what_a_plan_asks_for_is_read_with_it() -> None:
    more = {"payment_method": "PayPal", "promo_code": "summer", "addresses": "3", "panel": "yes\nplease"}
    read = form(shop(), {**SERVER_ANSWERS, **more})
    assert (read.payment_method, read.promo_code) == ("paypal", "SUMMER")
    assert read.plan_options == ((12, 48), (13, 3))
    assert read.plan_fields == ((9, "Moon"), (10, "yes\nplease"))
    assert read.custom_fields == ()
    assert SignupForm.from_json(read.to_json()) == read


def test_what_may_be_left_out_has_its_default() -> None:
    read = form(shop(), SERVER_ANSWERS)
    assert (read.payment_method, read.promo_code, read.plan_options) == ("", "", ((12, 48), (13, 1)))


def test_what_a_plan_needs_is_demanded_with_it_only() -> None:
    assert faults(shop(), fields({"plan": "server"})) == [("memory", "required"), ("project", "required")]
    assert form(shop(), {"plan": "plain"}).plan_options == ()
    assert form(shop(), {}).plan_fields == ()


def test_the_answers_for_one_plan_mean_nothing_for_another() -> None:
    sent = {**SERVER_ANSWERS, "plan": "plain", "promo_code": "ANY-1"}
    read = form(shop(), sent)
    assert (read.plan_options, read.plan_fields, read.promo_code) == ((), (), "ANY-1")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"memory": "64 GB"}, ("memory", "unknown_option")),
        ({"addresses": "9"}, ("addresses", "unknown_option")),
        ({"payment_method": "credit"}, ("payment_method", "unknown_payment_method")),
        ({"promo_code": "HALF"}, ("promo_code", "unknown_promo_code")),
        ({"project": "<b>"}, ("project", "no_markup")),
    ],
)
def test_what_is_not_on_offer_is_refused(changes: dict[str, str], fault: tuple[str, str]) -> None:
    assert faults(shop(), fields({**SERVER_ANSWERS, **changes})) == [fault]


def test_a_server_named_after_a_domain_needs_one() -> None:
    assert faults(shop(hostname="{domain}"), fields(SERVER_ANSWERS)) == [("domain", "required")]


@pytest.mark.parametrize("name", ["price", "priceoverride", "pid", "billing_cycle", "configoptions", "promooverride"])
def test_price_and_product_are_not_for_the_browser(name: str) -> None:
    assert form(shop(), {**SERVER_ANSWERS, name: "1"}) == form(shop(), SERVER_ANSWERS)


def test_the_fields_of_plans_are_known_by_name() -> None:
    names = known_names(shop())
    assert {names[one] for one in ("memory", "addresses", "project", "panel")} == {
        "memory",
        "addresses",
        "project",
        "Panel",
    }
