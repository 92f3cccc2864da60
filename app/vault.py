"""Personal data at rest: sealed with the newest key, opened with any, compared only as keyed hashes."""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr


class SealBroken(Exception):
    """None of the configured keys opens this value."""


class Vault:
    """Seals and hashes with Fernet keys, newest first.

    Hashes are keyed with the oldest key, so that adding a key in front changes none of them.
    """

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        self._pepper = hashlib.sha256(b"signup-gateway hash key:" + keys[-1].get_secret_value().encode()).digest()

    def seal(self, plain: bytes) -> bytes:
        """The plain bytes, encrypted and signed."""
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """The plain bytes again. Raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealBroken from None

    def digest(self, purpose: str, *parts: bytes | str) -> str:
        """A keyed hash of ``parts`` in hex; the same parts give different hashes for different purposes."""
        mac = hmac.new(self._pepper, digestmod=hashlib.sha256)
        for part in (purpose, *parts):
            data = part.encode() if isinstance(part, str) else part
            mac.update(len(data).to_bytes(8, "big") + data)
        return mac.hexdigest()
