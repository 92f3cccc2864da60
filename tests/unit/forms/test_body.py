"""Urlencoded bodies, content types and caps."""

import pytest

from app.errors import GatewayError, MalformedBody, TooLarge, UnsupportedBody
from app.forms import (
    MAX_BODY_BYTES,
    MAX_FIELDS,
    MAX_NAME_BYTES,
    MAX_SOLUTION_BYTES,
    MAX_VALUE_BYTES,
    Fields,
    read_body,
)

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param(b"", {}, id="empty"),
        pytest.param(b"a=1&b=2", {"a": ("1",), "b": ("2",)}, id="two"),
        pytest.param(b"a=2&b=x&a=1", {"a": ("2", "1"), "b": ("x",)}, id="repeated, in order"),
        pytest.param(b"a=&b", {"a": ("",), "b": ("",)}, id="blank"),
        pytest.param(b"First+Name=A+B%2BC", {"First Name": ("A B+C",)}, id="plus and escapes"),
        pytest.param("n=Zoë&m=Zo%C3%AB".encode(), {"n": ("Zoë",), "m": ("Zoë",)}, id="utf-8"),
        pytest.param(b"a=1;b=2", {"a": ("1;b=2",)}, id="a semicolon parts nothing"),
        pytest.param(b"a=x=y&&", {"a": ("x=y",)}, id="equals signs and empty pairs"),
    ],
)
def test_urlencoded_fields(body: bytes, fields: Fields) -> None:
    assert read_body(URLENCODED, body) == fields


@pytest.mark.parametrize("body", [b"a=%ff", b"a=\xff", b"%C3=1", b"a=%zz", b"a=100%", b"a=%4"])
def test_damaged_urlencoding_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_body(URLENCODED, body)


@pytest.mark.parametrize(
    "content_type",
    [
        URLENCODED,
        "Application/X-WWW-Form-Urlencoded",
        f"{URLENCODED};charset=UTF-8",
        f'{URLENCODED} ; charset="utf-8"',
        f"{URLENCODED}; Charset=us-ascii; x=y",
    ],
)
def test_content_types_taken(content_type: str) -> None:
    assert read_body(content_type, b"a=1") == {"a": ("1",)}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        ";",
        "text/plain",
        "text/html",
        "application/octet-stream",
        "multipart/mixed; boundary=x",
        "application/json-seq",
        f"{URLENCODED}; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "t\u0119xt/plain",
    ],
)
def test_other_content_types_are_unsupported(content_type: str | None) -> None:
    with pytest.raises(UnsupportedBody):
        read_body(content_type, b"a=1")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"a=" + b"1" * MAX_VALUE_BYTES, id="value"),
        pytest.param(b"a=" + "é".encode() * (MAX_VALUE_BYTES // 2), id="value in bytes"),
        pytest.param(b"_turnstile=" + b"1" * MAX_SOLUTION_BYTES, id="solution"),
        pytest.param(b"n" * MAX_NAME_BYTES + b"=1", id="name"),
        pytest.param(b"&".join(b"f%d=1" % number for number in range(MAX_FIELDS)), id="fields"),
        pytest.param(b"&".join([b"f=1"] * MAX_FIELDS), id="values of one field"),
    ],
)
def test_at_the_cap_is_taken(body: bytes) -> None:
    assert read_body(URLENCODED, body)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param(URLENCODED, b"a=" + b"1" * (MAX_VALUE_BYTES + 1), id="value"),
        pytest.param(URLENCODED, b"a=" + "é".encode() * (MAX_VALUE_BYTES // 2) + b"e", id="value in bytes"),
        pytest.param(URLENCODED, b"_turnstile=" + b"1" * (MAX_SOLUTION_BYTES + 1), id="solution"),
        pytest.param(URLENCODED, b"n" * (MAX_NAME_BYTES + 1) + b"=1", id="name"),
        pytest.param(URLENCODED, b"&".join([b"f=1"] * (MAX_FIELDS + 1)), id="fields"),
        pytest.param("application/json", b'{"a":[%s]}' % b",".join([b"1"] * (MAX_FIELDS + 1)), id="fields in JSON"),
        pytest.param(URLENCODED, b" " * (MAX_BODY_BYTES + 1), id="body"),
        pytest.param("text/plain", b" " * (MAX_BODY_BYTES + 1), id="body of any type"),
    ],
)
def test_over_the_cap_is_too_large(content_type: str, body: bytes) -> None:
    with pytest.raises(TooLarge):
        read_body(content_type, body)


@pytest.mark.parametrize("content_type", [URLENCODED, "application/json", "multipart/form-data; boundary=b"])
def test_a_refusal_shows_nothing_of_the_body(content_type: str) -> None:
    with pytest.raises(GatewayError) as refused:
        read_body(content_type, b"secret=%ff\xff")
    assert "secret" not in repr(refused.value) + str(refused.value.__cause__)
