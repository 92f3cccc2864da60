"""What the script of a page asks for once, before its form is sent."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.challenge import Challenges
from app.errors import NotFound
from app.forms import known_names, wanted
from app.web.openapi import CHALLENGE, FORM
from app.web.replies import challenge_for
from app.web.signup import KnownSite, find_site
from app.web.words import words_of

router = APIRouter(prefix="/v1/{site}", dependencies=[Depends(find_site)])


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
async def form(request: Request, response: Response, site: KnownSite) -> dict[str, Any]:
    """The page's token, today's trap field, how to get a challenge, names, and the script's texts."""
    challenges = challenges_of(request)
    asked = challenge_for(request, site)
    words = words_of(request)
    response.headers["Content-Language"] = words.language.code
    return {
        "page": challenges.pages.token(site),
        "trap": challenges.traps.name(site),
        "challenge": site.challenge,
        "provider": asked.get("provider"),
        "site_key": asked.get("site_key"),
        "challenge_url": asked.get("url"),
        "names": known_names(site),
        "sources": wanted(site),
        "texts": words.script(),
    }
