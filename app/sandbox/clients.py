"""AddClient, GetClientsDetails, GetUsers and ResetPassword.

https://developers.whmcs.com/api-reference/addclient/
https://developers.whmcs.com/api-reference/resetpassword/
"""

import re
from collections.abc import Iterator
from typing import Final

from app.sandbox import php
from app.sandbox.answers import RefusedError
from app.sandbox.catalog import COUNTRIES, CURRENCIES
from app.sandbox.ledger import Client, User
from app.sandbox.requests import Fields, Request

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE: Final = re.compile(r"[0-9 .()+-]{4,30}")
_ALWAYS_REQUIRED: Final = ("email", "password2")
# In WHMCS's order, with WHMCS's two spaces in the fourth.
_MISSING: Final = {
    "firstname": "You did not enter your first name",
    "lastname": "You did not enter your last name",
    "email": "You did not enter your email address",
    "address1": "You did not enter your  address line 1",
    "city": "You did not enter your city",
    "state": "You did not enter your state",
    "postcode": "You did not enter your postcode",
    "country": "Valid country required",
    "phonenumber": "You did not enter your phone number",
    "password2": "You did not enter a password",
}
_MALFORMED: Final = {
    "email": "The email address you entered was not valid",
    "country": "Valid country required",
    "phonenumber": "Invalid telephone phone number",
}
# Written to the ledger, and answered by GetClientsDetails, as they came.
_PLAIN: Final = (
    *("firstname", "lastname", "companyname", "email", "address1", "address2", "city", "state", "postcode"),
    *("country", "tax_id", "language", "notes"),
)


def add_client(request: Request) -> Fields:
    """Makes a client and its user, unless ``owner_user_id`` names the user; sends the welcome mail."""
    problem = next(_problems(request), None)
    if problem is not None:
        raise RefusedError(problem)
    owner = request.number("owner_user_id") or _add_user(request).id
    client = _add_client(request, owner)
    if not request.flag("noemail"):
        text = f"Hello {client.firstname}, your account is ready. Choose a password with the link in this mail."
        request.ledger.add_mail(client, "Welcome", text, request.now)
    return {"clientid": str(client.id), "owner_id": str(owner)}


def get_clients_details(request: Request) -> Fields:
    """One client, by number or by address; everything twice, as WHMCS still does for old callers."""
    client = find_client(request)
    phone_code, dot, phone = client.phonenumber.partition(".")
    fields: dict[str, object] = {
        "id": client.id,
        "userid": client.id,
        "client_id": client.id,
        "owner_user_id": client.owner_user_id,
        **{name: getattr(client, name) for name in _PLAIN},
        "fullname": f"{client.firstname} {client.lastname}",
        "fullstate": client.state,
        "countrycode": client.country,
        "phonenumber": phone if dot else client.phonenumber,
        "phonecc": phone_code.lstrip("+") if dot else "",
        "phonenumberformatted": client.phonenumber,
        "telephoneNumber": client.phonenumber,
        "currency": client.currency,
        "currency_code": CURRENCIES[client.currency].code,
        "status": client.status,
        "marketing_emails_opt_in": client.marketingoptin,
        "customfields": [{"id": int(key), "value": text} for key, text in client.customfields.items()],
    }
    return {**fields, "client": fields}


def find_client(request: Request) -> Client:
    """The client of ``clientid`` or ``email``.

    Raises:
        RefusedError: neither was given, or nobody has it.
    """
    ledger, number, email = request.ledger, request.number("clientid"), request.text("email")
    if not number and not email:
        raise RefusedError("Either clientid Or email Is Required")
    client = ledger.clients.get(number) if number else ledger.client_by_email(email)
    if client is None:
        raise RefusedError("Client Not Found")
    return client


def get_users(request: Request) -> Fields:
    """The users whose name or address starts with ``search``; a plain list, unlike all other answers."""
    wanted = request.text("search").lower()
    found = [user for user in request.ledger.users.values() if _starts_with(user, wanted)]
    shown, counters = request.page(found)
    return {**counters, "users": [_user_row(request, user) for user in shown]}


def reset_password(request: Request) -> Fields:
    """Sends the user of ``id`` or ``email`` a mail to set a new password by; users, not clients, have passwords."""
    ledger, number = request.ledger, request.number("id")
    user = ledger.users.get(number) if number else ledger.user_by_email(request.text("email"))
    if user is None:
        raise RefusedError("User Not Found")
    text = f"Hello {user.firstname}, choose a new password with the link in this mail."
    ledger.add_user_mail(user, "Password Reset", text, request.now)
    return {}


def _problems(request: Request) -> Iterator[str]:
    """Everything that WHMCS would object to, in its order; it only ever says the first."""
    owner, email = request.number("owner_user_id"), request.text("email")
    if owner and owner not in request.ledger.users:
        yield "Invalid Owner User ID"
    yield from _bad_fields(request)
    yield from _missing_custom_fields(request)
    if email.lower().rpartition("@")[2] in request.setup.banned_domains:
        yield "The email address entered is not available for use."
    if not owner and request.ledger.user_by_email(email):
        yield "A user already exists with that email address"


def _bad_fields(request: Request) -> Iterator[str]:
    required = _ALWAYS_REQUIRED if request.flag("skipvalidation") else tuple(_MISSING)
    for name in required:
        value = request.text(name)
        if value and not _is_well_formed(name, value):
            yield _MALFORMED[name]
        if not value and not _may_be_left_out(request, name):
            yield _MISSING[name]


def _is_well_formed(name: str, value: str) -> bool:
    if name == "email":
        return _EMAIL.fullmatch(value) is not None
    if name == "country":
        return value in COUNTRIES
    return name != "phonenumber" or _PHONE.fullmatch(value) is not None


def _may_be_left_out(request: Request, name: str) -> bool:
    return name in request.setup.optional_fields or (name == "password2" and request.number("owner_user_id") > 0)


def _missing_custom_fields(request: Request) -> Iterator[str]:
    given = _custom_fields(request)
    for number, name in request.setup.required_custom_fields.items():
        if not given.get(number) and not request.flag("skipvalidation"):
            yield f"You did not provide required custom field value for {name}"


def _custom_fields(request: Request) -> dict[str, str]:
    given = php.read_map(request.text("customfields")) or {}
    return {key: value for key, value in given.items() if key.isdecimal()}


def _add_user(request: Request) -> User:
    user = User(
        id=len(request.ledger.users) + 1,
        firstname=request.text("firstname"),
        lastname=request.text("lastname"),
        email=request.text("email"),
        password_length=len(request.text("password2")),
        created_at=request.now,
    )
    request.ledger.add_user(user)
    return user


def _add_client(request: Request, owner: int) -> Client:
    currency = request.number("currency")
    client = Client(
        id=len(request.ledger.clients) + 1,
        owner_user_id=owner,
        **{name: request.text(name) for name in _PLAIN},
        phonenumber=request.text("phonenumber"),
        currency=currency if currency in CURRENCIES else 1,
        clientip=request.text("clientip"),
        marketingoptin=request.flag("marketingoptin"),
        customfields=_custom_fields(request),
        status="Active",
        created_at=request.now,
    )
    request.ledger.add_client(client)
    return client


def _starts_with(user: User, wanted: str) -> bool:
    return any(text.lower().startswith(wanted) for text in (user.firstname, user.lastname, user.email))


def _user_row(request: Request, user: User) -> Fields:
    owned = [client.id for client in request.ledger.clients.values() if client.owner_user_id == user.id]
    return {
        "id": user.id,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "email": user.email,
        "clients": [{"id": number, "isOwner": True} for number in owned],
    }
