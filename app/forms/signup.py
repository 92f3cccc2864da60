"""``SignupForm``: what a visitor asked for, normalised and checked."""

import dataclasses
import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Self

from app.errors import InvalidFields
from app.forms import checks
from app.forms.body import Fields
from app.forms.countries import check_country
from app.forms.domains import check_domain, check_domain_action, check_domain_years, check_epp_code
from app.forms.faults import Fault
from app.forms.languages import check_language
from app.forms.messages import sentence
from app.forms.prose import ANSWER, COMPANY, LINE, NAME, prose
from app.forms.reading import Reading
from app.forms.spellings import find_answers
from app.forms.text import lines
from app.offer_links import Offer
from app.sites import PAID_ACTIONS, WHMCS_DEMANDS, Plan, Site


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class SignupForm:
    """One sign-up, field by field as WHMCS takes it; "" or None stands for a field left out.

    It has no repr of its own: what people typed stays out of logs and tracebacks.
    """

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    tax_id: str = ""
    currency: int | None = None
    language: str = ""
    marketing_opt_in: bool = False
    terms: bool = False
    plan: str | None = None
    domain: str = ""
    domain_action: str = ""
    domain_years: int | None = None
    epp_code: str = ""
    promo_code: str = ""
    payment_method: str = ""
    custom_fields: tuple[tuple[int, str], ...] = ()
    plan_fields: tuple[tuple[int, str], ...] = ()
    plan_options: tuple[tuple[int, int], ...] = ()
    offer_code: str = ""

    def promotion(self, plan: Plan) -> str:
        """The promotion code that its order carries, "" when none: that of an offer link, the plan's, the visitor's."""
        return self.offer_code or plan.promo_code or self.promo_code

    def to_json(self) -> bytes:
        """The same bytes for the same answers: fit to encrypt, and to compare two sign-ups by."""
        fields = {name: getattr(self, name) for name in FIELD_ORDER}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Back from ``to_json``, also that of an older or newer release: a missing key is a field left out, a strange
        one is passed over. Raises ValueError when the bytes are no JSON."""
        stored: dict[str, Any] = json.loads(data)
        known = {name: stored[name] for name in FIELD_ORDER if name in stored}
        pairs = {name: tuple(map(tuple, stored.get(name, ()))) for name in _PAIRS}
        return cls(**known | pairs)


_PAIRS = ("custom_fields", "plan_fields", "plan_options")
FIELD_ORDER = tuple(field.name for field in dataclasses.fields(SignupForm))


def demanded(site: Site) -> frozenset[str]:
    """The fields that must be filled on this site, by the visitor or by the site's defaults."""
    by_whmcs = frozenset() if site.skip_validation else frozenset(WHMCS_DEMANDS) - site.optional
    return by_whmcs | site.required | {"email"}


def faulty_defaults(site: Site) -> list[str]:
    """A sentence for each of the site's defaults that its own forms would not take as an answer."""
    try:
        read_signup(site, {})
    except InvalidFields as refused:
        faulty = [error for error in refused.errors if error.field in site.defaults]
        return [
            f"sites.{site.key}.defaults.{error.field}: is not taken as an answer. {sentence(error)}" for error in faulty
        ]
    return []


def read_signup(site: Site, fields: Fields, offer: Offer | None = None) -> tuple[SignupForm, int]:
    """The checked form, and how many fields were dropped because nobody knows them. A form with an offer and
    without a field for the plan orders the offer's.

    Raises InvalidFields with the faults of all fields, in the order of ``SignupForm``.
    """
    answers = find_answers(site, fields)
    defaults, needed = site.defaults, demanded(site)
    if offer is not None:
        needed |= {"plan"}
        if "plan" not in answers.values:  # who left it empty may have meant that
            defaults = {**defaults, "plan": offer.plan}
    reading = Reading(answers.values, defaults, needed)
    form = _read_form(site, reading, offer)
    own = site.plans[form.plan].own_fields if form.plan else ()
    if errors := reading.errors((*FIELD_ORDER, *site.custom_fields, *own)):
        raise InvalidFields(errors)
    return form, answers.unknown


def _read_form(site: Site, reading: Reading, offer: Offer | None) -> SignupForm:
    country = reading.read("country", check_country, "")
    region = None if reading.failed("country") else country
    name = reading.read("plan", partial(_check_plan, site, offer), None)
    plan = site.plans[name] if name else None
    for field in plan.needs if plan else ():
        reading.need(field)
    texts: dict[str, Any] = {field: reading.read(field, check, "") for field, check in _TEXTS.items()}
    return SignupForm(
        **texts,
        email=reading.read("email", checks.check_email, ""),
        phone=reading.read("phone", partial(checks.check_phone, region), ""),
        country=country,
        currency=reading.read("currency", partial(checks.check_currency, site.currencies), None),
        language=reading.read("language", check_language, ""),
        marketing_opt_in=reading.read("marketing_opt_in", checks.check_box, False),
        terms=reading.read("terms", checks.check_box, False),
        plan=name,
        **_read_domain(site, plan, reading),
        custom_fields=_read_texts(site.custom_fields, reading),
        offer_code=offer.promo_code if offer else "",
        **_read_for_plan(plan, reading),
    )


def _read_domain(site: Site, plan: Plan | None, reading: Reading) -> dict[str, Any]:
    """A domain name, and what is to be done with it; the rest matters only when that costs something."""
    offered = plan.domain_actions if plan else site.domain_actions
    check = partial(check_domain_action, offered)
    action: str = reading.read("domain_action", check, "")
    if action in PAID_ACTIONS:
        reading.need("domain")
    domain = reading.read("domain", check_domain, "")
    if domain and not action and "own" not in offered:
        if len(offered) > 1:  # nobody orders what he did not choose
            reading.need("domain_action")
        action = reading.read("domain_action", check, str(offered[0]))
    years = reading.read("domain_years", check_domain_years, None)
    code = reading.read("epp_code", check_epp_code, "")
    return {
        "domain": domain,
        "domain_action": action,
        "domain_years": years if action in PAID_ACTIONS else None,
        "epp_code": code if action == "transfer" else "",
    }


def _check_plan(site: Site, offer: Offer | None, text: str) -> str:
    name = checks.check_plan(site.plans, text)
    if offer is not None and name != offer.plan:
        raise Fault("offer_other_plan")
    return name


def _read_for_plan(plan: Plan | None, reading: Reading) -> dict[str, Any]:
    """What means something only for the plan that was chosen."""
    codes = plan.promo_codes if plan else None
    values: dict[str, Any] = {"promo_code": reading.read("promo_code", partial(checks.check_promo_code, codes), "")}
    if plan is None:
        return values
    options = {
        choice.option: reading.read(name, partial(checks.check_option, choice), choice.fallback)
        for name, choice in plan.choices.items()
    }
    return values | {
        "payment_method": reading.read("payment_method", partial(checks.check_payment_method, plan.methods), ""),
        "plan_fields": _read_texts(plan.custom_fields, reading),
        "plan_options": tuple(sorted((option, number) for option, number in options.items() if number is not None)),
    }


def _read_texts(numbers: Mapping[str, int], reading: Reading) -> tuple[tuple[int, str], ...]:
    """Custom fields: WHMCS's number and the answer."""
    texts = {number: reading.read(name, _CUSTOM, "", clean=lines) for name, number in numbers.items()}
    return tuple(sorted((number, text) for number, text in texts.items() if text))


# Lengths are in characters.
_TEXTS = {
    "first_name": prose(100, NAME),
    "last_name": prose(100, NAME),
    "company": prose(200, COMPANY),
    "address1": prose(200, LINE),
    "address2": prose(200, LINE),
    "city": prose(100, LINE),
    "state": prose(100, LINE),
    "postcode": prose(20, LINE),
    "tax_id": prose(40, LINE),
}
_CUSTOM = prose(1000, ANSWER)
