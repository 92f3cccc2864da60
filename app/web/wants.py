"""Who is asking: a script that wants JSON, or a browser that shows what it gets; and in which language."""

import re
from collections.abc import Container, Iterator, Mapping

_JSON = ("application/json", "application/problem+json")
_READ, _ENTRIES = 1000, 50  # characters and entries of a header, which is read at floods too; browsers write far less


def wants_json(headers: Mapping[str, str]) -> bool:
    """Whether the reply must be JSON: a script never gets a redirect or a page."""
    # https://www.w3.org/TR/fetch-metadata/ : a form navigates; only scripts ask with mode cors or dest empty.
    fetched = headers.get("sec-fetch-mode") == "cors" or headers.get("sec-fetch-dest") == "empty"
    if fetched or "x-requested-with" in headers or is_json(headers.get("content-type", "")):
        return True
    accept = headers.get("accept", "")
    return max(_quality(accept, kind) for kind in _JSON) > _quality(accept, "text/html")


def preferred_language(accepted: str, known: Container[str]) -> str | None:
    """The known language that the reader likes best, whatever its region; None when there is none."""
    # https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
    liked = [(liking, name.partition("-")[0]) for name, liking in _entries(accepted)]
    found = [(liking, code) for liking, code in liked if liking > 0 and code in known]
    return max(found, key=lambda one: one[0])[1] if found else None


def is_json(content_type: str) -> bool:
    """Whether a body of this type is JSON."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _quality(accept: str, kind: str) -> float:
    """How much the sender likes ``kind``, from 0 to 1, by its own name only: ``*/*`` speaks for nothing."""
    return next((liking for name, liking in _entries(accept) if name == kind), 0.0)


def _entries(accepted: str) -> Iterator[tuple[str, float]]:
    """What a header of the Accept family lists, in its order, each with how much it is liked."""
    for entry in accepted[:_READ].lower().split(",")[:_ENTRIES]:
        name, *parameters = (part.strip() for part in entry.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        yield name, _weight(weights[0]) if weights else 1.0


def _weight(text: str) -> float:
    # https://www.rfc-editor.org/rfc/rfc9110#name-quality-values
    return float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text) else 0.0
