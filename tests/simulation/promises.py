"""What must be true at the end of every run, whatever the weather was."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from app.delivery import CONTENT_KEY_LIFE
from app.errors import UnknownReference
from app.forms import SignupForm
from app.owners import DAY
from app.sandbox.ledger import Client, Ledger
from app.sites import Plan
from app.submissions import FINAL, State, Submission
from app.vault import Vault
from tests.simulation.odds import SKEW
from tests.simulation.visitors import OFFERS, SITES, Told, Wait

_FITTING = {
    "created": {State.DONE},
    "email_taken": {State.REJECTED},
    "invalid_fields": {State.REJECTED},
}
_PURGED = (*FINAL, State.HELD)


@dataclass(frozen=True, slots=True)
class Files:
    """The rows of a run, and those that were deleted, as they were then."""

    kept: list[Submission]
    purged: list[Submission]
    asked: Mapping[str, SignupForm]
    """What each sign-up asked for, by its fingerprint."""
    used: Mapping[str, int]
    """How often each offer was used, as the gateway counts."""


def broken_promises(files: Files, ledger: Ledger, told: list[Told], waited: list[Wait], vault: Vault) -> list[str]:
    """A sentence for each promise that was broken."""
    rows = [*files.kept, *files.purged]
    by_reference = {row.reference: row for row in rows}
    finished = [row for row in rows if row in files.kept or row.state in FINAL]
    return [
        *_doubled(ledger),
        *_strangers(rows, ledger),
        *(f"{row.reference} was deleted while {row.state}." for row in files.purged if row.state not in _PURGED),
        *(fault for row in finished for fault in _misdelivered(row, files, ledger, vault)),
        *(fault for row in rows for fault in _refused_behind_his_back(row, files.asked, waited)),
        *_forgotten(by_reference, told),
        *_contradicted(by_reference, told),
        *_mailed_too_often(rows, ledger, vault),
        *_miscounted(rows, files.used),
    ]


def _doubled(ledger: Ledger) -> Iterator[str]:
    clients = list(ledger.clients.values())
    mails = list(ledger.mails.values())
    welcomes = [mail.client_id for mail in mails if mail.subject == "Welcome"]
    counted: Mapping[str, Iterable[object]] = {
        "clients for the address": [client.email.casefold() for client in clients],
        "clients with the notes": [client.notes for client in clients if client.notes],
        "orders for client": [order.client_id for order in ledger.orders.values()],
        "invoices for client": [invoice.client_id for invoice in ledger.invoices.values()],
        "welcome mails for client": welcomes,
        "mails for one service to client": [
            mail.client_id for mail in mails if mail.subject == "New Product Information"
        ],
    }
    for what, things in counted.items():
        yield from (f"{count} {what} {thing}." for thing, count in Counter(things).items() if count > 1)


def _strangers(rows: list[Submission], ledger: Ledger) -> Iterator[str]:
    for client in ledger.clients.values():
        if client.notes and not any(row.marker in client.notes for row in rows):
            yield f"Client {client.id} belongs to no sign-up."


def _misdelivered(row: Submission, files: Files, ledger: Ledger, vault: Vault) -> Iterator[str]:
    ours = [client for client in ledger.clients.values() if row.marker in client.notes]
    if (row.payload is None) != (row.state in FINAL):
        yield f"{row.reference} is {row.state}, and its form is {'kept' if row.payload else 'gone'}."
    if row.state is State.DONE:
        yield from _not_done(row, files.asked[row.fingerprint], ours, ledger)
    elif row.state is State.REJECTED:
        if ours:
            yield f"{row.reference} is rejected ({row.reason}), and yet it is client {ours[0].id}."
        others = {vault.digest("address", client.email.casefold()) for client in ledger.clients.values()}
        if row.reason == "email_taken" and row.address not in others:
            yield f"{row.reference} is rejected although nobody has its address."
    else:
        yield f"{row.reference} is {row.state} ({row.reason}) with WHMCS mended and everything at rest."


def _refused_behind_his_back(row: Submission, asked: Mapping[str, SignupForm], waited: list[Wait]) -> Iterator[str]:
    """Only who waits for the answer can mend a field; whoever has been thanked does not come back."""
    if row.reason != "invalid_fields":
        return
    refused_at, site = row.updated_at, SITES[row.site]
    for wait in waited:
        same = wait.wish.site is site and wait.wish.form == asked[row.fingerprint]
        if same and wait.asked_at - 2 * SKEW <= refused_at <= wait.ended_at + 2 * SKEW and not site.hides_customers:
            return
    yield f"{row.reference} is refused its fields, and nobody waits to be told."


def _not_done(row: Submission, asked: SignupForm, ours: list[Client], ledger: Ledger) -> Iterator[str]:
    if [client.id for client in ours] != [row.client_id]:
        yield f"{row.reference} is done as client {row.client_id}; its marker is on {[one.id for one in ours]}."
    plan = SITES[row.site].plans.get(row.plan or "")
    wanted = [_wanted(row, plan, asked)] if plan else []
    found = [
        (
            *(order.id, order.invoice_id, order.notes, order.status, order.promocode),
            [(ledger.services[number].pid, ledger.services[number].domain) for number in order.service_ids],
            [(ledger.domains[number].name, ledger.domains[number].type) for number in order.domain_ids],
        )
        for order in ledger.orders.values()
        if order.client_id == row.client_id
    ]
    if found != wanted:
        yield f"{row.reference} is done with orders {found}; they should be {wanted}."


def _wanted(row: Submission, plan: Plan, asked: SignupForm) -> tuple[object, ...]:
    """The order that this sign-up asked for, as WHMCS should have it once all is done."""
    to_buy = asked.domain_action in ("register", "transfer")
    return (
        *(row.order_id, row.invoice_id, row.marker),
        *("Active" if plan.accept_order and not to_buy else "Pending", plan.promo_code),
        [(plan.pid, asked.domain)],
        [(asked.domain, asked.domain_action)] if to_buy else [],
    )


def _forgotten(rows: Mapping[str, Submission], told: list[Told]) -> Iterator[str]:
    for one in told:
        row = rows.get(one.reference)
        if row is None:
            yield f"{one.reference} was {one.status}, and there is no such row."
        elif one.status == UnknownReference.code:
            if one.told_at < _forgettable(row):
                yield f"{one.reference} was unknown before its time."
        elif one.status == "email_taken" and row.reason != "email_taken":
            yield f"{one.reference} was told {one.status}, and was refused for {row.reason}."
        elif row.state not in _FITTING.get(one.status, set(State)):
            yield f"{one.reference} was told {one.status}, and ends {row.state}."


def _forgettable(row: Submission) -> float:
    """When a row may be unknown, at the earliest: deleted, or as if it were."""
    site = SITES[row.site]
    return (row.created_at if site.hides_customers else row.updated_at) + site.kept_for - 2 * SKEW


def _mailed_too_often(rows: list[Submission], ledger: Ledger, vault: Vault) -> Iterator[str]:
    """WHMCS writes to the owner of a known address at most once a day, and only where customers are hidden; and once to
    a new client, where the site wants it."""
    asked: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.mailed_at is not None:
            asked[row.address].append(row.mailed_at)
            if row.state is not State.REJECTED or not SITES[row.site].hides_customers:
                yield f"{row.reference} is {row.state} on {row.site}, and the owner of its address was mailed."
    new = Counter(row.address for row in rows if row.state is State.DONE and SITES[row.site].password_mail == "reset")
    resets = [mail.to for mail in ledger.mails.values() if mail.subject == "Password Reset"]
    for address, mails in Counter(vault.digest("address", to.casefold()) for to in resets).items():
        if mails > len(asked[address]) + new[address]:
            yield f"{mails} password resets for an address, and {len(asked[address]) + new[address]} were asked for."
    for moments in asked.values():
        if any(later - earlier < DAY - 2 * SKEW for earlier, later in pairwise(sorted(moments))):
            yield "Two password resets for an address within a day."


def _miscounted(rows: list[Submission], used: Mapping[str, int]) -> Iterator[str]:
    """Every sign-up uses its offer once, and gives that back when it is refused; but not where that would tell whose
    address is known."""
    kept = [row for row in rows if row.state is not State.REJECTED or _keeps_its_use(row)]
    for site, offer in OFFERS.items():
        uses = sum(row.offer == offer.name for row in kept if row.site == site)
        if offer.uses and uses > offer.uses:
            yield f"{uses} sign-ups came with an offer for {offer.uses}."
        if offer.uses and used.get(offer.name, 0) != uses:
            yield f"{uses} uses of an offer were counted as {used.get(offer.name, 0)}."


def _keeps_its_use(row: Submission) -> bool:
    return SITES[row.site].hides_customers and row.reason != "declined"


def _contradicted(rows: Mapping[str, Submission], told: list[Told]) -> Iterator[str]:
    """Answers to one sign-up: one reference while its key lives, and nothing that is taken back."""
    answers: dict[object, list[Told]] = defaultdict(list)
    for one in told:
        if one.reference in rows:
            answers[one.wish.one].append(one)
    for same in answers.values():
        for one in same:
            yield from (fault for other in same if (fault := _against(rows, one, other)))


def _against(rows: Mapping[str, Submission], earlier: Told, later: Told) -> str:
    if earlier.reference != later.reference:
        life = CONTENT_KEY_LIFE if earlier.wish.key is None else SITES[earlier.wish.site.key].kept_for
        renewed = _is_renewed(rows[earlier.reference], rows[later.reference], life)
        return "" if renewed else f"One sign-up got two references: {earlier.reference} and {later.reference}."
    if earlier.status == "accepted" or later.status in (earlier.status, UnknownReference.code):
        return ""
    taken_back = earlier.told_at < later.asked_at
    return f"{earlier.reference} was {earlier.status}, and later {later.status}." if taken_back else ""


def _is_renewed(one: Submission, other: Submission, life: float) -> bool:
    """Whether the same key may stand for two sign-ups: its life, or the row that remembers it, was over."""
    older, younger = sorted((one, other), key=lambda row: row.created_at)
    return younger.created_at >= min(older.created_at + life, _forgettable(older))
