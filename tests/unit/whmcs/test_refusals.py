"""Every sentence with which WHMCS says no has a cause, and where it applies a field."""

import pytest

from app.whmcs import Cause, Rejected, decipher
from tests.unit.whmcs.samples import JSON, error


def refused(message: str, *, status: int = 200, action: str = "AddClient") -> Rejected:
    with pytest.raises(Rejected) as caught:
        decipher(status, JSON, error(message), action)
    return caught.value


@pytest.mark.parametrize(
    "message",
    [
        "Authentication Failed",
        "Invalid or missing credentials",
        "Invalid password provided",
        "Administrator Account Disabled",
        "Access Denied",
        "An admin user is required",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403])
def test_credentials(message: str, status: int) -> None:
    assert refused(message, status=status).cause is Cause.CREDENTIALS


@pytest.mark.parametrize(
    ("message", "whole"),
    [
        ("Authentication Failed", True),
        (" access denied. ", True),
        ("License Invalid", True),
        ("Invalid IP 203.0.113.9", True),
        ("Invalid IP", True),
        ("Access denied for user 'crm'@'localhost'", False),
        ("The hook said: Authentication Failed", False),
        ("Hook: Invalid IP 203.0.113.9", False),
        ("Invalid IP 203.0.113.9 in the order", False),
        ("Your License Expired on 2027-01-01", False),
        ("Zugriff verweigert", False),
    ],
)
def test_only_its_own_words_prove_that_nothing_was_done(message: str, whole: bool) -> None:
    assert refused(message, status=403).at_the_door is whole


@pytest.mark.parametrize("status", [401, 403])
def test_unknown_words_with_a_status_about_access_are_credentials(status: int) -> None:
    assert refused("Zugriff verweigert", status=status).cause is Cause.CREDENTIALS


@pytest.mark.parametrize("status", [200, 400, 422])
def test_unknown_words_otherwise_are_other(status: int) -> None:
    assert refused("Unbekannter Fehler", status=status).cause is Cause.OTHER


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Invalid client_id", "other_sso_client"),
        ("Invalid destination", "other_sso_destination"),
        ("SSO authentication blocked for client 7", "other_sso_blocked"),
        (
            "Token could not be provisioned: invalid_client. client credentials are required",
            "other_sso_no_token",
        ),
    ],
)
@pytest.mark.parametrize("status", [200, 403])
def test_nobody_is_let_in_and_the_gateway_still_is(message: str, reason: str, status: int) -> None:
    failure = refused(message, status=status)
    assert (failure.cause, failure.reason) == (Cause.OTHER, reason)


@pytest.mark.parametrize(
    "message",
    [
        "License Invalid",
        "Your License Expired on 2027-01-01",
        "License Suspended",
        "The license key is invalid",
    ],
)
def test_licence(message: str) -> None:
    failure = refused(message)
    assert (failure.cause, failure.reason) == (Cause.LICENCE, "licence")


@pytest.mark.parametrize(
    ("message", "address"),
    [
        ("Invalid IP 203.0.113.9", "203.0.113.9"),
        ("Forbidden IP 203.0.113.9.", "203.0.113.9"),
        ("Forbidden IP: 203.0.113.9", "203.0.113.9"),
        ("Invalid IP 2001:DB8::7", "2001:db8::7"),
        ("The request was made from an unauthorized IP address", None),
        ("Invalid IP", None),
        ("Invalid IP <script>", None),
    ],
)
def test_a_blocked_address_is_named(message: str, address: str | None) -> None:
    failure = refused(message, status=403)
    assert (failure.cause, failure.detail) == (Cause.IP, address)


@pytest.mark.parametrize(
    "message",
    [
        'Invalid Permissions: API action "addorder" is not allowed',
        "Invalid Permissions: API action \\u0022addorder\\u0022 is not allowed",
        "Invalid Permissions: API action &quot;addorder&quot; is not allowed",
    ],
)
def test_a_missing_permission_names_the_command(message: str) -> None:
    failure = refused(message, status=403, action="AddOrder")
    assert (failure.cause, failure.detail) == (Cause.ROLE, "AddOrder")


@pytest.mark.parametrize(
    "message",
    [
        "A user already exists with that email address",
        "The email address entered is not available for use.",
        "Duplicate Email Address",
        "  a USER   already exists\nwith that e&#109;ail address ",
    ],
)
def test_duplicate(message: str) -> None:
    assert refused(message).cause is Cause.DUPLICATE


@pytest.mark.parametrize("message", ["Client Not Found", "Client ID Not Found", "User Not Found"])
def test_not_found(message: str) -> None:
    assert refused(message).cause is Cause.NOT_FOUND


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("You did not enter your first name", "first_name"),
        ("You did not enter your last name", "last_name"),
        ("You did not enter your email address", "email"),
        ("The email address you entered was not valid", "email"),
        ("You did not enter your  address line 1", "address1"),
        ("You did not enter your city", "city"),
        ("You did not enter your state", "state"),
        ("You did not enter your postcode", "postcode"),
        ("Valid country required", "country"),
        ("You did not enter your phone number", "phone"),
        ("Invalid telephone phone number", "phone"),
        ("Invalid Payment Method. Valid options include paypal,mailin", "payment_method"),
        ("No items added to cart so order cannot proceed", "pid"),
        ("You did not enter your city<br />You did not enter your state", "city"),
    ],
)
def test_field(message: str, field: str) -> None:
    failure = refused(message)
    assert (failure.cause, failure.field, failure.reason) == (Cause.FIELD, field, f"field_{field}")


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("You did not provide required custom field value for VAT number", "VAT number"),
        ("You did not provide required custom field value for Your City.", "Your City"),
        ("You did not provide required custom field value for R&amp;D<br>Valid country required", "R&D"),
        ("You did not provide required custom field value for " + "x" * 500, "x" * 100),
    ],
    ids=["plain", "like-another-field", "joined", "long"],
)
def test_custom_field_is_named_but_not_in_the_reason(message: str, field: str) -> None:
    failure = refused(message)
    assert (failure.cause, failure.field, failure.reason) == (Cause.FIELD, field, "field_custom")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Invalid Owner User ID", "other_owner_user_id"),
        ("Unable to add order when client status is Closed", "other_client_closed"),
        ("Addon ID invalid", "other_addon_invalid"),
        ("Service ID not owned by Client ID provided", "other_service_not_owned"),
        ("Domain not owned by Client ID provided", "other_domain_not_owned"),
        ("Domain status is set to 'Cancelled' and cannot be renewed", "other_not_renewable"),
        ("Service ID 5 can not be renewed at this time.", "other_not_renewable"),
        ("Expecting parameter 'pid' to be an array", "other_not_an_array"),
        ("Something new", "other"),
    ],
)
def test_other_refusals_have_a_reason_fit_for_a_log(message: str, reason: str) -> None:
    failure = refused(message, action="AddOrder")
    assert (failure.cause, failure.reason, failure.field) == (Cause.OTHER, reason, None)


def test_whmcs_words_are_kept_short_and_out_of_what_gets_logged() -> None:
    failure = refused("ada@example.com is odd " + "x" * 500)
    assert len(failure.message) == 300
    assert failure.message.startswith("ada@example.com")
    assert "ada" not in f"{failure!s} {failure!r} {failure.reason} {failure.args}"
