"""A page as it came: from a website, a file or standard input."""

import codecs
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from app import __version__
from app.settings import is_private_host

MAX_PAGE_BYTES = 4 * 1024 * 1024
MAX_SECONDS = 20.0
MAX_REDIRECTS = 5
# The special before the general. https://docs.aiohttp.org/en/stable/client_reference.html#client-exceptions
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.TooManyRedirects, f"it leads on more than {MAX_REDIRECTS} times"),
    (aiohttp.RedirectClientError, "it leads on to what is no page of the web"),
    (aiohttp.InvalidURL, "this is no address"),
    (aiohttp.ClientProxyConnectionError, "the proxy does not answer"),
    (aiohttp.ClientConnectorDNSError, "nobody knows its host"),
    (aiohttp.ClientConnectorCertificateError, "its certificate is not good"),
    (aiohttp.ClientSSLError, "no secure connection can be made"),
    (aiohttp.ClientConnectorError, "its host does not answer"),
    (aiohttp.ClientResponseError, "what answers is not HTTP"),
)


class NoPage(Exception):
    """There is nothing to look at; ``str()`` is a sentence that also says what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """A page's text. What only a web server tells of it (address, policies) is empty for a file."""

    text: str
    url: str = ""
    policies: tuple[str, ...] = ()
    referrer_policy: str = ""
    charset: str = ""


def read_file(name: str) -> Document:
    """The page in this file, "-" being standard input. Raises NoPage."""
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MAX_PAGE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MAX_PAGE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is none"
        raise NoPage(f"The file cannot be read: {why}. Give the path of an HTML file, or an address.") from None
    return Document(_text(content, ""))


async def fetch(url: str, seconds: float = MAX_SECONDS) -> Document:
    """The page at this address, after up to five redirects, all of it within ``seconds``. Raises NoPage."""
    _check_address(url)
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=seconds),
                headers={"User-Agent": f"signup-gateway-whmcs/{__version__}", "Accept": "text/html"},
                trust_env=True,
            ) as session,
            # aiohttp counts the address itself among its redirects.
            session.get(url, max_redirects=MAX_REDIRECTS + 1) as response,
        ):
            return await _document(response)
    except TimeoutError:
        why = f"The page did not come within {seconds:g} seconds. Try again, or save it and give the file."
        raise NoPage(why) from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        why = next((words for kind, words in _REASONS if isinstance(error, kind)), "the connection broke off")
        raise NoPage(f"The page cannot be fetched: {why}. Open the address in a browser.") from None


async def _document(response: aiohttp.ClientResponse) -> Document:
    _check_address(str(response.url))
    if response.status != 200:
        raise NoPage(f"The page answers with {response.status}. Give the address at which visitors see the form.")
    if response.content_type not in ("text/html", "application/xhtml+xml"):
        raise NoPage("What is at this address is not HTML. Give the address of the page that shows the form.")
    content = bytearray()
    async for piece in response.content.iter_any():
        content += piece
        if len(content) > MAX_PAGE_BYTES:
            break
    charset = response.charset or ""
    return Document(
        _text(bytes(content), charset),
        str(response.url),
        tuple(response.headers.getall("Content-Security-Policy", ())),
        ",".join(response.headers.getall("Referrer-Policy", ())),
        charset,
    )


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise NoPage("This is not the address of a page. Write it as a browser shows it.") from None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_private_host(host))):
        raise NoPage("A page's address begins with https://; plain http is only for your own machine and network.")


def _text(content: bytes, charset: str) -> str:
    """The page's text; letters that cannot be read do not matter to what is looked for."""
    if len(content) > MAX_PAGE_BYTES:
        raise NoPage(f"The page is over {MAX_PAGE_BYTES // 1024 // 1024} MiB. Give a smaller one.")
    try:
        text = content.decode(_codec(charset or "utf-8-sig"), errors="replace")
    except (LookupError, ValueError):
        text = content.decode(errors="replace")
    if "<" not in text or "\0" in text[:1000]:
        raise NoPage("This is not HTML. Give the page that shows the form.")
    return text


def _codec(charset: str) -> str:
    """Python's name for it. Raises LookupError when no browser knows it either."""
    name = codecs.lookup(charset).name
    if name == "punycode":  # which takes hours for a page of some megabytes
        raise LookupError
    return name
