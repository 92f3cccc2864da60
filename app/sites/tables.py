"""The tables inside a site's own: how many sign-ups it takes, and whom it holds up."""

from functools import cache
from math import ceil
from typing import Annotated, Self

from limits import RateLimitItem, parse_many
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, model_validator

from app.settings import check_rate

_parsed = cache(parse_many)


def _rates(value: str) -> str:
    for rate in value.split(";"):
        check_rate(rate.strip())
    return value


def _quarter(rate: RateLimitItem) -> RateLimitItem:
    return type(rate)(ceil(rate.amount / 4), rate.multiples)


class Frozen(BaseModel):
    """A table that takes no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Frozen):
    """How many sign-ups are taken from one address, for one e-mail address, and for the site.

    ``unverified`` is for those of the site that nothing vouches for: a quarter of ``site``, if nothing else is said.
    ``domains`` is how many domain names one address may have looked up.
    """

    ip: Annotated[str, AfterValidator(_rates)] = Field(
        "5/10 minutes; 15/day", description="Write rates like 5/10 minutes; 15/day"
    )
    email: Annotated[str, AfterValidator(_rates)] = Field("3/hour", description="Write rates like 3/hour")
    unverified: Annotated[str, AfterValidator(_rates)] | None = Field(
        None, description="Leave it out, or write rates like 15/minute"
    )
    site: Annotated[str, AfterValidator(_rates)] = Field("60/minute", description="Write rates like 60/minute")
    domains: Annotated[str, AfterValidator(_rates)] = Field(
        "40/minute; 400/hour", description="Write rates like 40/minute; 400/hour"
    )

    def rates(self) -> dict[str, list[RateLimitItem]]:
        """The parsed rates of each of the five."""
        site = _parsed(self.site)
        unverified = [_quarter(rate) for rate in site] if self.unverified is None else _parsed(self.unverified)
        others = {name: _parsed(rates) for name, rates in (("ip", self.ip), ("email", self.email))}
        return {**others, "unverified": unverified, "site": site, "domains": _parsed(self.domains)}


class Thresholds(Frozen):
    """From how many points on a sign-up is asked to prove that it is a person's, held for a person, or refused."""

    challenge: PositiveInt = Field(3, le=1000, description="Give points, from 1 to 1000")
    hold: PositiveInt = Field(6, le=1000, description="Give points, from 1 to 1000")
    refuse: PositiveInt = Field(10, le=1000, description="Give points, from 1 to 1000")

    @model_validator(mode="after")
    def _nothing_after_refusal(self) -> Self:
        for name, points in (("challenge", self.challenge), ("hold", self.hold)):
            if points > self.refuse:
                raise ValueError(f"{name} ({points}) is above refuse ({self.refuse}), so it would never happen")
        return self
