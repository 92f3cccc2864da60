"""Every fault does what its sentence says, and strikes when it should."""

import json

import pytest

from app.sandbox.fault_forms import read_fault, write_faults
from app.sandbox.faults import Fault, FaultBook, FaultRefusedError
from app.sandbox.modes import MODES, Group
from app.sandbox.scenes import Ending
from app.sandbox.whmcs import SandboxWhmcs
from tests.unit.sandbox.calls import ADA, NOW, REMOTE, call, reply, scene

UNDONE = [name for name, mode in MODES.items() if mode.group is Group.NOTHING_DONE]
UNSEEN = [name for name, mode in MODES.items() if mode.group is Group.DONE_UNSEEN]
ODD = [name for name, mode in MODES.items() if mode.group is Group.DONE_ODDLY]


@pytest.mark.parametrize("mode", UNDONE)
def test_a_fault_before_the_change_makes_none(whmcs: SandboxWhmcs, mode: str) -> None:
    whmcs.faults.add(Fault(mode))

    assert scene(whmcs, "AddClient", **ADA).commit is None
    assert whmcs.ledger.calls[0].fault == mode


@pytest.mark.parametrize("mode", UNSEEN)
def test_a_fault_after_the_change_hides_it(whmcs: SandboxWhmcs, mode: str) -> None:
    whmcs.faults.add(Fault(mode))

    played = scene(whmcs, "AddClient", **ADA)

    assert played.commit is not None
    played.commit(NOW)
    assert len(whmcs.ledger.clients) == 1
    assert played.ending is not Ending.REPLY or (played.reply and b"success" not in played.reply.body)


@pytest.mark.parametrize("mode", ODD)
def test_an_odd_answer_is_still_a_good_one(whmcs: SandboxWhmcs, mode: str) -> None:
    whmcs.faults.add(Fault(mode, seconds=0))

    found = reply(whmcs, "AddClient", **ADA)

    assert (found.status, len(whmcs.ledger.clients)) == (200, 1)
    assert b"success" in found.body


@pytest.mark.parametrize(
    ("mode", "status", "content_type", "part"),
    [
        ("html_500", 500, "text/html; charset=utf-8", b"EmitterException"),
        ("waf_403", 403, "text/html; charset=utf-8", b"Forbidden"),
        ("maintenance_503", 503, "text/html; charset=utf-8", b"Down for Maintenance"),
        ("gateway_504", 504, "text/html; charset=utf-8", b"Gateway Time-out"),
        ("redirect_301", 301, "text/html", b""),
        ("bad_credentials", 403, "application/json", b'{"result": "error", "message": "Invalid or missing'),
        ("bad_ip", 403, "application/json", f"Invalid IP {REMOTE}".encode()),
        ("no_permission", 403, "application/json", rb"action \u0022addclient\u0022 is not allowed"),
        ("empty_body", 200, "text/html; charset=utf-8", b""),
        ("unknown_error", 200, "application/json", b'"result": "error"'),
        ("warning_only", 200, "application/json", b'{"warning": '),
        ("commit_then_html_500", 500, "text/html; charset=utf-8", b"EmitterException"),
        ("commit_then_504", 504, "text/html; charset=utf-8", b"Gateway Time-out"),
        ("commit_then_unknown_error", 200, "application/json", b'"result": "error"'),
        ("commit_then_access_denied", 403, "application/json", b"Access denied for user"),
        ("commit_then_null", 200, "application/json", b"null"),
        ("commit_then_garbage", 200, "application/json", b'{"result":"succ'),
        ("polluted", 200, "text/html; charset=utf-8", b"<b>Warning</b>"),
        ("bom", 200, "application/json", b"\xef\xbb\xbf{"),
        ("status_key", 200, "application/json", b'{"status": "success"'),
        ("numeric_ids", 200, "application/json", b'"clientid": 1'),
    ],
)
def test_what_arrives(whmcs: SandboxWhmcs, mode: str, status: int, content_type: str, part: bytes) -> None:
    whmcs.faults.add(Fault(mode))

    found = reply(whmcs, "AddClient", **ADA)

    assert (found.status, found.content_type) == (status, content_type)
    assert part in found.body


@pytest.mark.parametrize(
    ("mode", "ending"),
    [
        ("drop", Ending.DROP),
        ("hang", Ending.NEVER),
        ("commit_then_drop", Ending.DROP),
        ("commit_then_hang", Ending.NEVER),
        ("late_commit", Ending.DROP),
    ],
)
def test_no_reply_arrives(whmcs: SandboxWhmcs, mode: str, ending: Ending) -> None:
    whmcs.faults.add(Fault(mode))

    played = scene(whmcs, "AddClient", **ADA)

    assert (played.ending, played.reply) == (ending, None)


@pytest.mark.parametrize(
    ("mode", "products"),
    [
        ("empty_lists", ""),
        ("empty_lists_array", []),
        ("empty_lists_object", {}),
        ("empty_lists_missing", None),
        ("lists_as_objects", {"product": {}}),
    ],
)
def test_shapes_of_an_empty_list(whmcs: SandboxWhmcs, mode: str, products: object) -> None:
    whmcs.faults.add(Fault(mode))

    answer = call(whmcs, "GetProducts", pid="9")

    assert answer.get("products") == products
    assert answer["totalresults"] == 0


def test_a_list_can_be_an_object_with_numeric_keys(whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("lists_as_objects"))

    currencies = call(whmcs, "GetCurrencies")["currencies"]["currency"]

    assert [(key, row["code"]) for key, row in currencies.items()] == [("0", "USD"), ("1", "EUR")]


def test_a_late_change_has_a_time_of_its_own(whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("late_commit", seconds=5, commit_seconds=40))

    played = scene(whmcs, "AddClient", **ADA)

    assert (played.reply_after, played.commit_after) == (5, 40)


def test_a_late_change_is_late_unless_told_otherwise() -> None:
    fault = Fault("late_commit")

    assert 0 < fault.wait < fault.commit_wait


def test_the_message_can_be_given(whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("unknown_error", message="Duplicate Email Address"))

    assert call(whmcs, "AddClient", **ADA)["message"] == "Duplicate Email Address"


def test_a_fault_watches_over_its_action_only(whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("unknown_error", action="addclient", calls=1))

    outcomes = [call(whmcs, action, **ADA)["result"] for action in ("GetProducts", "AddClient", "AddClient")]

    assert outcomes == ["success", "error", "success"]
    assert whmcs.faults.waiting() == []


def test_a_fault_without_a_number_stays_until_cleared(whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("unknown_error"))
    results = [call(whmcs, "GetProducts")["result"] for _ in range(5)]

    whmcs.faults.clear()

    assert results == ["error"] * 5
    assert call(whmcs, "GetProducts")["result"] == "success"


def test_chance_is_repeatable_and_counts_calls_not_strikes() -> None:
    def struck(seed: int) -> list[bool]:
        book = FaultBook()
        book.add(Fault("drop", calls=40, probability=0.5, seed=seed))
        return [book.choose("AddClient") is not None for _ in range(60)]

    first = struck(7)

    assert first == struck(7)
    assert first != struck(8)
    assert 5 < sum(first) < 35
    assert not any(first[40:])


@pytest.mark.parametrize(
    "values",
    [
        {"mode": "nonsense"},
        {},
        {"mode": "drop", "probability": "2"},
        {"mode": "drop", "calls": "0"},
        {"mode": "drop", "calls": "some"},
        {"mode": "drop", "seconds": "-1"},
        {"mode": "drop", "seconds": "inf"},
        {"mode": "drop", "commit_seconds": "nan"},
    ],
    ids=str,
)
def test_a_fault_that_makes_no_sense_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(FaultRefusedError):
        read_fault(values)


def test_a_fault_is_read_and_written_down() -> None:
    book = FaultBook()
    book.add(read_fault({"mode": "slow", "action": "", "calls": "2", "seconds": 0.5, "seed": None}))

    written = json.loads(json.dumps(write_faults(book)))[0]

    assert {"mode": "slow", "action": "", "calls": 2, "probability": 1.0, "seconds": 0.5}.items() <= written.items()


def test_every_mode_says_what_it_does_in_one_sentence() -> None:
    assert all(mode.sentence.endswith(".") and mode.sentence.count(".") == 1 for mode in MODES.values())
