"""What a sign-up may have in common with many others, when robots make them."""

import unicodedata

from app.forms import SignupForm
from app.guard import Sender, Trait, Visit, bucket
from app.screening.signals import SAME_MAIL_DOMAIN, SAME_PHONE, SAME_STREET, SAME_VISITOR

# Where anybody may have an address, by the first word of the domain, for these have one in every country: that many
# sign-ups come from there says nothing.
_EVERYBODYS = frozenset(
    {
        *("aol", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "mail", "me", "msn", "orange", "outlook"),
        *("proton", "protonmail", "qq", "t-online", "web", "yahoo", "yandex", "ymail", "126", "163"),
    }
)


def traits_of(form: SignupForm, visit: Visit) -> list[Trait]:
    """All that it has of these. What it does not tell it has in common with nobody."""
    traits = (
        Trait(SAME_MAIL_DOMAIN.name, _mail_domain(form), many=20),
        Trait(SAME_PHONE.name, form.phone, many=5),
        Trait(SAME_STREET.name, _street(form), many=5),
        Trait(SAME_VISITOR.name, _visitor(visit), many=10),
    )
    return [trait for trait in traits if trait.value]


def _mail_domain(form: SignupForm) -> str:
    domain = form.email.rpartition("@")[2].casefold()
    return "" if domain.partition(".")[0] in _EVERYBODYS else domain


def _street(form: SignupForm) -> str:
    """The address however it is spaced, punctuated and capitalised; "" without a street."""
    written = f"{form.address1}{form.address2}{form.postcode}{form.country}" if form.address1 else ""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", written).casefold()))


def _visitor(visit: Visit) -> str:
    """The address that a browser came from; a server's says nothing of its visitors."""
    from_browser = visit.sender in (Sender.PAGE, Sender.OPAQUE)
    return bucket(visit.client_ip) if from_browser and visit.client_ip else ""
