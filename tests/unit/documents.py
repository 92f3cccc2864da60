"""The README and the program, read for comparing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    """The README from a heading to the next one of its level or above."""
    level = re.search(rf"^(#+) {re.escape(title)}$", README, re.MULTILINE)
    assert level, title
    return re.split(rf"^#{{2,{len(level[1])}}} ", README[level.end() :], maxsplit=1, flags=re.MULTILINE)[0]


def rows(title: str) -> list[list[str]]:
    """The cells of every table row of a section."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section(title).splitlines() if "|" in line
    ]


def quoted(text: str) -> set[str]:
    """What stands in backquotes; the dots of a name that goes on are left out."""
    return {code.removesuffix("…") for code in re.findall(r"`([^`]+)`", text)}


def keys(title: str) -> set[str]:
    """What the tables of a section quote in their first column."""
    return {code for row in rows(title) for code in quoted(row[0])}


def parsed(*paths: str) -> Iterator[ast.AST]:
    """Every node of the program's files that match."""
    for path in (path for pattern in paths for path in (ROOT / "app").glob(pattern)):
        yield from ast.walk(ast.parse(path.read_text()))


def texts(node: ast.AST) -> set[str]:
    """Every text written in an expression."""
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def called(call: ast.Call) -> str:
    """The last word of what a call calls."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def block(title: str, language: str) -> str:
    """The first example of a section in this language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", section(title), re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]
