"""The way to WHMCS: its address, the credentials, and an HTTP client with the right manners."""

import re
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

_HOST = re.compile(rb"[a-z0-9._:-]*", re.IGNORECASE)
_SLASHES = re.compile(r"/+")
_API_FILE = re.compile(r"/includes(/api\.php)*$")
# A proxy of the environment is no use for a WHMCS on this very machine.
_LOCAL = ("all://localhost", "all://127.0.0.1", "all://[::1]")
# Shorter than the 5 seconds after which Apache closes an idle connection, so that a reused one is rarely dead.
# https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout
_KEEP_ALIVE = 4.0


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
    if parsed.userinfo:
        raise ValueError("The WHMCS address must not hold a user name or password. Remove the part before the @.")
    if parsed.query or parsed.fragment:
        raise ValueError("The WHMCS address must end with its path. Remove everything from the ? or # on.")
    path = _SLASHES.sub("/", parsed.raw_path.decode("ascii").removesuffix("?")).rstrip("/")
    host = parsed.netloc.decode("ascii")
    return f"{parsed.scheme}://{host}{_API_FILE.sub('', path)}/includes/api.php"


def _parsed(url: str) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        parsed = None
    if parsed is None or not _HOST.fullmatch(parsed.raw_host) or (parsed.port or 0) > 65535:
        raise ValueError("The WHMCS address is not a web address. Check its host and port for typing errors.")
    return parsed


def http_client(
    *,
    read_timeout: float = 30.0,
    connections: int = 6,
    user_agent: str = "signup-gateway-whmcs",
    transport: httpx2.AsyncBaseTransport | None = None,
) -> httpx2.AsyncClient:
    """An HTTP client for ``Whmcs``; the caller closes it. ``read_timeout`` is in seconds between two pieces of a reply.

    Redirects are not followed: they would turn a POST into a GET without its body. Proxies of the environment are
    used, because a fixed way out is how many companies get onto WHMCS's allow-list of addresses.
    """
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(connect=5.0, read=read_timeout, write=5.0, pool=5.0),
        limits=httpx2.Limits(
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEEP_ALIVE,
        ),
        headers={"User-Agent": user_agent, "Accept": "application/json"},
        # PHP locks a session while a request runs: one shared cookie would queue all calls behind each other.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        mounts=dict.fromkeys(_LOCAL),
        transport=transport,
    )
