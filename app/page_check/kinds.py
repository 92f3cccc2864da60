"""Everything that can be said of a page: for each code how bad it is, what is the matter, and the cure."""

from typing import NamedTuple

from app.findings import Level


class Kind(NamedTuple):
    """What a code stands for; the names in braces are filled in."""

    level: Level
    what: str
    cure: str


_FAULT, _WARNING = Level.FAULT, Level.WARNING
KINDS = {
    "good_form": Kind(Level.OK, "The form signs up clients for {site}.", ""),
    # Where the form goes
    "no_form": Kind(
        _FAULT,
        "The page has no form that posts to the gateway ({count} others).",
        "Check the address; of a form that a script draws, save the page from the browser and give that file.",
    ),
    "no_action": Kind(_FAULT, "The form has no action.", 'Give it method="post" and action="{address}".'),
    "unknown_site": Kind(
        _FAULT,
        "The form posts to the site '{site}', which sites.toml does not have.",
        "Correct the action; known are: {known}.",
    ),
    "relative_action": Kind(
        _FAULT,
        "The form's action has no host, so the form goes to the page's own website.",
        'Write the full address: action="{address}".',
    ),
    "strange_action": Kind(
        _FAULT,
        "The form's action is no address that takes sign-ups.",
        'Write action="{address}".',
    ),
    "insecure_action": Kind(
        _FAULT, "The form posts over plain http.", "Write https in its action; browsers warn of anything else."
    ),
    "other_gateway": Kind(
        _WARNING,
        "The form posts to {host}, and GATEWAY_PUBLIC_URL says {own}.",
        "Correct the action, or the setting, unless both are gateways of yours.",
    ),
    "method_get": Kind(
        _FAULT,
        "The form's method is not POST, so that answers end up in addresses and logs, and nobody is signed up.",
        'Write method="post". In Webflow: the form\'s settings, Method, POST; its default is GET.',
    ),
    "text_plain": Kind(_FAULT, "The form is sent as {enctype}, which the gateway does not take.", "Remove enctype."),
    "new_window": Kind(
        _WARNING, "The answer opens in another window ({target}).", "Remove target, so that the back button works."
    ),
    "nested_form": Kind(
        _FAULT,
        "A form stands inside this form. Browsers pass over the inner one and end the outer one too early.",
        "Move one of the two out.",
    ),
    "no_button": Kind(
        _FAULT, "The form has no button that sends it.", 'Add <button type="submit">Create my account</button>.'
    ),
    # Its fields
    "missing_fields": Kind(
        _FAULT,
        "The form does not ask for {fields}, and every sign-up would be refused.",
        "Add them; or give the site defaults, or list as optional what your WHMCS does not demand.",
    ),
    "too_many_fields": Kind(
        _FAULT, "The form has {count} fields; the gateway takes {limit}.", "Remove what a sign-up does not need."
    ),
    "unknown_name": Kind(
        _WARNING,
        "Nobody knows the field '{name}'; what is written there is dropped.",
        "Rename it ({near}), or add it to the site's fields or custom_fields, or remove it.",
    ),
    "unknown_control": Kind(
        _WARNING,
        "The field '{name}' begins with an underscore and steers nothing.",
        "Rename it ({near}), or remove it.",
    ),
    "same_field": Kind(
        _FAULT,
        "{names} are the same field to the gateway ({field}); two different answers are refused.",
        "Keep one of them, or give the others another meaning.",
    ),
    "dropped_twin": Kind(
        _WARNING, "'{name}' is taken for a second {field} and dropped.", "Remove it, or give it a name of its own."
    ),
    "no_name": Kind(_FAULT, "An input ({type}) has no name, so that its answer is not sent.", "Give it a name."),
    "file_input": Kind(_FAULT, "'{name}' asks for a file; the gateway refuses files.", "Remove it."),
    "password_input": Kind(
        _FAULT,
        "'{name}' asks for a password.",
        "Remove it: WHMCS mails a link with which the client sets one. Webflow refuses such forms, too.",
    ),
    "refused_choice": Kind(
        _FAULT,
        "'{name}' offers {values}, which would be refused: {sentence}",
        "Change the value; the text beside it may stay.",
    ),
    "foreign_way_back": Kind(
        _FAULT,
        "'{name}' is not on one of the site's origins, and is ignored.",
        "Write a full address on one of: {origins}.",
    ),
    "fixed_key": Kind(
        _WARNING,
        "'{name}' has a value in the page; were it the same for everybody, only the first visitor would be signed up.",
        "Leave the field out, unless your server writes another value each time that it shows the page.",
    ),
    # For everybody
    "no_label": Kind(
        _FAULT,
        "'{name}' has no label, so that some visitors are not told what it is for; a placeholder is none.",
        "Put <label>…</label> around it, or give the label its id with for=.",
    ),
    "no_autocomplete": Kind(
        _WARNING,
        "Browsers cannot fill in for the visitor: {names}.",
        "Add autocomplete: {words}.",
    ),
    "wrong_autocomplete": Kind(
        _WARNING,
        "'{name}' tells browsers that it is '{given}'.",
        'Write autocomplete="{word}".',
    ),
    "wrong_type": Kind(
        _WARNING,
        "'{name}' is of the type {given}; phones show the wrong keyboard.",
        'Write type="{word}".',
    ),
    # Against robots
    "trap_filled": Kind(
        _FAULT, "The trap '{name}' has a value already; every sign-up would be held.", "Remove the value."
    ),
    "trap_required": Kind(_FAULT, "The trap '{name}' is required; nobody could send the form.", "Remove required."),
    "trap_hidden": Kind(
        _WARNING,
        "The trap '{name}' is of the type hidden, which robots leave alone.",
        "Make it a text field that a style moves out of sight.",
    ),
    "trap_open": Kind(
        _WARNING,
        "Keyboards or browsers may reach the trap '{name}', and hold up people.",
        'Add to it: tabindex="-1" autocomplete="off".',
    ),
    "trap_unknown": Kind(
        _WARNING,
        "'{name}' looks like a trap for robots; the gateway does not know it, and browsers may fill it in.",
        "Name it _gotcha.",
    ),
    "two_challenges": Kind(
        _FAULT, "The form has several challenges ({kinds}); their answers overwrite each other.", "Keep one."
    ),
    "idle_challenge": Kind(
        _WARNING,
        "The site's settings do not ask for the {kind} challenge of this form, and nobody checks it.",
        "Remove it, or set challenge and challenge_provider in sites.toml.",
    ),
    "challenge_field": Kind(
        _FAULT,
        "The challenge's answer comes under a name that the gateway does not read.",
        'Write {attribute}="{name}" on the widget.',
    ),
    "no_challenge": Kind(
        _FAULT,
        "The site always asks for a challenge ({kind}), and the form has none; every sign-up would be refused.",
        "Put the widget into the form.",
    ),
    # The page around it
    "foreign_page": Kind(
        _FAULT,
        "The page is on {origin}, which is not one of the site's origins; its sign-ups are refused.",
        "Add it to the site's origins in sites.toml.",
    ),
    "origin_hidden": Kind(
        _FAULT,
        "Referrer-Policy {policy} hides where the form is from, and its sign-ups may be refused.",
        "Use strict-origin-when-cross-origin on this page, and no rel=noreferrer on the form.",
    ),
    "form_blocked": Kind(
        _FAULT, "The page's Content-Security-Policy lets the form not go to the gateway.", "Add {origin} to {where}."
    ),
    "way_back_blocked": Kind(
        _FAULT,
        "The page's Content-Security-Policy stops Chrome on the way that the gateway leads on.",
        "Add {origin} to {where}.",
    ),
    "script_blocked": Kind(
        _FAULT, "The page's Content-Security-Policy keeps signup.js out.", "Add {origin} to {where}."
    ),
    "connect_blocked": Kind(
        _FAULT, "The page's Content-Security-Policy lets no script talk to the gateway.", "Add {origin} to {where}."
    ),
    "not_utf8": Kind(
        _FAULT,
        "The page is written in {charset}; answers that are not English are refused as damaged.",
        'Save it as UTF-8, or write accept-charset="utf-8" on the form.',
    ),
    "mixed_content": Kind(
        _FAULT, "The page is on https and loads {address} over http, which browsers block.", "Write https."
    ),
    "script_idle": Kind(
        _WARNING, "signup.js is loaded and no form has data-signup.", "Add data-signup to the form, or drop the script."
    ),
    "script_missing": Kind(
        _WARNING,
        "The form has data-signup and signup.js is not loaded; it works as a plain form.",
        'Add <script src="{address}" defer></script>.',
    ),
    "script_twice": Kind(_WARNING, "signup.js is loaded {count} times.", "Keep one."),
    "script_unreadable": Kind(
        _FAULT,
        "signup.js has an integrity hash and no crossorigin attribute, so that browsers block it.",
        'Add crossorigin="anonymous".',
    ),
}
