"""What the desk makes of ages, reasons and values, without any store."""

import unicodedata
from dataclasses import replace
from typing import get_args

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from app.advice import GIVEN_UP, REASONS, STATES, advice, meaning
from app.desk.export import _ANSWERS, cell
from app.desk.filters import age, chosen
from app.desk.rotation import Turn, what_keeps_old_keys, what_may_go
from app.desk.shapes import STEPS, shorten
from app.logs import readable
from app.outcomes import Outcome, Step, StepDone
from app.submissions import State
from tests.unit.documents import keys
from tests.unit.steps import MADE, submission


class TestAges:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("30m", 1800), ("12h", 43200), ("7d", 604800), (" 7D ", 604800), ("0m", 0), ("999999d", 86399913600)],
    )
    def test_a_number_and_a_unit(self, text: str, seconds: float) -> None:
        assert age(text) == seconds

    @pytest.mark.parametrize("text", ["", "7", "d", "-7d", "1.5h", "7 d", "7y", "1h30m", "٣d", "1234567d"])
    def test_anything_else_is_refused_with_examples(self, text: str) -> None:
        with pytest.raises(typer.BadParameter, match="like 30m, 12h or 7d"):
            age(text)

    def test_older_is_before_and_newer_is_since(self) -> None:
        which = chosen(None, None, None, older=3600, newer=7200)
        assert which.before is not None
        assert which.since is not None
        assert which.before - which.since == pytest.approx(3600)


class TestAdvice:
    def test_every_state_and_nothing_else(self) -> None:
        assert set(STATES) == set(State)

    def test_the_readme_has_the_same_reasons(self) -> None:
        ours = {name for reason in REASONS for name in reason.names} | set(GIVEN_UP)
        assert keys("Reasons") == ours

    @pytest.mark.parametrize("reason", [name for reason in REASONS for name in reason.names])
    @pytest.mark.parametrize("lead", ["", *GIVEN_UP])
    def test_every_reason_of_a_stuck_one_has_a_meaning_and_a_next_step(self, reason: str, lead: str) -> None:
        stuck = submission(State.STUCK, reason=f"{lead}{reason}x" if reason[-1] in "_:" else lead + reason)
        assert meaning(stuck, stuck.reason)
        assert "`retry`" in advice(stuck) or "`resolve`" in advice(stuck)
        assert "{" not in advice(stuck)

    @pytest.mark.parametrize(
        ("state", "facts", "words"),
        [
            (State.STUCK, {"reason": "role"}, "Allow AddClient and GetClientsDetails"),
            (
                State.STUCK,
                {"reason": "role", "client_id": 7, "plan": "pro"},
                "Allow AddOrder, GetOrders and GetClientsProducts",
            ),
            (State.STUCK, {"reason": "role", **MADE, "steps": (Step.ACCEPT_ORDER,)}, "Allow AcceptOrder and GetOrders"),
            (State.STUCK, {"reason": "role", **MADE, "steps": (Step.MAIL_RESET,)}, "Allow ResetPassword in"),
            (State.STUCK, {"reason": "order_differs:billing_cycle", **MADE}, "the difference is its billing cycle."),
            (State.STUCK, {"reason": "refused:phone"}, "refused phone when the visitor had been thanked"),
            (State.STUCK, {"reason": "gave_up:read_timeout"}, "All tries were used up. The call was sent"),
            (State.STUCK, {"reason": "too_old:ip"}, "out of reach for too long. The gateway's address"),
            (State.STUCK, {"reason": "gave_up:unknown_plan", "plan": "pro"}, "the plan pro of acme"),
            (State.STUCK, {"reason": "gave_up:html_http_403"}, "4xx: let the gateway through"),
            (State.STUCK, {"reason": "order_unclear", "client_id": 7}, "client 7 has an order"),
            (State.STUCK, {"reason": "user_without_client"}, "delete it"),
            (State.STUCK, {"reason": "order_refused", "plan": "pro"}, "--without-order"),
            (State.STUCK, {"reason": "gave_up:unreadable_payload"}, "back into GATEWAY_ENCRYPTION_KEYS"),
            (State.STUCK, {"reason": "of a later release"}, "See the log"),
            (State.STUCK, {"reason": ""}, "See the log"),
            (State.WAITING, {"reason": "dns_error"}, "Check WHMCS_API_URL"),
            (State.HELD, {"reason": "honeypot"}, "`refuse` it if not"),
            (State.REJECTED, {"reason": "declined"}, "was not told"),
            (State.REJECTED, {"reason": "email_taken"}, "Somebody with this e-mail address"),
            (State.ACCEPTED, {}, "Nothing to do."),
        ],
    )
    def test_what_an_operator_reads(self, state: State, facts: dict[str, str | int], words: str) -> None:
        assert words in advice(submission(state, **facts))

    def test_what_is_over_asks_for_nothing(self) -> None:
        done = submission(State.DONE)
        assert advice(done) == STATES[State.DONE]
        # No cure for what cannot be helped any more.
        assert advice(replace(done, reason="dns_error")) == f"{STATES[State.DONE]} WHMCS was not reached."


def test_every_event_has_words() -> None:
    names = {"accepted", "claimed", "owner_mailed", "owner_not_mailed"}
    for outcome in set(get_args(Outcome)) - {StepDone}:
        names.add("".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in outcome.__name__)[1:])
    assert set(STEPS) == names | set(Step)


class TestKeysThatMayGo:
    def test_none_while_others_still_seal_with_an_older_key(self) -> None:
        assert "Restart every gateway" in what_keeps_old_keys(Turn(renewed=1))

    def test_none_while_something_cannot_be_opened(self) -> None:
        fault = what_keeps_old_keys(Turn(renewed=1, unread=[f"r{number}" for number in range(30)]))
        assert "30 sign-ups cannot be opened" in fault
        assert "r19 and 10 more" in fault

    def test_all_but_the_first_when_the_second_look_finds_nothing(self) -> None:
        assert not what_keeps_old_keys(Turn())
        assert "Keys number 2 to 4 of" in what_may_go(4)
        assert "Key number 2 of" in what_may_go(2)
        assert "ran with the newest key in front before this began" in what_may_go(2)
        assert "no older key" in what_may_go(1)


class TestCells:
    @pytest.mark.parametrize("text", ["=1+1", "+44 20", "-1", "@SUM(A1)", "\t=1", "\n=1", "\uff1d1", "\uff201"])
    def test_no_text_is_a_formula(self, text: str) -> None:
        assert cell(text) == f"'{text}"

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            ("a=b", "a=b"),
            (7, "7"),
            (-7, "-7"),
            (True, "true"),
            ([[3, "=x"]], '[[3, "=x"]]'),
            (State.DONE, "done"),
            ("\r=1", "\\r=1"),
            ("\x00=1", "\\x00=1"),
            ([[3, "\x9b2J\u202e"]], '[[3, "\\x9b2J\\u202e"]]'),
        ],
    )
    def test_everything_else_stays_what_it_is(self, value: object, text: str) -> None:
        assert cell(value) == text


@given(text=st.text(st.characters() | st.sampled_from("\x1b\x9b\x07\r\x00\u202e\u2067")))
def test_nothing_readable_acts_on_a_terminal(text: str) -> None:
    shown = readable(text)
    assert all(letter in "\t\n" or unicodedata.category(letter) not in ("Cc", "Cs") for letter in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert readable(shown) == shown
    assert shown == text or "\\" in shown


@pytest.mark.parametrize(
    ("value", "short"),
    [
        ("ada@example.com", "a…@example.com"),
        ("Ada", "A…"),
        ("", ""),
        (True, True),
        (None, None),
        ((3, "x"), "…"),
        ((), ()),
    ],
)
def test_a_shortened_value_tells_little(value: object, short: object) -> None:
    assert shorten(value) == short


def test_the_code_of_a_transfer_has_no_column() -> None:
    assert "form.domain" in _ANSWERS
    assert "form.epp_code" not in _ANSWERS
