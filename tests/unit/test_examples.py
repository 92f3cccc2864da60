"""The examples hold the code that the page of snippets gives away, letter for letter."""

import re
import tomllib
from pathlib import Path

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
RECIPES = sorted((ROOT / "docs/recipes").glob("[a-z]*.md"))
CODE = re.compile(r"^ *```(?:html|js|jsx|astro|sh)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
STYLES = ("plain/style.css", "fetch/style.css", "astro/src/styles/style.css", "nextjs/app/style.css")


def code(name: str) -> str:
    """The code for the site of the examples."""
    return Snippets(load_languages()["en"]).files([name], SITE, "https://signup.example.com")[name]


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


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.stem)
def test_the_code_of_a_recipe_is_in_its_example(recipe: Path) -> None:
    blocks = CODE.findall(recipe.read_text())
    files = [unindented(path.read_text()) for path in (EXAMPLES / recipe.stem).rglob("*") if path.is_file()]
    assert blocks
    assert not [block for block in blocks if not any(unindented(block) in text for text in files)]


def test_every_example_has_its_recipe() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == {recipe.stem for recipe in RECIPES}
