"""The examples hold the code that the page of snippets gives away, letter for letter."""

import tomllib

import pytest

from app.languages import load_languages
from app.sites import parse_sites
from app.web.snippet_code import Snippets
from tests.unit.documents import ROOT

EXAMPLES = ROOT / "examples"
SITE = parse_sites(tomllib.loads((EXAMPLES / "sites.toml").read_text()))["acme"]
WHOLE = {
    "signup-fetch.js": "fetch/signup-fetch.js",
    "SignupForm.astro": "astro/src/components/SignupForm.astro",
    "site.js": "nextjs/components/site.js",
    "SignupFields.jsx": "nextjs/components/SignupFields.jsx",
    "SignupForm.jsx": "nextjs/components/SignupForm.jsx",
    "ServerSignupForm.jsx": "nextjs/components/ServerSignupForm.jsx",
    "actions.js": "nextjs/components/actions.js",
    "page.jsx": "nextjs/app/action/page.jsx",
}
STYLES = ("plain/style.css", "fetch/style.css", "astro/src/styles/style.css", "nextjs/app/style.css")


def code(name: str) -> str:
    """The code for the site of the examples."""
    return Snippets(load_languages()["en"]).code(name, SITE, "https://signup.example.com")


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_of_an_example_is_what_the_template_gives(name: str) -> None:
    assert (EXAMPLES / WHOLE[name]).read_text() == code(name)


@pytest.mark.parametrize(("name", "page"), [("plain.html", "plain"), ("fetch.html", "fetch")])
def test_the_form_on_an_examples_page_is_what_the_template_gives(name: str, page: str) -> None:
    assert unindented(code(name)) in unindented((EXAMPLES / page / "index.html").read_text())


def unindented(text: str) -> str:
    """The lines without what stands before them."""
    return "\n".join(line.strip() for line in text.splitlines())


def test_the_examples_look_alike() -> None:
    assert len({(EXAMPLES / style).read_text() for style in STYLES}) == 1
