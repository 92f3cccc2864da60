"""JSON bodies."""

import pytest

from app.errors import MalformedBody
from app.forms import Fields, read_body


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param(b"{}", {}, id="empty"),
        pytest.param(b'{"a":"x","b":""}', {"a": ("x",), "b": ("",)}, id="strings"),
        pytest.param(b'{"a":7,"b":1.50,"c":-0}', {"a": ("7",), "b": ("1.50",), "c": ("-0",)}, id="numbers as written"),
        pytest.param(b'{"a":true,"b":false}', {"a": ("true",), "b": ("false",)}, id="booleans"),
        pytest.param(b'{"a":null,"b":[],"c":[null,"x"]}', {"c": ("x",)}, id="null is left out"),
        pytest.param(b'{"a":["x",2,true]}', {"a": ("x", "2", "true")}, id="list is a repeated field"),
        pytest.param(b'{"a":' + b"9" * 2000 + b"}", {"a": ("9" * 2000,)}, id="huge number as text"),
        pytest.param(b"\xef\xbb\xbf{}", {}, id="byte order mark"),
        pytest.param(rb'{"a":"\ud83d\ude00"}', {"a": ("😀",)}, id="surrogate pair"),
    ],
)
def test_json_fields(body: bytes, fields: Fields) -> None:
    assert read_body("application/json", body) == fields


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[]", id="list"),
        pytest.param(b'"a"', id="string"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"a":{}}', id="object inside"),
        pytest.param(b'{"a":[{}]}', id="object in a list"),
        pytest.param(b'{"a":[["x"]]}', id="list in a list"),
        pytest.param(b'{"a":NaN}', id="NaN"),
        pytest.param(b'{"a":-Infinity}', id="infinity"),
        pytest.param(b'{"a":1,"a":2}', id="doubled key"),
        pytest.param(b'{"a":"\xff"}', id="bytes outside utf-8"),
        pytest.param(rb'{"a":"\ud800"}', id="lone surrogate in a value"),
        pytest.param(rb'{"\udfff":"a"}', id="lone surrogate in a name"),
        pytest.param(b'{"a":' + b"[" * 60_000, id="deep lists"),
        pytest.param(b'{"a":' * 10_000, id="deep objects"),
        pytest.param(b'{"a":"x"} {}', id="two documents"),
    ],
)
def test_everything_else_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_body("application/json; charset=utf-8", body)
