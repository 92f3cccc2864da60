"""Every sentence about a field, for the person who fills in the form. None of them repeats what was typed."""

_REQUIRED = {
    "first_name": "Enter your first name.",
    "last_name": "Enter your last name.",
    "company": "Enter the name of your company.",
    "email": "Enter your email address, like name@example.com.",
    "phone": "Enter your phone number, like +1 202 555 0143.",
    "address1": "Enter your street and house number.",
    "address2": "Enter the second line of your address.",
    "city": "Enter your town or city.",
    "state": "Enter your state, province or region.",
    "postcode": "Enter your postcode.",
    "country": "Choose your country.",
    "tax_id": "Enter your tax number.",
    "currency": "Choose a currency.",
    "language": "Choose a language.",
    "marketing_opt_in": "Tick the box for news by email to go on.",
    "terms": "Tick the box to accept the terms.",
    "plan": "Choose a plan.",
    "domain": "Enter your domain name, like example.com.",
    "domain_action": "Choose whether to register a domain, transfer one or use your own.",
    "promo_code": "Enter your promotion code.",
}
_CHOICES = {
    "marketing_opt_in": "Tick the box for news by email, or leave it empty.",
    "terms": "Tick the box to accept the terms, or leave it empty.",
    "domain_action": "Choose one of the three: register, transfer or own.",
}
_WRONG = {
    "invalid_email": "Check your email address; it needs the form name@example.com.",
    "invalid_phone": "Check your phone number; write it with country code and no extension, like +1 202 555 0143.",
    "invalid_country": "Choose your country, or write its English name or two-letter code.",
    "invalid_currency": "Choose one of the currencies offered.",
    "invalid_language": "Choose a language by its English name or its code, like en.",
    "unknown_plan": "Choose one of the plans offered.",
    "invalid_domain": "Check the domain name; it needs the form example.com.",
    "invalid_promo_code": "Check your promotion code; it has up to 64 letters, digits, dots, hyphens and underscores.",
    "invalid_client_ip": "Give the visitor's IP address in this field, or leave it out.",
    "invalid_key": "Reload the page and send the form again.",
}
# These hold for any field; {name} is its name below.
_ANY = {
    "required": "Fill in {name}.",
    "repeated": "Give only one answer for {name}; the form sent several that differ.",
    "too_long": "Shorten {name} to {limit} characters or fewer.",
    "invalid_characters": "Type {name} again; hidden characters came along.",
    "invalid_start": "Begin {name} with a letter or a digit.",
    "no_links": "Leave web and email addresses out of {name}.",
    "no_markup": "Leave the signs < > {{ }} out of {name}.",
}
_NAMES = {
    "first_name": "your first name",
    "last_name": "your last name",
    "company": "the name of your company",
    "email": "your email address",
    "phone": "your phone number",
    "address1": "the first line of your address",
    "address2": "the second line of your address",
    "city": "your town or city",
    "state": "your state, province or region",
    "postcode": "your postcode",
    "country": "your country",
    "tax_id": "your tax number",
    "currency": "the currency",
    "language": "the language",
    "marketing_opt_in": "the box for news by email",
    "terms": "the box for the terms",
    "plan": "the plan",
    "domain": "the domain name",
    "domain_action": "the choice for your domain",
    "promo_code": "your promotion code",
}


def sentence(field: str, code: str, limit: int = 0) -> str:
    """What to do about ``code`` in ``field``: ours, a control, or a custom field by the site's own name."""
    if code == "required" and field in _REQUIRED:
        return _REQUIRED[field]
    if code == "invalid_choice":
        return _CHOICES[field]
    if code in _WRONG:
        return _WRONG[code]
    return _ANY[code].format(name=_NAMES.get(field, f'"{field}"'), limit=limit)
