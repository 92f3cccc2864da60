"""What a reply says, in the reader's language and, where the site has texts of its own, in the site's words."""

from collections.abc import Mapping
from math import ceil

from starlette.requests import Request

from app.errors import FieldError, GatewayError
from app.forms import sentence
from app.languages import ANSWERS, CODES, ENGLISH, FORM, SCRIPT, Language, mark_many
from app.sites import Site
from app.web.wants import preferred_language

_AGAIN = (  # by the seconds of a unit
    (86400, mark_many("You can try again in {n} day.", "You can try again in {n} days.")),
    (3600, mark_many("You can try again in {n} hour.", "You can try again in {n} hours.")),
    (60, mark_many("You can try again in {n} minute.", "You can try again in {n} minutes.")),
    (1, mark_many("You can try again in {n} second.", "You can try again in {n} seconds.")),
)


class Words:
    """The texts of one reply."""

    def __init__(self, language: Language, own: Mapping[str, str]) -> None:
        self.language = language
        self._own = own

    def heading(self, status: str) -> str:
        """The title of a sign-up that is taken."""
        return self._say(f"{status}.title", ANSWERS[status].title)

    def message(self, status: str) -> str:
        """What a visitor is told of a sign-up that is taken."""
        return self._say(status, ANSWERS[status].sentence)

    def title(self, error: GatewayError) -> str:
        """The title of a refusal."""
        return self._say(f"{error.code}.title", error.title)

    def sentence(self, error: GatewayError | type[GatewayError]) -> str:
        """What a visitor is told of a refusal."""
        return self._say(error.code, error.sentence)

    def fault(self, error: FieldError) -> str:
        """What a visitor is told of one field."""
        own = self._own.get(f"{error.field}.{error.code}")
        return own or sentence(error, self.language.gettext, self.label(error.field))

    def label(self, name: str) -> str:
        """What the site calls a field, a plan or a way to pay; "" when it leaves that to us."""
        return self._own.get(f"{name}.label", "")

    def script(self) -> dict[str, str]:
        """What signup.js says, by its own names."""
        return {name: self._say(name, english) for name, english in SCRIPT.items()}

    def form(self, name: str) -> str:
        """The heading or the button of the hosted form."""
        return self._say(name, FORM[name])

    def when_again(self, seconds: int) -> str:
        """When it makes sense to try again, in a unit that people count in."""
        unit, texts = next((unit, texts) for unit, texts in _AGAIN if seconds > 2 * unit or unit == 1)
        number = ceil(seconds / unit)
        return self.language.ngettext(*texts, number).format(n=number)

    def _say(self, name: str, english: str) -> str:
        return self._own.get(name) or self.language.gettext(english)


def words_of(request: Request) -> Words:
    """The words for whoever sent this request: in the language of its site, or in the one the browser asks for."""
    site: Site | None = getattr(request.state, "site", None)
    code = language_code(site, request.headers.get("accept-language", ""))
    return words_in(request.app.state.languages[code], site)


def words_in(language: Language, site: Site | None) -> Words:
    """The words for a reader of this language, with those of the site's own."""
    return Words(language, site.texts.get(language.code, {}) if site else {})


def language_code(site: Site | None, accepted: str) -> str:
    """The code of the language to answer in, one of ``CODES``."""
    if site is not None and site.language != "auto":
        return site.language
    return preferred_language(accepted, CODES) or ENGLISH
