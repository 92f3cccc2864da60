"""What can happen to a sign-up: what an attempt learns from WHMCS, and what time and operators do to it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.errors import FieldError


class Step(StrEnum):
    """What may be left to do once WHMCS has the client, and the order when there is one; in this order."""

    MAIL_RESET = "mail_reset"  # a mail to set the password by; first, for it is not to wait for a person
    CHECK_ORDER = "check_order"  # is it the order that was asked for?
    ACCEPT_ORDER = "accept_order"  # a plan that needs nobody's eyes


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
class StepDone:
    """This step is behind us: just done, or found done."""

    step: Step


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
class Suspect:
    """Nothing was sent, for what was learned of the sign-up makes it look like a robot's."""

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
class Declined:
    """An operator says that a held sign-up is a robot's."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """An operator says what WHMCS has for the sign-up. ``complete``: nothing more is to be made of it."""

    client_id: int
    order_id: int | None = None
    invoice_id: int | None = None
    complete: bool = False


Learned = (
    ClientMade | OrderMade | StepDone | NothingFound | NotSent | Unclear | AddressTaken | Refused | Faulty | Suspect
)
Outcome = Learned | LeaseExpired | TooOld | Retried | Released | Declined | Resolved


def word(outcome: Outcome) -> str:
    """The outcome's name in logs and timelines, such as ``client_made``, or that of the step that was done."""
    if isinstance(outcome, StepDone):
        return str(outcome.step)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(outcome).__name__).lower()
