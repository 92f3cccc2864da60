"""WHMCS's sentences for "no", and what each one means to us.

Sentences are found anywhere in the message, whatever the case and spacing: several can be joined in one reply.
https://developers.whmcs.com/api-reference/addclient/
https://developers.whmcs.com/api-reference/addorder/
"""

import re
from ipaddress import ip_address

from app.whmcs.errors import Cause, Rejected, Unavailable, Uncertain, WhmcsError
from app.whmcs.shapes import unescaped

_NAME_LIMIT = 100
_IP = re.compile(r"\b(?:invalid|forbidden|unauthorized) ip\b(?: address)?[: ]*(\S*)", re.IGNORECASE)
_CUSTOM_FIELD = re.compile(r"required custom field value for ([^<]+)", re.IGNORECASE)

# (phrase in lower case, cause, word): the word names the field, or the kind of refusal in the reason.
_SENTENCES: tuple[tuple[str, Cause, str], ...] = (
    ("invalid permissions", Cause.ROLE, ""),
    ("authentication failed", Cause.CREDENTIALS, ""),
    ("invalid or missing credentials", Cause.CREDENTIALS, ""),
    ("invalid password provided", Cause.CREDENTIALS, ""),
    ("administrator account disabled", Cause.CREDENTIALS, "admin_disabled"),
    ("an admin user is required", Cause.CREDENTIALS, "admin_required"),
    ("access denied", Cause.CREDENTIALS, ""),
    ("already exists with that email", Cause.DUPLICATE, ""),
    ("email address entered is not available for use", Cause.DUPLICATE, "not_available"),
    ("duplicate email address", Cause.DUPLICATE, ""),
    ("client not found", Cause.NOT_FOUND, ""),
    ("client id not found", Cause.NOT_FOUND, ""),
    ("user not found", Cause.NOT_FOUND, ""),
    ("enter your first name", Cause.FIELD, "first_name"),
    ("enter your last name", Cause.FIELD, "last_name"),
    ("enter your email address", Cause.FIELD, "email"),
    ("email address you entered was not valid", Cause.FIELD, "email"),
    ("email address invalid", Cause.FIELD, "email"),
    ("enter your address line 1", Cause.FIELD, "address1"),
    ("enter your city", Cause.FIELD, "city"),
    ("enter your state", Cause.FIELD, "state"),
    ("enter your postcode", Cause.FIELD, "postcode"),
    ("valid country required", Cause.FIELD, "country"),
    ("enter your phone number", Cause.FIELD, "phone"),
    ("invalid telephone phone number", Cause.FIELD, "phone"),
    ("invalid payment method", Cause.FIELD, "payment_method"),
    ("no items added to cart", Cause.FIELD, "pid"),
    ("invalid owner user id", Cause.OTHER, "owner_user_id"),
    ("client status is closed", Cause.OTHER, "client_closed"),
    ("addon id invalid", Cause.OTHER, "addon_invalid"),
    ("service id not owned", Cause.OTHER, "service_not_owned"),
    ("domain not owned", Cause.OTHER, "domain_not_owned"),
    ("cannot be renewed", Cause.OTHER, "not_renewable"),
    ("can not be renewed", Cause.OTHER, "not_renewable"),
    ("to be an array", Cause.OTHER, "not_an_array"),
    ("invalid client_id", Cause.OTHER, "sso_client"),
    ("invalid destination", Cause.OTHER, "sso_destination"),
    ("sso authentication blocked", Cause.OTHER, "sso_blocked"),
    ("token could not be provisioned", Cause.OTHER, "sso_no_token"),
    ("license invalid", Cause.LICENCE, ""),
    ("license expired", Cause.LICENCE, ""),
    ("license suspended", Cause.LICENCE, ""),
    ("license key is invalid", Cause.LICENCE, ""),
)


def refusal(message: str, status: int, action: str) -> WhmcsError:
    """The error that an error reply stands for.

    The message decides. Words we do not know (they may be translated) count as a refusal of our credentials when the
    HTTP status is 401 or 403, because WHMCS uses those for nothing but access; with 5xx they prove nothing, for they
    are a proxy's, or come after a crash. Words that only contain a sentence of WHMCS's may be those of a hook that
    failed after the change: "Access denied for user 'crm'@'localhost'" is MySQL's.
    """
    sentence = " ".join(unescaped(message).split())
    if "empty action request" in sentence.lower():
        return Unavailable("empty_action")
    return (
        _custom_field(sentence, message)
        or _address(sentence, message)
        or _known(sentence.lower(), message, action)
        or _unknown(status, message)
    )


def _custom_field(sentence: str, message: str) -> Rejected | None:
    found = _CUSTOM_FIELD.search(sentence)
    if not found:
        return None
    name = found[1].strip(" .")[:_NAME_LIMIT]
    return Rejected(Cause.FIELD, reason="field_custom", message=message, field=name)


def _address(sentence: str, message: str) -> Rejected | None:
    found = _IP.search(sentence)
    if not found:
        return None
    whole = found.span() == (0, len(sentence))
    return Rejected(Cause.IP, message=message, detail=_valid_ip(found[1]), at_the_door=whole)


def _unknown(status: int, message: str) -> WhmcsError:
    if status >= 500:
        return Uncertain(f"unreadable_http_{status}")
    return Rejected(Cause.CREDENTIALS if status in (401, 403) else Cause.OTHER, message=message)


def _valid_ip(text: str) -> str | None:
    try:
        return str(ip_address(text.strip("\"'.,;()[]")))
    except ValueError:
        return None


def _known(sentence: str, message: str, action: str) -> Rejected | None:
    for phrase, cause, word in _SENTENCES:
        if phrase in sentence:
            return Rejected(
                cause,
                reason=f"{cause}_{word}" if word else "",
                message=message,
                field=word if cause is Cause.FIELD else None,
                detail=action if cause is Cause.ROLE else None,
                at_the_door=phrase == sentence.strip(" .!"),
            )
    return None
