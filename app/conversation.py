"""One question to WHMCS about a submission, and what the answer means for us."""

from app import follow_up, ordering
from app.errors import FieldError
from app.letter import Letter
from app.mishaps import after_looking, after_sending
from app.outcomes import AddressTaken, ClientMade, Faulty, Learned, NothingFound, NotSent, Refused
from app.sites import FIELD_NAMES, Site
from app.submissions import Submission
from app.whmcs import Cause, Client, NewClient, Rejected, Whmcs, WhmcsError, random_password


async def send(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    """Ask WHMCS to make what is missing: the client, then the order, then what follows."""
    if submission.client_id is None:
        return await _send_client(whmcs, site, submission, letter)
    if submission.is_made:
        return await follow_up.take(whmcs, site, submission, letter)
    plan = site.plans.get(submission.plan or "")
    return await ordering.place(whmcs, plan, submission, letter) if plan else NotSent("unknown_plan")


async def look_up(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    """Ask WHMCS whether it already has what an earlier, uncertain call was to make."""
    try:
        if submission.client_id is None:
            return _whose(await whmcs.find_client(letter.form.email), submission, letter)
        if submission.is_made:
            return await follow_up.look(whmcs, site, submission, letter)
        plan = site.plans.get(submission.plan or "")
        return await ordering.find(whmcs, plan, submission) if plan else NotSent("unknown_plan")
    except WhmcsError as error:
        return after_looking(error, submission)


async def _send_client(whmcs: Whmcs, site: Site, submission: Submission, letter: Letter) -> Learned:
    try:
        made = await whmcs.add_client(_new_client(site, submission, letter))
    except Rejected as refusal:
        if refusal.cause is Cause.DUPLICATE:
            return await _after_duplicate(whmcs, site, submission, letter)
        return _client_refused(refusal, site, submission)
    except WhmcsError as error:
        return after_sending(error, submission)
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
        return after_sending(refusal, submission)
    return Refused((FieldError(refusal.field, "not_accepted"),))


def _whose(client: Client | None, submission: Submission, letter: Letter) -> Learned:
    if client is None:
        return NothingFound()
    if submission.marker in client.notes:
        return ClientMade(client.client_id)
    # WHMCS's look-up may also answer with a client whose contact has the address.
    same = client.email.strip().casefold() == letter.form.email.casefold()
    return AddressTaken() if same else NothingFound()


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
