"""Asking a provider about a token: once, for a short time, and never more than a few at a time."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from pydantic import SecretStr

from app.challenge.providers import NoAnswer
from app.sites import Site

PATIENCE = 5.0  # seconds in all: the visitor is waiting
_AT_ONCE = 20  # connections; who finds none free in time counts as not verified
_REPLY_LIMIT = 64 * 1024  # bytes


@asynccontextmanager
async def open_session() -> AsyncIterator[aiohttp.ClientSession]:
    """The connections to the providers, kept open between two questions; the environment's proxies are used."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_AT_ONCE),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=True,
    ) as session:
        yield session


class Verifier:
    """Asks the provider of each site. ``secrets`` are by site, ``endpoints`` by provider."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        secrets: Mapping[str, SecretStr],
        endpoints: Mapping[str, str],
        patience: float = PATIENCE,
    ) -> None:
        self._session = session
        self._secrets = secrets
        self._endpoints = endpoints
        self._patience = patience

    async def ask(self, site: Site, token: str, client_ip: str) -> Mapping[str, object]:
        """What the provider says of a token. Raises NoAnswer."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._ask(site, self._question(site, token, client_ip))
        except TimeoutError:
            reason = "timeout"
        except (aiohttp.ClientError, OSError) as error:
            reason = type(error).__name__
        # Raised out here so that the error has no context: aiohttp's could carry the request, and with it the secret.
        raise NoAnswer(reason)

    def _question(self, site: Site, token: str, client_ip: str) -> dict[str, str]:
        question = {"secret": self._secrets[site.key].get_secret_value(), "response": token}
        if client_ip:
            question["remoteip"] = client_ip
        if site.challenge_provider == "hcaptcha":
            question["sitekey"] = site.challenge_site_key
        if site.challenge_provider == "turnstile":
            question["idempotency_key"] = str(uuid.uuid4())
        return question

    async def _ask(self, site: Site, question: Mapping[str, str]) -> Mapping[str, object]:
        url = self._endpoints[site.challenge_provider]
        try:
            return await self._post(url, question)
        except (aiohttp.ClientError, ConnectionError):
            # A token is good for one question; only with an idempotency key may the same be asked twice.
            if "idempotency_key" not in question:
                raise
            return await self._post(url, question)

    async def _post(self, url: str, question: Mapping[str, str]) -> Mapping[str, object]:
        async with self._session.post(url, data=question, allow_redirects=False) as response:
            if response.status // 100 not in (2, 4):  # a refusal may come as either
                raise NoAnswer(f"http_{response.status}")
            body = bytearray()
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > _REPLY_LIMIT:
                    raise NoAnswer("unreadable")
        return _read(bytes(body))


def _read(body: bytes) -> Mapping[str, object]:
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        raise NoAnswer("unreadable")
    return reply
