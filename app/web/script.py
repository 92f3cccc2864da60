"""``/signup.js``: the browser helper, at an address that follows releases and at one whose bytes never change."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

_HERE = Path(__file__).parent / "scripts"
_HOUR, _YEAR = 3600, 31_536_000


class Script:
    """One version of the helper, ready to be served."""

    def __init__(self, version: int) -> None:
        self.plain = (_HERE / f"signup.{version}.js").read_bytes()
        self.zipped = gzip.compress(self.plain, mtime=0)
        digest = hashlib.sha384(self.plain).digest()
        # https://www.w3.org/TR/SRI/
        self.integrity = f"sha384-{base64.b64encode(digest).decode()}"
        self.etag = f'"{digest.hex()[:32]}"'


class Scripts:
    """Every version there has been: a page that names one goes on working."""

    def __init__(self) -> None:
        found = (re.fullmatch(r"signup\.(\d+)\.js", path.name) for path in _HERE.iterdir())
        self.versions = {str(number): Script(number) for number in sorted(int(match[1]) for match in found if match)}

    @property
    def newest(self) -> Script:
        """What ``/signup.js`` is now."""
        return [*self.versions.values()][-1]


router = APIRouter(include_in_schema=False)


@router.get("/signup.js")
async def newest(request: Request) -> Response:
    """The newest version; pages see a new one within the hour."""
    return _reply(request, _scripts(request).newest, f"public, max-age={_HOUR}")


@router.get("/signup.{version}.js")
async def frozen(request: Request, version: str) -> Response:
    """This version, for ever: fit for a page that states its hash."""
    script = _scripts(request).versions.get(version)
    if script is None:
        return Response(status_code=404)
    return _reply(request, script, f"public, max-age={_YEAR}, immutable")


def _scripts(request: Request) -> Scripts:
    scripts: Scripts = request.app.state.scripts
    return scripts


def _reply(request: Request, script: Script, cached: str) -> Response:
    headers = {
        "Access-Control-Allow-Origin": "*",  # a browser compares a hash only with what it may read
        "Cache-Control": cached,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": script.etag,
        "Vary": "Accept-Encoding",
    }
    if script.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    if zipped:
        headers["Content-Encoding"] = "gzip"
    body = script.zipped if zipped else script.plain
    return Response(body, headers=headers, media_type="text/javascript; charset=utf-8")
