"""The reader sees what PHP would see."""

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox.php import MAX_INPUT_VARS, PhpArray, PhpValue, is_true, read_form, read_map, to_int, to_text


@pytest.mark.parametrize(
    ("body", "form"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b"a=1&b=2", {"a": "1", "b": "2"}, id="plain"),
        pytest.param(b"pid=1&pid=2", {"pid": "2"}, id="the last one wins"),
        pytest.param(b"a", {"a": ""}, id="no equals sign"),
        pytest.param(b"a=1=2", {"a": "1=2"}, id="the first equals sign divides"),
        pytest.param(b"=1&&a=2", {"a": "2"}, id="no name"),
        pytest.param(b"a=x+y%2Bz", {"a": "x y+z"}, id="plus and percent"),
        pytest.param(b"a=%zz%C3%A9", {"a": "%zzé"}, id="percent that is not hex"),
        pytest.param(b"a=%FF", {"a": "\ufffd"}, id="not UTF-8"),
        pytest.param(b"First.Name=1&Last Name=2", {"First_Name": "1", "Last_Name": "2"}, id="dots and spaces"),
        pytest.param(b"++a=1", {"a": "1"}, id="leading spaces"),
        pytest.param(b"a%00b=1", {"a": "1"}, id="a name ends at a null byte"),
        pytest.param(b"pid[0]=1&pid[1]=2", {"pid": {"0": "1", "1": "2"}}, id="index"),
        pytest.param(b"pid%5B0%5D=1", {"pid": {"0": "1"}}, id="encoded brackets"),
        pytest.param(b"a[]=1&a[]=2", {"a": {"0": "1", "1": "2"}}, id="counts up"),
        pytest.param(b"a[5]=1&a[]=2", {"a": {"5": "1", "6": "2"}}, id="counts on from the highest"),
        pytest.param(b"a[05]=1&a[]=2", {"a": {"05": "1", "0": "2"}}, id="05 is not a number"),
        pytest.param(b"a[ ]=1", {"a": {"0": "1"}}, id="one space counts up"),
        pytest.param(b"a[ b]=1", {"a": {" b": "1"}}, id="keys keep their spaces"),
        pytest.param(b"a[b.c]=1", {"a": {"b.c": "1"}}, id="keys keep their dots"),
        pytest.param(b"a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}, id="nested"),
        pytest.param(b"a[][b]=1&a[][b]=2", {"a": {"0": {"b": "1"}, "1": {"b": "2"}}}, id="nested and counting"),
        pytest.param(b"a=1&a[b]=2", {"a": {"b": "2"}}, id="array over text"),
        pytest.param(b"a[b]=1&a=2", {"a": "2"}, id="text over array"),
        pytest.param(b"a[b=1", {"a_b": "1"}, id="bracket not closed"),
        pytest.param(b"a[b][c=1", {"a": {"b": "1"}}, id="second bracket not closed"),
        pytest.param(b"a[b]c=1", {"a": {"b": "1"}}, id="text after the bracket"),
        pytest.param(b"[a]=1", {}, id="bracket first"),
        pytest.param(b"a" + b"[b]" * 65 + b"=1", {}, id="nested too deep"),
    ],
)
def test_reads_a_form_as_php_does(body: bytes, form: PhpArray) -> None:
    assert read_form(body) == form


def test_drops_what_comes_after_the_thousandth_variable() -> None:
    form = read_form("&".join(f"v{number}=1" for number in range(MAX_INPUT_VARS + 5)).encode())

    assert len(form) == MAX_INPUT_VARS


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (None, False),
        ("", False),
        ("0", False),
        ({}, False),
        ("false", True),
        ("0.0", True),
        (" ", True),
        ({"0": ""}, True),
    ],
    ids=repr,
)
def test_truth_is_phps(value: PhpValue | None, truth: bool) -> None:
    assert is_true(value) is truth


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", 12), (" 12abc", 12), ("-3", -3), ("", 0), ("abc", 0), ("1e3", 1), (None, 0), ({"0": "1"}, 0)],
    ids=repr,
)
def test_numbers_are_phps(value: PhpValue | None, number: int) -> None:
    assert to_int(value) == number


def test_an_array_is_no_text() -> None:
    assert to_text({"0": "a"}) == ""
    assert to_text(" a ") == "a"


@pytest.mark.parametrize(
    ("serialized", "values"),
    [
        pytest.param(b'a:1:{i:1;s:6:"Google";}', {"1": "Google"}, id="integer key"),
        pytest.param(b'a:1:{s:1:"1";s:6:"Google";}', {"1": "Google"}, id="text key"),
        pytest.param(b"a:0:{}", {}, id="empty"),
        pytest.param('a:1:{i:1;s:5:"Zoë!";}'.encode(), {"1": "Zoë!"}, id="lengths are bytes"),
        pytest.param('a:1:{i:1;s:4:"Zoë!";}'.encode(), None, id="lengths are not characters"),
        pytest.param(b'a:1:{i:1;s:3:"a";";}', {"1": 'a";'}, id="quote inside"),
        pytest.param(b"a:3:{i:1;i:999;i:2;b:1;i:3;N;}", {"1": "999", "2": "1", "3": ""}, id="other plain values"),
        pytest.param(b'a:2:{i:1;s:1:"a";}', None, id="too few"),
        pytest.param(b'a:1:{i:1;s:9:"a";}', None, id="too short"),
        pytest.param(b'O:8:"stdClass":0:{}', None, id="object"),
        pytest.param(b'a:1:{i:1;O:8:"stdClass":0:{}}', None, id="object inside"),
        pytest.param(b"a:1:{i:1;a:0:{}}", None, id="array inside"),
        pytest.param(b'{"1":"Google"}', None, id="JSON"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_reads_a_serialized_map(serialized: bytes, values: dict[str, str] | None) -> None:
    assert read_map(b64encode(serialized).decode()) == values


def test_text_that_is_not_base64_is_unreadable() -> None:
    assert read_map("é%%%a") is None


@settings(max_examples=200)
@given(st.one_of(st.binary(max_size=200), st.text(alphabet="ab[]&=+.% 019", max_size=60).map(str.encode)))
def test_the_reader_never_raises(body: bytes) -> None:
    assert isinstance(read_form(body), dict)


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: b64encode(b"a:2:{" + raw).decode())))
def test_the_map_reader_never_raises(encoded: str) -> None:
    assert read_map(encoded) is None or isinstance(read_map(encoded), dict)
