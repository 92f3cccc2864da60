"""A visitor's browser, and a clock that stands still."""

import base64
import json
from typing import Any

import altcha
from pydantic import SecretStr

from app.sites import Site
from app.vault import Vault

KEY = SecretStr(f"{'A' * 43}=")
VAULT = Vault([KEY], b"pepper")
HERE = "198.51.100.7"


def site(key: str = "acme", **changes: Any) -> Site:
    """A site that sets everybody a challenge of the gateway's own."""
    return Site(key=key, origins=("https://www.acme.example",), **{"challenge": "always", **changes})


def solved(challenge: dict[str, Any]) -> str:
    """What ALTCHA's widget sends for a challenge."""
    made = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(made)
    assert solution is not None
    return altcha.Payload(made, solution).to_base64()


def opened(payload: str) -> dict[str, Any]:
    """The JSON of a payload."""
    found: dict[str, Any] = json.loads(base64.b64decode(payload))
    return found


def packed(payload: object) -> str:
    """The other way round."""
    return base64.b64encode(json.dumps(payload).encode()).decode()
