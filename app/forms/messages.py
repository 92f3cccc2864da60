"""Every sentence about a field, for the person who fills in the form. None of them repeats what was typed."""

import re
from collections.abc import Callable

from app.errors import FieldError, leaves
from app.faults import unknown_key
from app.languages import ANSWERS, FORM, SCRIPT, mark
from app.sites import FIELD_NAMES, Site

_REQUIRED = {
    "first_name": mark("Enter your first name."),
    "last_name": mark("Enter your last name."),
    "company": mark("Enter the name of your company."),
    "email": mark("Enter your email address, like name@example.com."),
    "phone": mark("Enter your phone number, like +1 202 555 0143."),
    "address1": mark("Enter your street and house number."),
    "address2": mark("Enter the second line of your address."),
    "city": mark("Enter your town or city."),
    "state": mark("Enter your state, province or region."),
    "postcode": mark("Enter your postcode."),
    "country": mark("Choose your country."),
    "tax_id": mark("Enter your tax number."),
    "currency": mark("Choose a currency."),
    "language": mark("Choose a language."),
    "marketing_opt_in": mark("Tick the box for news by email to go on."),
    "terms": mark("Tick the box to accept the terms."),
    "plan": mark("Choose a plan."),
    "domain": mark("Enter your domain name, like example.com."),
    "domain_action": mark("Choose whether to register a domain, transfer one or use your own."),
    "domain_years": mark("Choose for how many years to have the domain name."),
    "epp_code": mark("Enter the transfer code of your domain name; whoever keeps it for you now has that."),
    "promo_code": mark("Enter your promotion code."),
    "payment_method": mark("Choose how you would like to pay."),
}
_CHOICES = {
    "marketing_opt_in": mark("Tick the box for news by email, or leave it empty."),
    "terms": mark("Tick the box to accept the terms, or leave it empty."),
    "domain_action": mark("Choose one of the three: register, transfer or own."),
}
_WRONG = {
    "invalid_email": mark("Check your email address; it needs the form name@example.com."),
    "invalid_phone": mark(
        "Check your phone number; write it with country code and no extension, like +1 202 555 0143."
    ),
    "invalid_country": mark("Choose your country, or write its English name or two-letter code."),
    "invalid_currency": mark("Choose one of the currencies offered."),
    "invalid_language": mark("Choose a language by its English name or its code, like en."),
    "unknown_payment_method": mark("Choose one of the ways to pay that are offered."),
    "unknown_promo_code": mark("Check your promotion code, or leave it out; it does not hold for this plan."),
    "payment_method_unavailable": mark("Choose another way to pay; this one cannot be used at the moment."),
    "promo_code_expired": mark("Use another promotion code, or leave it out; this one is no longer valid."),
    "unknown_plan": mark("Choose one of the plans offered."),
    "plan_unavailable": mark("Choose another plan; this one cannot be ordered at the moment."),
    "invalid_domain": mark("Check the domain name; it needs the form example.com."),
    "unknown_domain_action": mark("Choose another way for your domain name; this one is not on offer."),
    "unknown_period": mark("Choose another number of years; this domain name is not sold for that many."),
    "invalid_epp_code": mark(
        "Check the transfer code, or leave it out and send it to us later; we cannot take spaces or < > {{ }} here."
    ),
    "tld_not_sold": mark("Choose a domain name with another ending; we do not sell this one."),
    "domain_taken": mark("Choose another domain name; this one is taken."),
    "domain_not_registered": mark("Check the domain name; nobody has it yet, so it cannot be transferred."),
    "invalid_promo_code": mark(
        "Check your promotion code; it has up to 64 letters, digits, dots, hyphens and underscores."
    ),
    "invalid_client_ip": mark("Give the visitor's IP address in this field, or leave it out."),
    "offer_invalid": mark("Open the link of the offer again, or sign up without it; it does not work here as it is."),
    "offer_expired": mark("Ask us for a new link, or sign up without the offer; its time is over."),
    "offer_used": mark("Ask us for a new link, or sign up without the offer; it has been used up."),
    "offer_other_plan": mark("Choose the plan that the offer is for, or sign up without the offer."),
    "invalid_key": mark("Reload the page and send the form again."),
}
# The same where something else would do; {names} is that.
_SUGGESTING = {
    "unknown_period": mark("Choose another number of years; this domain name is sold for {names}."),
    "domain_taken": mark("Choose another domain name; this one is taken. These are free: {names}."),
}
# These hold for any field; {name} is its name below.
_ANY = {
    "required": mark("Fill in {name}."),
    "repeated": mark("Give only one answer for {name}; the form sent several that differ."),
    "too_long": mark("Shorten {name} to {limit} characters or fewer."),
    "invalid_characters": mark("Type {name} again; hidden characters came along."),
    "invalid_start": mark("Begin {name} with a letter or a digit."),
    "no_links": mark("Leave web and email addresses out of {name}."),
    "no_markup": mark("Leave the signs < > {{ }} out of {name}."),
    "unknown_option": mark("Choose one of the answers offered for {name}."),
    "not_accepted": mark("Check {name}; our billing system did not accept it."),
}
_NAMES = {
    "first_name": mark("your first name"),
    "last_name": mark("your last name"),
    "company": mark("the name of your company"),
    "email": mark("your email address"),
    "phone": mark("your phone number"),
    "address1": mark("the first line of your address"),
    "address2": mark("the second line of your address"),
    "city": mark("your town or city"),
    "state": mark("your state, province or region"),
    "postcode": mark("your postcode"),
    "country": mark("your country"),
    "tax_id": mark("your tax number"),
    "currency": mark("the currency"),
    "language": mark("the language"),
    "marketing_opt_in": mark("the box for news by email"),
    "terms": mark("the box for the terms"),
    "plan": mark("the plan"),
    "domain": mark("the domain name"),
    "domain_action": mark("the choice for your domain"),
    "domain_years": mark("the years of the domain name"),
    "epp_code": mark("the transfer code"),
    "promo_code": mark("your promotion code"),
    "payment_method": mark("the way to pay"),
}


def sentence(error: FieldError, say: Callable[[str], str] = str, label: str = "") -> str:
    """What to do about ``error``, which is in a field of ours, a control, or a custom field by the site's own name.

    ``say`` turns an English text into the reader's language; ``label`` is what the site calls the field.
    """
    template = _template(error)
    if template is None:
        name = _NAMES.get(error.field)
        called = say(name) if name and not label else f'"{label or in_words(error.field)}"'
        return say(_ANY[error.code]).format(name=called, limit=error.limit)
    return say(template).format(names=", ".join(error.suggestions))


def in_words(name: str) -> str:
    """The name of a field or plan of the site's own, as people would write it; a control's stays as it is."""
    if name.startswith("_"):
        return name
    words = re.sub("[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def _template(error: FieldError) -> str | None:
    if error.code == "required":
        return _REQUIRED.get(error.field)
    if error.code == "invalid_choice":
        return _CHOICES[error.field]
    return (_SUGGESTING.get(error.code) if error.suggestions else None) or _WRONG.get(error.code)


def faulty_texts(site: Site) -> list[str]:
    """A sentence for each text of the site's own whose name stands for nothing that is shown."""
    known = _names_of_texts(site)
    return [
        unknown_key(name, known, within=f"sites.{site.key}.texts.{language}.")
        for language, texts in site.texts.items()
        for name in texts
        if name not in known
    ]


def _names_of_texts(site: Site) -> set[str]:
    said = {*ANSWERS, *(error.code for error in leaves())}
    plans = site.plans.values()
    fields = {*FIELD_NAMES, *site.custom_fields, *(name for plan in plans for name in plan.own_fields)}
    codes = {"required", "invalid_choice", *_WRONG, *_ANY, "label"}
    choices = {f"plan.{name}" for name in site.plans}
    choices |= {f"payment_method.{name}" for plan in plans for name in plan.methods}
    return (
        said
        | {*SCRIPT, *FORM}
        | {f"{name}.title" for name in said}
        | {f"{name}.{code}" for name in fields for code in codes}
        | {f"{name}.label" for name in choices}
    )
