"""What holds for every body."""

import json
from urllib.parse import urlencode

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidFields, MalformedBody, TooLarge, UnsupportedBody
from app.forms import read_body, read_signup
from tests.unit.forms.visitors import ANSWERS, site

CONTENT_TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data; boundary=b",
        'multipart/form-data; boundary="',
        "multipart/form-data",
    ]
)
BODIES = st.binary(max_size=400) | st.text(alphabet='{}[]":,0aE+-\\u%&=', max_size=200).map(str.encode)
PIECES = st.sampled_from(
    [
        b"--b",
        b"--b--",
        b"\r\n",
        b"\r",
        b"\n",
        b"Content-Disposition: ",
        b"form-data",
        b'; name="a"',
        b"\xff",
        b":",
        b"x",
    ]
)
NAMES = st.text(min_size=1, max_size=20).filter(lambda name: name.isidentifier())
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@settings(max_examples=300)
@given(content_type=CONTENT_TYPES | st.none() | st.text(max_size=60), body=BODIES)
@example(content_type='multipart/form-data; boundary="\\"', body=b"")
def test_any_body_gives_fields_or_one_of_three_errors(content_type: str | None, body: bytes) -> None:
    try:
        fields = read_body(content_type, body)
    except (MalformedBody, TooLarge, UnsupportedBody):
        return
    assert all(values for values in fields.values())


@settings(max_examples=300)
@given(pieces=st.lists(PIECES, max_size=25))
def test_any_multipart_gives_fields_or_one_of_three_errors(pieces: list[bytes]) -> None:
    try:
        read_body("multipart/form-data; boundary=b", b"--b\r\n" + b"".join(pieces))
    except (MalformedBody, TooLarge, UnsupportedBody):
        return


def multipart(answers: dict[str, str]) -> bytes:
    """As browsers write it."""
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in answers.items()
    ]
    return ("".join(parts) + "--b--\r\n").encode()


@settings(max_examples=100)
@given(answers=st.dictionaries(NAMES, VALUES, max_size=10))
def test_the_three_kinds_of_body_give_the_same_fields(answers: dict[str, str]) -> None:
    sent = read_body("application/x-www-form-urlencoded", urlencode(answers).encode())
    assert sent == {name: (value,) for name, value in answers.items()}
    assert read_body("application/json", json.dumps(answers).encode()) == sent
    assert read_body("multipart/form-data; boundary=b", multipart(answers)) == sent


@settings(max_examples=50)
@given(company=st.text(st.characters(categories=["L", "M", "N", "P", "Zs"]), max_size=40))
def test_the_three_kinds_of_body_give_the_same_form(company: str) -> None:
    answers = {**ANSWERS, "company": company}
    bodies = {
        "application/x-www-form-urlencoded": urlencode(answers).encode(),
        "application/json": json.dumps(answers).encode(),
        "multipart/form-data; boundary=b": multipart(answers),
    }
    forms = [read(kind, body) for kind, body in bodies.items()]
    assert forms[0] == forms[1] == forms[2]


def read(kind: str, body: bytes) -> object:
    """The form that is read from a body, or what is wrong with it."""
    try:
        return read_signup(site(), read_body(kind, body))
    except InvalidFields as refused:
        return refused.errors
