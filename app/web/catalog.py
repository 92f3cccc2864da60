"""A site's plans and prices, and which domain names are free, for its own pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from app.catalog import Catalog, Domains
from app.errors import NotFound
from app.web.openapi import CATALOG, DOMAINS, NAME
from app.web.signup import KnownSite, find_site

router = APIRouter(prefix="/v1/{site}", dependencies=[Depends(find_site)])

_CACHED = "public, max-age=60, stale-while-revalidate=600"  # seconds
_LOOKED_UP = "public, max-age=60"


@router.get("/catalog", responses=CATALOG)
async def catalog(request: Request, site: KnownSite) -> Response:
    """The site's plans with their prices; 404 where it has no plans."""
    if not site.plans:
        raise NotFound
    kept: Catalog = request.app.state.parts.catalog
    leaflet = await kept.leaflet(site)
    headers = {"Cache-Control": _CACHED, "ETag": leaflet.etag}
    if _has(request.headers.get("if-none-match", ""), leaflet.etag):
        return Response(status_code=304, headers=headers)
    return Response(leaflet.body, headers=headers, media_type="application/json")


@router.get("/domains", responses=DOMAINS)
async def domains(
    request: Request, site: KnownSite, name: Annotated[str, Query(json_schema_extra=NAME)] = ""
) -> Response:
    """Whether a name is free, and its prices; 404 where no plan registers or transfers names."""
    if not site.sells_domains:
        raise NotFound
    known: Domains = request.app.state.parts.domains
    found = await known.search(site, name, request.client.host if request.client else "")
    sure = all(row["status"] != "unknown" for row in found["domains"])
    return JSONResponse(found, headers={"Cache-Control": _LOOKED_UP} if sure else None)


def _has(known: str, etag: str) -> bool:
    """Whether the sender has it already. https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match"""
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in known.split(","))
