"""Whose request it is behind proxies, and which addresses share a limit."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from app.guard import bucket, visitor_address

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("192.0.2.1/32"), ip_network("fd00::/8")]
PROXY, VISITOR = "10.0.0.2", "203.0.113.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        pytest.param(VISITOR, [], VISITOR, id="no proxy"),
        pytest.param(VISITOR, ["198.51.100.1"], VISITOR, id="a stranger's header proves nothing"),
        pytest.param(PROXY, [], PROXY, id="a proxy that forwards nothing"),
        pytest.param(PROXY, [VISITOR], VISITOR, id="one proxy"),
        pytest.param(PROXY, [f"{VISITOR}, 192.0.2.1, 10.9.9.9"], VISITOR, id="a chain of trusted proxies"),
        pytest.param(PROXY, [VISITOR, "192.0.2.1"], VISITOR, id="a chain over two headers"),
        pytest.param(PROXY, [f"10.0.0.9,127.0.0.1,{VISITOR}"], VISITOR, id="invented entries on the left"),
        pytest.param(PROXY, ["198.51.100.1", VISITOR], VISITOR, id="an invented header of its own"),
        pytest.param(PROXY, [f"198.51.100.1, {VISITOR}, 192.0.2.1"], VISITOR, id="invented before a chain"),
        pytest.param(PROXY, ["10.0.0.3, 192.0.2.1"], "10.0.0.3", id="all of them trusted: the leftmost"),
        pytest.param(PROXY, [f"{VISITOR}, unknown"], PROXY, id="unknown on the right: the last that spoke"),
        pytest.param(PROXY, [f"{VISITOR}, _hidden, 192.0.2.1"], "192.0.2.1", id="obfuscated in the middle"),
        pytest.param(PROXY, ["'; drop table"], PROXY, id="nonsense"),
        pytest.param(PROXY, [""], PROXY, id="empty header"),
        pytest.param(PROXY, [f"{VISITOR},"], PROXY, id="empty entry on the right"),
        pytest.param(PROXY, ["300.1.1.1"], PROXY, id="not quite an address"),
        pytest.param(PROXY, [f" {VISITOR}\t"], VISITOR, id="spaces"),
        pytest.param(PROXY, [f"{VISITOR}:49152"], VISITOR, id="with a port"),
        pytest.param(PROXY, ["[2001:db8::7]:443"], "2001:db8::7", id="IPv6 in brackets with a port"),
        pytest.param(PROXY, ["[2001:db8::7]"], "2001:db8::7", id="IPv6 in brackets"),
        pytest.param(PROXY, ["2001:DB8:0::7"], "2001:db8::7", id="IPv6 written otherwise"),
        pytest.param(PROXY, ["fe80::1%eth0"], "fe80::1", id="IPv6 with a zone"),
        pytest.param("fd00::2", ["2001:db8::7"], "2001:db8::7", id="IPv6 proxy"),
        pytest.param("::ffff:10.0.0.2", [f"::ffff:{VISITOR}"], VISITOR, id="IPv4 in IPv6 clothes"),
        pytest.param(f"::ffff:{VISITOR}", ["198.51.100.1"], VISITOR, id="a stranger in IPv6 clothes"),
        pytest.param("", [VISITOR], "", id="a Unix socket"),
        pytest.param("testclient", [VISITOR], "", id="a peer that is no address"),
    ],
)
def test_the_visitors_address(peer: str, forwarded: list[str], expected: str) -> None:
    assert visitor_address(peer, forwarded, TRUSTED) == expected


def test_nobody_is_trusted_unless_said_so() -> None:
    assert visitor_address(PROXY, [VISITOR], []) == PROXY


@given(st.lists(st.text(alphabet="0123456789.:, []abcdef%", max_size=30), max_size=3))
@settings(deadline=None)
def test_a_stranger_cannot_choose_an_address(forwarded: list[str]) -> None:
    assert visitor_address(VISITOR, forwarded, TRUSTED) == VISITOR


@given(st.text(alphabet="0123456789.:, []abcdef%", max_size=40))
@settings(deadline=None)
def test_what_a_proxy_says_left_of_the_visitor_changes_nothing(invented: str) -> None:
    assert visitor_address(PROXY, [f"{invented},{VISITOR}"], TRUSTED) == VISITOR


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_what_limits_count_by(address: str, expected: str) -> None:
    assert bucket(address) == expected


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
@settings(deadline=None)
def test_a_whole_network_of_64_bits_shares_a_limit(address: IPv6Address, elsewhere: int) -> None:
    neighbour = IPv6Address(int(address) >> 64 << 64 | elsewhere)
    if address.ipv4_mapped or neighbour.ipv4_mapped:
        return
    assert bucket(str(address)) == bucket(str(neighbour))


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
@settings(deadline=None)
def test_two_ipv4_addresses_never_share_a_limit(one: IPv4Address, other: IPv4Address) -> None:
    assert (bucket(str(one)) == bucket(str(other))) is (one == ip_address(str(other)))
