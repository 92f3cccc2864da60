"""Every way a call to WHMCS can fail, named for what to do next.

WhmcsError
 ├─ Unavailable    certainly not acted on: send it again later
 ├─ Uncertain      perhaps acted on: look before sending again
 └─ Rejected       WHMCS said no; ``cause`` says why

``reason`` and ``str()`` are made of our own words and safe for a log. Nothing here keeps the request, so no secret
and no password travels with an exception.
"""

from enum import StrEnum

MESSAGE_LIMIT = 300


class Cause(StrEnum):
    """Why WHMCS said no."""

    CREDENTIALS = "credentials"  # identifier, secret or access key
    IP = "ip"  # our address is not on the allow-list
    LICENCE = "licence"  # WHMCS itself has no valid licence
    ROLE = "role"  # the API role lacks this command
    DUPLICATE = "duplicate"  # the e-mail address is already in use
    FIELD = "field"  # one value is missing or not accepted
    NOT_FOUND = "not_found"  # no such client or user
    OTHER = "other"


class WhmcsError(Exception):
    """A call that gave no result. ``reason`` is a short word for logs, never text from WHMCS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(WhmcsError):
    """WHMCS certainly did not act on the call; the same call may be sent again."""


class Uncertain(WhmcsError):
    """The call was sent, wholly or in part, and its outcome is unknown; look it up before sending it again."""


class Rejected(WhmcsError):
    """WHMCS refused the call, and most likely changed nothing: a hook of its own may fail after the change.

    ``message`` is WHMCS's own sentence, at most 300 characters, for operators only: it may quote what a visitor
    typed, so it is in neither ``str()`` nor ``repr()``. ``field`` is our name of the field at fault, or the name of
    a custom field as WHMCS gives it. ``detail`` is the address WHMCS saw (IP) or the command refused (ROLE).
    ``at_the_door``: in just the words of WHMCS's own; of who is not let in (CREDENTIALS, IP, LICENCE), no command ran.
    """

    def __init__(
        self,
        cause: Cause,
        *,
        reason: str = "",
        message: str = "",
        field: str | None = None,
        detail: str | None = None,
        at_the_door: bool = False,
    ) -> None:
        super().__init__(reason or cause.value)
        self.cause = cause
        self.message = message[:MESSAGE_LIMIT]
        self.field = field
        self.detail = detail
        self.at_the_door = at_the_door
