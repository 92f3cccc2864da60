"""The address is understood in every usual spelling."""

import pytest

from app.whmcs import Credentials, endpoint


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
