"""decipher: any reply becomes a success or exactly one of three errors."""

import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.whmcs import Cause, Rejected, Unavailable, Uncertain, WhmcsError, decipher
from tests.unit.whmcs import samples
from tests.unit.whmcs.samples import HTML, JSON, PHP_WARNING, error, reply, success

DEEP = b'{"a":' * 100_000


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, success(clientid="1"), id="plain"),
        pytest.param(500, success(clientid="1"), id="body-before-status"),
        pytest.param(200, b"\xef\xbb\xbf" + success(clientid="1"), id="byte-order-mark"),
        pytest.param(200, b"\n\n " + success(clientid="1") + b"\n", id="blank-around"),
        pytest.param(200, reply(status="success", clientid="1"), id="status-for-result"),
        pytest.param(200, reply(result=None, status="success", clientid="1"), id="result-null"),
        pytest.param(200, reply(result="Success", clientid="1"), id="capital"),
        pytest.param(200, success(clientid="1", status="Active"), id="a-client-status-beside"),
        pytest.param(200, success(clientid="1", warning="Card parameters are deprecated"), id="success-with-warning"),
        pytest.param(200, PHP_WARNING + success(clientid="1"), id="warning-before"),
        pytest.param(200, b"\xef\xbb\xbf\xef\xbb\xbf" + success(clientid="1"), id="two-marks"),
        pytest.param(200, success(clientid="1") + PHP_WARNING, id="warning-after"),
        pytest.param(200, b'{"debug": [1]} {"status": 1}\n' + success(clientid="1"), id="other-objects-before"),
        pytest.param(200, PHP_WARNING + success(clientid="1", mail={"status": "success"}), id="verdict-within"),
        pytest.param(200, b"\xe9t\xe9 " + success(clientid="1"), id="not-utf8-before"),
    ],
)
def test_success_is_found(status: int, body: bytes) -> None:
    assert decipher(status, JSON, body, "AddClient")["clientid"] == "1"


def test_a_huge_reply_is_not_read_again_from_each_of_its_braces() -> None:
    """Two hundred readings of a million characters would stop everything else for seconds."""
    broken = b'{"a":' * 5 + b"[" + b"1," * 500_000
    with pytest.raises(Uncertain):
        decipher(200, HTML, broken + success(clientid="1"), "AddClient")
    small = b'{"a":' * 5 + b"[1," + success(clientid="1")
    assert decipher(200, HTML, small, "AddClient")["clientid"] == "1"


def test_salvaging_is_logged_without_the_reply(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        decipher(200, HTML, b"secret words" + success(clientid="1"), "AddClient")
    assert "AddClient" in caplog.text
    assert "secret words" not in caplog.text


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"], ids=["clean", "byte-order-mark"])
def test_a_whole_reply_is_not_logged(caplog: pytest.LogCaptureFixture, before: bytes) -> None:
    decipher(200, JSON, before + success(), "AddClient")
    assert caplog.records == []


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        pytest.param(200, b"", "empty_http_200", id="empty"),
        pytest.param(200, b"null", "null_http_200", id="null"),
        pytest.param(200, b"{}", "unreadable_http_200", id="empty-object"),
        pytest.param(200, b"[]", "unreadable_http_200", id="array"),
        pytest.param(200, b'"success"', "unreadable_http_200", id="string"),
        pytest.param(200, reply(result=True), "unreadable_http_200", id="result-not-a-word"),
        pytest.param(200, reply(result="failed", status="success"), "unreadable_http_200", id="unknown-word-first"),
        pytest.param(200, reply(clientid=1), "unreadable_http_200", id="no-verdict"),
        pytest.param(200, success(clientid="1")[:-1], "unreadable_http_200", id="cut-off"),
        pytest.param(200, DEEP, "unreadable_http_200", id="nested-too-deep"),
        pytest.param(200, b'{"result":' + b"9" * 5000 + b"}", "unreadable_http_200", id="endless-number"),
        pytest.param(200, success(clientid="1") + success(clientid="2"), "unreadable_http_200", id="two-replies"),
        pytest.param(200, b"debug " + reply(warning="x"), "unreadable_http_200", id="stray-warning-object"),
        pytest.param(500, samples.EMITTER_PAGE, "html_http_500", id="emitter-page"),
        pytest.param(200, samples.EMITTER_PAGE + success(), "html_http_200", id="page-then-json"),
        pytest.param(502, b"<html>Bad gateway</html>", "html_http_502", id="bad-gateway"),
        pytest.param(504, b"", "empty_http_504", id="gateway-timeout"),
        pytest.param(503, b"<h1>Down for Maintenance</h1>", "unreadable_http_503", id="the-proxys-own-page"),
        pytest.param(502, error("upstream timed out"), "unreadable_http_502", id="the-proxys-own-error"),
    ],
)
def test_what_may_have_been_acted_on_is_uncertain(status: int, body: bytes, reason: str) -> None:
    with pytest.raises(Uncertain) as caught:
        decipher(status, JSON, body, "AddClient")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        pytest.param(200, samples.MAINTENANCE_PAGE, "maintenance", id="maintenance-page"),
        pytest.param(503, b"<h1>Down for Maintenance (Err2)</h1>", "maintenance", id="maintenance-503"),
        pytest.param(400, error("Empty action request"), "empty_action", id="empty-action"),
    ],
)
def test_what_cannot_have_been_acted_on_is_unavailable(status: int, body: bytes, reason: str) -> None:
    with pytest.raises(Unavailable) as caught:
        decipher(status, HTML, body, "AddClient")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        pytest.param(403, samples.FIREWALL_PAGE, "html_http_403", id="firewall"),
        pytest.param(406, b"Not Acceptable", "html_http_406", id="mod-security"),
        pytest.param(404, b"", "empty_http_404", id="wrong-path"),
        pytest.param(403, reply(message="Forbidden"), "html_http_403", id="json-of-another-gateway"),
        pytest.param(429, b"slow down", "html_http_429", id="too-many"),
        pytest.param(301, b"", "empty_http_301", id="redirect"),
    ],
)
def test_a_refusal_that_is_not_whmcs_own_proves_nothing(status: int, body: bytes, reason: str) -> None:
    """A firewall may look at the reply, after WHMCS has acted."""
    with pytest.raises(Uncertain) as caught:
        decipher(status, HTML, body, "AddClient")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(error("Client ID Not Found"), id="plain"),
        pytest.param(reply(status="error", message="Client ID Not Found"), id="status-for-result"),
        pytest.param(PHP_WARNING + error("Client ID Not Found"), id="polluted"),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_an_error_reply_is_judged_by_its_words(status: int, body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        decipher(status, JSON, body, "AddOrder")
    assert caught.value.cause is Cause.NOT_FOUND


def test_a_warning_without_success_is_a_refusal() -> None:
    body = reply(warning="Invalid or Missing Payment Information - Please use another method")
    with pytest.raises(Rejected) as caught:
        decipher(200, JSON, body, "AddOrder")
    assert (caught.value.cause, caught.value.reason) == (Cause.OTHER, "warning")
    assert caught.value.message.startswith("Invalid or Missing Payment Information")


@pytest.mark.parametrize("message", [None, 5, ["a"], {"a": 1}, ""], ids=repr)
def test_an_error_without_words_is_still_a_refusal(message: object) -> None:
    with pytest.raises(Rejected) as caught:
        decipher(200, JSON, error(message), "AddClient")
    assert (caught.value.cause, caught.value.message) == (Cause.OTHER, "")


def test_a_reply_full_of_braces_is_given_up_quickly() -> None:
    with pytest.raises(Uncertain):
        decipher(200, JSON, b'{"a":[' * 150_000, "AddClient")


words = st.sampled_from(["success", "error", "warning", "Active", "", "Invalid IP x", "Invalid IP 1.2.3.4"])
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | words
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
replies = st.fixed_dictionaries({}, optional=dict.fromkeys(["result", "status", "message", "warning"], values))
bodies = st.binary() | st.builds(
    lambda before, value, after: before + json.dumps(value).encode() + after,
    st.binary(max_size=20),
    replies | values,
    st.binary(max_size=20),
)


@given(status=st.integers(100, 599), content_type=st.text(max_size=20), body=bodies)
@settings(max_examples=150)
def test_any_reply_is_a_success_or_one_of_three_errors(status: int, content_type: str, body: bytes) -> None:
    try:
        found = decipher(status, content_type, body, "AddClient")
    except WhmcsError as refused:
        assert isinstance(refused, Unavailable | Uncertain | Rejected)
        assert refused.reason.isascii()
    else:
        assert "success" in (str(found.get(key)).strip().lower() for key in ("result", "status"))
