"""Calls to the stand-in WHMCS, as its tests make them: carried out at once, on a clock that stands still."""

import json
from typing import Any
from urllib.parse import urlencode

from app.sandbox.answers import Reply
from app.sandbox.php import PhpArray, read_form
from app.sandbox.scenes import Scene
from app.sandbox.whmcs import SandboxWhmcs

NOW = 1_800_000_000.0
REMOTE = "192.0.2.7"
CREDENTIALS = {"identifier": "sandbox", "secret": "sandbox", "responsetype": "json"}
ADA = {
    "firstname": "Ada",
    "lastname": "Lovelace",
    "email": "ada@example.com",
    "address1": "12 Byron Row",
    "city": "London",
    "state": "London",
    "postcode": "W1 1AA",
    "country": "GB",
    "phonenumber": "+44.2079460000",
    "password2": "correct horse",
}
STARTER = {"clientid": "1", "paymentmethod": "stripe", "pid[0]": "1", "billingcycle[0]": "monthly"}


def params(action: str, **fields: str) -> PhpArray:
    """The parameters as PHP would hand them over."""
    return read_form(urlencode({**CREDENTIALS, "action": action, **fields}).encode())


def scene(whmcs: SandboxWhmcs, action: str, **fields: str) -> Scene:
    """What would happen to the call."""
    return whmcs.respond(params(action, **fields), remote=REMOTE, now=NOW)


def reply(whmcs: SandboxWhmcs, action: str, **fields: str) -> Reply:
    """The reply to a call that is carried out at once."""
    played = scene(whmcs, action, **fields)
    found = played.commit(NOW) if played.commit else None
    final = played.reply or found
    assert final is not None
    return final


def call(whmcs: SandboxWhmcs, action: str, **fields: str) -> Any:
    """The answer to a call that is carried out at once, decoded."""
    return json.loads(reply(whmcs, action, **fields).body)
