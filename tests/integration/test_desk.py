"""``gateway submissions`` over a real database: what is shown, what is written out, and what is changed."""

import csv
import io
import json
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.submissions import State, Submission
from tests.integration.desk import DAY, FORM, Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with nothing on it."""
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    return Desk(tmp_path)


def references(output: str) -> list[str]:
    """Of rows as JSON lines."""
    return [json.loads(line)["reference"] for line in output.splitlines()]


def test_log_lines_do_not_stand_among_what_was_asked_for(desk: Desk) -> None:
    desk.has(State.WAITING)
    with closing(sqlite3.connect(desk.folder / "gateway.db")) as connection:
        connection.execute("DROP TABLE submissions")
    ended = desk.submissions("list", "--json")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "store_failed" in ended.stderr


class TestFilters:
    @pytest.fixture
    def rows(self, desk: Desk) -> dict[str, Submission]:
        rows = {
            "new": desk.row(State.WAITING, age=60, reason="dns_error"),
            "role": desk.row(State.STUCK, age=3 * 3600, reason="role"),
            "old": desk.row(State.STUCK, age=9 * DAY, reason="gave_up:dns_error", site="other"),
        }
        desk.put(*rows.values())
        return rows

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            ([], ["new", "role", "old"]),
            (["--state", "stuck"], ["role", "old"]),
            (["--state", "stuck", "--state", "waiting"], ["new", "role", "old"]),
            (["--site", "other"], ["old"]),
            (["--reason", "gave_up:"], ["old"]),
            (["--reason", "dns_error"], ["new"]),
            (["--older-than", "30m"], ["role", "old"]),
            (["--newer-than", "12h"], ["new", "role"]),
            (["--older-than", "30m", "--newer-than", "7d"], ["role"]),
            (["--state", "stuck", "--site", "acme"], ["role"]),
            (["--state", "done"], []),
        ],
    )
    def test_list_and_export_find_the_same(
        self, desk: Desk, rows: dict[str, Submission], options: list[str], found: list[str]
    ) -> None:
        expected = [rows[name].reference for name in found]
        assert references(desk.submissions("list", "--json", *options).stdout) == expected
        assert references(desk.submissions("export", "--format", "jsonl", *options).stdout) == expected

    def test_a_wrong_age_is_explained(self, desk: Desk) -> None:
        ended = desk.submissions("list", "--older-than", "soon")
        assert ended.exit_code == 2
        assert "like 30m, 12h or 7d" in " ".join(ended.stderr.split())

    def test_only_what_waits_for_its_time_is_due(self, desk: Desk) -> None:
        for state in State:
            desk.has(state)
        rows = map(json.loads, desk.submissions("list", "--json").stdout.splitlines())
        assert {row["state"] for row in rows if row["due_at"]} == {"accepted", "waiting", "uncertain"}

    def test_list_says_that_there_are_more(self, desk: Desk, rows: dict[str, Submission]) -> None:
        ended = desk.submissions("list", "--json", "--limit", "2")
        assert len(references(ended.stdout)) == len(rows) - 1
        assert "more than these 2" in ended.stderr
        assert not desk.submissions("list", "--limit", "3").stderr


class TestShow:
    def test_the_timeline_in_words_and_what_to_do(self, desk: Desk) -> None:
        row = desk.has(State.STUCK, reason="role")
        desk.submissions("retry", row.reference)
        shown = desk.submissions("show", row.reference)
        assert shown.exit_code == 0
        for words in ("taken from the visitor", "The API role lacks a command.", "an operator retried it", "advice"):
            assert words in shown.stdout
        steps = json.loads(desk.submissions("show", row.reference, "--json").stdout)["timeline"]
        assert [(step["event"], step["state"], step["reason"]) for step in steps] == [
            ("accepted", "stuck", "role"),
            ("retried", "uncertain", ""),
        ]

    def test_personal_data_only_when_asked_for(self, desk: Desk) -> None:
        row = desk.has(State.STUCK, reason="role")
        for output in ((), ("--json",)):
            short = desk.submissions("show", row.reference, *output).stdout
            assert "Lovelace" not in short
            assert "ada@" not in short
            assert "198.51.100.7" not in short
            full = desk.submissions("show", row.reference, "--full", *output).stdout
            assert "Lovelace" in full
            assert "ada@example.com" in full

    def test_what_looks_like_markup_is_shown_as_it_is(self, desk: Desk) -> None:
        row = desk.has(State.STUCK, reason="[red]x[/nonsense]")
        assert "[red]x[/nonsense]" in desk.submissions("show", row.reference).stdout
        assert "[red]x[/nonsense]" in desk.submissions("list").stdout

    def test_what_would_act_on_the_terminal_is_shown_as_an_escape(self, desk: Desk) -> None:
        evil = "\x1b]0;owned\x07\x9b2J\u202eadA"
        row = desk.has(State.STUCK, reason=evil, payload=desk.sealed(desk.keys[0], replace(FORM, first_name=evil)))
        commands = (("show", row.reference, "--full"), ("list",), ("export", "--full"))
        for output in (desk.submissions(*command).stdout for command in commands):
            assert "\\x1b]0;owned\\x07\\x9b2J\\u202eadA" in "".join(output.split())
            assert not set(output) & set("\x1b\x07\x9b\u202e")

    def test_the_facts_are_there_even_when_no_key_opens_the_form(self, desk: Desk) -> None:
        row = desk.has(State.STUCK, reason="gave_up:unreadable_payload")
        desk.keys = [Fernet.generate_key().decode()]
        shown = desk.submissions("show", row.reference)
        assert (shown.exit_code, row.reference in shown.stdout) == (1, True)
        assert "GATEWAY_ENCRYPTION_KEYS" in shown.stderr


class TestExport:
    def test_all_rows_of_several_pages_each_once(self, desk: Desk) -> None:
        rows = [desk.row(State.WAITING, age=1000.0 + number // 3) for number in range(450)]  # some of one age
        desk.put(*rows)
        written = references(desk.submissions("export", "--format", "jsonl").stdout)
        assert sorted(written) == sorted(row.reference for row in rows)

    def test_csv_holds_facts_only(self, desk: Desk) -> None:
        row = desk.has(State.STUCK, reason="=role", plan="pro")
        output = desk.submissions("export").stdout
        (line,) = csv.DictReader(io.StringIO(output))
        assert (line["reference"], line["state"], line["plan"], line["reason"]) == (
            row.reference,
            "stuck",
            "pro",
            "'=role",
        )
        assert not [name for name in line if name.startswith("form.")]
        assert "Lovelace" not in output

    def test_csv_in_full_holds_answers_that_are_no_formulas(self, desk: Desk) -> None:
        desk.put(desk.row(State.STUCK), desk.row(State.DONE, age=90))
        stuck, done = csv.DictReader(io.StringIO(desk.submissions("export", "--full").stdout))
        assert (stuck["form.first_name"], stuck["form.phone"]) == ("'=Ada", "'+44.2079460000")
        assert (stuck["state"], stuck["form.state"], stuck["form.client_ip"]) == ("stuck", "", "198.51.100.7")
        assert (done["state"], done["form.email"]) == ("done", "")

    def test_where_a_visitor_came_from_has_columns_of_its_own(self, desk: Desk) -> None:
        desk.put(desk.row(State.STUCK, payload=desk.sealed(desk.keys[0], attribution={"utm_source": "news"})))
        (line,) = csv.DictReader(io.StringIO(desk.submissions("export", "--full").stdout))
        assert (line["form.utm_source"], line["form.landing"]) == ("news", "")

    def test_one_form_that_cannot_be_opened_keeps_none_of_the_others(self, desk: Desk) -> None:
        lost = desk.row(State.STUCK, payload=desk.sealed(Fernet.generate_key().decode()))
        desk.put(lost, desk.row(State.STUCK, age=90))
        ended = desk.submissions("export", "--format", "jsonl", "--full")
        emails = [json.loads(line)["form"].get("email") for line in ended.stdout.splitlines()]
        assert emails == [None, "ada@example.com"]
        assert (ended.exit_code, "1 of the forms" in ended.stderr) == (1, True)

    def test_a_file_is_new_and_for_its_owner_alone(self, desk: Desk) -> None:
        desk.has(State.DONE)
        file = desk.folder / "out.csv"
        assert desk.submissions("export", "--output", str(file)).exit_code == 0
        assert file.read_text().count("\n") == 2
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        again = desk.submissions("export", "--output", str(file))
        assert (again.exit_code, "is there already" in again.stderr) == (1, True)
        nowhere = desk.submissions("export", "--output", str(desk.folder / "no" / "out.csv"))
        assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (1, True)

    def test_a_file_that_could_not_be_finished_is_not_left(self, desk: Desk) -> None:
        desk.url = type(desk.url)(f"sqlite:///{desk.folder}")  # a folder is no database
        file = desk.folder / "out.csv"
        assert desk.submissions("export", "--output", str(file)).exit_code == 2
        assert not file.exists()


class TestRetry:
    def test_several_by_name_and_one_that_cannot(self, desk: Desk) -> None:
        stuck, done = desk.has(State.STUCK, reason="role"), desk.has(State.DONE)
        ended = desk.submissions("retry", stuck.reference, done.reference, "nosuch")
        assert ended.exit_code == 1
        assert ended.stdout == f"{stuck.reference} is uncertain and due now.\n"
        assert f"{done.reference}: It is done" in ended.stderr
        assert "no sign-up nosuch" in ended.stderr

    def test_all_that_are_stuck_over_several_pages(self, desk: Desk) -> None:
        rows = [desk.row(State.STUCK, age=float(number), reason="role") for number in range(401)]
        others = [desk.row(State.STUCK, site="other"), desk.row(State.STUCK, reason="x"), desk.row(State.HELD)]
        desk.put(*rows, *others)
        ended = desk.submissions("retry", "--stuck", "--site", "acme", "--reason", "role")
        assert (ended.exit_code, ended.stdout) == (0, "401 sign-ups due now.\n")
        assert len(references(desk.submissions("list", "--json", "--state", "stuck").stdout)) == 2

    def test_of_two_with_one_address_that_whmcs_may_have_one_goes_first(self, desk: Desk) -> None:
        facts = {"reason": "gave_up:read_timeout", "uncertain_since": 1.0, "address": "same"}
        rows = [desk.row(State.STUCK, age, **facts) for age in (60, 90)]
        desk.put(*rows)
        ended = desk.submissions("retry", "--stuck")
        assert (ended.exit_code, ended.stdout) == (1, "1 sign-up due now.\n")
        assert "1 sign-up left as they were. Another sign-up with the same email address" in ended.stderr

    @pytest.mark.parametrize(
        "options", [[], ["--site", "acme"], ["x", "--stuck"], ["x", "--site", "acme"], ["--state", "done"]]
    )
    def test_which_ones_must_be_said_one_way(self, desk: Desk, options: list[str]) -> None:
        assert desk.submissions("retry", *options).exit_code == 2


def test_release_of_several(desk: Desk) -> None:
    held = [desk.has(State.HELD, reason="honeypot") for _ in range(2)]
    ended = desk.submissions("release", *(row.reference for row in held))
    assert (ended.exit_code, ended.stdout.count("is waiting and due now.")) == (0, 2)
    assert desk.submissions("release").exit_code == 2


class TestPurge:
    def test_by_name_after_a_question(self, desk: Desk) -> None:
        done = desk.has(State.DONE)
        refused = desk.submissions("purge", done.reference, answer="n\n")
        assert (refused.exit_code, desk.now(done)) == (1, done)
        assert "Remove 1 sign-up for good?" in refused.stderr
        ended = desk.submissions("purge", done.reference, answer="y\n")
        assert (ended.exit_code, desk.now(done), desk.timeline(done)) == (0, None, [])

    def test_nobody_at_the_keyboard_means_no(self, desk: Desk) -> None:
        done = desk.has(State.DONE)
        assert desk.submissions("purge", done.reference).exit_code == 1
        assert desk.now(done) == done

    def test_by_state_and_age_over_several_pages(self, desk: Desk) -> None:
        rows = [desk.row(State.DONE, age=2 * DAY + number) for number in range(401)]
        young, held = desk.row(State.DONE), desk.row(State.HELD, age=3 * DAY)
        desk.put(*rows, young, held)
        ended = desk.submissions("purge", "--state", "done", "--older-than", "1d", "--yes")
        assert (ended.exit_code, ended.stdout) == (0, "401 sign-ups removed.\n")
        assert references(desk.submissions("list", "--json").stdout) == [young.reference, held.reference]

    @pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN])
    def test_never_what_whmcs_may_be_at_work_on(self, desk: Desk, state: State) -> None:
        row = desk.has(state, age=9 * DAY)
        ended = desk.submissions("purge", row.reference, "--yes")
        assert (ended.exit_code, desk.now(row)) == (1, row)
        assert "WHMCS may be at work" in ended.stderr
        assert desk.submissions("purge", "--state", state, "--older-than", "1d", "--yes").exit_code == 2

    @pytest.mark.parametrize(
        "options", [[], ["--state", "done"], ["--older-than", "1d"], ["x", "--state", "done", "--older-than", "1d"]]
    )
    def test_which_ones_must_be_said_in_full(self, desk: Desk, options: list[str]) -> None:
        assert desk.submissions("purge", "--yes", *options).exit_code == 2

    def test_nothing_to_remove_is_not_asked_about(self, desk: Desk) -> None:
        ended = desk.submissions("purge", "--state", "done", "--older-than", "1d")
        assert (ended.exit_code, ended.stdout) == (0, "0 sign-ups removed.\n")
        assert desk.submissions("purge", "nosuch", "--yes").exit_code == 1


def test_a_database_that_is_gone_ends_with_2(desk: Desk) -> None:
    desk.url = type(desk.url)(f"sqlite:///{desk.folder}")
    assert desk.submissions("list").exit_code == 2


def test_what_cannot_be_asked_of_whmcs_changes_nothing(desk: Desk) -> None:
    stuck = desk.has(State.STUCK, reason="role")
    ended = desk.submissions("resolve", stuck.reference, "--client-id", "7")
    assert (ended.exit_code, desk.now(stuck)) == (1, stuck)
    assert "WHMCS could not be asked (connection_refused)" in ended.stderr
    both = desk.submissions("resolve", stuck.reference, "--client-id", "7", "--order-id", "8", "--without-order")
    assert both.exit_code == 2
    assert desk.now(stuck) == stuck
