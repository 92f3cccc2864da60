"""``GET /v1/{site}/checkout/{token}``: from the sign-up to the payment page, once."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from app.web.onward import browser_of, checkout_of
from app.web.openapi import CHECKOUT
from app.web.signup import KnownSite, find_site

router = APIRouter(prefix="/v1/{site}", dependencies=[Depends(find_site)])


@router.get("/checkout/{token}", name="checkout", status_code=303, responses=CHECKOUT)
async def checkout(request: Request, site: KnownSite, token: str) -> Response:
    """To WHMCS, logged in, or to a page that says to log in."""
    if is_ahead(request.headers):
        return Response(status_code=503)  # browsers forget what failed, and ask again when somebody goes there
    return RedirectResponse(await checkout_of(request).open(site, token, browser_of(request)), 303)


def is_ahead(headers: Mapping[str, str]) -> bool:
    """Whether a browser only loads it in case somebody goes there."""
    # https://wicg.github.io/nav-speculation/prefetch.html#sec-purpose-header ; Purpose is what it was called before.
    purposes = f"{headers.get('sec-purpose', '')};{headers.get('purpose', '')};{headers.get('x-purpose', '')}".lower()
    return any(word in purposes for word in ("prefetch", "prerender", "preview"))
