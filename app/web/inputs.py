"""How each field of a sign-up is asked for on the hosted form.

The autocomplete words are HTML's: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
"""

from dataclasses import dataclass
from typing import Literal

from app.languages import mark


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
    "plan": Input(mark("Plan"), kind="radio"),
    "domain_action": Input(mark("What shall we do with your domain name?"), kind="radio"),
    "domain": Input(mark("Domain name"), type="text", inputmode="url", hint=mark("Like example.com.")),
    "domain_years": Input(
        mark("For how many years?"),
        inputmode="numeric",
        hint=mark("To register or transfer a domain name. One year, if you leave it empty."),
    ),
    "epp_code": Input(
        mark("Transfer code"),
        "off",
        hint=mark("To transfer a domain name. Whoever keeps it for you now has the code."),
    ),
    "promo_code": Input(mark("Promotion code")),
    "payment_method": Input(mark("How would you like to pay?"), kind="select"),
    "first_name": Input(mark("First name"), "given-name"),
    "last_name": Input(mark("Last name"), "family-name"),
    "email": Input(mark("Email address"), "email", type="email", inputmode="email"),
    "phone": Input(
        mark("Phone number"),
        "tel",
        type="tel",
        inputmode="tel",
        hint=mark("With the country code, like +1 202 555 0143."),
    ),
    "company": Input(mark("Company"), "organization"),
    "tax_id": Input(mark("Tax number")),
    "address1": Input(mark("Street and number"), "address-line1"),
    "address2": Input(mark("Second line of the address"), "address-line2"),
    "city": Input(mark("Town or city"), "address-level2"),
    "state": Input(mark("State, province or region"), "address-level1"),
    "postcode": Input(mark("Postcode"), "postal-code"),
    "country": Input(mark("Country"), "country", kind="select"),
    "currency": Input(mark("Currency"), "transaction-currency", kind="select"),
    "language": Input(mark("Language"), "language", hint=mark("Its English name or its code, like en.")),
    "marketing_opt_in": Input(mark("Send me news and offers by email"), kind="box"),
    "terms": Input(mark("I accept the terms"), kind="box"),
}
GROUPS = {
    mark("Your plan"): ("plan", "payment_method", "promo_code"),
    mark("Your domain"): ("domain_action", "domain", "domain_years", "epp_code"),
    mark("About you"): ("first_name", "last_name", "email", "phone", "company", "tax_id"),
    mark("Your address"): ("address1", "address2", "city", "state", "postcode", "country"),
    mark("Your account"): ("currency", "language"),
}
WITH_PLAN = mark("If you choose {plan}")
AT_MOST = mark("A number up to {most}.")
OTHERS = mark("A few more questions")
BOXES = ("marketing_opt_in", "terms")
NO_PLAN = (mark("No plan yet"), mark("Just an account. You can order later."))
DOMAIN_ACTIONS = {
    "register": mark("Register a new domain name"),
    "transfer": mark("Transfer a domain name I have"),
    "own": mark("Use a domain name I have, and leave it where it is"),
}
CYCLES = {
    "free": mark("Free"),
    "onetime": mark("Paid once"),
    "monthly": mark("Billed every month"),
    "quarterly": mark("Billed every three months"),
    "semiannually": mark("Billed every six months"),
    "annually": mark("Billed every year"),
    "biennially": mark("Billed every two years"),
    "triennially": mark("Billed every three years"),
}
