"""What the dearest bodies cost that are still read."""

import tracemalloc
from contextlib import suppress

import pytest

from app.errors import MalformedBody, TooLarge
from app.forms import MAX_BODY_BYTES, MAX_FIELDS, read_body

URLENCODED, JSON, MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"


def full(begin: bytes, again: bytes, end: bytes = b"") -> bytes:
    """A body of the allowed size that repeats itself."""
    return begin + again * ((MAX_BODY_BYTES - len(begin) - len(end)) // len(again)) + end


BODIES = {
    "ampersands": (URLENCODED, full(b"", b"&")),
    "escapes": (URLENCODED, full(b"a=", b"%41")),
    "escapes in many fields": (URLENCODED, b"&".join([b"a=" + b"%41" * 360] * (MAX_FIELDS - 1))),
    "pluses": (URLENCODED, full(b"", b"+")),
    "lists in lists": (JSON, full(b"", b"[")),
    "objects in objects": (JSON, full(b"", b'{"a":')),
    "numbers": (JSON, full(b'{"a":[', b"1,", b"1]}")),
    "one number": (JSON, full(b'{"a":', b"9", b"}")),
    "empty lists": (JSON, full(b'{"a":[', b"[],", b"1]}")),
    "empty objects": (JSON, full(b'{"a":[', b"{},", b"1]}")),
    "keys": (JSON, b"{" + b",".join(b'"%x":1' % number for number in range(6500)) + b"}"),
    "one key": (JSON, full(b"{", b'"":1,', b'"":1}')),
    "wide characters": (JSON, full(b'{"a":"\xf0\x9f\x98\x80', b"a", b'"}')),
    "parts": (MULTIPART, full(b"", b"--b\r\nA:\r\n\r\n\r\n", b"--b--")),
    "headers of a part": (MULTIPART, full(b"--b\r\n", b"A:\r\n", b"\r\n\r\n--b--")),
    "a long header": (MULTIPART, full(b"--b\r\nA:", b"x", b"\r\n\r\n\r\n--b--")),
    "parameters": (MULTIPART, full(b"--b\r\nContent-Disposition: form-data", b';a="\\"', b"\r\n\r\n\r\n--b--")),
    "almost the end": (
        MULTIPART,
        full(b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n", b"\r\n--", b"\r\n--b--"),
    ),
}


def peak(name: str) -> int:
    """The most memory that reading the body takes at any time, in bytes."""
    content_type, body = BODIES[name]
    assert len(body) <= MAX_BODY_BYTES
    tracemalloc.start()
    try:
        with suppress(MalformedBody, TooLarge):
            read_body(content_type, body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", BODIES)
def test_no_body_takes_more_than_a_few_times_its_size(name: str) -> None:
    assert peak(name) < 48 * MAX_BODY_BYTES


@pytest.mark.parametrize("name", ["ampersands", "escapes", "parts"])
def test_what_is_too_much_is_refused_before_it_is_taken_apart(name: str) -> None:
    assert peak(name) < 2 * MAX_BODY_BYTES
