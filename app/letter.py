"""``Letter``: what is delivered to WHMCS, and how it lies in the vault."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.forms import SignupForm


@dataclass(frozen=True, slots=True)
class Letter:
    """What is delivered: the form, the address of the visitor who sent it, and where he came from, by name."""

    form: SignupForm
    client_ip: str
    attribution: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """As it goes into the vault: three lines."""
        return b"\n".join((self.client_ip.encode(), self.form.to_json(), json.dumps(dict(self.attribution)).encode()))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Letter":
        """Back from ``to_bytes``. Raises ValueError."""
        client_ip, form, *more = data.split(b"\n")
        return cls(SignupForm.from_json(form), client_ip.decode(), json.loads(more[0]) if more else {})
