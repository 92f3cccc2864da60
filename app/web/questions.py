"""What the hosted form of a site asks: the fields that must be filled in, its own fields, and its plans."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from app.errors import FieldError
from app.forms import country_names, demanded, in_words
from app.forms.checks import check_plan
from app.forms.countries import check_country
from app.forms.faults import Fault
from app.sites import Plan, Site
from app.web.inputs import AT_MOST, BOXES, CYCLES, DOMAIN_ACTIONS, GROUPS, INPUTS, NO_PLAN, OTHERS, WITH_PLAN, Input
from app.web.words import Words


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that a field offers."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form. ``fault`` is what to tell the visitor about his answer, "" when nothing.

    ``id`` is what labels and links point at, and ``optional`` what the label says. A field that only some plan needs is
    neither that nor ``required``, which browsers go by.
    """

    name: str
    id: str
    label: str
    required: bool = False
    optional: bool = False
    kind: Literal["text", "select", "radio", "box"] = "text"
    type: str = "text"
    autocomplete: str = ""
    inputmode: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    chosen: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together, under their heading."""

    legend: str
    questions: tuple[Question, ...]


class Questions:
    """The form of a site, in the reader's words. ``plan`` is what a link says of it, ``faulty`` fields are marked."""

    def __init__(self, site: Site, words: Words, *, plan: str = "", faulty: Collection[str] = ()) -> None:
        self._site = site
        self._words = words
        self._plan = plan
        self._faulty = faulty
        self._demanded = demanded(site)
        groups = [Group(self._say(legend), self._questions(names)) for legend, names in GROUPS.items()]
        groups[1:1] = [self._group_of(name, plan) for name, plan in site.plans.items()]
        groups.append(Group(self._say(OTHERS), tuple(map(self._own, site.custom_fields))))
        self.groups = [group for group in groups if group.questions]
        self.boxes = self._questions(BOXES)

    @property
    def faults(self) -> list[Question]:
        """The questions whose answers need another look."""
        questions = (*(question for group in self.groups for question in group.questions), *self.boxes)
        return [question for question in questions if question.fault]

    def _questions(self, names: Iterable[str]) -> tuple[Question, ...]:
        return tuple(self._question(name, INPUTS[name]) for name in names if self._is_asked(name))

    def _is_asked(self, name: str) -> bool:
        """What has a default is not asked for, but for choices, where the default is chosen beforehand."""
        plans = self._site.plans.values()
        if name == "plan":
            return bool(plans)
        if name == "payment_method":
            return any(plan.payment_methods for plan in plans)
        if name == "domain" and ("domain_action" in self._demanded or self._is_needed(name)):
            return True  # two of the three actions need it
        if name in ("domain", "domain_years", "epp_code", "domain_action") and self._is_for_sale(name):
            return name not in self._site.defaults
        return name in self._demanded and (name == "country" or name not in self._site.defaults)

    def _is_for_sale(self, name: str) -> bool:
        """Whether a question about domains makes sense, for what the site's plans do with them."""
        actions = self._domain_actions()
        least = {"epp_code": "transfer" in actions, "domain_action": len(actions) > 1}
        return self._site.sells_domains and least.get(name, True)

    def _domain_actions(self) -> list[str]:
        """What some plan does with domain names."""
        plans = self._site.plans.values()
        return [action for action in DOMAIN_ACTIONS if any(action in plan.domain_actions for plan in plans)]

    def _is_needed(self, name: str) -> bool:
        """Whether the site or one of its plans does not go without it."""
        return name in self._demanded or any(name in plan.needs for plan in self._site.plans.values())

    def _question(self, name: str, entry: Input) -> Question:
        options = self._options(name)
        return Question(
            name,
            name,
            self._words.label(name) or self._say(entry.label),
            required=name in self._demanded,
            optional=not self._is_needed(name),
            kind="text" if entry.kind == "select" and not options else entry.kind,
            type=entry.type,
            autocomplete=entry.autocomplete,
            inputmode=entry.inputmode,
            hint=self._say(entry.hint),
            options=options,
            chosen=self._chosen(name),
            fault=self._fault(name),
        )

    def _own(self, name: str) -> Question:
        needed = name in self._site.required
        fault = self._fault(name)
        return Question(name, _id("own", name), self._called(name), required=needed, optional=not needed, fault=fault)

    def _group_of(self, name: str, plan: Plan) -> Group:
        """What is asked only for the sake of one plan; nobody knows yet whether it will be taken."""
        questions = (self._for_plan(name, plan, field) for field in plan.own_fields)
        return Group(self._say(WITH_PLAN).format(plan=self._called(name, "plan.")), tuple(questions))

    def _for_plan(self, plan_name: str, plan: Plan, name: str) -> Question:
        choice = plan.choices.get(name)
        options = tuple(Option(value, value) for value in choice.values) if choice else ()
        most = choice.most if choice else None
        return Question(
            name,
            _id(f"plan-{plan_name}", name),
            self._called(name),
            optional=name not in plan.needs,
            kind="select" if options else "text",
            inputmode="numeric" if most else "",
            hint=self._say(AT_MOST).format(most=most) if most else "",
            options=options,
            chosen=(choice.default or "") if choice and not self._is_in_many_plans(name) else "",
            fault=self._fault(name),
        )

    def _is_in_many_plans(self, name: str) -> bool:
        """Whether the form asks by this name more than once: two defaults that differ would be refused as two answers.

        Left empty, each plan has its own default all the same.
        """
        return sum(name in plan.own_fields for plan in self._site.plans.values()) > 1

    def _options(self, name: str) -> tuple[Option, ...]:
        if name == "country":
            names = country_names(self._words.language.code)
            return tuple(Option(code, country) for code, country in names.items())
        if name == "currency":
            return tuple(Option(code, code) for code in self._site.currencies)
        if name == "payment_method":
            return tuple(Option(method, self._called(method, "payment_method.")) for method in self._methods())
        if name == "domain_action":
            return tuple(Option(action, self._say(DOMAIN_ACTIONS[action])) for action in self._domain_actions())
        return self._plans() if name == "plan" else ()

    def _plans(self) -> tuple[Option, ...]:
        plans = [
            Option(key, self._called(key, "plan."), self._say(CYCLES[plan.billing_cycle]))
            for key, plan in self._site.plans.items()
        ]
        if "plan" not in self._demanded:
            plans.append(Option("", *map(self._say, NO_PLAN)))
        return tuple(plans)

    def _methods(self) -> list[str]:
        """Every way to pay for some plan, each once."""
        plans = self._site.plans.values()
        return list(dict.fromkeys(method for plan in plans for method in plan.methods))

    def _chosen(self, name: str) -> str:
        """What is chosen beforehand: what a link or the site says, or what there is no choice in."""
        defaults, plans = self._site.defaults, list(self._site.plans)
        if name == "plan":
            only = plans[0] if len(plans) == 1 and "plan" in self._demanded else ""
            return plan_of(self._site, self._plan) or plan_of(self._site, defaults.get("plan", "")) or only
        return check_country(defaults["country"]) if name == "country" and "country" in defaults else ""

    def _fault(self, name: str) -> str:
        """What the visitor has to do; that is all that is known of his answer."""
        return self._words.fault(FieldError(name, "required")) if name in self._faulty else ""

    def _called(self, key: str, of: str = "") -> str:
        """A name from sites.toml as the site writes it for people, or as people would."""
        return self._words.label(of + key) or in_words(key)

    def _say(self, text: str) -> str:
        return text and self._words.language.gettext(text)


def plan_of(site: Site, text: str) -> str:
    """The site's own name of a plan, "" when it has no such plan."""
    try:
        return check_plan(site.plans, text)
    except Fault:
        return ""


def _id(prefix: str, name: str) -> str:
    """An id for a field of the site's own, which may be called anything."""
    return prefix + "-" + re.sub(r"\W+", "-", name)
