"""Whatever visitors read is there in every language, and the catalogues are those of the source."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.languages import CODES, ENGLISH, SCRIPT, load_languages
from app.languages.catalogues import DOMAIN, LOCALE
from tests.unit.documents import ROOT
from tests.unit.house import APP

FOREIGN = [code for code in CODES if code != ENGLISH]
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2), "mark_many": (1, 2)}
Message = str | tuple[str, ...]


def marked() -> set[Message]:
    """Every text that the source marks."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = extract_from_dir(APP, methods, options, keywords=KEYWORDS)
    return {tuple(text) if isinstance(text, tuple) else text for _, _, text, _, _ in found}


def file_of(code: str, kind: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.{kind}"


def catalogue(code: str) -> Catalog:
    with file_of(code, "po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def texts(catalogue: Catalog) -> dict[Message, tuple[str, ...]]:
    """What each message became: one text, or one for each plural form of the language."""
    return {_hashable(one.id): _forms(one.string) for one in catalogue if one.id}


def _hashable(id_: Any) -> Message:
    return id_ if isinstance(id_, str) else tuple(id_)


def _forms(string: Any) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def holes(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}|\{\{|\}\}", text))


MARKED = marked()


def test_the_source_is_read() -> None:
    assert "Thank you" in MARKED  # in Python
    assert "Check again" in MARKED  # in a template
    assert ("You can try again in {n} day.", "You can try again in {n} days.") in MARKED


@pytest.mark.parametrize("code", FOREIGN)
class TestCatalogue:
    def test_it_has_every_text_of_the_source_and_no_other(self, code: str) -> None:
        assert set(texts(catalogue(code))) == MARKED  # `make texts` puts in what is missing

    def test_none_is_missing_or_in_doubt(self, code: str) -> None:
        assert not [one.id for one in catalogue(code) if one.id and one.fuzzy]
        assert not [id_ for id_, forms in texts(catalogue(code)).items() if not all(forms)]

    def test_none_is_left_in_english(self, code: str) -> None:
        assert not [id_ for id_, forms in texts(catalogue(code)).items() if " " in str(id_) and id_ in forms]

    def test_what_is_filled_in_is_the_same(self, code: str) -> None:
        for id_, forms in texts(catalogue(code)).items():
            for form in forms:
                assert holes(form) == holes(id_ if isinstance(id_, str) else id_[-1]), form

    def test_a_sentence_ends_as_it_does_in_english(self, code: str) -> None:
        for id_, forms in texts(catalogue(code)).items():
            english = id_ if isinstance(id_, str) else id_[-1]
            assert {form[-1] in ".?!" for form in forms} == {english[-1] in ".?!"}, forms
            assert {form.strip() for form in forms} == set(forms)

    def test_the_compiled_one_is_the_same(self, code: str) -> None:
        compiled = io.BytesIO()
        write_mo(compiled, catalogue(code))
        assert file_of(code, "mo").read_bytes() == compiled.getvalue()  # `make texts` compiles it


def test_every_language_has_its_own_plurals() -> None:
    polish = load_languages()["pl"]
    forms = [polish.ngettext("You can try again in {n} hour.", "You can try again in {n} hours.", n) for n in (1, 2, 5)]
    assert len(set(forms)) == 3


def test_the_script_has_the_same_english_by_itself() -> None:
    source = (APP / "web" / "scripts" / "signup.1.js").read_text(encoding="utf-8")
    block = re.search(r"const ENGLISH = \{(.*?)\};", source, re.DOTALL)
    assert block is not None
    assert dict(re.findall(r'(\w+): "(.*)",', block[1])) == SCRIPT
