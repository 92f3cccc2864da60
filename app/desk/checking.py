"""``gateway check``: what is wrong, one line a finding, each with its cure."""

import asyncio
import json
import sys
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated

import typer

from app.doctor import examine
from app.findings import Finding, Level
from app.logs import logs_aside
from app.page_check import Checked, Document, NoPage, check_page, fetch, read_file
from app.settings import ConfigurationError, Settings, load_settings
from app.sites import load_sites

GOOD, FAULTS, COULD_NOT_TELL = 0, 1, 2


def check(
    page: Annotated[
        str, typer.Option(help="A page with a sign-up form: an address, a file, or - (standard input).")
    ] = "",
    site: Annotated[str, typer.Option(help="With --page: the site of a form whose action does not tell.")] = "",
    prices: Annotated[bool, typer.Option("--prices", help="Compare only the prices of sites.toml with WHMCS.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines, one object a line.")] = False,
) -> None:
    """Say what is wrong with configuration, database, WHMCS and plans, or with a page's form.

    Ends with 0 when nothing is, 1 when something, and 2 when it cannot be told. Nothing is changed.
    """
    if page and prices:
        raise typer.BadParameter("goes without --prices.", param_hint="--page")
    logs_aside()
    raise typer.Exit(_check_page(page, site, as_json) if page else asyncio.run(_examine(prices, as_json)))


async def _examine(prices: bool, as_json: bool) -> int:
    levels = set()
    async with aclosing(examine(prices_only=prices)) as findings:  # whoever reads them may go away before the end
        async for finding in findings:
            _tell(finding, as_json)
            levels.add(finding.level)
    if Level.FAULT in levels:
        return FAULTS
    return COULD_NOT_TELL if Level.UNKNOWN in levels or not levels else GOOD


def _check_page(page: str, site: str, as_json: bool) -> int:
    try:
        checked = _check(load_settings(), page, site)
    except (ConfigurationError, NoPage) as error:
        print(error, file=sys.stderr)
        return COULD_NOT_TELL
    for finding in checked.findings:
        _tell(finding, as_json)
    return _status(checked)


def _tell(finding: Finding, as_json: bool) -> None:
    print(json.dumps(asdict(finding)) if as_json else _line(finding), flush=True)


def _check(settings: Settings, page: str, site: str) -> Checked:
    sites = load_sites(settings.sites_file)
    if site and site not in sites:
        raise typer.BadParameter(f"sites.toml does not have it. Known are: {', '.join(sites)}.", param_hint="--site")
    return check_page(_document(page), sites, key=site, gateway_url=settings.public_url or "")


def _document(page: str) -> Document:
    return asyncio.run(fetch(page)) if page.startswith(("https://", "http://")) else read_file(page)


def _line(finding: Finding) -> str:
    place = f"line {finding.line}: " if finding.line else ""
    return f"{finding.level}: {place}{finding.what} {finding.cure}".rstrip()


def _status(checked: Checked) -> int:
    if not checked.found_form:
        return COULD_NOT_TELL
    return FAULTS if any(finding.level is Level.FAULT for finding in checked.findings) else GOOD
