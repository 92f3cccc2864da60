"""Who is asking: a script that wants JSON, or a browser that shows what it gets."""

import re
from collections.abc import Mapping

_JSON = ("application/json", "application/problem+json")


def wants_json(headers: Mapping[str, str]) -> bool:
    """Whether the reply must be JSON: a script never gets a redirect or a page."""
    # https://www.w3.org/TR/fetch-metadata/ : a form navigates; only scripts ask with mode cors or dest empty.
    fetched = headers.get("sec-fetch-mode") == "cors" or headers.get("sec-fetch-dest") == "empty"
    if fetched or "x-requested-with" in headers or is_json(headers.get("content-type", "")):
        return True
    accept = headers.get("accept", "")
    return max(_quality(accept, kind) for kind in _JSON) > _quality(accept, "text/html")


def is_json(content_type: str) -> bool:
    """Whether a body of this type is JSON."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _quality(accept: str, kind: str) -> float:
    """How much the sender likes ``kind``, from 0 to 1, by its own name only: ``*/*`` speaks for nothing."""
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if name == kind:
            weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
            return _weight(weights[0]) if weights else 1.0
    return 0.0


def _weight(text: str) -> float:
    # https://www.rfc-editor.org/rfc/rfc9110#name-quality-values
    return float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text) else 0.0
