"""What a visitor can be told when a sign-up is refused.

GatewayError
 ├─ MalformedBody, UnsupportedBody, TooLarge,    the request cannot be read
 │  TooSlow
 ├─ RelayKeyRefused                              the sender is not who it says
 ├─ UnknownSite, UnknownReference, NotFound,     the request goes nowhere
 │  MethodNotAllowed, OriginRefused
 ├─ RateLimited                                  not now
 ├─ ChallengeFailed, CheckoutClosed              not proven to be a person, or to be the one who signed up
 ├─ InvalidFields, EmailTaken, KeyReused         the visitor can put it right
 └─ Unavailable, CatalogUnavailable              ours to put right

Every leaf carries its HTTP status, its code and one sentence; nothing here ever quotes WHMCS or the visitor.
"""

from dataclasses import dataclass
from typing import ClassVar

from app.languages import mark


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field; ``limit`` is in characters and belongs to the code ``too_long``, and
    ``suggestions`` are answers that would be taken."""

    field: str
    code: str
    limit: int = 0
    suggestions: tuple[str, ...] = ()


class GatewayError(Exception):
    """A refusal with a place in the contract: ``status`` for HTTP, ``code`` for programs, ``sentence`` for people.

    ``sends_back``: a plain form goes back to the site's own page, which can show the code. ``login_url``: of customers.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    sends_back: ClassVar[bool] = False

    def __init__(
        self, *, reference: str | None = None, retry_after: int | None = None, login_url: str | None = None
    ) -> None:
        super().__init__(self.code)
        self.reference = reference
        self.retry_after = retry_after
        self.login_url = login_url


class MalformedBody(GatewayError):
    """The body does not parse as what its content type says."""

    status = 400
    code = "malformed_body"
    title = mark("The form could not be read")
    sentence = mark("The form arrived damaged. Please go back, reload the page and send it again.")


class RelayKeyRefused(GatewayError):
    """The sender says that it is the site's server, and its key is none of the site's."""

    status = 401
    code = "relay_key_refused"
    title = mark("This key is not known here")
    sentence = mark(
        "We could not take this form. If this is your server, check its relay key against the gateway's sites.toml."
    )


class OriginRefused(GatewayError):
    """The page that sent the form is not on one of the site's origins."""

    status = 403
    code = "origin_refused"
    title = mark("This page may not send sign-ups here")
    sentence = mark("This form was sent from a page that is not set up for it. Please use the form on our website.")


class ChallengeFailed(GatewayError):
    """Nothing shows that a person sent it, or too much speaks against it; if ``solvable``, a solved challenge helps."""

    status = 403
    code = "challenge_failed"
    title = mark("We could not tell that a person sent this form")
    sentence = mark("We could not make sure that a person sent this form. Please reload the page and send it again.")
    sends_back = True

    def __init__(self, *, solvable: bool = False) -> None:
        super().__init__()
        self.solvable = solvable


class NotFound(GatewayError):
    """No such page."""

    status = 404
    code = "not_found"
    title = mark("There is no such page")
    sentence = mark("There is nothing at this address. Please check the link.")


class UnknownSite(GatewayError):
    """The address names a site that the configuration does not have."""

    status = 404
    code = "unknown_site"
    title = mark("This form is not set up")
    sentence = mark(
        "There is no sign-up form at this address. If this is your site, check the site's name in the form's action."
    )


class UnknownReference(GatewayError):
    """No sign-up with this reference (never made, or removed after its retention time)."""

    status = 404
    code = "unknown_reference"
    title = mark("No such sign-up")
    sentence = mark("We have no sign-up with this reference. Please check the link, or send the form again.")


class MethodNotAllowed(GatewayError):
    """The address exists and does not take this method."""

    status = 405
    code = "method_not_allowed"
    title = mark("This address is not for that")
    sentence = mark(
        "Please use the form on our website. If this is your site, check the form's method (POST) and action."
    )


class TooSlow(GatewayError):
    """The body did not arrive within its time."""

    status = 408
    code = "too_slow"
    title = mark("The form took too long to arrive")
    sentence = mark("Your connection was too slow to send the form. Please try again; it will not be doubled.")


class EmailTaken(GatewayError):
    """WHMCS already has somebody with this address, and the site tells so."""

    status = 409
    code = "email_taken"
    title = mark("This email address already has an account")
    sentence = mark(
        "There is already an account with this email address. Please log in instead, or use another address."
    )
    sends_back = True


class TooLarge(GatewayError):
    """Body, field or number of fields over the cap."""

    status = 413
    code = "too_large"
    title = mark("The form is too large")
    sentence = mark("The form holds more than we accept. Please shorten your answers and send it again.")


class UnsupportedBody(GatewayError):
    """Not a form: the content type is none of the three, or a file came along."""

    status = 415
    code = "unsupported_body"
    title = mark("This is not a form we can read")
    sentence = mark("Send the form as form fields or as JSON, without files.")


class InvalidFields(GatewayError):
    """At least one field is missing or wrong; all of them are listed."""

    status = 422
    code = "invalid_fields"
    title = mark("Some answers need another look")
    sentence = mark("Please check the marked fields and send the form again.")
    sends_back = True

    def __init__(self, errors: tuple[FieldError, ...], *, reference: str | None = None) -> None:
        super().__init__(reference=reference)
        self.errors = errors


class KeyReused(GatewayError):
    """The idempotency key was used before, for other answers."""

    status = 422
    code = "key_reused"
    title = mark("This form was already sent with other answers")
    sentence = mark("This form was sent before with other answers. Please reload the page and fill it in again.")
    sends_back = True


class RateLimited(GatewayError):
    """Too many from one address, for one e-mail address, or for the site."""

    status = 429
    code = "rate_limited"
    title = mark("Too many requests")
    sentence = mark("There were too many attempts in a short time. Please wait a little and try again.")
    sends_back = True

    def __init__(self, policy: str, quota: int, window: int, retry_after: int) -> None:
        super().__init__(retry_after=retry_after)
        self.policy = policy
        self.quota = quota
        self.window = window


class Unavailable(GatewayError):
    """Not even the database answers: nothing was promised, sending again is safe."""

    status = 503
    code = "unavailable"
    title = mark("This is not possible right now")
    sentence = mark("Something is not working on our side. Please try again in a minute; no sign-up is made twice.")

    def __init__(self, *, retry_after: int = 30) -> None:
        super().__init__(retry_after=retry_after)


class CheckoutClosed(GatewayError):
    """The way to the payment page is not, or no longer, open to whoever asks; why, nobody learns."""

    status = 403
    code = "checkout_closed"
    title = mark("Log in to pay your invoice")
    sentence = mark("This link works only once and for a few minutes. Please log in to see your invoice.")


class CatalogUnavailable(GatewayError):
    """Nobody knows the prices: WHMCS does not answer, and its last answer is too old or never came."""

    status = 503
    code = "catalog_unavailable"
    title = mark("Prices cannot be shown right now")
    sentence = mark("We do not have our prices at hand just now. Please try again in a minute.")


def leaves(root: type[GatewayError] = GatewayError) -> list[type[GatewayError]]:
    """Every error that a visitor can be told, in the order of this module."""
    return [leaf for child in root.__subclasses__() for leaf in (leaves(child) or [child])]
