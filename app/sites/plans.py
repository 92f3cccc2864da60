"""``Plan``: what ``plan=NAME`` in a form orders; price and product never come from the browser."""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    ValidationInfo,
    field_validator,
    model_validator,
)

from app.sites.tables import Frozen

PAID_ACTIONS = ("register", "transfer")  # what is done with a domain that has a price
_METHOD = "^[a-z0-9_]{1,64}$"
_Name = Annotated[str, Field(pattern=r"^[^_\s]\S{0,63}$")]


def _hostname(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9.-]*", re.sub(r"\{(reference|domain)\}", "x", value)):
        raise ValueError(f"{value!r} is no host name")
    return value


class Choice(Frozen):
    """A configurable option whose value the visitor chooses: one of some, or a number of something."""

    option: PositiveInt = Field(description="Give the configurable option's number in WHMCS, like option = 12")
    values: dict[Annotated[str, Field(min_length=1, max_length=64)], PositiveInt] = Field(
        {}, description='Map what the form sends to the number of the choice in WHMCS, like { "2 GB" = 47 }'
    )
    most: PositiveInt | None = Field(None, le=1_000_000, description="Give the largest number, like most = 8")
    least: NonNegativeInt = Field(0, description="Give the smallest number, like least = 1")
    default: str | None = Field(None, description="Give what holds when the form sends nothing, or leave it out")

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if bool(self.values) == bool(self.most):
            raise ValueError("needs either values or most")
        if self.least > (self.most or 0):
            raise ValueError("has a least above its most")
        if self.default is not None and self.number(self.default) is None:
            raise ValueError(f"has the default {self.default!r}, which it would not take as an answer")
        return self

    @property
    def fallback(self) -> int | None:
        """What WHMCS is told when the form sends nothing; None when it has to send something."""
        return None if self.default is None else self.number(self.default)

    def number(self, answer: str) -> int | None:
        """What WHMCS is told for this answer: the choice, or how many; None when it is not on offer."""
        if self.most is None:
            return next((number for text, number in self.values.items() if text.casefold() == answer.casefold()), None)
        return int(answer) if re.fullmatch("[0-9]{1,7}", answer) and self.least <= int(answer) <= self.most else None


class Item(Frozen):
    """One product of an order."""

    pid: PositiveInt = Field(description="Give the product's number in WHMCS, like pid = 1")
    billing_cycle: Literal[
        "free", "onetime", "monthly", "quarterly", "semiannually", "annually", "biennially", "triennially"
    ] = Field(description="Write free, onetime, monthly, quarterly, semiannually, annually, biennially or triennially")
    quantity: PositiveInt = Field(1, le=1000, description="Give how many of it, like quantity = 2")
    stock_control: bool = Field(False, description="Write true where WHMCS counts the product's stock, or false")
    addons: tuple[PositiveInt, ...] = Field((), description="List numbers of product addons in WHMCS, like [3, 4]")
    config_options: dict[PositiveInt, NonNegativeInt] = Field(
        {}, description="Map the option's number to that of its choice, or to a quantity, like { 12 = 47 }"
    )
    hostname: Annotated[str, AfterValidator(_hostname)] = Field(
        "", description='Give a server\'s name, like "{reference}.servers.example.com" or "{domain}"'
    )
    nameservers: tuple[Annotated[str, Field(pattern="^[a-z0-9-]{1,63}$")], ...] = Field(
        (), max_length=2, description='List the prefixes of a server\'s two name servers, like ["ns1", "ns2"]'
    )


class Plan(Item):
    """A product, all that is ordered with it, and how it is paid."""

    offer_only: bool = Field(False, description="Write true or false")
    price: Annotated[str, Field(pattern=r"^([0-9]{1,9}(\.[0-9]{1,2})? [A-Z]{3})?$")] = Field(
        "", description='Give what your pages say of one cycle, like price = "9.99 USD", for `gateway check` to compare'
    )
    payment_method: str = Field(
        pattern=_METHOD, description='Give the module\'s system name in WHMCS, like payment_method = "stripe"'
    )
    payment_methods: tuple[Annotated[str, Field(pattern=_METHOD)], ...] = Field(
        (), description='List more system names that a form may choose, like ["paypal", "banktransfer"]'
    )
    promo_code: str = Field("", max_length=64, description='Give the code as WHMCS has it, like promo_code = "LAUNCH"')
    promo_codes: tuple[Annotated[str, Field(min_length=1, max_length=64)], ...] | None = Field(
        None, description='List the codes that a form may send, like ["SUMMER"], or leave it out for any'
    )
    domain_actions: tuple[Literal["register", "transfer", "own"], ...] = Field(
        ("own",), min_length=1, description='List what a form may ask for, like ["register", "transfer", "own"]'
    )
    affiliate: PositiveInt | None = Field(None, description="Give the affiliate's number in WHMCS, or leave it out")
    order_mail: bool = Field(True, description="Write true or false")
    invoice_mail: bool = Field(True, description="Write true or false")
    accept_order: bool = Field(False, description="Write true or false")
    custom_fields: dict[_Name, PositiveInt] = Field(
        {},
        description="Map your form's field name (no blank in it, no _ before it) to the product's custom field, "
        "like { project = 9 }",
    )
    required: frozenset[str] = Field(
        frozenset(), description="List domain, payment_method, or names of the plan's custom_fields"
    )
    choices: dict[_Name, Choice] = Field(
        {},
        description="Map your form's field name (no blank in it, no _ before it) to a table, "
        'like { option = 12, values = { "2 GB" = 47 } }',
    )
    more: tuple[Item, ...] = Field(
        (), max_length=20, description="Write a table for each other product, like [[sites.acme.plans.starter.more]]"
    )

    @field_validator("choices")
    @classmethod
    def _one_choice_an_option(cls, value: dict[str, Choice], info: ValidationInfo) -> dict[str, Choice]:
        options = [*info.data.get("config_options", ()), *(choice.option for choice in value.values())]
        if twice := sorted({number for number in options if options.count(number) > 1}):
            raise ValueError(f"names the option {twice[0]} twice, here or in config_options")
        return value

    @field_validator("required")
    @classmethod
    def _known_fields(cls, value: frozenset[str], info: ValidationInfo) -> frozenset[str]:
        if strange := sorted(value - {"domain", "payment_method", *info.data.get("custom_fields", value)}):
            raise ValueError(f"does not know {', '.join(map(repr, strange))}")
        return value

    @property
    def items(self) -> tuple[Item, ...]:
        """All products that are ordered, the plan's own first."""
        return (self, *self.more)

    @property
    def price_parts(self) -> tuple[Decimal, str]:
        """The amount and the currency of ``price``; 0 and "" where the plan has none."""
        amount, _, code = self.price.partition(" ")
        return Decimal(amount or 0), code

    @property
    def methods(self) -> tuple[str, ...]:
        """The payment modules that a form may choose from."""
        return tuple(dict.fromkeys((self.payment_method, *self.payment_methods)))

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The names of form fields that only this plan has."""
        return (*self.choices, *self.custom_fields)

    @property
    def needs(self) -> frozenset[str]:
        """The fields that must be filled when this plan is ordered."""
        for_a_name = {"domain"} if any("{domain}" in item.hostname for item in self.items) else set()
        return self.required | for_a_name | {name for name, choice in self.choices.items() if choice.default is None}
