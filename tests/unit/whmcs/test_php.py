"""What is sent is what PHP's own encoder would send."""

import base64
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.whmcs import flatten
from app.whmcs.php import PhpValue, form_body, packed, serialised


@pytest.mark.parametrize(
    ("params", "pairs"),
    [
        pytest.param({"a": "x"}, [("a", "x")], id="text"),
        pytest.param({"a": ""}, [("a", "")], id="empty-text"),
        pytest.param({"a": 5}, [("a", "5")], id="number"),
        pytest.param({"a": True, "b": False}, [("a", "1"), ("b", "0")], id="booleans"),
        pytest.param({"a": None}, [], id="none"),
        pytest.param({"a": []}, [], id="empty-list"),
        pytest.param({"a": {}}, [], id="empty-map"),
        pytest.param({"pid": [1, 2]}, [("pid[0]", "1"), ("pid[1]", "2")], id="list"),
        pytest.param({"a": ["x", None, "y"]}, [("a[0]", "x"), ("a[2]", "y")], id="index-kept-around-none"),
        pytest.param({"a": {"general": True}}, [("a[general]", "1")], id="map"),
        pytest.param({"a": [{"b": [False]}]}, [("a[0][b][0]", "0")], id="nested"),
    ],
)
def test_flatten(params: dict[str, PhpValue], pairs: list[tuple[str, str]]) -> None:
    assert flatten(params) == pairs


def test_the_body_is_plain_ascii_with_plus_signs_escaped() -> None:
    body = form_body({"phone": "+44.20", "name": "Zoë & Co", "pid": [1]})
    assert body == b"phone=%2B44.20&name=Zo%C3%AB+%26+Co&pid%5B0%5D=1"


def test_half_a_surrogate_pair_does_not_stop_a_request() -> None:
    assert form_body({"name": "a\ud800b"}) == b"name=a%3Fb"
    assert serialised({1: "a\ud800b"}) == b'a:1:{i:1;s:3:"a?b";}'


scalars = st.none() | st.booleans() | st.integers() | st.text()
trees = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(st.dictionaries(st.text(), trees))
@settings(max_examples=50)
def test_every_pair_is_text_and_survives_the_wire(params: dict[str, PhpValue]) -> None:
    pairs = flatten(params)
    assert all(type(name) is str and type(value) is str for name, value in pairs)
    assert not {"True", "False", "None"} & ({value for _, value in pairs} - texts_of(params))
    assert parse_qsl(form_body(params).decode(), keep_blank_values=True) == pairs


def texts_of(value: PhpValue) -> set[str]:
    """Every text in ``value``, at any depth."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return set().union(*(texts_of(inner) for inner in value.values()))
    return set().union(*(texts_of(inner) for inner in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({1: "Google"}, b'a:1:{i:1;s:6:"Google";}', id="documented-example"),
        pytest.param({1: "Zoë"}, b'a:1:{i:1;s:4:"Zo\xc3\xab";}', id="bytes-not-characters"),
        pytest.param({1: 999, 2: "x"}, b'a:2:{i:1;i:999;i:2;s:1:"x";}', id="number-stays-number"),
        pytest.param({}, b"a:0:{}", id="empty"),
    ],
)
def test_serialised(values: dict[int, str | int], expected: bytes) -> None:
    assert serialised(values) == expected


def test_nothing_is_packed_as_nothing() -> None:
    assert packed({}) is None


@given(st.dictionaries(st.integers(0), st.text() | st.integers()))
def test_php_reads_back_what_was_packed(values: dict[int, str | int]) -> None:
    raw = packed(values)
    assert (unserialised(base64.b64decode(raw)) if raw else {}) == values


def unserialised(raw: bytes) -> dict[int, str | int]:
    """Reads the notation by its lengths, as PHP does, so that a wrong length is noticed."""
    head, _, rest = raw.partition(b"{")
    flat: list[str | int] = []
    while rest != b"}":
        value, rest = _first(rest)
        flat.append(value)
    found = {int(key): value for key, value in zip(flat[::2], flat[1::2], strict=True)}
    assert head == b"a:%d:" % len(found)
    return found


def _first(raw: bytes) -> tuple[str | int, bytes]:
    kind, _, rest = raw.partition(b":")
    if kind == b"i":
        digits, _, rest = rest.partition(b";")
        return int(digits), rest
    assert kind == b"s"
    digits, _, rest = rest.partition(b":")
    end = int(digits) + 1
    assert (rest[:1], rest[end : end + 2]) == (b'"', b'";')
    return rest[1:end].decode(), rest[end + 2 :]
