"""The house stands as it was drawn: imports point down, libraries stay in their rooms, everything stays small."""

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.unit.house import APP, MODULES, functions, imports, ours, part

ROWS = (
    {"main", "cli", "commands", "advice", "desk", "demo", "doctor", "page_check"},
    {"web", "wiring"},
    {"delivery", "checkout", "catalog", "screening", "worker", "slots", "attempt", "owners", "pulse"}
    | {"conversation", "letter", "ordering", "difference", "follow_up", "mishaps"},
    {"store", "guard", "challenge"},
    {"submissions", "outcomes", "forms", "sites", "origins", "whmcs", "vault", "offer_links", "ways"} | {"answers"},
    {"errors", "findings", "languages", "settings", "networks", "logs", "faults"},
)
DEPTH = {name: depth for depth, row in enumerate(ROWS) for name in row}
ALONE = ("sandbox", "whmcs")
ROOMS = {
    "fastapi": {"web", "main"},
    "starlette": {"web", "main", "guard", "sandbox"},
    "aiohttp": {"whmcs", "challenge", "page_check"},
    "altcha": {"challenge"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "dns": {"screening", "wiring"},
}
NAMES_THAT_SAY_NOTHING = {"util", "utils", "common", "core", "service", "services", "helper", "helpers", "misc"}
FUNCTION_LINES, MODULE_LINES = 40, 250


def test_the_house_is_read() -> None:
    assert {"app", "app.main", "app.web.replies", "app.whmcs", "app.sandbox.web"} <= set(MODULES)
    assert "app.web.signup" in ours("app.main")
    assert "app.sandbox.web" in ours("app.cli")  # inside a function
    assert "fastapi" in imports("app.main")


def test_every_part_has_its_row() -> None:
    """Who adds a part decides here what it may import."""
    assert {part(module) for module in MODULES} - {"app", "sandbox"} == set(DEPTH)


@pytest.mark.parametrize("module", [module for module in MODULES if part(module) in DEPTH])
def test_imports_point_down(module: str) -> None:
    parts = {part(imported) for imported in ours(module)} - {"sandbox"}
    assert not {name for name in parts if DEPTH[name] < DEPTH[part(module)]}


@pytest.mark.parametrize("module", MODULES)
def test_imports_are_written_out(module: str) -> None:
    assert not {name for name in imports(module) if name.startswith(".")}


@pytest.mark.parametrize("module", [module for module in MODULES if part(module) in ALONE])
def test_what_stands_alone_imports_nothing_of_ours(module: str) -> None:
    assert {part(imported) for imported in ours(module)} <= {part(module)}


def test_only_the_commands_know_the_sandbox() -> None:
    users = {part(module) for module in MODULES if any(part(name) == "sandbox" for name in ours(module))}
    assert users == {"cli", "demo", "sandbox"}


def test_no_imports_go_round_in_circles() -> None:
    try:
        TopologicalSorter({module: ours(module) for module in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize("library", ROOMS)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    users = {part(module) for module in MODULES if any(name.partition(".")[0] == library for name in imports(module))}
    assert users <= ROOMS[library]
    assert users


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module: str) -> None:
    assert not {name: lines for name, lines in functions(module).items() if lines > FUNCTION_LINES}


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


def test_names_say_what_is_inside() -> None:
    names = {name for path in MODULES.values() for name in path.relative_to(APP).with_suffix("").parts}
    assert not names & NAMES_THAT_SAY_NOTHING
