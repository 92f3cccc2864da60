"""What must be true at the end of every run, whatever the weather was."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from app.delivery import CONTENT_KEY_LIFE
from app.sandbox.ledger import Client, Ledger
from app.submissions import FINAL, State, Submission
from app.vault import Vault
from tests.simulation.visitors import SITES, Told

_FITTING = {
    "created": {State.DONE},
    "email_taken": {State.REJECTED},
    "invalid_fields": {State.REJECTED},
}


def broken_promises(rows: list[Submission], ledger: Ledger, told: list[Told], vault: Vault) -> list[str]:
    """A sentence for each promise that was broken."""
    by_reference = {row.reference: row for row in rows}
    return [
        *_doubled(ledger),
        *_strangers(rows, ledger),
        *(fault for row in rows for fault in _misdelivered(row, ledger, vault)),
        *_forgotten(by_reference, told),
        *_contradicted(by_reference, told),
    ]


def _doubled(ledger: Ledger) -> Iterator[str]:
    clients = list(ledger.clients.values())
    welcomes = [mail.client_id for mail in ledger.mails.values() if mail.subject == "Welcome"]
    counted: Mapping[str, Iterable[object]] = {
        "clients for the address": [client.email.casefold() for client in clients],
        "clients with the notes": [client.notes for client in clients if client.notes],
        "orders for client": [order.client_id for order in ledger.orders.values()],
        "invoices for client": [invoice.client_id for invoice in ledger.invoices.values()],
        "welcome mails for client": welcomes,
    }
    for what, things in counted.items():
        yield from (f"{count} {what} {thing}." for thing, count in Counter(things).items() if count > 1)


def _strangers(rows: list[Submission], ledger: Ledger) -> Iterator[str]:
    for client in ledger.clients.values():
        if client.notes and not any(row.marker in client.notes for row in rows):
            yield f"Client {client.id} belongs to no sign-up."


def _misdelivered(row: Submission, ledger: Ledger, vault: Vault) -> Iterator[str]:
    ours = [client for client in ledger.clients.values() if row.marker in client.notes]
    if (row.payload is None) != (row.state in FINAL):
        yield f"{row.reference} is {row.state}, and its form is {'kept' if row.payload else 'gone'}."
    if row.state is State.DONE:
        yield from _not_done(row, ours, ledger)
    elif row.state is State.REJECTED:
        if ours:
            yield f"{row.reference} is rejected ({row.reason}), and yet it is client {ours[0].id}."
        others = {vault.digest("address", client.email.casefold()) for client in ledger.clients.values()}
        if row.reason == "email_taken" and row.address not in others:
            yield f"{row.reference} is rejected although nobody has its address."
    else:
        yield f"{row.reference} is {row.state} ({row.reason}) with WHMCS mended and everything at rest."


def _not_done(row: Submission, ours: list[Client], ledger: Ledger) -> Iterator[str]:
    if [client.id for client in ours] != [row.client_id]:
        yield f"{row.reference} is done as client {row.client_id}; its marker is on {[one.id for one in ours]}."
    plan = SITES[row.site].plans.get(row.plan or "")
    wanted = [(row.order_id, row.invoice_id, row.marker, [plan.pid])] if plan else []
    orders = [order for order in ledger.orders.values() if order.client_id == row.client_id]
    found = [
        (order.id, order.invoice_id, order.notes, [ledger.services[number].pid for number in order.service_ids])
        for order in orders
    ]
    if found != wanted:
        yield f"{row.reference} is done with orders {found}; they should be {wanted}."


def _forgotten(rows: Mapping[str, Submission], told: list[Told]) -> Iterator[str]:
    for one in told:
        row = rows.get(one.reference)
        if row is None:
            yield f"{one.reference} was {one.status}, and there is no such row."
        elif row.state not in _FITTING.get(one.status, set(State)):
            yield f"{one.reference} was told {one.status}, and ends {row.state}."


def _contradicted(rows: Mapping[str, Submission], told: list[Told]) -> Iterator[str]:
    """Answers to one sign-up: one reference while its key lives, and nothing that is taken back."""
    answers: dict[object, list[Told]] = defaultdict(list)
    for one in told:
        answers[one.wish.one].append(one)
    for same in answers.values():
        for one in same:
            yield from (fault for other in same if (fault := _against(rows, one, other)))


def _against(rows: Mapping[str, Submission], earlier: Told, later: Told) -> str:
    if earlier.reference != later.reference:
        ages = [rows[one.reference].created_at for one in (earlier, later) if one.reference in rows]
        kept = earlier.wish.key is not None or max(ages, default=0) - min(ages, default=0) < CONTENT_KEY_LIFE
        return f"One sign-up got two references: {earlier.reference} and {later.reference}." if kept else ""
    taken_back = earlier.status != "accepted" and earlier.told_at < later.asked_at and later.status != earlier.status
    return f"{earlier.reference} was {earlier.status}, and later {later.status}." if taken_back else ""
