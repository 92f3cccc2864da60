"""``Site``: one website that may send sign-ups."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, ValidationInfo, field_validator

from app.languages import CODES
from app.origins import check_origin, check_page, matches, on_origins
from app.sites.fields import ATTRIBUTION, FIELD_NAMES, WHMCS_DEMANDS
from app.sites.names import alike, plain, refuse
from app.sites.plans import PAID_ACTIONS, Plan
from app.sites.tables import Frozen, Limits, Thresholds
from app.sites.texts import Code, Ending, OneLine


class Site(Frozen):
    """One website that may send sign-ups: its origins, its ways back, its fields and its plans."""

    key: str
    origins: tuple[Annotated[str, AfterValidator(check_origin)], ...] = Field(
        min_length=1,
        description='List scheme and host only, like origins = ["https://www.example.com", "https://*.preview.example.com"]',
    )
    name: str = Field(
        "",
        max_length=80,
        pattern=r"^[^\x00-\x1f\x7f<>]*$",
        description='Give the name that visitors know, up to 80 characters and no < or >, like name = "Acme"',
    )
    logo_url: Annotated[str, AfterValidator(check_page)] | None = Field(
        None, description='Give the address of a picture, like logo_url = "https://www.example.com/logo.svg"'
    )
    accent: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] | None = Field(
        None, description='Write a colour as # and six hexadecimal digits, like accent = "#0b6358"'
    )
    hosted_form: bool = Field(False, description="Write true or false")
    terms_url: Annotated[str, AfterValidator(check_page)] | None = Field(
        None, description='Give the page with your terms, like terms_url = "https://www.example.com/terms"'
    )
    success_url: str | None = Field(None, description="Give a page on one of the site's origins, or leave it out")
    error_url: str | None = Field(None, description="Give a page on one of the site's origins, or leave it out")
    reply_within: float = Field(
        8, ge=0, le=60, description="Give the seconds a visitor may wait for WHMCS, from 0 to 60"
    )
    existing_customer: Literal["tell", "hide"] = Field("tell", description='Write "tell" or "hide"')
    login_url: Annotated[str, AfterValidator(check_page)] | None = Field(
        None, description='Give the page where customers log in, like login_url = "https://billing.example.com/login"'
    )
    checkout: Literal["none", "login", "sso"] = Field("login", description='Write "none", "login" or "sso"')
    password_mail: Literal["welcome", "reset"] = Field("welcome", description='Write "welcome" or "reset"')
    known_address_mail: bool = Field(True, description="Write true or false")
    retention_days: PositiveInt = Field(
        90, le=3650, description="Give the days a finished sign-up is kept, from 1 to 3650"
    )
    custom_fields: dict[Annotated[str, Field(max_length=64)], PositiveInt] = Field(
        {}, description="Map your form's field name to the custom field's number in WHMCS, like { heard_from = 3 }"
    )
    currencies: dict[str, PositiveInt] = Field(
        {}, description="Map a currency code to its number in WHMCS, like { USD = 1, EUR = 2 }"
    )
    tlds: tuple[Ending, ...] = Field(
        (),
        description='List the endings that you sell, like ["com", "co.uk"], or leave it out for all of WHMCS',
    )
    attribution: Literal["notes", "off"] | dict[str, int] = Field(
        "notes", description='Write "notes" or "off", or map names to custom fields in WHMCS, like { utm_source = 7 }'
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
    relay_keys: tuple[Annotated[str, Field(pattern="^[0-9a-f]{64}$")], ...] = Field(
        (), description="Run `gateway generate-relay-key` for each server that sends forms, and copy the line it prints"
    )
    limits: Limits = Field(default_factory=Limits, description='Write a table like { ip = "5/10 minutes; 15/day" }')
    screening: Thresholds = Field(
        default_factory=Thresholds, description="Write a table like { challenge = 3, hold = 6, refuse = 10 }"
    )
    check_mx: bool = Field(False, description="Write true or false")
    challenge: Literal["off", "suspicious", "always"] = Field(
        "off", description='Write "off", "suspicious" or "always"'
    )
    challenge_provider: Literal["altcha", "turnstile", "hcaptcha", "recaptcha"] = Field(
        "altcha", description='Write "altcha", "turnstile", "hcaptcha" or "recaptcha"'
    )
    challenge_site_key: str = Field(
        "", pattern=r"^[\w.-]{0,200}$", validate_default=True, description="Copy the site key that the provider shows"
    )
    challenge_secret_env: str = Field(
        "",
        validate_default=True,
        description="Name the environment variable that holds the provider's secret, like TURNSTILE_SECRET",
    )
    challenge_action: str = Field(
        "signup", pattern="^[A-Za-z0-9_/-]{1,32}$", description="Give the action that the page names to the provider"
    )
    challenge_min_score: float = Field(
        0.5, ge=0, le=1, description="Give the score from which on reCAPTCHA v3 is believed, from 0 to 1"
    )
    language: Literal["auto", "en", "de", "fr", "es", "pt", "nl", "it", "pl"] = Field(
        "auto", description='Write "auto", "en", "de", "fr", "es", "pt", "nl", "it" or "pl"'
    )
    texts: dict[Code, dict[str, OneLine]] = Field(
        {},
        description=f"Write texts of one line by language ({', '.join(CODES)}) and name, "
        'like { de = { created = "Willkommen!" } }',
    )
    plans: dict[Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")], Plan] = Field(
        {},
        description="Write a table for each plan, named with lower-case letters, digits, - and _, "
        "like [sites.acme.plans.starter]",
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
        known = {plain(field) for field in FIELD_NAMES}
        refuse((name for name in value if name.startswith("_")), "steers the gateway with")
        refuse((name for name in value if plain(name) in known), "gives another meaning to")
        refuse(alike(value), "cannot tell apart")
        return value

    @field_validator("attribution", mode="plain")
    @classmethod
    def _known_sources(cls, value: object, info: ValidationInfo) -> object:
        if value in ("notes", "off"):
            return value
        if not isinstance(value, dict) or not all(type(number) is int and number > 0 for number in value.values()):
            raise ValueError("is neither of the words, nor a table of numbers")
        refuse(set(value) - set(ATTRIBUTION), "does not know")
        taken = {*info.data.get("custom_fields", {}).values()}
        refuse(
            (name for name, number in value.items() if number in taken), "has one of the numbers in custom_fields for"
        )
        return value

    @field_validator("defaults")
    @classmethod
    def _no_consent(cls, value: dict[str, str]) -> dict[str, str]:
        refuse({"terms", "marketing_opt_in"} & set(value), "answers in the visitor's place")
        return value

    @field_validator("required", "defaults")
    @classmethod
    def _known_fields(cls, value: Any, info: ValidationInfo) -> Any:
        refuse(set(value) - {*FIELD_NAMES, *info.data.get("custom_fields", value)}, "does not know")
        return value

    @field_validator("optional")
    @classmethod
    def _whmcs_fields(cls, value: frozenset[str]) -> frozenset[str]:
        refuse(value - set(WHMCS_DEMANDS) | value & {"email"}, "does not know")
        return value

    @field_validator("fields")
    @classmethod
    def _known_targets(cls, value: dict[str, str]) -> dict[str, str]:
        refuse((name for name in value if name.startswith("_")), "steers the gateway with")
        refuse(set(value.values()) - set(FIELD_NAMES), "does not know")
        return value

    @field_validator("plans")
    @classmethod
    def _names_of_their_own(cls, value: dict[str, Plan], info: ValidationInfo) -> dict[str, Plan]:
        known = {plain(field) for field in (*FIELD_NAMES, *info.data.get("custom_fields", ()))}
        own = {name for plan in value.values() for name in plan.own_fields}
        refuse(
            (name for name in own if plain(name) in known),
            "has choices or custom_fields with the name of another field; rename",
        )
        refuse(alike(own), "cannot tell apart")
        return value

    @field_validator("challenge_site_key", "challenge_secret_env")
    @classmethod
    def _given_to_a_provider(cls, value: str, info: ValidationInfo) -> str:
        provider = info.data.get("challenge_provider", "altcha")
        if not value and provider != "altcha":
            raise ValueError(f"is needed for {provider}")
        return value

    @field_validator("challenge_secret_env")
    @classmethod
    def _free_name(cls, value: str) -> str:
        # Never quoted: somebody may have put the secret itself there.
        if value and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value):
            raise ValueError("is not the name of a variable")
        if value.startswith(("GATEWAY_", "WHMCS_")):
            raise ValueError("names a variable of the gateway's own")
        return value

    @property
    def public(self) -> Self:
        """The site as everybody sees it: without the plans that only an offer link opens."""
        plans = {name: plan for name, plan in self.plans.items() if not plan.offer_only}
        return self if len(plans) == len(self.plans) else self.model_copy(update={"plans": plans})

    @property
    def hides_customers(self) -> bool:
        """Whether nobody is to learn who is a customer already."""
        return self.existing_customer == "hide"

    @property
    def domain_actions(self) -> tuple[str, ...]:
        """What may be done with a domain, for some plan or without one."""
        offered = {"own", *(action for plan in self.plans.values() for action in plan.domain_actions)}
        return tuple(action for action in (*PAID_ACTIONS, "own") if action in offered)

    @property
    def sells_domains(self) -> bool:
        """Whether names are registered or transferred with one of its plans."""
        return any(action in PAID_ACTIONS for action in self.domain_actions)

    @property
    def mails_resets(self) -> bool:
        """Whether WHMCS is asked to mail a link to set a password by, to new clients or to those known already."""
        return self.password_mail == "reset" or (self.hides_customers and self.known_address_mail)  # noqa: S105

    @property
    def kept_for(self) -> float:
        """Seconds that a finished sign-up is kept."""
        return self.retention_days * 86400.0

    def allows_origin(self, origin: str) -> bool:
        """Whether a page of this origin may send sign-ups here."""
        return matches(origin, self.origins)

    def owns(self, url: str) -> bool:
        """Whether ``url`` is a page on one of the site's origins, fit to send a visitor to."""
        return on_origins(url, self.origins)

    def back_to(self, **chosen: str | None) -> Self:
        """This site with the ways back that one form asked for; those off its origins are ignored."""
        return self.model_copy(update={name: url for name, url in chosen.items() if url and self.owns(url)})
