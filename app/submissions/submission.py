"""``Submission``: one sign-up, as one row holds it, and the states that it can be in."""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import FieldError
from app.outcomes import Step

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: a reference is read aloud to support


class State(StrEnum):
    """Where a sign-up stands."""

    ACCEPTED = "accepted"  # on disk, not tried yet
    SENDING = "sending"  # one attempt holds it, until its lease runs out
    WAITING = "waiting"  # certainly not in WHMCS; tried again when due
    UNCERTAIN = "uncertain"  # WHMCS may have it: look before sending again
    HELD = "held"  # looks like a robot's; a person must release it
    DONE = "done"  # client made, and the order when a plan was chosen, and what follows it
    REJECTED = "rejected"  # WHMCS, or a person at the desk, said no for good
    STUCK = "stuck"  # a person must look


CLAIMABLE = (State.ACCEPTED, State.WAITING, State.UNCERTAIN)
IN_FLIGHT = (State.SENDING, State.UNCERTAIN)  # at most one of these for each e-mail address
FINAL = (State.DONE, State.REJECTED)
UNFINISHED = tuple(state for state in State if state not in FINAL)


@dataclass(frozen=True, slots=True)
class Submission:
    """One row. Times are seconds since the epoch; hashes are keyed; ``payload`` is the sealed form.

    ``proof`` is the hash of the solved challenge that it came with. ``cleared``: a person has let it through.
    ``mailed_at`` is when WHMCS was asked to send the owner of a known address a mail to set his password by. ``steps``
    are left to do. ``checkout_at`` is when the way to the payment page was taken, ``offer`` the link that unlocked the
    plan or the promotion.
    """

    reference: str
    site: str
    key: str
    fingerprint: str
    address: str
    plan: str | None
    created_at: float
    updated_at: float
    due_at: float
    state: State = State.ACCEPTED
    key_expires_at: float | None = None
    lease: int = 0
    lease_until: float | None = None
    attempts: int = 0
    uncertain_since: float | None = None
    client_id: int | None = None
    order_id: int | None = None
    invoice_id: int | None = None
    reason: str = ""
    proof: str | None = None
    cleared: bool = False
    mailed_at: float | None = None
    steps: tuple[Step, ...] = ()
    checkout_at: float | None = None
    offer: str | None = None
    refused: tuple[FieldError, ...] = ()
    payload: bytes | None = field(default=None, repr=False)

    @property
    def marker(self) -> str:
        """What the client's admin notes carry, so that a look-up can tell our client from another."""
        return f"[signup:{self.reference}]"

    @property
    def is_made(self) -> bool:
        """Whether WHMCS has the client, and the order when a plan was chosen."""
        return self.client_id is not None and (self.plan is None or self.order_id is not None)

    @property
    def may_be_held(self) -> bool:
        """Whether WHMCS certainly has nothing of it, and no person has let it through."""
        return self.client_id is None and self.uncertain_since is None and not self.cleared


def is_reference(text: str) -> bool:
    """Whether this can be a reference at all."""
    return len(text) == 20 and set(text) <= set(ALPHABET)


def new_reference() -> str:
    """An unguessable name for a sign-up: 100 random bits in 20 characters."""
    number = secrets.randbits(100)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, 100, 5))
