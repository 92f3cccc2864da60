"""``gateway offer``: a link that opens a plan or a promotion to whoever has it."""

import json
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import typer

from app.desk.filters import age
from app.desk.opening import run, sign_ups
from app.desk.shapes import when
from app.offer_links import MOST_USES, Offer, OfferLinks
from app.settings import Settings
from app.sites import Plan, Site
from app.ways import form_path, with_query
from app.wiring import open_records, read_sites

T = TypeVar("T")
LONGEST = 3660 * 86400.0  # seconds


def lifetime(text: str) -> float:
    """Seconds, from a time such as 12h or 7d. Raises BadParameter."""
    seconds = age(text)
    if not 0 < seconds <= LONGEST:
        raise typer.BadParameter(f"{text!r} is no time for an offer. Write from 1m to 3660d, like 7d.")
    return seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link is to open, where, and for how long: ``ends`` is in seconds since the epoch."""

    site: str
    plan: str
    promo_code: str
    ends: int
    uses: int
    url: str


def offer(
    *,
    site: Annotated[str, typer.Option(help="The site whose forms take it.")],
    plan: Annotated[str, typer.Option(help="The plan that it is for.")],
    promo: Annotated[str, typer.Option(help="A promotion code of WHMCS that its orders carry.")] = "",
    expires: Annotated[
        float, typer.Option(parser=lifetime, metavar="TIME", help="How long it holds: 30m, 12h, 7d.")
    ] = "7d",  # type: ignore[assignment]
    uses: Annotated[
        int, typer.Option(help="How many sign-ups may come with it; 0 for any number.", min=0, max=MOST_USES)
    ] = 0,
    url: Annotated[str, typer.Option(help="The page with the form that the link leads to.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines.")] = False,
) -> None:
    """Make an offer link: it opens a plan, or a promotion for a plan, to whoever has it."""
    wish = Wish(site, plan, promo.strip(), int(time.time() + expires), uses, url)
    made = run(lambda settings: _made(settings, wish))
    print(json.dumps(made) if as_json else made["link"] or made["token"])
    if not as_json:
        print(_explained(made), file=sys.stderr)


async def _made(settings: Settings, wish: Wish) -> dict[str, Any]:
    site = _known(read_sites(settings), wish.site, "--site")
    _check(_known(site.plans, wish.plan, "--plan"), wish.promo_code)
    if wish.url and not site.owns(wish.url):
        raise typer.BadParameter("is not on one of the site's origins.", param_hint="--url")
    async with open_records(settings) as (_, vault):
        links = OfferLinks(vault)
        token, made = links.make(site.key, wish.plan, wish.promo_code, expires_at=wish.ends, uses=wish.uses)
    return _told(made, site, token, _link(settings, site, wish.url, token))


def _known(known: Mapping[str, T], name: str, option: str) -> T:
    if name not in known:
        raise typer.BadParameter(f"sites.toml does not have it. Known are: {', '.join(known)}.", param_hint=option)
    return known[name]


def _check(plan: Plan, promo: str) -> None:
    """Raises BadParameter when the link would open nothing, or a code that cannot be one."""
    if not promo and not plan.offer_only:
        cure = "Name a --promo, or write offer_only = true for the plan in sites.toml."
        raise typer.BadParameter(f"Everybody can order this plan: the link would open nothing. {cure}")
    if not re.fullmatch(r"[^\x00-\x1f\x7f]{0,64}", promo):
        raise typer.BadParameter("is no promotion code: those have up to 64 letters.", param_hint="--promo")


def _link(settings: Settings, site: Site, url: str, token: str) -> str | None:
    if not url and site.hosted_form:
        url = f"{(settings.public_url or '').rstrip('/')}{form_path(site)}"
    return with_query(url, offer=token) if url else None


def _told(made: Offer, site: Site, token: str, link: str | None) -> dict[str, Any]:
    return {
        "link": link,
        "token": token,
        "name": made.name,
        "site": site.key,
        "plan": made.plan,
        "promo_code": made.promo_code,
        "expires_at": when(made.expires_at),
        "uses": made.uses,
    }


def _explained(made: dict[str, Any]) -> str:
    how_often = f"for {sign_ups(made['uses'])}" if made["uses"] else "for any number of sign-ups"
    sentence = f"Offer {made['name']}, good until {made['expires_at']}, {how_often}."
    return sentence if made["link"] else f"{sentence} Send it as the field _offer, or name the form's page with --url."
