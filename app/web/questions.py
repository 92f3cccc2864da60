"""What the hosted form of a site asks: the fields that must be filled in, its own fields, and its plans."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

from app.forms import country_names, demanded, sentence
from app.forms.checks import check_plan
from app.forms.countries import check_country
from app.forms.faults import Fault
from app.sites import Plan, Site
from app.web.inputs import CYCLES, DOMAIN_ACTIONS, GROUPS, INPUTS, NO_PLAN


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a field offers."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form. ``fault`` is what to tell the visitor about his answer, "" when nothing."""

    name: str
    label: str
    kind: Literal["text", "select", "radio", "box"] = "text"
    type: str = "text"
    autocomplete: str = ""
    inputmode: str = ""
    hint: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    chosen: str = ""
    fault: str = ""

    @property
    def id(self) -> str:
        """What labels and links point at; a site's own field may be called anything."""
        return self.name if self.name in INPUTS else "own-" + re.sub(r"\W+", "-", self.name)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together, under their heading."""

    legend: str
    questions: tuple[Question, ...] = field(default=())


def groups_of(site: Site, *, plan: str, faulty: Collection[str]) -> list[Group]:
    """Everything the form asks, in order; ``plan`` is what a link says of it, ``faulty`` fields are marked."""
    asked = _asked(site)
    groups = [Group(legend, _questions(site, names, asked, plan, faulty)) for legend, names in GROUPS.items()]
    custom = tuple(_custom(site, name, name in faulty) for name in site.custom_fields if name not in site.defaults)
    groups.append(Group("A few more questions", custom))
    return [group for group in groups if group.questions]


def boxes_of(site: Site, *, faulty: Collection[str]) -> tuple[Question, ...]:
    """The boxes to tick, which stand at the end."""
    return _questions(site, ("marketing_opt_in", "terms"), _asked(site), "", faulty)


def _asked(site: Site) -> frozenset[str]:
    """What has a default is not asked for, but for choices, where the default is chosen beforehand."""
    needed = demanded(site)
    choices = needed & {"country"} | ({"plan"} if site.plans else set())
    domain = {"domain"} if "domain_action" in needed else set()  # which two of the three actions need
    return needed - set(site.defaults) | choices | domain


def _questions(
    site: Site, names: Iterable[str], asked: Collection[str], plan: str, faulty: Collection[str]
) -> tuple[Question, ...]:
    def fault(name: str) -> str:
        return sentence(name, "required") if name in faulty else ""

    return tuple(_question(site, name, plan, fault(name)) for name in names if name in asked)


def _question(site: Site, name: str, plan: str, fault: str) -> Question:
    entry = INPUTS[name]
    required = name in demanded(site)
    choices = _choices(site, name, required)
    return Question(
        name,
        entry.label,
        kind="text" if entry.kind == "select" and not choices else entry.kind,
        type=entry.type,
        autocomplete=entry.autocomplete,
        inputmode=entry.inputmode,
        hint=entry.hint,
        required=required,
        choices=choices,
        chosen=_chosen(site, name, plan),
        fault=fault,
    )


def _choices(site: Site, name: str, required: bool) -> tuple[Choice, ...]:
    if name == "country":
        return tuple(Choice(code, country) for code, country in country_names().items())
    if name == "currency":
        return tuple(Choice(code, code) for code in site.currencies)
    if name == "domain_action":
        return tuple(Choice(action, label) for action, label in DOMAIN_ACTIONS.items())
    if name == "plan":
        plans = tuple(Choice(key, _in_words(key), _billing(plan)) for key, plan in site.plans.items())
        return plans if required else (*plans, Choice("", *NO_PLAN))
    return ()


def _chosen(site: Site, name: str, plan: str) -> str:
    """What is chosen beforehand: the plan that the link names, the site's default, or what there is no choice in."""
    if name == "plan":
        only = next(iter(site.plans)) if len(site.plans) == 1 and "plan" in demanded(site) else ""
        return plan_of(site, plan) or plan_of(site, site.defaults.get("plan", "")) or only
    return check_country(site.defaults["country"]) if name == "country" and "country" in site.defaults else ""


def plan_of(site: Site, text: str) -> str:
    """The site's own name of a plan, "" when it has no such plan."""
    try:
        return check_plan(site.plans, text)
    except Fault:
        return ""


def _custom(site: Site, name: str, is_faulty: bool) -> Question:
    label = _in_words(name)
    fault = sentence(label, "required") if is_faulty else ""
    return Question(name, label, required=name in site.required, fault=fault)


def _billing(plan: Plan) -> str:
    return CYCLES[plan.billing_cycle]


def _in_words(key: str) -> str:
    """A name from sites.toml as people would write it."""
    words = key.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
