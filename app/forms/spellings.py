"""The many names of a field -> ours."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from app.forms.body import Fields
from app.sites import ATTRIBUTION, Site

# Ours first, then WHMCS's parameters, the words of HTML's autocomplete attribute, and what forms in the wild use.
# https://developers.whmcs.com/api-reference/addclient/
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
_SPELLINGS = {
    "first_name": "first name, given name, forename, fname",
    "last_name": "last name, family name, surname, lname",
    "company": "company, company name, organization, organization name, organisation, business name",
    "email": "email, email address, e-mail, e-mail address, mail",
    "phone": "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, mobile number, cell phone",
    "address1": "address 1, address, address line 1, street address, street",
    "address2": "address 2, address line 2, apartment, suite, unit",
    "city": "city, address level 2, town, locality, town/city, city/town",
    "state": "state, address level 1, province, region, county, state/province, state/region, state or province",
    "postcode": "postcode, postal code, zip, zip code, zip/postal code, postal/zip code, post code",
    "country": "country, country name",
    "tax_id": "tax id, tax number, vat, vat id, vat number, gst number, tin",
    "currency": "currency, currency code, transaction currency",
    "language": "language, lang, locale",
    "marketing_opt_in": "marketing opt in, marketing, newsletter, mailing list, subscribe, opt in",
    "terms": "terms, tos, accept tos, accept terms, terms and conditions, terms of service, agree, agree to terms",
    "plan": "plan, product, package",
    "domain": "domain, domain name",
    "domain_action": "domain action, domain type, domain option",
    "domain_years": "domain years, domain period, reg period, registration period",
    "epp_code": "epp code, epp, auth code, auth info, auth info code, authorization code, transfer code",
    "payment_method": "payment method, payment, pay by, pay with",
    "promo_code": "promo code, promo, promotion code, coupon, coupon code, voucher, voucher code, discount code",
}
# Webflow numbers a field's name when a page has more than one of it: "Email-2".
_NUMBER = re.compile(r"[-_ ]\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything sent for each field, and how many fields nobody knows. Custom fields stand under the site's name."""

    values: Mapping[str, tuple[str, ...]]
    unknown: int


def fold(name: str) -> str:
    """A name without case, spaces and punctuation: what two spellings of one field have in common."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


_BUILT_IN = {fold(spelling): field for field, row in _SPELLINGS.items() for spelling in (field, *row.split(","))}

SOURCES = {fold(name): name for name in ATTRIBUTION}
"""Folded name -> name of what tells where a visitor came from."""


def known_names(site: Site) -> dict[str, str]:
    """Every folded spelling that the site takes, and its field; the site's own win over the built-in ones."""
    own = (*site.custom_fields, *(name for plan in site.plans.values() for name in plan.own_fields))
    known = {**_BUILT_IN, **{fold(name): name for name in own}}
    return known | {fold(spelling): field for spelling, field in site.fields.items()}


def find_answers(site: Site, fields: Fields) -> Answers:
    """Sorts what was sent under our field names."""
    known = known_names(site)
    values: dict[str, tuple[str, ...]] = {}
    others = []
    for name, sent in fields.items():
        if name.startswith("_"):
            continue
        if field := known.get(fold(name)):
            values[field] = values.get(field, ()) + sent
        elif fold(name) not in SOURCES:
            others.append(name)
    unknown = 0
    for name in others:
        field = known.get(fold(_NUMBER.sub("", name)))
        if field and field not in values:
            values[field] = fields[name]
        else:
            unknown += 1
    return Answers(values, unknown)
