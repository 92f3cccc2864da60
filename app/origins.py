"""Web origins as browsers send them, and whether an origin or a page belongs to a site."""

import re
from urllib.parse import urlsplit

from app.settings import is_private_host

_HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\]")


def check_origin(value: str) -> str:
    """``value`` when it is an origin fit for ``sites.toml``; raises ValueError saying what is wrong with it."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or value.count("*") > 1:
        raise ValueError(f"{value!r} is not an origin")
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{value!r} has more than scheme and host")
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    if value != value.lower() or not _HOST.fullmatch(host):
        raise ValueError(f"{value!r} has a host that no browser would send")
    if origin_of(value) != value:
        raise ValueError(f"{value!r} is not as browsers write it: {origin_of(value)!r}")
    if "*" in host and host.count(".") < 2:
        raise ValueError(f"{value!r} covers a whole top-level domain")
    if parts.scheme == "http" and not is_private_host(parts.hostname):
        raise ValueError(f"{value!r} uses plain http over a public network")
    return value


def check_page(value: str) -> str:
    """``value`` when it is the address of a page, wherever it is; raises ValueError saying what is wrong with it."""
    origin = origin_of(value)
    if "*" in origin or not value.startswith(("http://", "https://")) or not on_origins(value, (origin,)):
        raise ValueError(f"{value!r} is not the address of a page")
    check_origin(origin)
    return value


def origin_of(url: str) -> str:
    """Scheme, host and port of a web address as a browser would name its origin."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{host.removesuffix(f':{default}')}"


def on_origins(url: str, origins: tuple[str, ...]) -> bool:
    """Whether ``url`` is absolute, free of tricks that browsers read differently, and on one of ``origins``."""
    if not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return not parts.username and parts.password is None and matches(origin_of(url), origins)
    except ValueError:
        return False


def matches(origin: str, origins: tuple[str, ...]) -> bool:
    """Whether ``origin`` is one of ``origins``; ``*`` stands for one label of a host name."""
    return origin in origins or any(_under(origin, pattern) for pattern in origins if "*" in pattern)


def _under(origin: str, pattern: str) -> bool:
    scheme, _, rest = pattern.partition("*")
    label = origin[len(scheme) : -len(rest)]
    return origin.startswith(scheme) and origin.endswith(rest) and re.fullmatch(r"[a-z0-9-]+", label) is not None
