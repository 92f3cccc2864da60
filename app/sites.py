"""``sites.toml`` -> frozen ``Site`` and ``Plan``: whose forms are taken, and what they may ask for."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from limits import RateLimitItem, parse_many
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from app.origins import check_origin, matches, on_origins
from app.settings import ConfigurationError, check_rate, problem, unknown_key

# https://developers.whmcs.com/api-reference/addclient/
WHMCS_DEMANDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "address1",
    "city",
    "state",
    "postcode",
    "country",
)
FIELD_NAMES = (
    *WHMCS_DEMANDS,
    "company",
    "address2",
    "tax_id",
    "currency",
    "language",
    "marketing_opt_in",
    "terms",
    "plan",
    "domain",
    "domain_action",
    "promo_code",
)


_parsed = cache(parse_many)


def _rates(value: str) -> str:
    for rate in value.split(";"):
        check_rate(rate.strip())
    return value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Plan(_Frozen):
    """What ``plan=NAME`` in a form orders; price and product never come from the browser."""

    pid: PositiveInt = Field(description="Give the product's number in WHMCS, like pid = 1")
    billing_cycle: Literal[
        "free", "onetime", "monthly", "quarterly", "semiannually", "annually", "biennially", "triennially"
    ] = Field(description='Write one of WHMCS\'s cycles, like billing_cycle = "annually"')
    payment_method: str = Field(
        pattern="^[a-z0-9_]{1,64}$",
        description='Give the module\'s system name in WHMCS, like payment_method = "stripe"',
    )
    promo_code: str = Field("", max_length=64, description='Give the code as WHMCS has it, like promo_code = "LAUNCH"')


class Limits(_Frozen):
    """How many sign-ups are taken from one address, for one e-mail address, and for the site."""

    ip: Annotated[str, AfterValidator(_rates)] = Field(
        "5/10 minutes; 15/day", description="Write rates like 5/10 minutes; 15/day"
    )
    email: Annotated[str, AfterValidator(_rates)] = Field("3/hour", description="Write rates like 3/hour")
    site: Annotated[str, AfterValidator(_rates)] = Field("60/minute", description="Write rates like 60/minute")

    def rates(self) -> dict[str, list[RateLimitItem]]:
        """The parsed rates of each of the three."""
        return {"ip": _parsed(self.ip), "email": _parsed(self.email), "site": _parsed(self.site)}


class Site(_Frozen):
    """One website that may send sign-ups: its origins, its ways back, its fields and its plans."""

    key: str
    origins: tuple[Annotated[str, AfterValidator(check_origin)], ...] = Field(
        min_length=1,
        description='List scheme and host only, like origins = ["https://www.example.com", "https://*.preview.example.com"]',
    )
    success_url: str | None = Field(None, description="Give a page on one of the site's origins, or leave it out")
    error_url: str | None = Field(None, description="Give a page on one of the site's origins, or leave it out")
    reply_within: float = Field(
        8, ge=0, le=60, description="Give the seconds a visitor may wait for WHMCS, from 0 to 60"
    )
    existing_customer: Literal["tell", "hide"] = Field("tell", description='Write "tell" or "hide"')
    retention_days: PositiveInt = Field(
        90, le=3650, description="Give the days a finished sign-up is kept, from 1 to 3650"
    )
    custom_fields: dict[Annotated[str, Field(max_length=64)], PositiveInt] = Field(
        {}, description="Map your form's field name to the custom field's number in WHMCS, like { heard_from = 3 }"
    )
    currencies: dict[str, PositiveInt] = Field(
        {}, description="Map a currency code to its number in WHMCS, like { USD = 1, EUR = 2 }"
    )
    required: frozenset[str] = Field(
        frozenset(), description="List field names such as company, terms, or your custom fields"
    )
    optional: frozenset[str] = Field(
        frozenset(),
        description="List only fields that WHMCS itself would demand, and that your WHMCS has made optional",
    )
    skip_validation: bool = Field(False, description="Write true or false")
    defaults: dict[str, str] = Field({}, description='Map field names to texts, like { country = "US" }')
    fields: dict[str, str] = Field({}, description='Map your spelling to ours, like { "Work Email" = "email" }')
    limits: Limits = Field(default_factory=Limits, description='Write a table like { ip = "5/10 minutes; 15/day" }')
    plans: dict[Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")], Plan] = Field(
        {}, description="Write a table for each plan, like [sites.acme.plans.starter]"
    )

    @field_validator("success_url", "error_url")
    @classmethod
    def _on_own_origin(cls, value: str | None, info: ValidationInfo) -> str | None:
        origins = info.data.get("origins")
        if value is not None and origins is not None and not on_origins(value, origins):
            raise ValueError(f"{value!r} is not on one of the site's origins")
        return value

    @field_validator("custom_fields")
    @classmethod
    def _own_names(cls, value: dict[str, int]) -> dict[str, int]:
        known = {_plain(field) for field in FIELD_NAMES}
        _refuse((name for name in value if name.startswith("_")), "steers the gateway with")
        _refuse((name for name in value if _plain(name) in known), "gives another meaning to")
        return value

    @field_validator("defaults")
    @classmethod
    def _no_consent(cls, value: dict[str, str]) -> dict[str, str]:
        _refuse({"terms", "marketing_opt_in"} & set(value), "answers in the visitor's place")
        return value

    @field_validator("required", "defaults")
    @classmethod
    def _known_fields(cls, value: Any, info: ValidationInfo) -> Any:
        _refuse(set(value) - {*FIELD_NAMES, *info.data.get("custom_fields", value)}, "does not know")
        return value

    @field_validator("optional")
    @classmethod
    def _whmcs_fields(cls, value: frozenset[str]) -> frozenset[str]:
        _refuse(value - set(WHMCS_DEMANDS) | value & {"email"}, "does not know")
        return value

    @field_validator("fields")
    @classmethod
    def _known_targets(cls, value: dict[str, str]) -> dict[str, str]:
        _refuse((name for name in value if name.startswith("_")), "steers the gateway with")
        _refuse(set(value.values()) - set(FIELD_NAMES), "does not know")
        return value

    def allows_origin(self, origin: str) -> bool:
        """Whether a page of this origin may send sign-ups here."""
        return matches(origin, self.origins)

    def owns(self, url: str) -> bool:
        """Whether ``url`` is a page on one of the site's origins, fit to send a visitor to."""
        return on_origins(url, self.origins)

    def back_to(self, **chosen: str | None) -> Self:
        """This site with the ways back that one form asked for; those off its origins are ignored."""
        return self.model_copy(update={name: url for name, url in chosen.items() if url and self.owns(url)})


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _refuse(names: Iterable[str], what_it_does: str) -> None:
    if bad := sorted(names):
        raise ValueError(f"{what_it_does} {', '.join(map(repr, bad))}")


def load_sites(path: Path) -> dict[str, Site]:
    """The sites of a ``sites.toml``, by key. Raises ConfigurationError with every fault at once."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise ConfigurationError([f"{path}: cannot be read. Set GATEWAY_SITES_FILE to your sites.toml."]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError([f"{path}: is not TOML: {error}."]) from None
    return parse_sites(document)


def parse_sites(document: Mapping[str, Any]) -> dict[str, Site]:
    """The same from a parsed document."""
    faults = [unknown_key(name, {"sites": 1}) for name in document if name != "sites"]
    tables = document.get("sites")
    if not isinstance(tables, dict) or not tables:
        raise ConfigurationError([*faults, "sites: there is no site. Write at least one table, like [sites.acme]."])
    sites = {}
    for key, table in tables.items():
        try:
            sites[key] = _parse_site(key, table)
        except ConfigurationError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigurationError(faults)
    return sites


def _parse_site(key: str, table: object) -> Site:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", key):
        raise ConfigurationError([f"sites.{key}: use lower-case letters, digits and hyphens for a site's name."])
    if not isinstance(table, dict):
        raise ConfigurationError([f"sites.{key}: is not a table. Write [sites.{key}] on a line of its own."])
    if "key" in table:
        raise ConfigurationError([unknown_key(f"sites.{key}.key", {})])
    try:
        return Site.model_validate({**table, "key": key})
    except ValidationError as error:
        faults = error.errors()
        spoilt = {fault["loc"][0] for fault in faults if len(fault["loc"]) > 1}  # a list is not short but for those
        told = [fault for fault in faults if fault["type"] != "too_short" or fault["loc"][0] not in spoilt]
        raise ConfigurationError([_sentence(key, fault) for fault in told]) from None


def _sentence(key: str, fault: Mapping[str, Any]) -> str:
    path = [str(part) for part in fault["loc"]]
    name = ".".join(["sites", key, *path])
    models: dict[str, type[_Frozen]] = {"plans": Plan, "limits": Limits}
    model = models.get(path[0], Site) if len(path) > (2 if path[0] == "plans" else 1) else Site
    field = path[2] if model is Plan else path[1] if model is Limits else path[0]
    if fault["type"] == "extra_forbidden":
        known = [one for one in model.model_fields if one != "key"]
        return unknown_key(name, {f"{name.removesuffix(field)}{one}": one for one in known})
    entry = model.model_fields.get(field)
    cure = f" {entry.description}." if entry else ""
    return f"{name}: {problem(fault)}.{cure}"
