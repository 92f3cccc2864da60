"""What an error of WHMCS's means for the sign-up it befell: its errors end here; above there are only outcomes."""

import structlog

from app.outcomes import Faulty, NotSent, Unclear
from app.submissions import Submission
from app.whmcs import SHUT_OUT, Cause, Rejected, Uncertain, WhmcsError

_log = structlog.get_logger("app.delivery")


def after_sending(error: WhmcsError, submission: Submission, but: str = "") -> NotSent | Unclear | Faulty:
    """What follows a call that was to change something; ``but`` as ``refused`` has it."""
    match error:
        case Rejected():
            answer = refused(error, submission, but)
            # Not let in, in the words of somebody who may have spoken after the change: a firewall's, or a hook's.
            return Unclear(error.reason) if isinstance(answer, NotSent) and not error.at_the_door else answer
        case Uncertain(reason=reason):
            return Unclear(reason)
    return NotSent(error.reason)


def after_looking(error: WhmcsError, submission: Submission) -> NotSent | Faulty:
    """What follows a question: it has changed nothing, however it ended."""
    return refused(error, submission) if isinstance(error, Rejected) else NotSent(error.reason)


def refused(refusal: Rejected, submission: Submission, but: str = "") -> NotSent | Faulty:
    """WHMCS said no, for ``but`` when it is not our access. Who is not let in at all may come again later."""
    # WHMCS's sentence may quote the visitor; its class, and the address or command it named, may not.
    _log.error("whmcs_refused", reference=submission.reference, reason=refusal.reason, detail=refusal.detail)
    if refusal.cause in SHUT_OUT:
        return NotSent(refusal.reason)
    return Faulty(but if but and refusal.cause is not Cause.ROLE else refusal.reason)
