"""What speaks against a sign-up. Each sign alone is weak, so each only adds points.

Honest people show some of these signs. So none alone reaches the default of ``hold``, and neither do all those
together that come of people sharing an office. That an address has a + in it, or that a name looks unusual, is no sign.
"""

from dataclasses import dataclass

from disposable_email_domains import blocklist

from app.forms import SignupForm, mixed_scripts
from app.guard import Sender, Visit

_HASTE = 3.0  # seconds: about as long as a browser that fills in the whole form and its user need


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign. ``name`` is what an operator reads; ``points`` is how much it says; ``words`` is what it is."""

    name: str
    points: int
    words: str


# The list has no services that forward mail to its owner, which honest people use; still, not everybody who wants no
# advertisements is a robot.
THROWAWAY_MAIL = Signal("throwaway_mail", 4, "the address is at a service for mail that is read once")
# Somebody whose browser fills in everything may be that fast, so this says little.
TOO_FAST = Signal("too_fast", 2, "the form was sent within 3 seconds of being shown")
# A site's own server may not have been given its key yet, and whoever tries out or measures a form uses a program, too.
NO_BROWSER = Signal("no_browser", 1, "neither a browser nor a known server of the site sent it")
# People do write two scripts, but hardly within one word.
MIXED_SCRIPTS = Signal("mixed_scripts", 2, "a name has letters of two scripts that look alike")
# The provider's own trouble is not the visitor's fault.
CHALLENGE_UNVERIFIED = Signal(
    "challenge_unverified", 2, "the provider of the challenge did not say whether it was solved"
)
# A company's staff, a class or a family share all four of these. Only with another sign are they a robot's.
SAME_MAIL_DOMAIN = Signal("same_mail_domain", 1, "20 others within an hour had the same e-mail domain")
SAME_PHONE = Signal("same_phone", 1, "5 others within an hour had the same phone number")
SAME_STREET = Signal("same_street", 1, "5 others within an hour had the same postal address")
SAME_VISITOR = Signal("same_visitor", 1, "10 others within an hour came from the same address (IPv6: /64)")

SIGNALS = {
    signal.name: signal
    for signal in (
        THROWAWAY_MAIL,
        TOO_FAST,
        NO_BROWSER,
        MIXED_SCRIPTS,
        CHALLENGE_UNVERIFIED,
        SAME_MAIL_DOMAIN,
        SAME_PHONE,
        SAME_STREET,
        SAME_VISITOR,
    )
}


def of_form(form: SignupForm) -> list[Signal]:
    """What the answers alone tell."""
    told = (
        (THROWAWAY_MAIL, _is_throwaway(form.email)),
        (MIXED_SCRIPTS, any(map(mixed_scripts, (form.first_name, form.last_name, form.company)))),
    )
    return [signal for signal, is_there in told if is_there]


def of_visit(visit: Visit) -> list[Signal]:
    """What the way in which it was sent tells."""
    told = (
        (TOO_FAST, visit.page_age is not None and visit.page_age < _HASTE),
        (NO_BROWSER, visit.sender is Sender.UNKNOWN),
    )
    return [signal for signal, is_there in told if is_there]


def _is_throwaway(email: str) -> bool:
    """Whether the address is at a service for mail that is read once, or below one."""
    labels = email.rpartition("@")[2].casefold().split(".")
    return any(".".join(labels[place:]) in blocklist for place in range(len(labels) - 1))
