"""How a call is made to go wrong: each function turns a call into one scene, or makes such a function."""

import json
from collections.abc import Callable
from typing import Final, TypeAlias

from app.sandbox.answers import Answer, Reply, error, html_reply, json_reply
from app.sandbox.scenes import Commit, Cue, Ending, Scene

Stage: TypeAlias = Callable[[Cue], Scene]
Render: TypeAlias = Callable[[Answer], Reply]

# What a failing PHP, proxy or firewall says; WHMCS itself documents none of these.
STRAY_OUTPUT: Final = html_reply(
    500,
    "Oops!",
    "Laminas\\HttpHandlerRunner\\Exception\\EmitterException: Output has been emitted previously; cannot emit response",
)
BLOCKED: Final = html_reply(403, "403 Forbidden", "The request was blocked by a security rule.")
MAINTENANCE: Final = html_reply(503, "Down for Maintenance (Err 3)", "We are upgrading and will be back soon.")
GATEWAY_TIMEOUT: Final = html_reply(504, "504 Gateway Time-out", "The server behind this proxy took too long.")
MOVED: Final = Reply(301, "text/html", b"", {"location": "https://whmcs.example/includes/api.php"})
NOTHING: Final = Reply(200, "text/html; charset=utf-8", b"")
NULL: Final = Reply(200, "application/json", b"null")
GARBAGE: Final = Reply(200, "application/json", b'{"result":"succ')
REFUSAL: Final = json_reply(error("Something unexpected happened"))
NOT_LET_IN: Final = json_reply(error("Access denied for user 'crm'@'localhost'", 403))
WARNING: Final = json_reply(Answer({"warning": "Invalid or Missing Payment Information - Please try again"}))


def plainly(cue: Cue) -> Scene:
    """Nothing goes wrong."""
    return Scene(commit=_commit(cue, cue.render), reply_after=cue.seconds)


def replying(reply: Reply) -> Stage:
    """Nothing is done, and this reply arrives."""
    return lambda cue: Scene(reply=reply, reply_after=cue.seconds)


def refusing(message: str) -> Stage:
    """Nothing is done, and WHMCS refuses with this message."""
    return replying(json_reply(error(message, 403)))


def refusing_address(cue: Cue) -> Scene:
    """Nothing is done, and WHMCS names the address it refuses."""
    return refusing(f"Invalid IP {cue.remote}")(cue)


def refusing_action(cue: Cue) -> Scene:
    """Nothing is done, for want of a permission; the quotes are escaped as PHP can be told to."""
    message = f'Invalid Permissions: API action "{cue.action.lower()}" is not allowed'
    body = json.dumps({"result": "error", "message": message}).replace('\\"', "\\u0022")
    return replying(Reply(403, "application/json", body.encode()))(cue)


def failing(cue: Cue) -> Scene:
    """Nothing is done, and WHMCS says something that nobody has documented."""
    return replying(json_reply(error(cue.message or "Something unexpected happened")))(cue)


def ending(how: Ending) -> Stage:
    """Nothing is done, and no reply comes."""
    return lambda cue: Scene(ending=how, reply_after=cue.seconds)


def committing_then_replying(reply: Reply) -> Stage:
    """The change is made, and this reply hides it."""
    return lambda cue: Scene(commit=_commit(cue, cue.render), reply=reply, reply_after=cue.seconds)


def committing_then_ending(how: Ending) -> Stage:
    """The change is made, and no reply comes."""
    return lambda cue: Scene(commit=_commit(cue, cue.render), ending=how, reply_after=cue.seconds)


def committing_late(cue: Cue) -> Scene:
    """The connection closes without a reply, and the change is made at a time of its own."""
    return Scene(_commit(cue, cue.render), cue.commit_seconds, ending=Ending.DROP, reply_after=cue.seconds)


def answering(render: Render) -> Stage:
    """The change is made, and the answer is written down in an odd way."""
    return lambda cue: Scene(commit=_commit(cue, render), reply_after=cue.seconds)


def _commit(cue: Cue, render: Render) -> Commit:
    return lambda now: render(cue.execute(now))
