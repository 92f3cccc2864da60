"""Multipart bodies."""

import pytest

from app.errors import MalformedBody, TooLarge, UnsupportedBody
from app.forms import MAX_FIELDS, Fields, read_body

CONTENT_TYPE = "multipart/form-data; boundary=cut"


def part(disposition: str, content: str, *headers: str) -> bytes:
    """One part with the cut before it."""
    head = "\r\n".join([f"Content-Disposition: {disposition}", *headers])
    return f"--cut\r\n{head}\r\n\r\n{content}\r\n".encode()


A = part('form-data; name="a"', "1")
END = b"--cut--\r\n"


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        pytest.param(b"", {}, id="no part"),
        pytest.param(A, {"a": ("1",)}, id="one"),
        pytest.param(A + part('form-data; name="a"', "2"), {"a": ("1", "2")}, id="repeated"),
        pytest.param(part('form-data; name="First Name"', "Zoë"), {"First Name": ("Zoë",)}, id="utf-8"),
        pytest.param(part("form-data; name=Größe", "x"), {"Größe": ("x",)}, id="utf-8 name"),
        pytest.param(part('form-data; name="t"', "x\r\ny\r\n--cut!"), {"t": ("x\r\ny\r\n--cut!",)}, id="lines"),
        pytest.param(part('form-data; name="a"', "", "Content-Type: text/plain"), {"a": ("",)}, id="blank"),
        pytest.param(
            b'--cut\r\nX: y\r\ncontent-disposition: form-data; name="a"\r\nContent-Type: z\r\n\r\n1\r\n',
            {"a": ("1",)},
            id="other headers around",
        ),
        pytest.param(
            A + part('form-data; name="cv"; filename=""', "", "Content-Type: application/octet-stream"),
            {"a": ("1",)},
            id="untouched file input",
        ),
    ],
)
def test_multipart_fields(parts: bytes, fields: Fields) -> None:
    assert read_body(CONTENT_TYPE, parts + END) == fields


def test_a_quoted_boundary_and_text_around_the_parts_are_taken() -> None:
    body = b"\r\n" + A.replace(b"--cut", b"--cut here") + b"--cut here--\r\nepilogue"
    assert read_body('multipart/form-data; boundary="cut here"', body) == {"a": ("1",)}


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(part('form-data; name="cv"; filename="cv.pdf"', "%PDF"), id="file"),
        pytest.param(part('form-data; name="cv"; filename="cv.pdf"', ""), id="empty file"),
        pytest.param(part('form-data; name="cv"; filename=""', "%PDF"), id="file without a name"),
    ],
)
def test_files_are_unsupported(file: bytes) -> None:
    with pytest.raises(UnsupportedBody):
        read_body(CONTENT_TYPE, A + file + END)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param("multipart/form-data", A + END, id="no boundary"),
        pytest.param("multipart/form-data; boundary=", A + END, id="empty boundary"),
        pytest.param("multipart/form-data; boundary=other", A + END, id="other boundary"),
        pytest.param(CONTENT_TYPE, b"", id="empty"),
        pytest.param(CONTENT_TYPE, A, id="no end"),
        pytest.param(CONTENT_TYPE, A[:-8], id="cut off"),
        pytest.param(CONTENT_TYPE, part("form-data", "x") + END, id="no name"),
        pytest.param(CONTENT_TYPE, part('attachment; name="a"', "x") + END, id="not form-data"),
        pytest.param(CONTENT_TYPE, b"--cut\r\n\r\nx\r\n" + END, id="no header"),
        pytest.param(CONTENT_TYPE, b"--cut\r\nno colon\r\n\r\nx\r\n" + END, id="no colon"),
        pytest.param(CONTENT_TYPE, A.replace(b"\r\n1", b"\r\n\xff") + END, id="content outside utf-8"),
        pytest.param(CONTENT_TYPE, A.replace(b'"a"', b'"\xff"') + END, id="name outside utf-8"),
    ],
)
def test_damaged_multipart_is_malformed(content_type: str, body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_body(content_type, body)


@pytest.mark.parametrize("length", [70, 71])
def test_a_boundary_has_up_to_70_characters(length: int) -> None:
    content_type = f"multipart/form-data; boundary={'x' * length}"
    body = (A + END).replace(b"cut", b"x" * length)
    if length == 70:
        assert read_body(content_type, body) == {"a": ("1",)}
    else:
        with pytest.raises(MalformedBody):
            read_body(content_type, body)


def test_too_many_parts_are_too_large() -> None:
    assert read_body(CONTENT_TYPE, A * MAX_FIELDS + END)
    with pytest.raises(TooLarge):
        read_body(CONTENT_TYPE, A * (MAX_FIELDS + 1) + END)
