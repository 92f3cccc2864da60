"""The order of a sign-up: how it is placed, and how it is found again."""

from dataclasses import replace

from app.forms import SignupForm
from app.letter import Letter
from app.mishaps import after_sending
from app.outcomes import Faulty, Learned, NothingFound, OrderMade
from app.sites import PAID_ACTIONS, Item, Plan
from app.submissions import Submission
from app.whmcs import NewOrder, OrderLine, Whmcs, WhmcsError


async def place(whmcs: Whmcs, plan: Plan, submission: Submission, letter: Letter) -> Learned:
    """Have WHMCS make the order of the plan."""
    try:
        placed = await whmcs.add_order(new_order(plan, submission, letter))
    except WhmcsError as error:
        return after_sending(error, submission, but="order_refused")
    return OrderMade(placed.order_id, placed.invoice_id)


async def find(whmcs: Whmcs, plan: Plan, submission: Submission) -> Learned:
    """The client is new and ours, so a service of the plan's product, or an order with our marker, is ours too.

    Raises WhmcsError.
    """
    client_id = submission.client_id or 0
    # Services first: an order that is finished between the two questions is then seen whole, with its invoice.
    services = await whmcs.services_of(client_id, plan.pid)
    orders = await whmcs.orders_of(client_id)
    marked = {order.order_id for order in orders if submission.marker in order.notes}
    ordered = marked | {service.order_id for service in services if service.pid == plan.pid and service.order_id}
    if not ordered:
        # An order that we cannot place: a second invoice is dearer than a question.
        return Faulty("order_unclear") if orders or services else NothingFound()
    order_id = min(ordered)
    return OrderMade(order_id, next((order.invoice_id for order in orders if order.order_id == order_id), None))


def new_order(plan: Plan, submission: Submission, letter: Letter) -> NewOrder:
    """The order that this sign-up asks for."""
    form = letter.form
    return NewOrder(
        client_id=submission.client_id or 0,
        payment_method=form.payment_method or plan.payment_method,
        lines=[_line(item, submission, form, main=item is plan) for item in plan.items],
        promo_code=form.promotion(plan),
        affiliate_id=plan.affiliate,
        client_ip=letter.client_ip,
        notes=submission.marker,
        no_email=not plan.order_mail,
        no_invoice_email=not plan.invoice_mail,
    )


def _line(item: Item, submission: Submission, form: SignupForm, *, main: bool) -> OrderLine:
    """A product; the ``main`` one has the domain, and what the visitor chose."""
    line = OrderLine(
        pid=item.pid,
        billing_cycle=item.billing_cycle,
        quantity=item.quantity,
        addons=item.addons,
        hostname=item.hostname.format(reference=submission.reference, domain=form.domain),
        nameservers=item.nameservers,
        config_options=item.config_options,
    )
    if not main:
        return line
    paid = form.domain_action in PAID_ACTIONS
    return replace(
        line,
        domain=form.domain,
        domain_type=form.domain_action if paid else "",
        reg_period=(form.domain_years or 1) if paid else None,
        epp_code=form.epp_code,
        custom_fields=dict(form.plan_fields),
        config_options={**item.config_options, **dict(form.plan_options)},
    )
