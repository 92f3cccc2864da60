"""One function for each kind of answer: normalised text in, the value for WHMCS out, or a ``Fault``."""

import re
from collections.abc import Collection, Iterable, Mapping

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from app.forms.faults import Fault
from app.forms.spellings import fold
from app.sites import Choice

YES = frozenset({"on", "1", "true", "yes", "y", "checked"})
NO = frozenset({"off", "0", "false", "no", "n"})

_PROMO_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_MAX_PLAN = 200  # characters: a name in sites.toml has 64, and blanks do not matter
# An address may have these, and nobody's has; a template, a spreadsheet or a mailer's command line may act on them.
_ACTIVE_EMAIL = re.compile(r"^[=+-]|[{}]")


def check_email(text: str) -> str:
    """The address with its domain in ASCII lower case, the part before the @ as typed. Its fault: ``invalid_email``."""
    try:
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise Fault("invalid_email") from None
    # With test_environment, which lets the reserved domain example.test through, comes the bare name "test".
    if address.ascii_email is None or "." not in address.ascii_domain or _ACTIVE_EMAIL.search(address.ascii_email):
        raise Fault("invalid_email")
    return address.ascii_email


def check_phone(region: str | None, text: str) -> str:
    """``+44.2079460000``, the form in which WHMCS stores numbers. Its fault: ``invalid_phone``.

    ``region`` is the country's two letters, "" when none was given, and None when it could not be read: then a number
    that needs it stays as it is, because the country has a fault already.
    """
    number = re.sub(r"^00", "+", text)
    if region is None and "+" not in number:
        return text
    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        raise Fault("invalid_phone") from None
    if parsed.extension or not phonenumbers.is_valid_number(parsed):
        raise Fault("invalid_phone")
    return f"+{parsed.country_code}.{phonenumbers.national_significant_number(parsed)}"


def check_box(text: str) -> bool:
    """Ticked or not. Its fault: ``invalid_choice``."""
    word = text.casefold()
    if word not in YES | NO:
        raise Fault("invalid_choice")
    return word in YES


def check_currency(currencies: Mapping[str, int], text: str) -> int:
    """WHMCS's id of a currency, from its code or the id itself. Its fault: ``invalid_currency``.

    A site that lists currencies offers these; without a list any id is taken.
    """
    by_code = {code.casefold(): number for code, number in currencies.items()}
    number = by_code.get(text.casefold())
    if number is None and _NUMBER.fullmatch(text) and (not currencies or int(text) in by_code.values()):
        number = int(text)
    if number is None:
        raise Fault("invalid_currency")
    return number


def check_plan(plans: Collection[str], text: str) -> str:
    """The site's own name of a plan; case, spaces and hyphens do not matter. Its fault: ``unknown_plan``."""
    if text in plans:
        return text
    if len(text) > _MAX_PLAN:  # the text of a link may be as long as a request's head
        raise Fault("unknown_plan")
    folded = fold(text)
    for name in plans:
        if fold(name) == folded:
            return name
    raise Fault("unknown_plan")


def check_promo_code(known: Iterable[str] | None, text: str) -> str:
    """The code as typed, or as it is ``known``, when not any is taken.

    Its faults: ``invalid_promo_code`` and ``unknown_promo_code``.
    """
    if not _PROMO_CODE.fullmatch(text):
        raise Fault("invalid_promo_code")
    if known is None:
        return text
    return _spelt(known, text, "unknown_promo_code")


def check_payment_method(offered: Iterable[str], text: str) -> str:
    """The system name of a payment module on offer. Its fault: ``unknown_payment_method``."""
    return _spelt(offered, text, "unknown_payment_method")


def check_option(choice: Choice, text: str) -> int:
    """What WHMCS is told for the answer to a plan's choice. Its fault: ``unknown_option``."""
    number = choice.number(text)
    if number is None:
        raise Fault("unknown_option")
    return number


def _spelt(known: Iterable[str], text: str, fault: str) -> str:
    """``text`` as it is known, whatever its case. Raises Fault ``fault``."""
    for word in known:
        if word.casefold() == text.casefold():
            return word
    raise Fault(fault)
