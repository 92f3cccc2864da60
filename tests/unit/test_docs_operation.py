"""What the README and docs tell an operator is what the program does: each test fails when they drift apart."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from app.advice import STATES
from app.cli import cli
from app.outcomes import Learned, LeaseExpired, TooOld, word
from app.submissions import State
from app.whmcs import Cause
from app.whmcs.breaker import PROBE
from tests.unit.documents import README, ROOT, called, keys, parsed, quoted, rows, section, texts
from tests.unit.test_submissions import SAMPLES
from tests.unit.transitions import edges, transitions

STATES_PAGE = (ROOT / "docs/states.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


class TestCommands:
    def test_every_command_and_option_has_help_and_is_in_the_readme(self) -> None:
        documented = section("Commands")
        for name, command in commands(typer.main.get_command(cli)):
            assert command.help, name
            assert f"`gateway {name}" in documented, name
            for option in command.params:
                assert getattr(option, "help", ""), (name, option.name)
                assert option.name in ("reference", "references") or option.opts[0] in documented, (name, option.name)

    def test_every_make_target_is_in_the_readme_and_no_other(self) -> None:
        targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
        assert set(re.findall(r"[`$] ?make ([a-z]+)", README)) == targets


def commands(group: object, prefix: str = "") -> Iterator[tuple[str, TyperCommand]]:
    """Every command that a person may use, by its full name."""
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{name} ")
        elif isinstance(command, TyperCommand) and not command.hidden:
            yield f"{prefix}{name}", command


class TestStates:
    def test_every_state_has_advice_and_is_in_the_readme(self) -> None:
        assert set(STATES) == set(State)
        assert keys("States") == set(State)

    def test_the_diagram_has_every_edge_and_no_other(self) -> None:
        diagram = STATES_PAGE.partition("```mermaid")[2].partition("```")[0]
        drawn = re.findall(r"^ *(\S+) --> ([^\s:]+)", diagram, re.MULTILINE)
        assert len(drawn) == len(set(drawn))
        assert set(drawn) == edges()

    def test_every_transition_is_listed_and_no_other(self) -> None:
        listed = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \| .+ \|$", STATES_PAGE, re.MULTILINE)
        assert len(listed) == len(set(listed))
        assert set(listed) == transitions()

    def test_every_reason_is_in_the_readme(self) -> None:
        assert reasons() <= keys("Reasons")


def reasons() -> set[str]:
    """Every reason that is written down as such, and every cause of a refusal by WHMCS."""
    makers = {"Faulty", "Suspect", "Unclear", "NotSent", "Unavailable", "Uncertain", "_needed", "_retry", "_release"}
    found = {f"{cause}_" if cause is Cause.FIELD else str(cause) for cause in Cause}  # "field" has the field after it
    for node in parsed("*.py", "whmcs/*.py"):
        match node:
            case ast.Call() if called(node) in makers:
                written = [argument for argument in node.args if isinstance(argument, ast.Constant | ast.JoinedStr)]
                found.update(text for argument in written for text in texts(argument))
            case ast.keyword(arg="reason" | "unless_ours"):
                found |= texts(node.value)
    return found - {"", "_", LOGGED_ONLY}


LOGGED_ONLY = "store_unavailable"


class TestLogs:
    def test_every_event_with_its_fields_is_in_the_readme_and_no_other(self) -> None:
        table = {event: quoted(row[1]) for row in rows("Logs")[2:] for event in quoted(row[0])}
        written = {event: fields for event, fields in logged() if " " not in event}
        assert set(table) == set(written)
        for event, fields in written.items():
            assert fields <= table[event], event

    def test_every_outcome_of_an_attempt_and_of_time_is_in_the_readme(self) -> None:
        words = {word(SAMPLES[kind]) for kind in (*get_args(Learned), LeaseExpired, TooOld)}
        assert words <= quoted(section("Logs"))


BOUND = {
    field.arg
    for node in parsed("web/*.py", "guard/*.py", "delivery.py")
    if isinstance(node, ast.Call) and called(node) == "bind_contextvars"
    for field in node.keywords
}


def logged() -> Iterator[tuple[str, set[str | None]]]:
    """Every event that is written to the log, and the names of its fields."""
    for node in parsed("*.py", "[!s]*/*.py", "s[!a]*/*.py"):  # the sandbox is not the gateway
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("_log")) | ast.Name("write"), args=[ast.Constant(str(event)), *_]
            ):
                bound = BOUND - {"request_id"} if event == "request" else set()
                yield event, {field.arg for field in node.keywords} | bound


class TestWhmcs:
    def test_the_role_that_the_docs_ask_for_has_every_command_in_use_and_no_other(self) -> None:
        calls = [node for node in parsed("whmcs/client.py") if isinstance(node, ast.Call)]
        used = {text for call in calls if called(call) in ("_call", "_list") for text in texts(call.args[0])}
        used.add(PROBE)  # the one that is named elsewhere
        table = re.findall(r"^\| `([A-Z]\w+)` \|", (ROOT / "docs/whmcs.md").read_text(), re.MULTILINE)
        assert set(table) == used
        assert {word for word in quoted(section("Deploy")) if re.fullmatch("([A-Z]+[a-z]+){2,}", word)} == used


class TestLinks:
    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_every_link_leads_somewhere(self, page: Path) -> None:
        for link in re.findall(r"\]\(([^)]+)\)", FENCE.sub("", page.read_text())):
            if not link.startswith("https://"):
                file, _, anchor = link.partition("#")
                target = (page.parent / file).resolve() if file else page
                assert target.exists(), link
                assert not anchor or anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
