"""What the script of a page asks for once, before its form is sent."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from app.challenge import Challenges
from app.errors import NotFound
from app.web.openapi import CHALLENGE, FORM
from app.web.replies import challenge_for
from app.web.signup import KnownSite, pass_gate

router = APIRouter(prefix="/v1/{site}", dependencies=[Depends(pass_gate)])


def challenges_of(request: Request) -> Challenges:
    """The challenges that the lifespan opened."""
    challenges: Challenges = request.app.state.parts.challenges
    return challenges


@router.get("/challenge", name="challenge", responses=CHALLENGE)
async def challenge(request: Request, site: KnownSite) -> dict[str, Any]:
    """A proof of work, for ALTCHA's widget or a script; 404 where the site has none."""
    if challenge_for(request, site).get("provider") != "altcha":
        raise NotFound
    return await challenges_of(request).work.challenge(site, request.client.host if request.client else "")


@router.get("/form", responses=FORM)
async def form(request: Request, site: KnownSite) -> dict[str, Any]:
    """The page's token, the name of today's trap field, and how to get a challenge."""
    challenges = challenges_of(request)
    asked = challenge_for(request, site)
    return {
        "page": challenges.pages.token(site),
        "trap": challenges.traps.name(site),
        "challenge": site.challenge,
        "provider": asked.get("provider"),
        "site_key": asked.get("site_key"),
        "challenge_url": asked.get("url"),
    }
