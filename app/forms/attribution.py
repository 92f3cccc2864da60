"""Where a visitor came from, as the page says. It helps marketing and nobody else: what is odd of it is dropped."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from app.forms.body import Fields
from app.forms.faults import Fault
from app.forms.prose import SOURCE, prose
from app.forms.spellings import SOURCES, fold, known_names
from app.origins import origin_of
from app.sites import ATTRIBUTION, Site

_LONGEST = 200  # characters
_check = prose(_LONGEST, SOURCE)


def wanted(site: Site) -> list[str]:
    """The names that the site wants to know, without those that it uses for something else."""
    if site.attribution == "off":
        return []
    own = known_names(site)
    kept = ATTRIBUTION if site.attribution == "notes" else site.attribution
    return [name for name in ATTRIBUTION if name in kept and fold(name) not in own]


def read_attribution(site: Site, fields: Fields) -> dict[str, str]:
    """Name -> text of what a form says and the site wants to know. No visitor is refused for any of it."""
    names = wanted(site)
    found = {}
    for sent, values in fields.items():
        name = SOURCES.get(fold(sent), "")
        if name in names and (text := _clean(values, _SHAPES.get(name, str))):
            found[name] = text
    return found


def _clean(values: Iterable[str], shape: Callable[[str], str]) -> str:
    """The first of the values that is left when its hidden characters are gone, or "" when that is odd."""
    seen = ("".join(filter(str.isprintable, " ".join(value.split()))) for value in values)
    try:
        text = shape(next(filter(None, seen), ""))
        return _check(text)
    except (Fault, ValueError):
        return ""


def _page(text: str) -> str:
    """A page's address without its query, which may say who the visitor is."""
    parts = urlsplit(text)
    return f"{origin_of(text)}{parts.path}" if parts.scheme in ("http", "https") and parts.hostname else ""


def _path(text: str) -> str:
    path = urlsplit(text).path
    return path if path.startswith("/") else ""


_SHAPES: dict[str, Callable[[str], str]] = {"referrer": _page, "landing": _path}
