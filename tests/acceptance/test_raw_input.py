"""What no browser sends: `gateway serve` cuts it off, stays well, and says nothing about itself."""

import socket
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from tests.acceptance.processes import PATIENCE, Process, Town, post

HEAD = b"POST /v1/acme/signup HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = HEAD + FORM + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A gateway that is still well at the end."""
    town = Town(tmp_path_factory.mktemp("town"))
    try:
        gateway = town.serve()
        yield gateway
        assert post(gateway).status_code == 201
        assert " 500 " not in Path(gateway.log.name).read_text()
    finally:
        town.close()


def told(gateway: Process, first: bytes, then: Iterator[bytes] | tuple[bytes, ...] = ()) -> bytes:
    """Everything that comes back until the gateway closes; as much of ``then`` is sent as it takes."""
    answer = b""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as connection:
        try:
            connection.sendall(first)
            for piece in then:
                connection.sendall(piece)
        except (ConnectionResetError, BrokenPipeError):
            pass  # it has had enough
        try:
            while more := connection.recv(65536):
                answer += more
        except ConnectionResetError:
            pass
    return answer


def is_cut_off(gateway: Process, first: bytes, piece: bytes) -> bool:
    """Whether the gateway ends a request of which there is always more."""
    left = iter(repeat(piece, 10_000))
    told(gateway, first, left)
    return next(left, None) is not None


def status(answer: bytes) -> int:
    """Of a reply."""
    return int(answer[9:12] or 0)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(HEAD + b"Cookie: %b\r\n\r\n" % (b"a" * 17_000), id="one huge header"),
        pytest.param(HEAD + b"A: b\r\n" * 101 + b"\r\n", id="many headers"),
        pytest.param(b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 17_000), id="a huge address"),
    ],
)
def test_huge_heads_are_refused(gateway: Process, head: bytes) -> None:
    assert status(told(gateway, head)) == 431


@pytest.mark.parametrize("piece", [b"A: b\r\n" * 100, b"a" * 65_536], ids=["headers", "a header"])
def test_a_head_without_end_is_cut_off(gateway: Process, piece: bytes) -> None:
    assert is_cut_off(gateway, HEAD + b"A: ", piece)


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        pytest.param(CHUNKED, b"ffff\r\n%b\r\n" % (b"a" * 0xFFFF), id="chunks"),
        pytest.param(CHUNKED, b"1;%b\r\na\r\n" % (b"e" * 60_000), id="chunk extensions"),
        pytest.param(CHUNKED + b"0\r\n", b"T: %b\r\n" % (b"t" * 60_000), id="trailers"),
        pytest.param(HEAD + FORM + b"Content-Length: 999999999\r\n\r\n", b"a" * 65_536, id="a huge body"),
        pytest.param(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", b"a" * 65_536, id="nobody's"
        ),
    ],
)
def test_a_request_without_end_is_cut_off(gateway: Process, first: bytes, piece: bytes) -> None:
    assert is_cut_off(gateway, first, piece)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(CHUNKED + b"5\r\nemail\r\nzz\r\n", 400, id="a chunk of no size"),
        pytest.param(CHUNKED + b"FFFFFFFFFFFFFFFFF\r\n", 400, id="a chunk of impossible size"),
        pytest.param(CHUNKED.replace(b"chunked", b"chunked\r\nContent-Length: 5"), 400, id="two lengths"),
        pytest.param(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nemail", 400, id="two other lengths"),
        pytest.param(HEAD + FORM + b"Content-Length: 5\r\n\r\nemail is longer", 422, id="longer than announced"),
        pytest.param(
            HEAD + FORM + b"Connection: close\r\nContent-Length: 70000\r\n\r\n" + b"a" * 70_000, 413, id="too large"
        ),
        pytest.param(b"\x16\x03\x01\x02\x00\x01", 400, id="TLS"),
    ],
)
def test_odd_bodies_get_the_reply_they_deserve(gateway: Process, request_: bytes, expected: int) -> None:
    assert status(told(gateway, request_, (b"noise\r\n\r\n",))) == expected


def test_the_body_of_an_upgrade_is_no_request(gateway: Process) -> None:
    upgrade = HEAD + FORM + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 36\r\n\r\n"
    answer = told(gateway, upgrade, (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b'{"ok":true}' not in answer


@pytest.mark.parametrize(
    "request_", [HEAD + b"\r\n", b"GET /healthz HTTP/1.1\r\n\r\n", b"noise\r\n\r\n", HEAD + b"A: b\r\n" * 101 + b"\r\n"]
)
def test_no_reply_names_the_server(gateway: Process, request_: bytes) -> None:
    answer = told(gateway, request_, (b"noise\r\n\r\n",)).lower()
    assert answer.startswith(b"http/1.1 ")
    assert b"\r\nserver:" not in answer
    assert b"uvicorn" not in answer
    assert b"python" not in answer
