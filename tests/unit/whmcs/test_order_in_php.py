"""What PHP makes of an order: the sandbox's reader says it always, PHP itself where it is installed."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox.php import read_form, read_map
from app.whmcs import NewOrder, OrderLine
from app.whmcs.php import form_body

PHP = shutil.which("php")
MAY_DO_WITHOUT = PHP is None and os.environ.get("REQUIRE_PHP") != "1"
# What WHMCS has in $_POST, and what it makes of the maps in it.
READER = """
parse_str(file_get_contents('php://stdin'), $post);
foreach (['customfields', 'configoptions'] as $name) {
    foreach ($post[$name] ?? [] as $i => $packed) {
        $post[$name][$i] = $packed === '' ? null : (object) array_map('strval', unserialize(base64_decode($packed)));
    }
}
foreach ($post as $name => $value) {
    $post[$name] = is_array($value) ? (object) $value : $value;
}
echo json_encode($post);
"""
LINES = st.builds(
    OrderLine,
    pid=st.integers(1, 99),
    billing_cycle=st.sampled_from(["free", "monthly"]),
    quantity=st.integers(1, 3),
    addons=st.lists(st.integers(1, 9), max_size=2),
    domain=st.sampled_from(["", "ada.example", "xn--bcher-kva.de"]),
    domain_type=st.sampled_from(["", "register", "transfer"]),
    reg_period=st.none() | st.integers(1, 10),
    epp_code=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8),
    hostname=st.sampled_from(["", "a.example"]),
    nameservers=st.lists(st.sampled_from(["ns1", "ns2"]), max_size=2),
    custom_fields=st.dictionaries(st.integers(1, 9), st.text(st.characters(codec="utf-8"), max_size=5), max_size=2),
    config_options=st.dictionaries(st.integers(1, 9), st.integers(0, 99), max_size=2),
)


def by_sandbox(body: bytes) -> dict[str, Any]:
    post: dict[str, Any] = read_form(body)
    for name in ("customfields", "configoptions"):
        post[name] = {key: read_map(packed) if packed else None for key, packed in post.get(name, {}).items()}
    return {name: value for name, value in post.items() if value}


def by_php(body: bytes) -> dict[str, Any]:
    assert PHP is not None, "install PHP's command line"
    read = subprocess.run([PHP, "-r", READER], input=body, capture_output=True, check=True, timeout=20)
    post: dict[str, Any] = json.loads(read.stdout)
    return post


READERS = [
    pytest.param(by_sandbox, id="sandbox"),
    pytest.param(by_php, id="php", marks=pytest.mark.skipif(MAY_DO_WITHOUT, reason="PHP is not installed")),
]


def sent(*lines: OrderLine) -> bytes:
    return form_body(NewOrder(client_id=7, payment_method="stripe", lines=lines).params())


@pytest.mark.parametrize("read", READERS)
def test_a_plan_with_a_domain_and_another_product(read: Callable[[bytes], dict[str, Any]]) -> None:
    first = OrderLine(
        pid=1,
        billing_cycle="annually",
        quantity=2,
        addons=(3, 4),
        domain="xn--bcher-kva.example",
        domain_type="transfer",
        reg_period=2,
        epp_code="S3+cr%t&=x[0]\"'\\",
        hostname="srv.example",
        nameservers=("ns1", "ns2"),
        custom_fields={9: "Zoë & Ada"},
        config_options={12: 48},
    )
    post = read(sent(first, OrderLine(pid=2, billing_cycle="monthly")))
    assert {name: value for name, value in post.items() if isinstance(value, dict)} == {
        "pid": {"0": "1", "1": "2"},
        "qty": {"0": "2", "1": ""},
        "billingcycle": {"0": "annually", "1": "monthly"},
        "addons": {"0": "3,4", "1": ""},
        "domain": {"0": "xn--bcher-kva.example", "1": ""},
        "domaintype": {"0": "transfer", "1": ""},
        "regperiod": {"0": "2", "1": ""},
        "eppcode": {"0": "S3+cr%t&=x[0]\"'\\", "1": ""},
        "hostname": {"0": "srv.example", "1": ""},
        "ns1prefix": {"0": "ns1", "1": ""},
        "ns2prefix": {"0": "ns2", "1": ""},
        "customfields": {"0": {"9": "Zoë & Ada"}, "1": None},
        "configoptions": {"0": {"12": "48"}, "1": None},
    }


@pytest.mark.parametrize("read", READERS)
def test_one_product_is_an_array_too(read: Callable[[bytes], dict[str, Any]]) -> None:
    post = read(sent(OrderLine(pid=1, billing_cycle="free", domain="ada.example")))
    assert (post["pid"], post["billingcycle"], post["domain"]) == ({"0": "1"}, {"0": "free"}, {"0": "ada.example"})
    assert "eppcode" not in post


@settings(max_examples=100)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_every_array_has_every_line_at_its_own_index(lines: list[OrderLine]) -> None:
    post = by_sandbox(sent(*lines))
    arrays = {name: value for name, value in post.items() if isinstance(value, dict)}
    assert all(list(array) == [str(index) for index in range(len(lines))] for array in arrays.values())
    for index, line in enumerate(lines):
        told = {name: array[str(index)] for name, array in arrays.items()}
        assert told["pid"] == str(line.pid)
        assert told.get("domain", "") == line.domain
        assert told.get("regperiod", "") == str(line.reg_period or "")
        assert told.get("eppcode", "") == line.epp_code
        assert (told.get("customfields") or {}) == {str(key): text for key, text in line.custom_fields.items()}
