"""What is left once WHMCS has the client and the order, one step at a time."""

import structlog

from app.difference import difference
from app.letter import Letter
from app.mishaps import after_looking, after_sending
from app.ordering import new_order
from app.outcomes import Faulty, Learned, NothingFound, NotSent, Step, StepDone, Unclear
from app.sites import PAID_ACTIONS, Plan, Site
from app.submissions import Submission
from app.whmcs import Order, Rejected, Whmcs, WhmcsError

_log = structlog.get_logger("app.delivery")


def steps_of(site: Site, plan: Plan | None, domain_action: str = "") -> tuple[Step, ...]:
    """What a sign-up for this plan has to come after client and order. A domain that costs something is not bought
    before somebody has paid, so an order with one is not accepted."""
    wanted = {
        Step.MAIL_RESET: site.password_mail == "reset",  # noqa: S105 - which mail, not a password
        Step.CHECK_ORDER: plan is not None,
        Step.ACCEPT_ORDER: plan is not None and plan.accept_order and domain_action not in PAID_ACTIONS,
    }
    return tuple(step for step in Step if wanted[step])


async def take(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    """Take the next step."""
    match submission.steps[0]:
        case Step.CHECK_ORDER:
            return await _check(whmcs, site, submission, letter)
        case Step.ACCEPT_ORDER:
            return await _accept(whmcs, submission)
        case Step.MAIL_RESET:
            return await _mail(whmcs, submission, letter)


async def look(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    """What became of the next step, when an earlier try may have come through."""
    match submission.steps[0]:
        case Step.CHECK_ORDER:  # it changes nothing, so there is nothing to look for
            return await _check(whmcs, site, submission, letter)
        case Step.ACCEPT_ORDER:
            return await _accepted(whmcs, submission)
        case Step.MAIL_RESET:  # WHMCS does not tell, and two mails with two links are worse than WHMCS's welcome alone
            _log.warning("reset_mail_unsure", site=submission.site, reference=submission.reference)
            return StepDone(Step.MAIL_RESET)


async def _check(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    plan = site.plans.get(submission.plan or "")
    if plan is None:
        return NotSent("unknown_plan")
    try:
        order = await _order(whmcs, submission)
    except WhmcsError as error:
        return after_looking(error, submission)
    found = "order" if order is None else difference(order, plan, new_order(plan, submission, letter))
    return Faulty(f"order_differs:{found}") if found else StepDone(Step.CHECK_ORDER)


async def _accept(whmcs: Whmcs, submission: Submission) -> Learned:
    try:
        await whmcs.accept_order(submission.order_id or 0)
    except Rejected as refusal:
        seen = await _accepted(whmcs, submission)  # WHMCS accepts pending orders only: a payment may have been quicker
        return after_sending(refusal, submission, but="accept_refused") if isinstance(seen, NothingFound) else seen
    except WhmcsError as error:
        return after_sending(error, submission)
    return StepDone(Step.ACCEPT_ORDER)


async def _accepted(whmcs: Whmcs, submission: Submission) -> Learned:
    try:
        order = await _order(whmcs, submission)
    except WhmcsError as error:
        return after_looking(error, submission)
    match order.status.casefold() if order else "gone":
        case "active":
            return StepDone(Step.ACCEPT_ORDER)
        case "pending":
            return NothingFound()
    return Faulty("accept_refused")  # somebody cancelled it, or took it for fraud


async def _mail(whmcs: Whmcs, submission: Submission, letter: Letter) -> Learned:
    try:
        await whmcs.mail_password_reset(letter.form.email)
    except Rejected as refusal:
        answer = after_sending(refusal, submission, but="reset_refused")
        # What is in doubt is never asked for again, and here somebody can tell.
        return Faulty("reset_refused") if isinstance(answer, Unclear) else answer
    except WhmcsError as error:
        return after_sending(error, submission)
    return StepDone(Step.MAIL_RESET)


async def _order(whmcs: Whmcs, submission: Submission) -> Order | None:
    orders = await whmcs.orders_of(submission.client_id or 0)
    return next((order for order in orders if order.order_id == submission.order_id), None)
