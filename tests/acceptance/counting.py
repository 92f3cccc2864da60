"""What must be true when everything is at rest, whatever happened before: every promise is kept, once."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from tests.acceptance.crowd import Reply, SignUp
from tests.acceptance.processes import Process, Town, post, until

_MARKER = re.compile(r"\[signup:(\w+)\]")


def bring_to_rest(town: Town, stuck_for: Collection[str] = ()) -> None:
    """Return when every sign-up is done; those that got stuck, for these reasons, are retried as an operator would."""
    _wait_for(town, {"done", "stuck"})
    for reference, reason in town.query("SELECT reference, reason FROM submissions WHERE state = 'stuck'"):
        assert reason in stuck_for, f"{reference} is stuck for {reason}"
        retried = town.run("submissions", "retry", reference)
        assert retried.returncode == 0, retried.stderr
    _wait_for(town, {"done"})


def assert_kept(town: Town, sent: Iterable[SignUp], replies: Iterable[Reply]) -> None:
    """Each sign-up on disk is one client, with one order and invoice if it chose a plan; what was told is true."""
    ledger = town.ledger()
    clients = {client["email"]: client for client in ledger["clients"]}
    assert len(clients) == len(ledger["clients"])
    markers = {email: _MARKER.findall(client["notes"]) for email, client in clients.items()}
    rows = town.query("SELECT reference FROM submissions")
    assert sorted(markers.values()) == sorted([reference] for (reference,) in rows)

    plans = {one.email: one.plan for one in sent}
    ordered = Counter(client["id"] for email, client in clients.items() if plans[email])
    assert Counter(order["client_id"] for order in ledger["orders"]) == ordered
    assert Counter(invoice["client_id"] for invoice in ledger["invoices"]) == ordered
    welcomed = (mail["client_id"] for mail in ledger["mails"] if mail["subject"] == "Welcome")
    assert Counter(welcomed) == Counter(client["id"] for client in ledger["clients"])
    _assert_true(replies, markers)


def assert_answered_again(gateway: Process, replies: Iterable[Reply]) -> None:
    """Who sends a form again that was promised something gets the same sign-up, done."""
    for sign_up, reference in {(reply.sign_up, reply.reference) for reply in replies}:
        reply = post(gateway, **sign_up.form)
        assert (reply.status_code, reply.json()["reference"]) == (201, reference)


def _wait_for(town: Town, states: set[str]) -> None:
    until(lambda: {state for state, _ in town.rows()} <= states, f"not every sign-up came to be one of {states}")


def _assert_true(replies: Iterable[Reply], markers: dict[str, list[str]]) -> None:
    """Every promise names the client's own sign-up, and nothing is taken back."""
    created: dict[str, float] = {}
    for reply in sorted(replies, key=lambda reply: reply.told_at):
        email = reply.sign_up.email
        assert markers[email] == [reply.reference]
        if reply.outcome == "created":
            created.setdefault(email, reply.told_at)
        assert reply.outcome == "created" or reply.asked_at <= created.get(email, reply.asked_at)
