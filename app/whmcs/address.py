"""Where WHMCS is, and what lets us in."""

import re
from dataclasses import dataclass, field

from yarl import URL

_HOST = re.compile(r"[a-z0-9._:-]*", re.IGNORECASE)
_SLASHES = re.compile(r"/+")
_API_FILE = re.compile(r"/includes(/api\.php)*$")


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API credential of WHMCS; the access key is needed only where the address is not on the allow-list."""

    identifier: str
    secret: str = field(repr=False)
    access_key: str | None = field(default=None, repr=False)


def endpoint(url: str) -> str:
    """The address of the API from that of the installation, with or without ``/includes/api.php``.

    Raises ValueError with a sentence for the operator; the sentence never repeats the address.
    """
    parsed = _parsed(url.strip())
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError("The WHMCS address must start with https://, for example https://billing.example.com.")
    if parsed.user is not None or parsed.password is not None:
        raise ValueError("The WHMCS address must not hold a user name or password. Remove the part before the @.")
    if parsed.query_string or parsed.fragment:
        raise ValueError("The WHMCS address must end with its path. Remove everything from the ? or # on.")
    path = _API_FILE.sub("", _SLASHES.sub("/", parsed.raw_path).rstrip("/"))
    return f"{parsed.origin()}{path}/includes/api.php"


def _parsed(url: str) -> URL:
    try:
        parsed = URL(url)
    except ValueError:
        parsed = None
    if parsed is None or not url.isprintable() or not _HOST.fullmatch(parsed.raw_host or ""):
        raise ValueError("The WHMCS address is not a web address. Check its host and port for typing errors.")
    return parsed
