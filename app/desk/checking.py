"""``gateway check``: what is wrong, one line a finding, each with its cure."""

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from app.page_check import Checked, Document, Finding, Level, NoPage, check_page, fetch, read_file
from app.settings import ConfigurationError, Settings, load_settings
from app.sites import load_sites

GOOD, FAULTS, COULD_NOT_TELL = 0, 1, 2


def check(
    page: Annotated[
        str, typer.Option(help="A page with a sign-up form: an address, a file, or - (standard input).")
    ] = "",
    site: Annotated[str, typer.Option(help="The site of a form whose action does not tell.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines, one object a line.")] = False,
) -> None:
    """Say what is wrong with the sign-up forms of a page; ends with 0 when nothing is, 1 when something, else 2."""
    if not page:
        print("Give the page to check, like --page https://www.example.com/signup.", file=sys.stderr)
        raise typer.Exit(COULD_NOT_TELL)
    try:
        checked = _check(load_settings(), page, site)
    except (ConfigurationError, NoPage) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(COULD_NOT_TELL) from None
    for finding in checked.findings:
        print(json.dumps(asdict(finding)) if as_json else _line(finding))
    raise typer.Exit(_status(checked))


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
