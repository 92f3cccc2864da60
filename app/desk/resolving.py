"""What an operator says WHMCS has for a sign-up, checked with WHMCS before it is believed."""

from dataclasses import dataclass

from app.desk.opening import CouldNot
from app.outcomes import Resolved
from app.submissions import Submission
from app.vault import Vault
from app.whmcs import Client, Whmcs, WhmcsError


@dataclass(frozen=True, slots=True)
class Claim:
    """The client, and the order if there is one; ``without_order``: there is to be none."""

    client_id: int
    order_id: int | None = None
    without_order: bool = False


async def resolution(whmcs: Whmcs, vault: Vault, submission: Submission, claim: Claim) -> Resolved:
    """The claim as an outcome. Raises CouldNot when WHMCS says otherwise, or says nothing."""
    try:
        client = await whmcs.get_client(claim.client_id)
        if client is None:
            raise CouldNot(f"WHMCS has no client {claim.client_id}. Look its number up there.")
        if not _is_of(client, submission, vault):
            raise CouldNot(
                f"Client {claim.client_id} has another email address, and {submission.marker} is not in its admin "
                "notes. If it is this sign-up's all the same, write that into the notes, and resolve again."
            )
        # Without a word about the order, what counts is the one that the sign-up is known to have.
        order_id = claim.order_id or (None if claim.without_order else submission.order_id)
        invoice_id = None if order_id is None else await _invoice(whmcs, claim.client_id, order_id)
    except WhmcsError as error:
        raise CouldNot(
            f"WHMCS could not be asked ({error.reason}), so nothing was changed. "
            "See the README for this reason, and resolve again."
        ) from None
    return Resolved(claim.client_id, order_id, invoice_id, complete=claim.without_order)


def _is_of(client: Client, submission: Submission, vault: Vault) -> bool:
    address = vault.digest("address", client.email.strip().casefold())
    return submission.marker in client.notes or address == submission.address


async def _invoice(whmcs: Whmcs, client_id: int, order_id: int) -> int | None:
    """The invoice of the order, if it has one. Raises CouldNot when the order is not the client's."""
    orders = {order.order_id: order for order in await whmcs.orders_of(client_id)}
    if order_id not in orders:
        known = ", ".join(map(str, sorted(orders))) or "none"
        raise CouldNot(
            f"Client {client_id} has no order {order_id} in WHMCS. Its orders: {known}. "
            "Say --order-id for the right one, or --without-order."
        )
    return orders[order_id].invoice_id
