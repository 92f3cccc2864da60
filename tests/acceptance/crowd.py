"""Visitors who send their forms from several threads, and send them again when no answer came."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from threading import Event
from types import TracebackType
from typing import Self

import httpx2

from tests.acceptance.processes import Process, post, until

PAUSE = 0.1  # seconds until a visitor who got no answer tries again


@dataclass(frozen=True, slots=True)
class SignUp:
    """One sign-up as its visitor means it. An ``insistent`` visitor tries until he is told what became of it."""

    email: str
    plan: str = ""
    key: str = ""
    posts: int = 1
    insistent: bool = True

    @property
    def form(self) -> dict[str, str]:
        """What the visitor fills in beside the usual answers."""
        given = {"email": self.email, "plan": self.plan, "_key": self.key}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Reply:
    """What one post was told, and when; ``outcome`` is the status in words, or the code of the refusal."""

    sign_up: SignUp
    asked_at: float
    told_at: float
    status: int
    outcome: str
    reference: str


def sign_ups(name: str, number: int) -> list[SignUp]:
    """Distinct sign-ups: some with a plan, some without a key, some posted twice at once, some by impatient people."""
    return [
        SignUp(
            email=f"{name}{one}@example.com",
            plan="starter" if one % 3 == 0 else "",
            key=f"key-of-{name}-{one}" if one % 4 else "",
            posts=2 if one % 5 == 0 else 1,
            insistent=one % 7 != 3,
        )
        for one in range(number)
    ]


class Crowd:
    """Posts the sign-ups to each of ``gateways`` in turn, a list that may change meanwhile.

    ``replies`` has what was told; ``unanswered`` the posts that found nobody, or whose connection broke. On leaving,
    every visitor is content or gone, or the first AssertionError of one is raised.
    """

    def __init__(self, visitors: Sequence[SignUp], gateways: Sequence[Process]) -> None:
        self.replies: list[Reply] = []
        self.unanswered: list[httpx2.TransportError] = []
        self._gateways = gateways
        self._turns = cycle(range(len(gateways)))
        self.visitors = visitors
        self._pool = ThreadPoolExecutor(6)
        self._sent_home = Event()
        self._visits: list[Future[None]] = []

    def __enter__(self) -> Self:
        posts = [one for one in self.visitors for _ in range(one.posts)]
        self._visits = [self._pool.submit(self._visit, one) for one in posts]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None:
            self._sent_home.set()
        self._pool.shutdown(cancel_futures=error is not None)
        if error is None:
            for visit in self._visits:
                visit.result()

    @property
    def promised(self) -> list[Reply]:
        """The replies that promise something."""
        return [reply for reply in self.replies if reply.status != 503]

    def wait_for(self, replies: int, status: int = 0) -> None:
        """Return when so many replies (of this status) came, or when everybody is content."""

        def enough() -> bool:
            found = sum(reply.status == status or not status for reply in self.replies)
            return found >= replies or all(visit.done() for visit in self._visits)

        until(enough, f"the visitors did not get {replies} replies")

    def _visit(self, sign_up: SignUp) -> None:
        if sign_up.insistent:
            until(
                lambda: self._post(sign_up) or self._sent_home.is_set(),
                f"{sign_up.email} was never told anything",
                pause=PAUSE,
            )
        else:
            self._post(sign_up)

    def _post(self, sign_up: SignUp) -> bool:
        """Send the form once; whether there was a promise."""
        asked_at = time.monotonic()
        try:
            response = post(self._gateways[next(self._turns)], **sign_up.form)
        except httpx2.TransportError as error:
            self.unanswered.append(error)
            return False
        body = response.json()
        outcome, reference = body.get("code") or body["status"], body.get("reference", "")
        self.replies.append(Reply(sign_up, asked_at, time.monotonic(), response.status_code, outcome, reference))
        if response.status_code == 503:
            assert int(response.headers["Retry-After"]) > 0
            return False
        assert (response.status_code, outcome) in ((201, "created"), (202, "accepted")), response.text
        return True
