"""A connection ends when its sender takes more bytes or more time than an honest one needs, and not before."""

import asyncio
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from app.guard.connection import Limits
from tests.unit.wires import Server, answering, settled

GET = b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
CHUNKED = b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
LIMITS = Limits(head=1000, headers=20, request=10_000)


class Reading:
    """An application that answers when it has the whole body, or is told that there will be none."""

    def __init__(self) -> None:
        self.body = b""
        self.ended = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            self.body += message.get("body", b"")
        self.ended = True
        await answering(scope, receive, send)


class TestTime:
    async def test_who_says_nothing_is_cut_off(self) -> None:
        server = Server(answering)
        _, wire = server.connect()
        server.clock.pass_by(9)
        assert not wire.closed
        server.clock.pass_by(5)
        assert wire.aborted

    async def test_a_head_that_comes_byte_by_byte_is_cut_off(self) -> None:
        server = Server(answering)
        connection, wire = server.connect()
        for byte in (GET % 1)[:-1]:
            connection.data_received(bytes([byte]))
            server.clock.pass_by(1)
            if wire.closed:
                break
        assert wire.aborted
        assert server.clock.now <= 15

    async def test_a_head_that_comes_in_time_is_answered(self) -> None:
        server = Server(answering)
        connection, wire = server.connect()
        server.clock.pass_by(9)
        connection.data_received((GET % 1)[:5])
        server.clock.pass_by(9)
        connection.data_received((GET % 1)[5:])
        await settled()
        assert wire.written.endswith(b"\r\n\r\n/1")
        assert not wire.closed

    async def test_a_kept_connection_may_rest_and_then_have_another_head_begun(self) -> None:
        server = Server(answering)
        connection, wire = server.connect()
        connection.data_received(GET % 1)
        await settled()
        server.clock.pass_by(4)
        connection.data_received(b"GET /2")
        server.clock.pass_by(9)
        assert not wire.closed
        server.clock.pass_by(5)
        assert wire.aborted

    async def test_a_connection_that_rests_too_long_is_closed(self) -> None:
        server = Server(answering)
        connection, wire = server.connect()
        connection.data_received(GET % 1)
        await settled()
        server.clock.pass_by(30)
        assert wire.closed

    async def test_blank_lines_keep_no_connection_open(self) -> None:
        """uvicorn takes any byte for the beginning of a request, and forgets its own limit for idle connections."""
        server = Server(answering)
        connection, wire = server.connect()
        connection.data_received(GET % 1)
        await settled()
        for _ in range(30):
            connection.data_received(b"\r\n")
            server.clock.pass_by(1)
        assert wire.aborted

    async def test_the_rest_of_a_body_that_was_answered_already_is_not_waited_for_for_ever(self) -> None:
        server = Server(answering)
        connection, wire = server.connect()
        connection.data_received(POST)
        await settled()
        assert wire.written
        for _ in range(9):
            connection.data_received(b"x")
            server.clock.pass_by(3)
        assert wire.aborted

    async def test_who_waits_for_us_is_never_cut_off(self) -> None:
        never = asyncio.Event()

        async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
            await never.wait()

        server = Server(waiting)
        connection, wire = server.connect()
        connection.data_received(POST)
        server.clock.pass_by(1000)
        connection.data_received(b"x" * 10)
        server.clock.pass_by(1000)
        assert not wire.closed
        never.set()

    async def test_who_does_not_take_his_reply_is_cut_off(self) -> None:
        server = Server(Reading())
        connection, wire = server.connect()
        connection.data_received(POST + b"x" * 10)
        connection.pause_writing()
        await settled()
        server.clock.pass_by(10)
        assert not wire.closed
        server.clock.pass_by(15)
        assert wire.aborted

    async def test_a_closed_connection_is_not_watched(self) -> None:
        server = Server(answering)
        connection, wire = server.connect()
        connection.connection_lost(None)
        wire.closed = False
        server.clock.pass_by(100)
        assert not wire.aborted


class TestSize:
    @pytest.mark.parametrize(
        "head",
        [
            pytest.param(b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 1000), id="address"),
            pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nA: %b\r\n\r\n" % (b"a" * 1000), id="value"),
            pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n%b: a\r\n\r\n" % (b"a" * 1000), id="name"),
            pytest.param(b"GET / HTTP/1.1\r\n%b\r\n" % (b"A: b\r\n" * 21), id="number"),
        ],
    )
    async def test_a_head_over_the_limits_is_refused(self, head: bytes) -> None:
        server = Server(answering, LIMITS)
        connection, wire = server.connect()
        connection.data_received(head)
        await settled()
        assert wire.written.startswith(b"HTTP/1.1 431 ")
        assert b"\r\nconnection: close\r\n" in wire.written
        assert wire.closed

    @pytest.mark.parametrize("piece", [b"a", b"a" * 600], ids=["bytes", "blocks"])
    async def test_a_head_without_end_is_refused(self, piece: bytes) -> None:
        server = Server(answering, LIMITS)
        connection, wire = server.connect()
        connection.data_received(b"GET / HTTP/1.1\r\nA: ")
        for sent in count():
            connection.data_received(piece)
            if wire.closed:
                break
            assert sent * len(piece) <= 1000
        assert wire.written.startswith(b"HTTP/1.1 431 ")

    async def test_a_head_at_the_limits_is_taken(self) -> None:
        server = Server(answering, LIMITS)
        connection, wire = server.connect()
        connection.data_received(b"GET /1 HTTP/1.1\r\n%bB: %b\r\n\r\n" % (b"A: b\r\n" * 19, b"b" * 900))
        await settled()
        assert wire.written.endswith(b"/1")

    async def test_a_body_counts_for_no_head(self) -> None:
        app = Reading()
        connection, wire = Server(app, LIMITS).connect()
        for _ in range(3):
            connection.data_received(POST.replace(b"10", b"5000") + b"x" * 4000)
            connection.data_received(b"x" * 1000)
            await settled()
        assert wire.written.count(b"200 OK") == 3

    @pytest.mark.parametrize(
        "piece",
        [b"5\r\nxxxxx\r\n", b"1;%b\r\nx\r\n" % (b"a" * 500), b"0\r\n" + b"A: b\r\n" * 100],
        ids=["chunks", "extensions", "trailers"],
    )
    async def test_a_request_without_end_is_cut_off(self, piece: bytes) -> None:
        connection, wire = Server(answering, LIMITS).connect()
        connection.data_received(CHUNKED)
        for sent in count():
            connection.data_received(piece if sent == 0 or not piece.startswith(b"0") else piece[3:])
            await settled()
            if wire.closed:
                break
            assert sent * len(piece) < 20_000
        assert len(connection.headers) == 2

    async def test_there_are_so_many_connections_and_no_more(self) -> None:
        server = Server(answering, Limits(connections=2))
        connections = [server.connect() for _ in range(3)]
        assert [wire.aborted for _, wire in connections] == [False, False, True]
        connections[2][0].connection_lost(None)
        connections[0][0].connection_lost(None)
        assert not server.connect()[1].aborted


class TestNoise:
    @pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00", b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
    async def test_what_is_no_request_is_refused_without_a_line_in_the_log(
        self, noise: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        connection, wire = Server(answering).connect()
        connection.data_received(noise)
        assert wire.written.startswith(b"HTTP/1.1 400 ")
        assert wire.closed
        assert caplog.records == []

    async def test_a_body_that_goes_wrong_is_told_so_in_place_of_a_reply(self) -> None:
        app = Reading()
        connection, wire = Server(app).connect()
        connection.data_received(CHUNKED + b"5\r\nxxxxx\r\n")
        await settled()
        connection.data_received(b"many\r\n")
        assert wire.written.startswith(b"HTTP/1.1 400 ")
        assert wire.closed

    async def test_noise_behind_a_request_does_not_come_before_its_reply(self) -> None:
        connection, wire = Server(Reading()).connect()
        connection.data_received(GET % 1 + b"noise\r\n\r\n")
        assert wire.written == b""
        await settled()
        connection.data_received(GET % 2)
        await settled()
        assert wire.written.count(b"HTTP/1.1 ") == 1
        assert wire.written.endswith(b"connection: close\r\n\r\n/1")
        assert wire.closed

    async def test_one_request_may_wait_for_the_reply_to_another(self) -> None:
        connection, wire = Server(answering).connect()
        connection.data_received(GET % 1 + GET % 2)
        await settled()
        assert [reply[-2:] for reply in wire.written.split(b"HTTP/1.1 200 OK")[1:]] == [b"/1", b"/2"]

    async def test_a_crowd_of_requests_at_once_is_not_let_in(self) -> None:
        connection, wire = Server(answering).connect()
        connection.data_received(b"".join(GET % number for number in range(5000)))
        assert len(connection.pipeline) == 1
        await settled()
        assert [reply[-2:] for reply in wire.written.split(b"HTTP/1.1 200 OK")[1:]] == [b"/0", b"/1"]
        assert wire.closed

    async def test_what_follows_an_upgrade_is_no_request(self) -> None:
        """A proxy may send it, body and all, for a visitor who wrote it: the body must not be taken for a request."""
        connection, wire = Server(answering).connect()
        connection.data_received(POST.replace(b"Host", b"Connection: upgrade\r\nUpgrade: h2c\r\nHost"))
        connection.data_received(GET % 2)
        await settled()
        assert wire.written.count(b"HTTP/1.1") == 1
        assert b"connection: close" in wire.written
        assert wire.closed

    @given(
        st.lists(
            st.binary(max_size=200) | st.sampled_from([GET % 1, POST, CHUNKED, b"\r\n", b"0\r\n\r\n", b"A: b\r\n"])
        )
    )
    async def test_no_noise_raises_anything(self, pieces: list[bytes]) -> None:
        connection, wire = Server(answering, LIMITS).connect()
        for piece in pieces:
            if not wire.closed:
                connection.data_received(piece)
                await settled()
        connection.connection_lost(None)
