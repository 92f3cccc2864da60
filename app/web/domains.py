"""Which domain names are free, and their prices, for a site's own pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from app.catalog import Domains
from app.errors import NotFound
from app.web.openapi import DOMAINS, NAME
from app.web.signup import KnownSite, find_site

router = APIRouter(prefix="/v1/{site}", dependencies=[Depends(find_site)])

_CACHED = "public, max-age=60"  # seconds


@router.get("/domains", responses=DOMAINS)
async def domains(
    request: Request, site: KnownSite, name: Annotated[str, Query(json_schema_extra=NAME)] = ""
) -> Response:
    """Whether a name is free, and its prices; 404 where no plan registers or transfers names."""
    if not site.sells_domains:
        raise NotFound
    known: Domains = request.app.state.parts.shop.domains
    found = await known.search(site, name, request.client.host if request.client else "")
    sure = all(row["status"] != "unknown" for row in found["domains"])
    return JSONResponse(found, headers={"Cache-Control": _CACHED} if sure else None)
