"""A wire without WHMCS at its end: plays prepared replies and keeps what was sent."""

from urllib.parse import parse_qsl

from app.whmcs import Credentials, Reply, Whmcs
from tests.unit.whmcs.samples import JSON

SECRET = "wire-secret"
ACCESS_KEY = "wire-access-key"
EVERY_CALL = {"identifier", "secret", "accesskey", "responsetype"}


class Wire:
    """Answers each call with the next of ``answers``: a body, a whole reply, or an exception to raise."""

    deadline = 45.0

    def __init__(self, *answers: bytes | Reply | Exception) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []

    async def post(self, body: bytes) -> Reply:
        """Plays one call."""
        self.bodies.append(body)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Reply(200, JSON, answer) if isinstance(answer, bytes) else answer

    @property
    def sent(self) -> list[dict[str, str]]:
        """The parameters of every call, without the ones that all have."""
        return [
            {name: value for name, value in parse_qsl(body.decode(), True) if name not in EVERY_CALL}
            for body in self.bodies
        ]


def whmcs(wire: Wire, *, access_key: str | None = None) -> Whmcs:
    """A client at the near end of the wire."""
    return Whmcs(wire, Credentials("wire", SECRET, access_key))
