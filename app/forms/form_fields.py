"""What a form for one site asks for: ``form_fields(site)``, in the order in which people expect it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.forms.signup import demanded
from app.sites import WHMCS_DEMANDS, Site

Kind = Literal["text", "email", "tel", "select", "radio", "checkbox"]


class Choice(NamedTuple):
    """One of several answers: what is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. ``name`` is what it is posted under; ``label`` is English, or made of the site's own name.

    ``choices`` are those of a select or a radio group. ``default`` is what the site takes when nothing is answered.
    """

    name: str
    label: str
    kind: Kind = "text"
    autocomplete: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    default: str = ""


# Label, kind and word for autocomplete, in the order of a form.
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
_KNOWN: dict[str, tuple[str, Kind, str]] = {
    "plan": ("Plan", "radio", ""),
    "first_name": ("First name", "text", "given-name"),
    "last_name": ("Last name", "text", "family-name"),
    "company": ("Company", "text", "organization"),
    "email": ("Email address", "email", "email"),
    "phone": ("Phone number", "tel", "tel"),
    "address1": ("Street and number", "text", "address-line1"),
    "address2": ("Address, second line", "text", "address-line2"),
    "city": ("Town or city", "text", "address-level2"),
    "state": ("State, county or region", "text", "address-level1"),
    "postcode": ("Postcode", "text", "postal-code"),
    "country": ("Country", "text", "country-name"),
    "tax_id": ("Tax number", "text", ""),
    "currency": ("Currency", "text", ""),
    "language": ("Language", "text", ""),
    "domain": ("Domain", "text", ""),
    "domain_action": ("What to do with the domain", "select", ""),
    "promo_code": ("Promotion code", "text", ""),
}
_CONSENTS = {
    "marketing_opt_in": "Send me news and offers by email",
    "terms": "I accept the terms of service",
}
_DOMAIN_ACTIONS = (
    Choice("register", "Register it"),
    Choice("transfer", "Transfer it to us"),
    Choice("own", "Use it as it is"),
)
_ALWAYS = {"first_name", "last_name", "email"}


def form_fields(site: Site) -> tuple[FormField, ...]:
    """Every field that a form for the site should have: what it must, what WHMCS has room for, and its own."""
    needed = demanded(site) - set(site.defaults)
    asked = demanded(site) | _ALWAYS | (set() if site.skip_validation else set(WHMCS_DEMANDS))
    asked |= {"plan"} if site.plans else set()
    asked |= {"currency"} if len(site.currencies) > 1 else set()
    known = [_known(site, name, name in needed) for name in _KNOWN if name in asked]
    own = [FormField(name, _in_words(name), required=name in needed) for name in site.custom_fields]
    consents = [
        FormField(name, label, "checkbox", required=True) for name, label in _CONSENTS.items() if name in needed
    ]
    return (*known, *own, *consents)


def _known(site: Site, name: str, required: bool) -> FormField:
    label, kind, autocomplete = _KNOWN[name]
    choices = _choices(site, name)
    if choices and kind == "text":
        kind = "select"
    return FormField(name, label, kind, autocomplete, required, choices, site.defaults.get(name, ""))


def _choices(site: Site, name: str) -> tuple[Choice, ...]:
    match name:
        case "plan":
            return tuple(Choice(plan, _in_words(plan)) for plan in site.plans)
        case "currency":
            return tuple(Choice(code, code) for code in site.currencies)
        case "domain_action":
            return _DOMAIN_ACTIONS
    return ()


def _in_words(name: str) -> str:
    """``heard_from`` -> ``Heard from``."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
