"""One question to WHMCS about a submission, and what the answer means for us.

WHMCS's errors end here; above there are only outcomes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog

from app.errors import FieldError
from app.forms import SignupForm
from app.outcomes import AddressTaken, ClientMade, Faulty, Learned, NothingFound, NotSent, OrderMade, Refused, Unclear
from app.sites import FIELD_NAMES, Item, Plan, Site
from app.submissions import Submission
from app.whmcs import (
    SHUT_OUT,
    Cause,
    Client,
    NewClient,
    NewOrder,
    OrderLine,
    Rejected,
    Unavailable,
    Uncertain,
    Whmcs,
    WhmcsError,
    random_password,
)

_log = structlog.get_logger("app.delivery")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is delivered: the form, the address of the visitor who sent it, and where he came from, by name."""

    form: SignupForm
    client_ip: str
    attribution: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """As it goes into the vault: three lines."""
        return b"\n".join((self.client_ip.encode(), self.form.to_json(), json.dumps(dict(self.attribution)).encode()))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Letter":
        """Back from ``to_bytes``. Raises ValueError."""
        client_ip, form, *more = data.split(b"\n")
        return cls(SignupForm.from_json(form), client_ip.decode(), json.loads(more[0]) if more else {})


async def send(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    """Ask WHMCS to make what is missing: the client, then the order."""
    if submission.client_id is None:
        return await _send_client(whmcs, site, submission, letter)
    plan = site.plans.get(submission.plan or "")
    return await _send_order(whmcs, plan, submission, letter) if plan else NotSent("unknown_plan")


async def look_up(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    """Ask WHMCS whether it already has what an earlier, uncertain call was to make."""
    try:
        if submission.client_id is None:
            return _whose(await whmcs.find_client(letter.form.email), submission, letter)
        plan = site.plans.get(submission.plan or "")
        return await _find_order(whmcs, plan, submission) if plan else NotSent("unknown_plan")
    except Rejected as refusal:
        return _no(refusal, submission)
    except WhmcsError as error:
        return NotSent(error.reason)


async def _send_client(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    try:
        made = await whmcs.add_client(_new_client(site, submission, letter))
    except Unavailable as error:
        return NotSent(error.reason)
    except Uncertain as error:
        return Unclear(error.reason)
    except Rejected as refusal:
        if refusal.cause is Cause.DUPLICATE:
            return await _after_duplicate(whmcs, site, submission, letter)
        return _client_refused(refusal, site, submission)
    return ClientMade(made.client_id)


async def _after_duplicate(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    """The address is in use. Only if an earlier call of ours may have come through can the user of it be ours."""
    if submission.uncertain_since is None:
        return AddressTaken()
    found = await look_up(whmcs, site, submission, letter)
    # A user without a client: WHMCS may have stopped half-way through our own call.
    return Faulty("user_without_client") if isinstance(found, NothingFound) else found


def _client_refused(refusal: Rejected, site: Site, submission: Submission) -> Learned:
    if refusal.cause is not Cause.FIELD or refusal.field not in (*FIELD_NAMES, *site.custom_fields):
        return _no(refusal, submission)
    return Refused((FieldError(refusal.field, "not_accepted"),))


def _whose(client: Client | None, submission: Submission, letter: Letter) -> Learned:
    if client is None:
        return NothingFound()
    if submission.marker in client.notes:
        return ClientMade(client.client_id)
    # WHMCS's look-up may also answer with a client whose contact has the address.
    same = client.email.strip().casefold() == letter.form.email.casefold()
    return AddressTaken() if same else NothingFound()


async def _send_order(whmcs: Whmcs, plan: Plan, submission: Submission, letter: Letter) -> Learned:
    try:
        placed = await whmcs.add_order(_new_order(plan, submission, letter))
    except Unavailable as error:
        return NotSent(error.reason)
    except Uncertain as error:
        return Unclear(error.reason)
    except Rejected as refusal:
        return _no(refusal, submission, but="order_refused")
    return OrderMade(placed.order_id, placed.invoice_id)


async def _find_order(whmcs: Whmcs, plan: Plan, submission: Submission) -> Learned:
    """The client is new and ours, so a service of the plan's product, or an order with our marker, is ours too."""
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


def _no(refusal: Rejected, submission: Submission, but: str = "") -> NotSent | Faulty:
    """WHMCS said no, for ``but`` when it is not our access. Who is not let in at all may come again later."""
    # WHMCS's sentence may quote the visitor; its class, and the address or command it named, may not.
    _log.error("whmcs_refused", reference=submission.reference, reason=refusal.reason, detail=refusal.detail)
    if refusal.cause in SHUT_OUT:
        return NotSent(refusal.reason)
    return Faulty(but if but and refusal.cause is not Cause.ROLE else refusal.reason)


def _new_client(site: Site, submission: Submission, letter: Letter) -> NewClient:
    form = letter.form
    in_notes, in_fields = _where_from(site, letter)
    terms = " Accepted the terms." if form.terms else ""
    return NewClient(
        first_name=form.first_name,
        last_name=form.last_name,
        email=form.email,
        password=random_password(),
        company=form.company,
        address1=form.address1,
        address2=form.address2,
        city=form.city,
        state=form.state,
        postcode=form.postcode,
        country=form.country,
        phone=form.phone,
        tax_id=form.tax_id,
        currency=form.currency,
        language=form.language,
        client_ip=letter.client_ip,
        notes="\n".join((f"Signed up on {site.key}.{terms} {submission.marker}", *in_notes)),
        marketing_opt_in=form.marketing_opt_in,
        skip_validation=site.skip_validation,
        custom_fields={**dict(form.custom_fields), **in_fields},
    )


def _where_from(site: Site, letter: Letter) -> tuple[list[str], dict[int, str]]:
    """What WHMCS is told of where the visitor came from: lines for the notes, and custom fields."""
    if isinstance(site.attribution, str):
        told = letter.attribution if site.attribution == "notes" else {}
        return [f"{name}: {text}" for name, text in told.items()], {}
    return [], {site.attribution[name]: text for name, text in letter.attribution.items() if name in site.attribution}


def _new_order(plan: Plan, submission: Submission, letter: Letter) -> NewOrder:
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
    own = form.domain_action not in ("register", "transfer")
    return replace(
        line,
        domain=form.domain,
        domain_type="" if own else form.domain_action,
        reg_period=None if own else 1,
        custom_fields=dict(form.plan_fields),
        config_options={**item.config_options, **dict(form.plan_options)},
    )
