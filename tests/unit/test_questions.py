"""What the hosted form asks."""

import pytest

from app.errors import FieldError
from app.forms import country_names, sentence
from app.forms.countries import check_country
from app.languages import CODES, load_languages
from app.sites import FIELD_NAMES, WHMCS_DEMANDS, Plan, Site
from app.web.inputs import BOXES, CYCLES, GROUPS, INPUTS
from app.web.questions import Question, Questions
from app.web.words import Words, words_in

LANGUAGES = load_languages()
PLANS = {
    name: {"pid": number, "billing_cycle": "monthly", "payment_method": "stripe"}
    for number, name in enumerate(("starter", "big-one"), start=1)
}


def site(**settings: object) -> Site:
    return Site.model_validate({"key": "acme", "origins": ["https://www.acme.example"], **settings})


def asked(given: Site, *, plan: str = "", faulty: tuple[str, ...] = (), language: str = "en") -> dict[str, Question]:
    """Every question by its name, in order."""
    form = Questions(given, words_in(LANGUAGES[language], given), plan=plan, faulty=faulty)
    questions = [question for group in form.groups for question in group.questions]
    return {question.name: question for question in (*questions, *form.boxes)}


def test_every_field_can_be_asked_and_has_its_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert set(INPUTS) == set(FIELD_NAMES) == {*grouped, *BOXES}
    assert len(grouped) == len(set(grouped))
    assert set(Plan.model_fields["billing_cycle"].annotation.__args__) == set(CYCLES)  # type: ignore[union-attr]


def test_it_asks_what_must_be_filled_in_and_no_more() -> None:
    assert set(asked(site())) == set(WHMCS_DEMANDS)
    assert all(question.required for question in asked(site()).values())
    assert set(asked(site(skip_validation=True, required=["terms"]))) == {"email", "terms"}
    assert "state" not in asked(site(optional=["state"]))


def test_what_has_a_default_is_not_asked_but_the_country_is_chosen_beforehand() -> None:
    questions = asked(site(defaults={"country": "united kingdom", "state": "none"}))
    assert "state" not in questions
    assert questions["country"].chosen == "GB"


def test_whoever_says_what_to_do_with_a_domain_can_name_it() -> None:
    questions = asked(site(required=["domain_action"]))
    assert [option.value for option in questions["domain_action"].options] == ["register", "transfer", "own"]
    assert not questions["domain"].required


@pytest.mark.parametrize(
    ("settings", "link", "chosen", "offered"),
    [
        ({}, "", "", ["starter", "big-one", ""]),
        ({}, "Big One", "big-one", ["starter", "big-one", ""]),
        ({}, "nosuch", "", ["starter", "big-one", ""]),
        ({"required": ["plan"]}, "", "", ["starter", "big-one"]),
        ({"defaults": {"plan": "Starter"}}, "", "starter", ["starter", "big-one", ""]),
        ({"defaults": {"plan": "Starter"}}, "big-one", "big-one", ["starter", "big-one", ""]),
    ],
)
def test_plans_are_offered_and_one_may_be_chosen_beforehand(
    settings: dict[str, object], link: str, chosen: str, offered: list[str]
) -> None:
    plan = asked(site(plans=PLANS, **settings), plan=link)["plan"]
    assert plan.chosen == chosen
    assert [option.value for option in plan.options] == offered
    assert [option.label for option in plan.options][:2] == ["Starter", "Big one"]
    assert plan.options[0].hint == "Billed every month"


def test_a_plan_that_everybody_takes_is_chosen() -> None:
    only = {"starter": PLANS["starter"]}
    assert asked(site(plans=only, required=["plan"]))["plan"].chosen == "starter"
    assert asked(site(plans=only))["plan"].chosen == ""


def test_what_only_one_plan_asks_is_asked_apart_and_of_nobody_else() -> None:
    memory = {"option": 12, "values": {"2 GB": 47, "4 GB": 48}}
    addresses = {"option": 13, "most": 8, "default": "1"}
    server = {
        **PLANS["starter"],
        "payment_methods": ["paypal"],
        "custom_fields": {"project": 9},
        "required": ["project", "domain"],
        "choices": {"memory": memory, "addresses": addresses},
    }
    form = Questions(site(plans={**PLANS, "server": server}), Words(LANGUAGES["en"], {}), faulty=("memory",))
    assert [group.legend for group in form.groups][:3] == ["Your plan", "If you choose Server", "Your domain"]
    asked_for_it = {question.id: question for question in form.groups[1].questions}
    assert list(asked_for_it) == ["plan-server-memory", "plan-server-addresses", "plan-server-project"]
    assert not [question for question in asked_for_it.values() if question.required]
    assert [name for name, question in asked_for_it.items() if question.optional] == ["plan-server-addresses"]
    assert [option.value for option in asked_for_it["plan-server-memory"].options] == ["2 GB", "4 GB"]
    assert asked_for_it["plan-server-addresses"].hint == "A number up to 8."
    assert [question.id for question in form.faults] == ["plan-server-memory"]
    assert [question.optional for question in form.groups[2].questions] == [False]
    methods = next(question for question in form.groups[0].questions if question.name == "payment_method")
    assert [option.value for option in methods.options] == ["stripe", "paypal"]


def test_a_currency_is_chosen_where_the_site_lists_them_and_typed_where_not() -> None:
    offered = asked(site(required=["currency"], currencies={"USD": 1, "EUR": 2}))["currency"]
    assert (offered.kind, [option.value for option in offered.options]) == ("select", ["USD", "EUR"])
    assert asked(site(required=["currency"]))["currency"].kind == "text"


def test_a_sites_own_fields_are_asked_in_words() -> None:
    questions = asked(
        site(custom_fields={"heard_from": 3, "VAT? #1": 4}, required=["heard_from"]), faulty=("VAT? #1", "heard_from")
    )
    assert (questions["heard_from"].label, questions["heard_from"].required) == ("Heard from", True)
    assert questions["heard_from"].fault == 'Fill in "Heard from".'
    assert (questions["VAT? #1"].id, questions["VAT? #1"].required) == ("own-VAT-1", False)
    assert questions["VAT? #1"].fault == 'Fill in "VAT? #1".'


def test_what_the_site_calls_things_goes_before_what_we_call_them() -> None:
    labels = {
        "heard_from.label": "How did you hear of us?",
        "city.label": "Where do you live?",
        "plan.starter.label": "The small one",
        "payment_method.stripe.label": "By card",
    }
    plans = {**PLANS, "starter": {**PLANS["starter"], "payment_methods": ["paypal"]}}
    given = site(texts={"en": labels}, plans=plans, custom_fields={"heard_from": 3}, required=["heard_from"])
    questions = asked(given, faulty=("heard_from",))
    assert (questions["heard_from"].label, questions["city"].label) == ("How did you hear of us?", "Where do you live?")
    assert questions["heard_from"].fault == 'Fill in "How did you hear of us?".'
    assert [option.label for option in questions["plan"].options][:2] == ["The small one", "Big one"]
    assert [option.label for option in questions["payment_method"].options] == ["By card", "Paypal"]
    assert asked(given, language="de")["heard_from"].label == "Heard from"


def test_faulty_fields_are_marked_and_no_others() -> None:
    questions = asked(site(required=["terms"]), faulty=("email", "terms", "nosuch", "_key"))
    marked = {name: question.fault for name, question in questions.items() if question.fault}
    assert marked == {name: sentence(FieldError(name, "required")) for name in ("email", "terms")}


def test_every_country_has_one_name_that_is_taken_for_it() -> None:
    names = country_names()
    assert len(set(names.values())) == len(names) > 200
    assert {code: check_country(name) for code, name in names.items()} == {code: code for code in names}
    assert not [name for name in names.values() if "," in name]
    assert list(names.values()).index("Åland Islands") == 1


@pytest.mark.parametrize("language", sorted(set(CODES) - {"en"}))
def test_countries_have_their_names_in_every_language(language: str) -> None:
    names, english = country_names(language), country_names()
    assert set(names) == set(english)
    assert all(names.values())
    assert len([code for code in names if names[code] != english[code]]) > 100
    assert [option.label for option in asked(site(), language=language)["country"].options] == list(names.values())


def test_what_two_plans_ask_for_by_one_name_is_not_chosen_beforehand() -> None:
    memory = {"option": 12, "values": {"2 GB": 47, "4 GB": 48}, "default": "2 GB"}
    server = {"pid": 2, "billing_cycle": "monthly", "payment_method": "stripe", "choices": {"memory": memory}}
    alone = asked(site(plans={"small": server}))["memory"]
    assert (alone.chosen, alone.optional) == ("2 GB", True)
    big = {**server, "choices": {"memory": {**memory, "default": "4 GB"}}}
    given = site(plans={"small": server, "big": big})
    groups = Questions(given, words_in(LANGUAGES["en"], given)).groups
    both = [question for group in groups for question in group.questions if question.name == "memory"]
    assert [question.chosen for question in both] == ["", ""]
