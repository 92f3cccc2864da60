"""A proof of work: the visitor's browser counts until it has found a number, and nobody else is asked.

It is version 2 of ALTCHA's challenge, so ALTCHA's own widget solves it, and so do twenty lines of script: PBKDF2 is in
every browser (WebCrypto), and takes it little longer than it takes a program. A plain hash would not do: a script waits
longer for each call than the hash takes, and pays many times what a robot pays.
https://altcha.org/docs/v2/
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

import altcha

from app.guard import bucket
from app.guard.memory import GateMemory
from app.sites import Site
from app.vault import Vault

LIFE = 600  # seconds in which a challenge can be solved and sent
# Of PBKDF2 for each try, a quarter of a millisecond in a desktop's browser. With fewer, calling it would cost a script
# more than doing it; with more, setting a challenge (one try) would cost the gateway more.
ITERATIONS = 1000
TRIES = 4000  # at most; on average it takes half of them
FREE = 5  # challenges for one address in ten minutes at that price; from there on it doubles after each five more
STEEPEST = 32  # times that price, and no more


def tries_for(asked: int) -> int:
    """At how many tries the ``asked``-th challenge for one address in ten minutes is set."""
    doublings = min((asked - 1) // FREE, STEEPEST.bit_length() - 1)
    return TRIES << doublings


class ProofOfWork:
    """Sets challenges and checks their solutions; all replicas that share a database agree on them."""

    def __init__(
        self, vault: Vault, clock: Callable[[], float] = time.time, tries: Callable[[int], int] = tries_for
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._tries = tries
        self._asked = GateMemory(clock=clock)

    async def challenge(self, site: Site, client_ip: str) -> dict[str, Any]:
        """A new challenge as JSON has it, dearer for an address that asks often."""
        tries = self._tries(self._asked.incr(bucket(client_ip), LIFE))
        return await asyncio.to_thread(self._make, site, tries)

    def check(self, site: Site, solution: str) -> str | None:
        """What names the challenge that was solved, as a keyed hash; None when the solution is not good (any more).

        Whether it was used before is for the store to say. Takes a fraction of a millisecond: what is no challenge
        of ours falls at its signature, and for ours a hash of the answer was signed with it.
        """
        challenge_key, answer_key = self._keys(site)
        if not altcha.verify_solution(solution, challenge_key, hmac_key_secret=answer_key).verified:
            return None
        # The signature, not the text: the same solution can be written in many ways.
        signature = altcha.Payload.from_base64(solution).challenge.signature
        return self._vault.digest("proof", site.key, signature or "")

    def _make(self, site: Site, tries: int) -> dict[str, Any]:
        challenge_key, answer_key = self._keys(site)
        made = altcha.create_challenge(
            "PBKDF2/SHA-256",
            ITERATIONS,
            counter=secrets.randbelow(tries),
            expires_at=int(self._clock()) + LIFE,
            hmac_secret=challenge_key,
            hmac_key_secret=answer_key,
        )
        return made.to_dict()

    def _keys(self, site: Site) -> tuple[str, str]:
        """A pair for each site, so that no site's challenge is another's."""
        return self._vault.digest("challenge", site.key), self._vault.digest("challenge answer", site.key)
