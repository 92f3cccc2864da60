"""A site's plans and prices, for its own pages."""

from contextlib import suppress

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.catalog import Catalog
from app.errors import InvalidFields, NotFound
from app.web.openapi import CATALOG, IN_PATH, OFFER
from app.web.signup import find_site, known_site, opened

router = APIRouter(prefix="/v1/{site}")

_CACHED = "public, max-age=60, stale-while-revalidate=600"  # seconds


# Asked at every page view, so without FastAPI's dependencies, which would take half of its time.
@router.get("/catalog", responses=CATALOG, openapi_extra={"parameters": [IN_PATH, OFFER]})
async def catalog(request: Request) -> Response:
    """The site's plans with their prices, and the plan of an ``offer`` link; 404 where it has no plans."""
    await find_site(request, request.path_params["site"])
    site = await known_site(request)
    with suppress(InvalidFields):  # a link that does not work shows what everybody sees; the form says why
        site, _ = opened(request, site, request.query_params.get("offer", ""), to_look=True)
    if not site.plans:
        raise NotFound
    kept: Catalog = request.app.state.parts.shop.catalog
    leaflet = await kept.leaflet(site)
    headers = {"Cache-Control": _CACHED, "ETag": leaflet.etag}
    if _has(request.headers.get("if-none-match", ""), leaflet.etag):
        return Response(status_code=304, headers=headers)
    return Response(leaflet.body, headers=headers, media_type="application/json")


def _has(known: str, etag: str) -> bool:
    """Whether the sender has it already. https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match"""
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in known.split(","))
