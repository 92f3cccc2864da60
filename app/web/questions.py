"""What the hosted form of a site asks: the fields that must be filled in, its own fields, and its plans."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from app.errors import FieldError
from app.forms import country_names, demanded
from app.forms.checks import check_plan
from app.forms.countries import check_country
from app.forms.faults import Fault
from app.sites import Site
from app.web.inputs import BOXES, CYCLES, DOMAIN_ACTIONS, GROUPS, INPUTS, NO_PLAN, OTHERS, Input
from app.web.words import Words


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
    required: bool
    kind: Literal["text", "select", "radio", "box"] = "text"
    type: str = "text"
    autocomplete: str = ""
    inputmode: str = ""
    hint: str = ""
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
        if name == "plan":
            return bool(self._site.plans)
        if name == "domain" and "domain_action" in self._demanded:
            return True  # two of the three actions need it
        return name in self._demanded and (name == "country" or name not in self._site.defaults)

    def _question(self, name: str, entry: Input) -> Question:
        choices = self._choices(name)
        return Question(
            name,
            self._say(entry.label),
            name in self._demanded,
            kind="text" if entry.kind == "select" and not choices else entry.kind,
            type=entry.type,
            autocomplete=entry.autocomplete,
            inputmode=entry.inputmode,
            hint=self._say(entry.hint),
            choices=choices,
            chosen=self._chosen(name),
            fault=self._fault(name),
        )

    def _own(self, name: str) -> Question:
        return Question(name, _in_words(name), name in self._site.required, fault=self._fault(name))

    def _choices(self, name: str) -> tuple[Choice, ...]:
        if name == "country":
            names = country_names(self._words.language.code)
            return tuple(Choice(code, country) for code, country in names.items())
        if name == "currency":
            return tuple(Choice(code, code) for code in self._site.currencies)
        if name == "domain_action":
            return tuple(Choice(action, self._say(label)) for action, label in DOMAIN_ACTIONS.items())
        return self._plans() if name == "plan" else ()

    def _plans(self) -> tuple[Choice, ...]:
        plans = [
            Choice(key, _in_words(key), self._say(CYCLES[plan.billing_cycle])) for key, plan in self._site.plans.items()
        ]
        if "plan" not in self._demanded:
            plans.append(Choice("", *map(self._say, NO_PLAN)))
        return tuple(plans)

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

    def _say(self, text: str) -> str:
        return text and self._words.language.gettext(text)


def plan_of(site: Site, text: str) -> str:
    """The site's own name of a plan, "" when it has no such plan."""
    try:
        return check_plan(site.plans, text)
    except Fault:
        return ""


def _in_words(key: str) -> str:
    """A name from sites.toml as people would write it."""
    words = re.sub("[-_]+", " ", key).strip()
    return words[:1].upper() + words[1:]
