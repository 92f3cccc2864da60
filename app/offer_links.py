"""Offer links: a sealed word from the operator that opens a plan, or a promotion, to whoever has the link."""

import re
import secrets
import time
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import FieldError, InvalidFields
from app.vault import Vault

MOST_USES = 65_535
_NONCE = 12  # bytes, which also make the name; https://cryptography.io/en/latest/hazmat/primitives/aead/
_HEAD = Struct(">IH")  # the last second, and how many uses
LONGEST_TOKEN = 474  # characters of a token: a plan and a code of 64 characters each, those of the code of four bytes
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{46,{LONGEST_TOKEN}}}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link opens until ``expires_at``, in seconds since the epoch: a plan, and a promotion for it if any.

    ``uses`` is how many sign-ups may come with it, 0 for any number. ``name`` has 20 letters and digits.
    """

    name: str
    plan: str
    promo_code: str
    expires_at: int
    uses: int


class OfferLinks:
    """Makes and reads the tokens of links. The key is derived from the vault's pepper: a change of the operator's keys
    breaks no link, and a token says nothing to who looks at it."""

    def __init__(self, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self._cipher = AESGCM(bytes.fromhex(vault.digest("offer link")))
        self._clock = clock

    def make(self, site: str, plan: str, promo_code: str, *, expires_at: int, uses: int) -> tuple[str, Offer]:
        """A token that is good on this site only, for an address as it is; and the offer that it stands for."""
        nonce = secrets.token_bytes(_NONCE)
        plain = _HEAD.pack(expires_at, uses) + f"{plan}\n{promo_code}".encode()
        token = urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, site.encode())).rstrip(b"=").decode()
        return token, Offer(_name(nonce), plan, promo_code, expires_at, uses)

    def read(self, site: str, token: str) -> Offer:
        """The offer of a token that was made for this site, even when its time is over.

        Raises InvalidFields when it was not, or is not whole.
        """
        try:
            sealed = _bytes(token)
            nonce = sealed[:_NONCE]
            plain = self._cipher.decrypt(nonce, sealed[_NONCE:], site.encode())
        except (ValueError, InvalidTag):
            raise refused("offer_invalid") from None
        expires_at, uses = _HEAD.unpack_from(plain)
        plan, _, promo_code = plain[_HEAD.size :].decode().partition("\n")
        return Offer(_name(nonce), plan, promo_code, expires_at, uses)

    def current(self, site: str, token: str) -> Offer:
        """The same, while its time is not over. Raises InvalidFields."""
        offer = self.read(site, token)
        if self._clock() >= offer.expires_at:
            raise refused("offer_expired")
        return offer


def refused(code: str) -> InvalidFields:
    """What a visitor is told whose link does not work."""
    return InvalidFields((FieldError("_offer", code),))


def _bytes(token: str) -> bytes:
    """Raises ValueError when the token was not written like this by us: one link, one spelling."""
    if not _TOKEN.fullmatch(token):
        raise ValueError
    sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    if urlsafe_b64encode(sealed).rstrip(b"=").decode() != token:
        raise ValueError
    return sealed


def _name(nonce: bytes) -> str:
    return b32encode(nonce).rstrip(b"=").decode().lower()
