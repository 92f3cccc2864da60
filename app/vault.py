"""Personal data at rest: sealed with the newest key, opened with any, compared only as keyed hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr


class SealBroken(Exception):
    """None of the configured keys opens this value."""


class Seal:
    """Seals with the first of these Fernet keys, and opens with any of them."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])

    def seal(self, plain: bytes) -> bytes:
        """The plain bytes, encrypted and signed."""
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """The plain bytes again. Raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealBroken from None

    def renew(self, sealed: bytes) -> bytes:
        """The same, sealed with the first key, at the time it was sealed before. Raises SealBroken."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise SealBroken from None


class Vault(Seal):
    """A seal that also hashes, with a ``pepper``: a secret of its own, so that keys can go without changing a hash."""

    def __init__(self, keys: Sequence[SecretStr], pepper: bytes) -> None:
        super().__init__(keys)
        self._pepper = pepper

    def digest(self, purpose: str, *parts: bytes | str) -> str:
        """A keyed hash of ``parts`` in hex; the same parts give different hashes for different purposes."""
        mac = hmac.new(self._pepper, digestmod=hashlib.sha256)
        for part in (purpose, *parts):
            data = part.encode() if isinstance(part, str) else part
            mac.update(len(data).to_bytes(8, "big") + data)
        return mac.hexdigest()


def new_pepper() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(32)
