"""``Visit``: what came with a form besides its answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.offer_links import Offer


class Sender(StrEnum):
    """Who sent a form, as far as its headers tell."""

    PAGE = "page"  # a browser, from one of the site's own pages
    OPAQUE = "opaque"  # a browser that does not say from where: Origin is null
    RELAY = "relay"  # the site's own server, known by its key
    UNKNOWN = "unknown"  # neither: anybody's program

    @property
    def vouches(self) -> bool:
        """Whether that alone speaks for a sign-up."""
        return self in (Sender.PAGE, Sender.RELAY)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who sent a form and what vouches for it.

    ``trapped``: a field was filled that no person sees. ``page_age`` is how many seconds ago a page showed the form,
    when that is known. ``solutions`` are the answers to challenges, by the name of who set them. ``attribution`` says
    where the visitor came from, by name. ``offer`` is the link that he followed.
    """

    client_ip: str
    key: str | None = None
    sender: Sender = Sender.PAGE
    trapped: bool = False
    page_age: float | None = None
    solutions: Mapping[str, str] = field(default_factory=dict)
    attribution: Mapping[str, str] = field(default_factory=dict)
    offer: Offer | None = None

    @property
    def key_kind(self) -> str:
        """Whose keys ``key`` is one of. A server's may be easy to guess, and nobody else is to use them up."""
        return "relay key" if self.sender is Sender.RELAY else "key"
