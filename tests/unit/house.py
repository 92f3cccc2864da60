"""The source of the application as the tests of its architecture read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parents[2] / "app"


def modules() -> dict[str, Path]:
    """Every module of the application by its dotted name; a package by its own."""
    found = {}
    for path in sorted(APP.rglob("*.py")):
        parts = path.relative_to(APP.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def parse(module: str) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(module: str) -> set[str]:
    """What the module imports anywhere in it: our modules by their full names, others as they are written."""
    return {name for node in ast.walk(parse(module)) for name in _imported(node)}


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        origin = "." * node.level + (node.module or "")
        for alias in node.names:
            inner = f"{origin}.{alias.name}"
            yield inner if inner in MODULES else origin


def ours(module: str) -> set[str]:
    """The modules of ours that the module imports; the bare package, which holds the version only, aside."""
    return {name for name in imports(module) if name.startswith("app.")}


def part(module: str) -> str:
    """The module's place in the house: ``app.web.replies`` belongs to ``web``."""
    return module.split(".")[1] if "." in module else module


def functions(module: str) -> dict[str, int]:
    """The lines of every function of the module, decorators aside."""
    return {
        f"{module}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(parse(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
