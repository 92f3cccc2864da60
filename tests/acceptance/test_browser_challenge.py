"""A challenge is solved by a real browser with thirty lines of script, and no library."""

import asyncio
from pathlib import Path

from app.challenge import ProofOfWork
from tests.acceptance.browser import open_browser, visit
from tests.unit.challenge.solving import HERE, VAULT, site

SOLVER = (Path(__file__).parent / "solver.js").read_text()
PAGE = "http://127.0.0.1:9/"  # WebCrypto is for https and for this machine


def test_a_browser_solves_a_challenge() -> None:
    work = ProofOfWork(VAULT, tries=lambda _: 50)
    challenge = asyncio.run(work.challenge(site(), HERE))
    with open_browser() as browser, visit(browser) as page:
        page.route("**/*", lambda route: route.fulfill(body="<title>Sign up</title>", content_type="text/html"))
        page.goto(PAGE)
        solution = page.evaluate(SOLVER, challenge)
    assert work.check(site(), solution)
