"""For those who watch the service: is it alive, and is it ready."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.errors import Unavailable
from app.pulse import Pulse
from app.web.signup import TheGateway

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, Any]:
    """The process answers."""
    return {"ok": True}


@router.get("/readyz")
async def readyz(request: Request, gateway: TheGateway) -> Response:
    """The database answers: 200, else 503. WHMCS is reported, and does not matter: sign-ups wait for it on disk."""
    pulse: Pulse = request.app.state.pulse
    try:
        await gateway.ping()
    except Unavailable as error:
        return JSONResponse({"ok": False, "database": "down"}, 503, {"Retry-After": str(error.retry_after)})
    reason = await pulse.reason()
    whmcs = {"whmcs": "down", "reason": reason} if reason else {"whmcs": "up"}
    return JSONResponse({"ok": True, "database": "up", **whmcs})
