"""Whose request it is behind proxies, and which addresses share a limit."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import hypothesis.strategies as st
import pytest
from hypothesis import given

from app.guard import bucket, nodes, visitor_address
from app.guard.forwarded import ForwardingHeader
from app.networks import Network

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("192.0.2.1/32"), ip_network("fd00::/8")]
PROXY, VISITOR, VISITOR6 = "10.0.0.2", "203.0.113.7", "2001:db8::7"
XFF: ForwardingHeader = "x-forwarded-for"
FORWARDED: ForwardingHeader = "forwarded"


def address(header: ForwardingHeader, peer: str, values: list[str], trusted: list[Network] = TRUSTED) -> str:
    """Whose request it is that ``peer`` brought with these values of ``header``."""
    return visitor_address(peer, nodes(header, values), trusted)


@pytest.mark.parametrize(
    ("header", "peer", "values", "expected"),
    [
        pytest.param(XFF, VISITOR, [], VISITOR, id="no proxy"),
        pytest.param(XFF, VISITOR, ["198.51.100.1"], VISITOR, id="a stranger's header proves nothing"),
        pytest.param(XFF, PROXY, [], PROXY, id="a proxy that forwards nothing"),
        pytest.param(XFF, PROXY, [VISITOR], VISITOR, id="one proxy"),
        pytest.param(XFF, PROXY, [f"{VISITOR}, 192.0.2.1, 10.9.9.9"], VISITOR, id="a chain of trusted proxies"),
        pytest.param(XFF, PROXY, [VISITOR, "192.0.2.1"], VISITOR, id="a chain over two headers"),
        pytest.param(XFF, PROXY, [f"10.0.0.9,127.0.0.1,{VISITOR}"], VISITOR, id="invented entries on the left"),
        pytest.param(XFF, PROXY, ["198.51.100.1", VISITOR], VISITOR, id="an invented header of its own"),
        pytest.param(XFF, PROXY, [f"198.51.100.1, {VISITOR}, 192.0.2.1"], VISITOR, id="invented before a chain"),
        pytest.param(XFF, PROXY, ["10.0.0.3, 192.0.2.1"], "10.0.0.3", id="all of them trusted: the leftmost"),
        pytest.param(XFF, PROXY, [f"{VISITOR}, unknown"], PROXY, id="unknown on the right: the last that spoke"),
        pytest.param(XFF, PROXY, [f"{VISITOR}, _hidden, 192.0.2.1"], "192.0.2.1", id="obfuscated in the middle"),
        pytest.param(XFF, PROXY, ["'; drop table"], PROXY, id="nonsense"),
        pytest.param(XFF, PROXY, [""], PROXY, id="empty header"),
        pytest.param(XFF, PROXY, [f"{VISITOR},"], PROXY, id="empty entry on the right"),
        pytest.param(XFF, PROXY, [f"{VISITOR},,192.0.2.1"], "192.0.2.1", id="empty entry in the middle"),
        pytest.param(XFF, PROXY, ["300.1.1.1"], PROXY, id="not quite an address"),
        pytest.param(XFF, PROXY, ["203.0.113.007"], PROXY, id="leading noughts, which some read as octal"),
        pytest.param(XFF, PROXY, ["3405803783"], PROXY, id="an address as one number"),
        pytest.param(XFF, PROXY, [f" {VISITOR}\t"], VISITOR, id="spaces"),
        pytest.param(XFF, PROXY, [f"\xa0{VISITOR}"], PROXY, id="a space that is none"),
        pytest.param(XFF, PROXY, [f"{VISITOR}:49152"], VISITOR, id="with a port"),
        pytest.param(XFF, PROXY, [f"{VISITOR}:x"], PROXY, id="with a port that is none"),
        pytest.param(XFF, PROXY, [f"[{VISITOR6}]:443"], VISITOR6, id="IPv6 in brackets with a port"),
        pytest.param(XFF, PROXY, [f"[{VISITOR6}]"], VISITOR6, id="IPv6 in brackets"),
        pytest.param(XFF, PROXY, [f"[{VISITOR6}"], PROXY, id="one bracket"),
        pytest.param(XFF, PROXY, [f"[{VISITOR6}]443"], PROXY, id="more after the brackets"),
        pytest.param(XFF, PROXY, ["2001:DB8:0::7"], VISITOR6, id="IPv6 written otherwise"),
        pytest.param(XFF, PROXY, ["fe80::1%eth0"], "fe80::1", id="IPv6 with a zone"),
        pytest.param(XFF, "fd00::2%eth0", [VISITOR6], VISITOR6, id="IPv6 proxy with a zone"),
        pytest.param(XFF, "::ffff:10.0.0.2", [f"::ffff:{VISITOR}"], VISITOR, id="IPv4 in IPv6 clothes"),
        pytest.param(XFF, PROXY, [f"[::ffff:cb00:7107]:1, {PROXY}"], VISITOR, id="IPv4 in IPv6 clothes, in hex"),
        pytest.param(XFF, f"::ffff:{VISITOR}", ["198.51.100.1"], VISITOR, id="a stranger in IPv6 clothes"),
        pytest.param(XFF, PROXY, [f"for={VISITOR}"], PROXY, id="the other header's words"),
        pytest.param(XFF, PROXY, [f'"{VISITOR}, {VISITOR}"'], PROXY, id="quotes mean nothing"),
        pytest.param(XFF, PROXY, [f"{VISITOR},{PROXY}" + f",{PROXY}" * 50], PROXY, id="longer than any chain"),
        pytest.param(XFF, PROXY, [f"{' ' * 600}{VISITOR}"], PROXY, id="an entry longer than any"),
        pytest.param(XFF, "", [VISITOR], "", id="a Unix socket"),
        pytest.param(XFF, "testclient", [VISITOR], "", id="a peer that is no address"),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR}"], VISITOR, id="F: one proxy"),
        pytest.param(FORWARDED, VISITOR, ["for=198.51.100.1"], VISITOR, id="F: a stranger's header"),
        pytest.param(FORWARDED, PROXY, [f"by=10.0.0.1;FOR={VISITOR};proto=https"], VISITOR, id="F: other pairs"),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR}; proto=https ;;"], VISITOR, id="F: blanks and no pair"),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR}, for=192.0.2.1"], VISITOR, id="F: a chain"),
        pytest.param(FORWARDED, PROXY, ["for=198.51.100.1", f"for={VISITOR}"], VISITOR, id="F: an invented header"),
        pytest.param(FORWARDED, PROXY, [f'for="{VISITOR}:443"'], VISITOR, id="F: quoted, with a port"),
        pytest.param(FORWARDED, PROXY, [f'for="[{VISITOR6}]:443"'], VISITOR6, id="F: IPv6 with a port"),
        pytest.param(FORWARDED, PROXY, [f'for="[{VISITOR6}]:_x1"'], VISITOR6, id="F: a hidden port"),
        pytest.param(FORWARDED, PROXY, [f"for=[{VISITOR6}]"], VISITOR6, id="F: IPv6 without quotes"),
        pytest.param(FORWARDED, PROXY, [r'for="203.0.113\.7"'], VISITOR, id="F: an escape"),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR}, for=unknown"], PROXY, id="F: unknown"),
        pytest.param(FORWARDED, PROXY, [f'for={VISITOR}, for="_hidden", for=192.0.2.1'], "192.0.2.1", id="F: hidden"),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR}, by=10.0.0.1"], PROXY, id="F: for nobody"),
        pytest.param(FORWARDED, PROXY, [f"for=198.51.100.1;for={VISITOR}"], PROXY, id="F: for two"),
        pytest.param(FORWARDED, PROXY, [f"for {VISITOR}"], PROXY, id="F: no pair"),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR} proto=https"], PROXY, id="F: pairs without a semicolon"),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR};junk"], PROXY, id="F: more that is no pair"),
        pytest.param(FORWARDED, PROXY, [VISITOR], PROXY, id="F: the other header's words"),
        pytest.param(FORWARDED, PROXY, [f'for="{VISITOR}'], PROXY, id="F: one quote"),
        pytest.param(FORWARDED, PROXY, [f'for=", for={VISITOR}'], VISITOR, id="F: an open quote on the left"),
        pytest.param(FORWARDED, PROXY, [f'x="\\, for={VISITOR}'], VISITOR, id="F: an escape that ends on the left"),
        pytest.param(
            FORWARDED,
            PROXY,
            [f'for={VISITOR};host="a, for=10.0.0.1"', 'for=10.0.0.9;host="\\", for=198.51.100.1, \\""'],
            VISITOR,
            id="F: a visitor's host name",
        ),
        pytest.param(FORWARDED, PROXY, [f"for={VISITOR}" + f",for={PROXY}" * 50], PROXY, id="F: longer than any chain"),
        pytest.param(FORWARDED, PROXY, [f'for={VISITOR};host="{"a" * 600}"'], PROXY, id="F: an entry longer than any"),
        pytest.param(FORWARDED, PROXY, ["", f"for={VISITOR}\n"], PROXY, id="F: a line that ends"),
    ],
)
def test_the_visitors_address(header: ForwardingHeader, peer: str, values: list[str], expected: str) -> None:
    assert address(header, peer, values) == expected


def test_nobody_is_trusted_unless_said_so() -> None:
    assert address(XFF, PROXY, [VISITOR], []) == PROXY


# What can stand in a header: httptools lets everything through but line ends and NUL.
ANYTHING = st.text(st.characters(min_codepoint=9, max_codepoint=255, exclude_characters="\r\n"), max_size=60)
TELLING = st.text('0123456789.:, []abcdef%for="_;\\\t', max_size=60)
INVENTED = ANYTHING | TELLING
HEADERS = st.sampled_from([XFF, FORWARDED])
STRANGERS = st.ip_addresses().filter(lambda one: not any(one in network for network in TRUSTED)).map(str)
TRUSTED_ONES = st.integers(0, 2**24 - 1).map(lambda number: str(IPv4Address("10.0.0.0") + number))


def said(header: ForwardingHeader, node: str) -> str:
    """One entry, as a proxy writes it."""
    if header == XFF:
        return node
    return f'for="[{node}]:443";host="a,\\"b"' if ":" in node else f"for={node};proto=https"


@given(HEADERS, st.lists(INVENTED, max_size=3))
def test_a_stranger_cannot_choose_an_address(header: ForwardingHeader, values: list[str]) -> None:
    assert address(header, VISITOR, values) == VISITOR


@given(HEADERS, STRANGERS, st.lists(TRUSTED_ONES, max_size=3), INVENTED, st.booleans())
def test_what_a_stranger_invents_changes_nothing(
    header: ForwardingHeader, stranger: str, proxies: list[str], invented: str, own_line: bool
) -> None:
    chain = ", ".join(said(header, node) for node in [stranger, *proxies])
    values = [invented, chain] if own_line else [f"{invented},{chain}"]
    assert address(header, PROXY, values) == address(header, PROXY, [chain])
    assert ip_address(address(header, PROXY, values)) == (
        getattr(ip_address(stranger), "ipv4_mapped", None) or ip_address(stranger)
    )


@given(HEADERS, st.lists(INVENTED, max_size=3), st.sampled_from([PROXY, VISITOR, "fd00::2", ""]))
def test_the_address_is_the_peers_or_one_that_a_trusted_hop_named(
    header: ForwardingHeader, values: list[str], peer: str
) -> None:
    found = address(header, peer, values)
    named = [visitor_address(node, [], []) for node in nodes(header, values)]
    assert found == peer or found in named
    for hop in named[: named.index(found)] if found != peer else []:
        assert any(ip_address(hop) in network for network in TRUSTED)


@pytest.mark.parametrize(
    ("given_address", "expected"),
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
def test_what_limits_count_by(given_address: str, expected: str) -> None:
    assert bucket(given_address) == expected


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_a_whole_network_of_64_bits_shares_a_limit(one: IPv6Address, elsewhere: int) -> None:
    neighbour = IPv6Address(int(one) >> 64 << 64 | elsewhere)
    if one.ipv4_mapped or neighbour.ipv4_mapped:
        return
    assert bucket(str(one)) == bucket(str(neighbour))


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_two_ipv4_addresses_never_share_a_limit(one: IPv4Address, other: IPv4Address) -> None:
    assert (bucket(str(one)) == bucket(str(other))) is (one == ip_address(str(other)))
