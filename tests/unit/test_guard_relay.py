"""A site's own server is known by its key; the configuration has the key's hash only."""

import hypothesis.strategies as st
import pytest
from hypothesis import given
from structlog.testing import capture_logs
from typer.testing import CliRunner

from app.cli import cli
from app.errors import RelayKeyRefused
from app.guard import Sender, is_relay, new_relay_key
from app.settings import ConfigurationError
from app.sites import Site, parse_sites
from app.web.origin import check_sender

KEYS = [new_relay_key() for _ in range(2)]
(KEY, HASH), (OTHER_KEY, OTHER_HASH) = KEYS


def site(*hashes: str) -> Site:
    return Site.model_validate({"key": "acme", "origins": ["https://www.acme.example"], "relay_keys": hashes})


def test_a_key_is_long_and_new_and_not_its_hash() -> None:
    assert KEY.startswith("signup_relay_")
    assert len(KEY) == len("signup_relay_") + 43
    assert len({KEY, HASH, OTHER_KEY, OTHER_HASH}) == 4


@pytest.mark.parametrize("key", [KEY, OTHER_KEY], ids=["first", "second"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_each_key_of_the_site_lets_in_whatever_the_origin(key: str, scheme: str) -> None:
    headers = {"authorization": f"{scheme} {key}", "origin": "https://evil.example"}
    assert check_sender(site(HASH, OTHER_HASH), headers, None) is Sender.RELAY


@pytest.mark.parametrize(
    "authorization",
    [
        f"Bearer {OTHER_KEY}",
        f"Bearer {HASH}",
        f"Bearer {KEY}x",
        f"Bearer {KEY[:-1]}",
        "Bearer ",
        "Bearer",
        KEY,
        f"Token {KEY}",
        "Bearer é",
    ],
    ids=[
        "another site's",
        "the hash",
        "longer",
        "shorter",
        "no key",
        "nothing",
        "no scheme",
        "another scheme",
        "odd letters",
    ],
)
def test_any_other_key_is_refused_and_not_repeated(authorization: str) -> None:
    headers = {"authorization": authorization, "origin": "https://www.acme.example"}
    with capture_logs() as lines, pytest.raises(RelayKeyRefused) as refused:
        check_sender(site(HASH), headers, None)
    assert lines == [{"event": "relay_key_refused", "log_level": "warning", "site": "acme"}]
    assert KEY[13:30] not in f"{refused.value!r}{refused.value.sentence}"


def test_a_site_without_keys_knows_none() -> None:
    with pytest.raises(RelayKeyRefused):
        check_sender(site(), {"authorization": f"Bearer {KEY}"}, None)


def test_a_password_before_the_whole_host_is_no_key() -> None:
    headers = {"authorization": "Basic YTpi", "origin": "https://www.acme.example"}
    assert check_sender(site(HASH), headers, None) is Sender.PAGE


@given(st.text(st.characters(max_codepoint=255), max_size=80))
def test_nobody_guesses_a_key(authorization: str) -> None:
    assert not is_relay(site(HASH, OTHER_HASH), authorization)
    assert not is_relay(site(HASH, OTHER_HASH), f"Bearer {authorization}")


@pytest.mark.parametrize("written", [KEY, HASH.upper(), HASH[:-1], ""], ids=["the key", "upper case", "short", "empty"])
def test_what_is_no_hash_is_refused_without_repeating_it(written: str) -> None:
    table = {"origins": ["https://www.acme.example"], "relay_keys": [written]}
    with pytest.raises(ConfigurationError) as refused:
        parse_sites({"sites": {"acme": table}})
    assert "gateway generate-relay-key" in str(refused.value)
    assert not written or written not in str(refused.value)


def test_the_command_prints_a_key_and_the_line_that_lets_it_in() -> None:
    printed = CliRunner().invoke(cli, ["generate-relay-key"]).output
    key = printed.splitlines()[0].rpartition(" ")[2]
    hashed = printed.splitlines()[1].split('"')[1]
    assert is_relay(site(hashed), f"Bearer {key}")
