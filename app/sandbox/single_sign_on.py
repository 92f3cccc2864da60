"""CreateSsoToken.

https://developers.whmcs.com/api-reference/createssotoken/
https://docs.whmcs.com/customization/single-sign-on-into-whmcs/
"""

import secrets
from collections.abc import Mapping
from typing import Final

from app.sandbox.answers import RefusedError
from app.sandbox.ledger import Client, SsoToken
from app.sandbox.requests import Fields, Request

LIFE: Final = 60.0  # seconds
HOME: Final = "clientarea.php"
_PLACES: Final[Mapping[str, str]] = {
    "": HOME,
    "clientarea:profile": "clientarea.php?action=details",
    "clientarea:services": "clientarea.php?action=services",
    "clientarea:domains": "clientarea.php?action=domains",
    "clientarea:invoices": "clientarea.php?action=invoices",
    "clientarea:shopping_cart": "cart.php",
}


def create_sso_token(request: Request) -> Fields:
    """Makes a token that logs the client's owner in, once and for a minute, and names the address to take it to."""
    client = _client(request)
    path = _path(request)
    token = secrets.token_hex(20)
    request.ledger.sso_tokens[token] = SsoToken(client.id, path, request.now + LIFE)
    url = f"{request.setup.system_url}/oauth/singlesignon.php?access_token={token}"
    return {"access_token": token, "redirect_url": url}


def _client(request: Request) -> Client:
    client = request.ledger.clients.get(request.number("client_id"))
    if client is None:
        raise RefusedError("Invalid client_id")
    if client.status == "Closed":
        raise RefusedError(f"SSO authentication blocked for client {client.id}")
    return client


def _path(request: Request) -> str:
    destination = request.text("destination")
    if destination == "sso:custom_redirect":
        return request.text("sso_redirect_path").lstrip("/")
    if destination not in _PLACES:
        raise RefusedError("Invalid destination")
    return _PLACES[destination]
