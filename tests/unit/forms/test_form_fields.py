"""The fields that a form for a site should have."""

from typing import get_args

from app.forms import demanded, read_signup
from app.forms.form_fields import FormField, Kind, form_fields
from app.sites import FIELD_NAMES, WHMCS_DEMANDS
from tests.unit.forms.visitors import ANSWERS, PLAN, site

PLANS = {"starter": PLAN, "big-box": PLAN}


def named(**settings: object) -> dict[str, FormField]:
    """The fields of such a site, by name."""
    return {field.name: field for field in form_fields(site(**settings))}


def test_a_simple_site_asks_for_what_whmcs_demands_and_for_nothing_else() -> None:
    fields = named()
    assert set(fields) == set(WHMCS_DEMANDS)
    assert all(field.required for field in fields.values())
    assert [fields[name].kind for name in ("first_name", "email", "phone")] == ["text", "email", "tel"]
    assert fields["country"].autocomplete == "country-name"


def test_what_whmcs_has_made_optional_is_asked_and_not_demanded() -> None:
    fields = named(optional=["state"])
    assert not fields["state"].required


def test_a_site_that_skips_validation_asks_for_name_and_address_only() -> None:
    fields = named(skip_validation=True)
    assert {name: field.required for name, field in fields.items()} == {
        "first_name": False,
        "last_name": False,
        "email": True,
    }


def test_what_has_a_default_need_not_be_answered() -> None:
    field = named(defaults={"country": "US"})["country"]
    assert (field.required, field.default) == (False, "US")


def test_plans_come_first_and_are_choices() -> None:
    fields = list(named(plans=PLANS, required=["plan"]).values())
    assert fields[0].name == "plan"
    assert fields[0].required
    assert fields[0].choices == (("starter", "Starter"), ("big-box", "Big box"))


def test_own_fields_and_consents_come_last() -> None:
    fields = list(named(custom_fields={"heard_from": 3}, required=["terms", "heard_from"]).values())
    assert [(field.name, field.kind, field.required) for field in fields[-2:]] == [
        ("heard_from", "text", True),
        ("terms", "checkbox", True),
    ]
    assert fields[-2].label == "Heard from"


def test_there_is_a_field_for_everything_that_a_site_may_demand() -> None:
    demanding = site(required=list(FIELD_NAMES), plans=PLANS, currencies={"USD": 1})
    fields = form_fields(demanding)
    assert {field.name for field in fields} == set(FIELD_NAMES) == demanded(demanding)
    assert {field.kind for field in fields} == set(get_args(Kind))


def test_every_choice_is_taken() -> None:
    demanding = site(required=["plan", "domain", "domain_action"], plans=PLANS, currencies={"USD": 1, "EUR": 2})
    for field in form_fields(demanding):
        for choice in field.choices:
            answers = ANSWERS | {"plan": "starter", "domain": "example.com", "domain_action": "own"}
            read_signup(demanding, {name: (value,) for name, value in (answers | {field.name: choice.value}).items()})
