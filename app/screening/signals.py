"""What speaks against a sign-up. Each sign alone is weak, so each only adds points."""

from dataclasses import dataclass

from disposable_email_domains import blocklist

from app.forms import SignupForm


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign. ``name`` is what an operator reads; ``points`` is how much it says."""

    name: str
    points: int


THROWAWAY_MAIL = Signal("throwaway_mail", 4)
CHALLENGE_UNVERIFIED = Signal("challenge_unverified", 2)


def of_form(form: SignupForm) -> list[Signal]:
    """What the answers alone tell."""
    return [THROWAWAY_MAIL] if _is_throwaway(form.email) else []


def _is_throwaway(email: str) -> bool:
    """Whether the address is at a service for mail that is read once, or below one."""
    labels = email.rpartition("@")[2].casefold().split(".")
    return any(".".join(labels[place:]) in blocklist for place in range(len(labels) - 1))
