"""How each field of a sign-up is asked for on the hosted form.

The autocomplete words are HTML's: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Input:
    """What a field is called and how it is filled in."""

    label: str
    autocomplete: str = ""
    kind: Literal["text", "select", "radio", "box"] = "text"
    type: str = "text"
    inputmode: str = ""
    hint: str = ""


INPUTS = {
    "plan": Input("Plan", kind="radio"),
    "domain_action": Input("What shall we do with your domain name?", kind="radio"),
    "domain": Input("Domain name", type="text", inputmode="url", hint="Like example.com."),
    "promo_code": Input("Promotion code"),
    "first_name": Input("First name", "given-name"),
    "last_name": Input("Last name", "family-name"),
    "email": Input("Email address", "email", type="email", inputmode="email"),
    "phone": Input(
        "Phone number", "tel", type="tel", inputmode="tel", hint="With the country code, like +1 202 555 0143."
    ),
    "company": Input("Company", "organization"),
    "tax_id": Input("Tax number"),
    "address1": Input("Street and number", "address-line1"),
    "address2": Input("Second line of the address", "address-line2"),
    "city": Input("Town or city", "address-level2"),
    "state": Input("State, province or region", "address-level1"),
    "postcode": Input("Postcode", "postal-code"),
    "country": Input("Country", "country", kind="select"),
    "currency": Input("Currency", "transaction-currency", kind="select"),
    "language": Input("Language", "language", hint="Its English name or its code, like en."),
    "marketing_opt_in": Input("Send me news and offers by email", kind="box"),
    "terms": Input("I accept the terms", kind="box"),
}
GROUPS = {
    "Your plan": ("plan", "promo_code"),
    "Your domain": ("domain_action", "domain"),
    "About you": ("first_name", "last_name", "email", "phone", "company", "tax_id"),
    "Your address": ("address1", "address2", "city", "state", "postcode", "country"),
    "Your account": ("currency", "language"),
}
NO_PLAN = ("No plan yet", "Just an account. You can order later.")
DOMAIN_ACTIONS = {
    "register": "Register a new domain name",
    "transfer": "Transfer a domain name I have",
    "own": "Use a domain name I have, and leave it where it is",
}
CYCLES = {
    "free": "Free",
    "onetime": "Paid once",
    "monthly": "Billed every month",
    "quarterly": "Billed every three months",
    "semiannually": "Billed every six months",
    "annually": "Billed every year",
    "biennially": "Billed every two years",
    "triennially": "Billed every three years",
}
