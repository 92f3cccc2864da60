"""What an offer link changes in the reading of a form."""

from app.forms import read_signup
from app.forms.controls import read_controls
from app.offer_links import Offer
from tests.unit.forms.visitors import faults, fields, site

PLAN = {"pid": 1, "billing_cycle": "annually", "payment_method": "stripe"}
PLANS = {"starter": {**PLAN, "promo_code": "LAUNCH"}, "secret": {**PLAN, "promo_codes": [], "offer_only": True}}
SITE = site(plans=PLANS)
OFFER = Offer("name", "secret", "SUMMER", 0, 0)


def test_a_form_without_a_field_for_the_plan_orders_the_offers() -> None:
    form, _ = read_signup(site(plans=PLANS, defaults={"plan": "starter"}), fields(), OFFER)
    assert (form.plan, form.offer_code) == ("secret", "SUMMER")


def test_who_left_the_plan_empty_orders_nothing() -> None:
    assert faults(SITE, fields({"plan": ""}), OFFER) == [("plan", "required")]


def test_the_offers_code_goes_before_the_plans_and_the_plans_before_the_visitors() -> None:
    starter = SITE.plans["starter"]
    sent = fields({"plan": "starter", "promo_code": "MINE"})
    with_code, _ = read_signup(SITE, sent, Offer("name", "starter", "SUMMER", 0, 0))
    without, _ = read_signup(SITE, sent)
    assert with_code.promotion(starter) == "SUMMER"
    assert without.promotion(starter) == "LAUNCH"
    assert without.promotion(starter.model_copy(update={"promo_code": ""})) == "MINE"


def test_another_plan_than_the_offers_is_a_fault() -> None:
    assert faults(SITE, fields({"plan": "starter"}), OFFER) == [("plan", "offer_other_plan")]


def test_everybody_sees_only_what_needs_no_link() -> None:
    assert set(SITE.public.plans) == {"starter"}
    plain = site(plans={"starter": PLAN})
    assert plain.public is plain


def test_two_links_that_differ_are_none() -> None:
    assert read_controls(fields({"_offer": ("a", " a ")})).offer == "a"
    assert read_controls(fields({"_offer": ("a", "b")})).offer == "a\nb"
    assert read_controls(fields({"_offer": " "})).offer == ""
