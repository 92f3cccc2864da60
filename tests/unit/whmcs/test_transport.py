"""The address is understood in every usual spelling, and the HTTP client behaves."""

import httpx2
import pytest

from app.whmcs import Credentials, Uncertain, endpoint, http_client
from tests.unit.whmcs.samples import success
from tests.unit.whmcs.wire import Wire, whmcs


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://billing.example.com", "https://billing.example.com/includes/api.php"),
        ("https://billing.example.com/", "https://billing.example.com/includes/api.php"),
        ("  https://billing.example.com/whmcs ", "https://billing.example.com/whmcs/includes/api.php"),
        ("https://billing.example.com//whmcs//", "https://billing.example.com/whmcs/includes/api.php"),
        ("https://billing.example.com/whmcs/includes/api.php", "https://billing.example.com/whmcs/includes/api.php"),
        ("https://billing.example.com//includes/api.php/", "https://billing.example.com/includes/api.php"),
        ("https://billing.example.com/includes/api.php/api.php", "https://billing.example.com/includes/api.php"),
        ("https://billing.example.com/includes/", "https://billing.example.com/includes/api.php"),
        ("https://billing.example.com/?", "https://billing.example.com/includes/api.php"),
        ("http://127.0.0.1:8002", "http://127.0.0.1:8002/includes/api.php"),
        ("http://[::1]:8002/w", "http://[::1]:8002/w/includes/api.php"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example/includes/api.php"),
    ],
)
def test_endpoint(url: str, expected: str) -> None:
    assert endpoint(url) == expected
    assert endpoint(expected) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must start with https://"),
        ("billing.example.com", "must start with https://"),
        ("ftp://billing.example.com", "must start with https://"),
        ("https://", "must start with https://"),
        ("https://admin:hunter2@billing.example.com", "user name or password"),
        ("https://billing.example.com/?accesskey=hunter2", r"\? or #"),
        ("https://billing.example.com/#hunter2", r"\? or #"),
        ("https://billing.example.com:99999", "not a web address"),
        ("https://[billing", "not a web address"),
        ("https://billing.example\n.com", "not a web address"),
    ],
    ids=repr,
)
def test_a_wrong_address_is_refused_in_plain_words(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        endpoint(url)
    assert "hunter2" not in str(caught.value)


def test_credentials_hide_what_is_secret() -> None:
    shown = repr(Credentials("who", "hunter2", "hunter3"))
    assert "who" in shown
    assert "hunter" not in shown


async def test_no_cookie_is_kept_between_calls() -> None:
    first = httpx2.Response(200, content=success(), headers={"Set-Cookie": "WHMCSx=1; Path=/"})
    wire = Wire(first, success())
    client = whmcs(wire)
    await client.details()
    await client.details()
    assert "cookie" not in wire.requests[1].headers


async def test_a_redirect_is_not_followed() -> None:
    wire = Wire(httpx2.Response(301, headers={"Location": "https://elsewhere.example/"}))
    with pytest.raises(Uncertain, match="empty_http_301"):
        await whmcs(wire).details()
    assert len(wire.requests) == 1


async def test_the_client_names_itself() -> None:
    wire = Wire(success())
    async with http_client(user_agent="gateway/1.2", transport=httpx2.MockTransport(wire)) as http:
        await http.get("http://127.0.0.1/")
    assert wire.requests[0].headers["user-agent"] == "gateway/1.2"


async def test_the_read_timeout_is_the_one_given() -> None:
    async with http_client(read_timeout=45) as http:
        assert http.timeout.as_dict() == {"connect": 5.0, "read": 45, "write": 5.0, "pool": 5.0}
