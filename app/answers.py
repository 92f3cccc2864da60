"""What a visitor is told of his sign-up, and what he is not."""

from dataclasses import dataclass
from typing import Literal

from app.errors import EmailTaken, InvalidFields
from app.sites import Site
from app.submissions import State, Submission


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a sign-up stands, as far as the visitor is concerned; ``next`` is where he may go from there."""

    status: Literal["created", "accepted"]
    reference: str
    next: str | None = None
    account_ready: bool = False  # while the order is still to come

    @property
    def text(self) -> str:
        """The name of what is said."""
        return "account_ready" if self.account_ready else self.status


def answer(site: Site, submission: Submission) -> Answer:
    """What the visitor may know. Raises EmailTaken or InvalidFields when WHMCS refused the sign-up.

    That a person refused it he does not learn: it would teach a robot what to do better.
    """
    if site.hides_customers:
        return Answer("accepted", submission.reference)
    if submission.state is State.REJECTED and submission.refused:
        raise InvalidFields(submission.refused, reference=submission.reference)
    if submission.state is State.REJECTED and submission.reason == "email_taken":
        raise EmailTaken(reference=submission.reference, login_url=site.login_url)
    made = submission.is_made or submission.state is State.DONE  # what follows the order is not the visitor's concern
    ready = submission.client_id is not None
    login = site.login_url if ready and site.checkout != "none" else None
    return Answer("created" if made else "accepted", submission.reference, login, account_ready=ready and not made)
