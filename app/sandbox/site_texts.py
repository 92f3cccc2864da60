"""What the demo site can say: its plans, its fields, and one sentence for each code that the gateway returns with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as the site sells it; the gateway knows what ``key`` costs."""

    key: str
    name: str
    price: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One text field of the form, with the hints that browsers and keyboards understand.

    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
    """

    name: str
    label: str
    autocomplete: str
    type: str = "text"
    inputmode: str = "text"
    required: bool = True
    hint: str = ""


PLANS: Final = (
    Plan("starter", "Starter", "5", ("One site", "10 GB of storage", "Free certificate")),
    Plan("business", "Business", "15", ("Ten sites", "100 GB of storage", "Daily backups")),
)
DOMAIN_ACTIONS: Final[Mapping[str, str]] = {
    "register": "Register a new name",
    "transfer": "Transfer a name I have",
    "own": "Use a name I have, and leave it where it is",
}
DOMAIN: Final = (
    Field("domain", "Domain name", "off", inputmode="url", required=False, hint="Like example.com. It needs a plan."),
    Field("epp_code", "Transfer code", "off", required=False, hint="Only to transfer a name."),
)
ABOUT_YOU: Final = (
    Field("first_name", "First name", "given-name"),
    Field("last_name", "Last name", "family-name"),
    Field("email", "Email address", "email", "email", "email", hint="We send your log-in here."),
    Field("phone", "Phone number", "tel", "tel", "tel", hint="With country code, for example +44 20 7946 0000."),
    Field("company", "Company", "organization", required=False),
)
ADDRESS: Final = (
    Field("address1", "Street and number", "address-line1"),
    Field("city", "Town or city", "address-level2"),
    Field("state", "State, county or region", "address-level1"),
    Field("postcode", "Postcode", "postal-code"),
)
COUNTRIES: Final[Mapping[str, str]] = {
    "AR": "Argentina",
    "AU": "Australia",
    "AT": "Austria",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "DK": "Denmark",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "IN": "India",
    "IE": "Ireland",
    "IT": "Italy",
    "JP": "Japan",
    "KE": "Kenya",
    "MX": "Mexico",
    "NL": "Netherlands",
    "NZ": "New Zealand",
    "NG": "Nigeria",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "SG": "Singapore",
    "ZA": "South Africa",
    "ES": "Spain",
    "SE": "Sweden",
    "CH": "Switzerland",
    "GB": "United Kingdom",
    "US": "United States",
}
LABELS: Final[Mapping[str, str]] = {
    **{field.name: field.label for field in (*DOMAIN, *ABOUT_YOU, *ADDRESS)},
    "domain_action": "What to do with the domain",
    "country": "Country",
    "plan": "Plan",
    "terms": "Terms",
    "marketing_opt_in": "News by email",
}
PROBLEMS: Final[Mapping[str, str]] = {
    "invalid_fields": "Some answers need another look. Please fill in the form again and check the marked fields.",
    "email_taken": "There is already an account with this email address. Please log in, or use another address.",
    "key_reused": "This form was sent before with other answers. Please fill it in again.",
    "challenge_failed": "We could not check that you are a person. Please try again.",
    "rate_limited": "There were too many attempts in a short time. Please wait a little and try again.",
    "unavailable": "We could not save your sign-up just now. Please try again in a minute.",
}
OTHER_PROBLEM: Final = "Your sign-up did not go through. Please try again."
