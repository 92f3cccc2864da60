"""``GET /v1/{site}/snippets``: for the owner of a site, the code of its forms to copy, and one to try."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.origins import check_origin, origin_of
from app.sites import Site
from app.web.onward import pays_at
from app.web.policy import HAS_A_FORM
from app.web.replies import pages_of
from app.web.signup import KnownSite, find_site
from app.web.snippet_code import Snippets
from app.web.widgets import widget_of

UNKNOWN = "https://YOUR-GATEWAY"

router = APIRouter(prefix="/v1/{site}", include_in_schema=False, dependencies=[Depends(find_site)])


class Recipe(NamedTuple):
    """One way to build the form: its files in their order, and what in it can solve a challenge."""

    title: str
    words: str
    solves: Literal["nothing", "widgets", "everything"]
    files: tuple[str, ...]


RECIPES = (
    Recipe(
        "Plain HTML",
        "Paste it into any page. The browser sends it and shows the page that follows. It needs no script.",
        "widgets",
        ("plain.html",),
    ),
    Recipe(
        "HTML with signup.js",
        "The same form. It stays on its page, shows each fault beside its field, and sends again what got lost.",
        "everything",
        ("scripted.html",),
    ),
    Recipe("Astro", "A component, with signup.js.", "everything", ("astro.env", "SignupForm.astro")),
    Recipe(
        "Next.js, sent by the browser",
        "Put the three files with code into the folder components, and SignupForm into a page.",
        "nothing",
        ("next.env", "site.js", "SignupFields.jsx", "SignupForm.jsx"),
    ),
    Recipe(
        "Next.js, sent by a server action",
        "Beside site.js and SignupFields.jsx of the recipe above. It needs a relay key, and works without scripts too.",
        "nothing",
        ("actions.js", "ServerSignupForm.jsx", "page.jsx"),
    ),
    Recipe(
        "A script of your own",
        "A form, and a small script that sends it with fetch.",
        "widgets",
        ("fetch.html", "signup-fetch.js"),
    ),
)


@router.get("/snippets")
async def snippets(request: Request, site: KnownSite) -> Response:
    """The page. It holds nothing secret, and is there only where GATEWAY_SNIPPETS says so."""
    maker: Snippets = request.app.state.snippets
    gateway = _address(request)
    recipes = list(_fitting(site))
    code = maker.files([name for recipe in recipes for name in recipe.files], site, gateway)
    reply = pages_of(request).page(
        "snippets.html",
        maker.words,
        site=site,
        allowed=_allowed(request, site),
        gateway=gateway,
        recipes=[(recipe, [(name, code[name]) for name in recipe.files]) for recipe in recipes],
        left_out=len(recipes) < len(RECIPES),
        fields=maker.fields(site),
        live=maker.files(["live.html"], site, "")["live.html"] if _takes_our_form(request, site) else None,
    )
    reply.headers.update(HAS_A_FORM)
    return reply


def _fitting(site: Site) -> Iterator[Recipe]:
    """The recipes whose forms can do what this site asks of every visitor."""
    needed = {"nothing", "widgets", "everything"}
    if site.challenge == "always":
        needed = {"widgets", "everything"} if widget_of(site) else {"everything"}
    return (recipe for recipe in RECIPES if recipe.solves in needed)


def _address(request: Request) -> str:
    """Where this gateway is: as it was told, or else as this request came, where that can be a gateway's address."""
    own: str | None = request.app.state.own_origin
    try:
        return own or check_origin(origin_of(str(request.base_url)))
    except ValueError:
        return UNKNOWN


def _takes_our_form(request: Request, site: Site) -> bool:
    """Whether a form on our own page may send here. A page of ours does not load what others' widgets need."""
    known = request.app.state.own_origin is not None or site.allows_origin(_address(request))
    return known and widget_of(site) is None


def _allowed(request: Request, site: Site) -> dict[str, str]:
    """What the page loads, and where its form leads: our own scripts, and the pages that follow."""
    pages = [origin_of(url) for url in (site.success_url, site.error_url) if url]
    ways = " ".join(dict.fromkeys(["'self'", *pages, *pays_at(request, site)]))
    return {"script-src": "'self'", "connect-src": "'self'", "form-action": ways}
