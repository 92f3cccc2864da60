"""``/v1/{site}/page.css``: a site's accent colour for the hosted pages, in light and dark."""

import hashlib

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.errors import NotFound
from app.web.colours import readable_on, text_on
from app.web.signup import KnownSite, find_site

# The lightest and the darkest ground that links stand on: `--paper` in light and `--card` in dark, of pages.css.
LIGHT, DARK = "#f6f7f9", "#1b212b"
_HOUR = 3600

router = APIRouter(prefix="/v1/{site}", include_in_schema=False, dependencies=[Depends(find_site)])


@router.get("/page.css")
async def accent_sheet(request: Request, site: KnownSite) -> Response:
    """The colour as a style sheet, for a page of ours may have no style of its own. Raises NotFound."""
    if site.accent is None:
        raise NotFound
    sheet = style_sheet(site.accent).encode()
    etag = f'"{hashlib.sha256(sheet).hexdigest()[:32]}"'
    headers = {"Cache-Control": f"public, max-age={_HOUR}", "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(sheet, headers=headers, media_type="text/css; charset=utf-8")


def style_sheet(accent: str) -> str:
    """The colours that pages.css leaves to a site."""
    light, dark = readable_on(LIGHT, accent), readable_on(DARK, accent)
    return (
        f":root {{ --accent: {accent}; --on-accent: {text_on(accent)}; --link: {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --link: {dark} }} }}\n"
    )
