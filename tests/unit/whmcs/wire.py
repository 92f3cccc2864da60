"""A wire without WHMCS at its end: plays prepared replies and keeps what was sent."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx2

from app.whmcs import Credentials, Whmcs, http_client
from tests.unit.whmcs.samples import JSON

SECRET = "wire-secret"
ACCESS_KEY = "wire-access-key"


class Wire:
    """Answers each request with the next of ``answers``: bytes, a response, or an exception to raise."""

    def __init__(self, *answers: bytes | httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes):
            return httpx2.Response(200, content=answer, headers={"Content-Type": JSON})
        return answer

    @property
    def sent(self) -> list[dict[str, str]]:
        """The parameters of every request, without the ones that all have."""
        return [
            {name: value for name, value in parse_qsl(request.content.decode(), True) if name not in EVERY_CALL}
            for request in self.requests
        ]


EVERY_CALL = {"identifier", "secret", "accesskey", "responsetype"}


def whmcs(
    handler: Callable[[httpx2.Request], httpx2.Response],
    *,
    access_key: str | None = None,
) -> Whmcs:
    http = http_client(transport=httpx2.MockTransport(handler))
    return Whmcs(http, "https://billing.example.com", Credentials("wire", SECRET, access_key))
