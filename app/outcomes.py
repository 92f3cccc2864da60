"""What can happen to a sign-up: what an attempt learns from WHMCS, and what time and operators do to it."""

import re
from dataclasses import dataclass

from app.errors import FieldError


@dataclass(frozen=True, slots=True)
class ClientMade:
    """WHMCS has the client: just made, or found with our marker."""

    client_id: int


@dataclass(frozen=True, slots=True)
class OrderMade:
    """WHMCS has the order: just placed, or found on the client that this sign-up made."""

    order_id: int
    invoice_id: int | None


@dataclass(frozen=True, slots=True)
class NothingFound:
    """Looked up after an uncertain call: WHMCS does not have it (yet)."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The call certainly did not reach WHMCS, or a look-up did not get an answer."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The call was sent, at least in part, and nobody knows what became of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class AddressTaken:
    """Somebody else has the e-mail address in WHMCS. ``mail_owner``: he is to hear of it from WHMCS."""

    mail_owner: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """WHMCS did not like what the visitor wrote."""

    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Faulty:
    """WHMCS said no and the visitor cannot help it: credentials, permissions, plan, or words we do not know."""

    reason: str


@dataclass(frozen=True, slots=True)
class LeaseExpired:
    """The attempt that held the sign-up never came back."""


@dataclass(frozen=True, slots=True)
class TooOld:
    """WHMCS has been out of reach for so long that a person should know."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retried:
    """An operator asks for another try, now."""


@dataclass(frozen=True, slots=True)
class Released:
    """An operator says that a held sign-up is a person's."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """An operator says what WHMCS has for the sign-up. ``complete``: nothing more is to be made of it."""

    client_id: int
    order_id: int | None = None
    invoice_id: int | None = None
    complete: bool = False


Learned = ClientMade | OrderMade | NothingFound | NotSent | Unclear | AddressTaken | Refused | Faulty
Outcome = Learned | LeaseExpired | TooOld | Retried | Released | Resolved


def word(outcome: Outcome) -> str:
    """The outcome's name in logs and timelines, such as ``client_made``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(outcome).__name__).lower()
