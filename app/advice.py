"""What a state and a reason mean to an operator, and what to do about them. The README has the same tables."""

from typing import NamedTuple

from app.outcomes import Step
from app.screening import SCREENED, SIGNALS
from app.submissions import State, Submission

STATES = {
    State.ACCEPTED: "On disk and about to be sent. Nothing to do.",
    State.SENDING: "Being sent right now. Nothing to do.",
    State.WAITING: "The next call was certainly not carried out. It is made again when due; `retry` makes it at once.",
    State.UNCERTAIN: "WHMCS may have it. It is looked up when due, and only what is not there is sent again.",
    State.HELD: "It looks like a robot's, and waits for you.",
    State.DONE: "The client is in WHMCS, the order when a plan was chosen, and what follows it. Nothing to do.",
    State.REJECTED: "Refused for good. Nothing to do.",
    State.STUCK: "It waits for you.",
}
_ASKED_FOR = (State.WAITING, State.UNCERTAIN, State.HELD, State.STUCK)  # where a reason is something to mend


class Reason(NamedTuple):
    """What is the matter, and its cure. A name that ends in ``_`` or ``:`` stands for whatever follows it.

    ``then`` is what a stuck sign-up needs once the cure is done.
    """

    names: tuple[str, ...]
    meaning: str
    cure: str = ""
    then: str = "Then `retry` it."


REASONS = (
    Reason(
        ("connection_refused", "dns_error", "tls_error", "connect_error", "connect_timeout", "proxy_error"),
        "WHMCS was not reached.",
        "Check WHMCS_API_URL, and the name, certificate and firewall behind it.",
    ),
    Reason(
        ("maintenance", "empty_action"),
        "WHMCS is being updated, or something on the way emptied the call.",
        "Finish the update; check the proxy before WHMCS.",
    ),
    Reason(
        ("html_http_", "empty_http_", "null_http_", "unreadable_http_"),
        "Something answered with this HTTP status, and not as the API does.",
        "3xx: give the final address in WHMCS_API_URL. 4xx: let the gateway through your firewall or CDN. "
        "Others: see WHMCS's PHP error log, and the log of the proxy before it.",
    ),
    Reason(
        ("read_timeout", "timeout", "deadline", "disconnected", "connection_lost", "broken_reply", "not_http"),
        "The call was sent and no answer came.",
        "If frequent, find what makes WHMCS slow: mail and hooks run inside the call.",
    ),
    Reason(
        ("no_client_id", "no_order_id", "no_service_id", "incomplete_list", "endless_list", "another_promotion"),
        "WHMCS answered without what was asked for.",
        "If it stays, see WHMCS's logs for hooks that change replies.",
    ),
    Reason(("lease_expired", "stopped"), "The process ended during an attempt."),
    Reason(
        ("honeypot",),
        "A trap field was filled.",
        "Read it with `show --full`. `release` it if a person wrote it; `refuse` it if not.",
    ),
    Reason(
        (SCREENED,),
        "Several signs speak against it: {signs}.",
        "Read it with `show --full`. `release` it if a person wrote it; `refuse` it if not.",
    ),
    Reason(
        ("no_mx",),
        "The DNS says that nobody gets mail at its address.",
        "If it is a slip of the pen, `release` it and correct the address in WHMCS; else `refuse` it. If many are held "
        "for this, mend the gateway's own DNS.",
    ),
    Reason(
        ("credentials", "credentials_admin_disabled", "credentials_admin_required"),
        "WHMCS refused the credential, or its administrator.",
        "Make a new API credential in WHMCS, put it into the settings and restart.",
    ),
    Reason(
        ("ip",),
        "The gateway's address is not on WHMCS's allow-list.",
        "Add the address that the log's `whmcs_refused` names.",
    ),
    Reason(("licence",), "WHMCS itself has no valid licence.", "Put WHMCS's licence in order."),
    Reason(
        ("role",),
        "The API role lacks a command.",
        "Allow {commands} in the API role in WHMCS; the log's `whmcs_refused` names the one that was missed.",
    ),
    Reason(
        ("field_custom", "field_"),
        "WHMCS demands a value that the site does not send, or does not take one that it sends.",
        "Make that field optional in WHMCS; for later sign-ups, ask for it on the form: see `required` and "
        "`custom_fields` of the site.",
    ),
    Reason(
        ("refused:",),
        "WHMCS refused {field} when the visitor had been thanked already.",
        "Read it with `show --full`. Correct WHMCS's rule; or make the client by hand and `resolve` it.",
    ),
    Reason(
        ("user_without_client",),
        "After an unclear call there is a user with this address and no client.",
        "In WHMCS, see whose user it is. If the call left it behind, delete it; or make the client for it by hand and "
        "`resolve` it.",
    ),
    Reason(
        ("order_refused",),
        "The client is made; WHMCS refused the order.",
        "Correct the plan {plan} in sites.toml or its product in WHMCS, and restart; only the order is sent again, if "
        "it is not there. "
        "Or `resolve` it with the order that you placed by hand, or --without-order.",
    ),
    Reason(
        ("order_unclear",),
        "After an unclear call client {client} has an order or a service that is not known to be the plan's.",
        "Compare in WHMCS. `resolve` it with the order that is the plan's; if there is none, place it there first.",
        then="",
    ),
    Reason(
        ("order_differs:",),
        "Order {order} of client {client} is not what was asked for; the difference is its {field}.",
        "Compare it with the plan {plan}, and correct it in WHMCS; for later sign-ups, correct the plan. `resolve` it "
        "with that order: what is left to do is then done.",
        then="",
    ),
    Reason(
        ("accept_refused",),
        "WHMCS does not accept order {order} of client {client}; perhaps somebody has cancelled it.",
        "Accept it in WHMCS if it is a good one. If it is not, `resolve` it --without-order, and nothing more is done.",
        then="`retry` it once it is active.",
    ),
    Reason(
        ("reset_refused",),
        "WHMCS did not send client {client} the mail to set a password by.",
        "See WHMCS's activity log and its mail settings.",
    ),
    Reason(
        ("not_found",),
        "Client {client} was deleted in WHMCS before the order was placed.",
        "If the client was made anew, `resolve` it with that number; else write to the customer, and `purge` it.",
        then="",
    ),
    Reason(
        ("other", "other_", "warning", "duplicate", "duplicate_"),
        "WHMCS refused in words the gateway does not know, or where it should not.",
        "See WHMCS's activity log, and mend it there.",
    ),
    Reason(
        ("unknown_site",),
        "sites.toml does not have the site {site}.",
        "Put it back and restart, unless another gateway has it.",
    ),
    Reason(
        ("unknown_plan",),
        "sites.toml does not have the plan {plan} of {site}.",
        "Put it back and restart, unless another gateway has it; or `resolve` it --without-order.",
    ),
    Reason(
        ("unreadable_payload",),
        "No key opens the form.",
        "Put the key that it was sealed with back into GATEWAY_ENCRYPTION_KEYS, at the end, and restart.",
    ),
    Reason(("email_taken",), "Somebody with this e-mail address is in WHMCS already."),
    Reason(("invalid_fields",), "WHMCS did not take an answer, and the visitor was told."),
    Reason(("declined",), "An operator took it for a robot's, and the sender was not told."),
)

_STEP_COMMANDS = {
    Step.MAIL_RESET: "ResetPassword",
    Step.CHECK_ORDER: "GetOrders",
    Step.ACCEPT_ORDER: "AcceptOrder and GetOrders",
}

# What goes before the last reason of a sign-up that was given up.
GIVEN_UP = {
    "gave_up:": "All tries were used up.",
    "too_old:": "WHMCS was out of reach for too long.",
}


def meaning(submission: Submission, reason: str) -> str:
    """What a reason of this sign-up means; "" when there is nothing to say."""
    lead, known = _classified(reason)
    return " ".join(filter(None, (lead, known and _filled(known.meaning, submission, reason))))


def advice(submission: Submission) -> str:
    """What the state and the reason mean, and what to do."""
    _, known = _classified(submission.reason)
    sentences = [STATES[submission.state], meaning(submission, submission.reason)]
    if known and submission.state in _ASKED_FOR:
        sentences.append(_filled(known.cure, submission, submission.reason))
    if submission.state is State.STUCK:
        sentences.append(known.then if known else "See the log and WHMCS's activity log, mend it, then `retry` it.")
    return " ".join(filter(None, sentences))


def cure(reason: str) -> tuple[str, str]:
    """What a reason means and its cure, where it is about no sign-up; "" where there is nothing to say."""
    known = _classified(reason)[1]
    return (known.meaning, known.cure) if known else ("", "")


def _classified(reason: str) -> tuple[str, Reason | None]:
    """The sentence for the end of the tries, if that is why, and the reason behind it."""
    lead = next((prefix for prefix in GIVEN_UP if reason.startswith(prefix)), "")
    last = reason.removeprefix(lead)
    known = next((known for known in REASONS if any(_fits(name, last) for name in known.names)), None)
    return GIVEN_UP.get(lead, ""), known


def _fits(name: str, reason: str) -> bool:
    return reason.startswith(name) if name.endswith(("_", ":")) else reason == name


def _signs(reason: str) -> list[str]:
    return reason.rpartition(SCREENED)[2].split(",")


def _filled(sentence: str, submission: Submission, reason: str) -> str:
    return sentence.format(
        commands=_commands(submission),
        field=reason.rpartition(":")[2].replace("_", " "),
        order=submission.order_id,
        site=submission.site,
        plan=submission.plan,
        client=submission.client_id,
        signs="; ".join(SIGNALS[name].words if name in SIGNALS else name for name in _signs(reason)),
    )


def _commands(submission: Submission) -> str:
    """What WHMCS is asked next."""
    if submission.client_id is None:
        return "AddClient and GetClientsDetails"
    if not submission.is_made:
        return "AddOrder, GetOrders and GetClientsProducts"
    return _STEP_COMMANDS[submission.steps[0]] if submission.steps else "GetOrders"
