"""What docs/security.md says is there, is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.unit.documents import ROOT, quoted

PAGE = (ROOT / "docs/security.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| V\d", line)
]


@cache
def names_in(path: Path) -> set[str]:
    """The names of a file's functions."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_has_its_places_and_tests(row: list[str]) -> None:
    ids, levels, how, places, proofs = row
    assert all(re.fullmatch(r"V([1-9]|1[0-7])\.\d\.\d{1,2}", name) for name in ids.split())
    assert set(levels) <= set("123, ")
    assert how
    assert quoted(places)
    assert all((ROOT / place).is_file() for place in quoted(places))
    assert quoted(proofs)
    for proof in quoted(proofs):
        path, _, name = proof.partition("::")
        assert path.startswith("tests/")
        assert (ROOT / path).is_file()
        assert not name or name in names_in(ROOT / path), proof


def test_no_requirement_is_listed_twice_and_all_are_in_order() -> None:
    numbers = [[int(part) for part in row[0].split()[0].removeprefix("V").split(".")] for row in ROWS]
    names = [name for row in ROWS for name in row[0].split()]
    assert numbers == sorted(numbers)
    assert len(names) == len(set(names)) > 50


def test_every_path_in_the_page_exists() -> None:
    for path in re.findall(r"`((?:app|tests|docs|deploy)/[\w./-]*)", PAGE):
        assert (ROOT / path).exists(), path


def test_every_dependency_is_locked_by_its_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        pinned = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n +--hash=sha256:", (ROOT / name).read_text(), re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[a-z0-9]", (ROOT / name).read_text(), re.MULTILINE)) > 30
