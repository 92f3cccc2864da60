"""How the stand-in WHMCS is set up: its credentials, and what its administrator asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Setup:
    """The administrator's choices. None means "no restriction". ``system_url`` is where customers find WHMCS."""

    identifier: str = "sandbox"
    secret: str = "sandbox"  # noqa: S105  # the published credential of a toy
    system_url: str = "https://billing.example.com"
    access_key: str | None = None
    allowed_ips: frozenset[str] | None = None
    allowed_actions: frozenset[str] | None = None
    optional_fields: frozenset[str] = frozenset()
    required_custom_fields: Mapping[str, str] = field(default_factory=dict)
    banned_domains: frozenset[str] = frozenset({"banned.example"})
