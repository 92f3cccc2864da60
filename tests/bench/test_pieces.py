"""The pieces of a measurement that could be wrong without anybody noticing."""

import asyncio
from ipaddress import ip_address
from itertools import islice
from urllib.parse import parse_qs

import pytest

from tests.bench.flood import addresses
from tests.bench.http1 import message_size
from tests.bench.load import Tally, Visitor
from tests.bench.report import Report, judged
from tests.bench.services import sign_ups

_REPLY = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("received", "size"),
    [
        pytest.param(b"", 0, id="nothing yet"),
        pytest.param(_REPLY[:-5], 0, id="head is not over"),
        pytest.param(_REPLY[:-1], 0, id="body is not over"),
        pytest.param(_REPLY, len(_REPLY), id="complete"),
        pytest.param(_REPLY + b"HTTP", len(_REPLY), id="the next one has begun"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", 27, id="no body"),
    ],
)
def test_a_message_is_as_long_as_it_says(received: bytes, size: int) -> None:
    assert message_size(received) == size


def test_every_sign_up_is_complete_and_has_an_address_of_its_own() -> None:
    requests = list(islice(sign_ups("/signup"), 3))

    assert all(message_size(request) == len(request) for request in requests)
    bodies = [parse_qs(request.partition(b"\r\n\r\n")[2].decode(), strict_parsing=True) for request in requests]
    assert len({body["email"][0] for body in bodies}) == 3
    assert all(body["address1"] == ["12 St James's Square"] for body in bodies)


def test_sign_ups_may_come_from_somewhere() -> None:
    requests = list(sign_ups("/signup", ["192.0.2.1", "192.0.2.2"]))

    assert all(message_size(request) == len(request) for request in requests)
    for number, request in enumerate(requests, 1):
        assert request.count(b"\r\nX-Forwarded-For: 192.0.2.%d\r\n" % number) == 1


def test_a_flood_comes_from_as_many_addresses_as_it_says() -> None:
    assert len({str(ip_address(one)) for one in addresses(10_000)}) == 10_000


def test_only_replies_inside_the_window_are_timed() -> None:
    tally = Tally(opens=10.0, closes=12.0)

    for sent, now in ((9.0, 9.9), (9.9, 10.0), (11.0, 11.9), (11.9, 12.0)):
        tally.count(201, sent, now)

    assert tally.statuses.total() == 4
    assert tally.rate() == 1.0
    assert [round(latency, 3) for latency in tally.latencies] == [0.1, 0.9]


class Line(asyncio.WriteTransport):
    """A connection that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.closed = True


async def test_a_visitor_posts_everything_and_leaves() -> None:
    tally, line = Tally(), Line()
    visitor = Visitor(iter([b"one", b"two"]), tally)
    visitor.connection_made(line)
    for part in (_REPLY, _REPLY[:9], _REPLY[9:]):
        visitor.data_received(part)
    visitor.connection_lost(None)

    assert (line.written, line.closed) == ([b"one", b"two"], True)
    assert tally.statuses == {201: 2}
    assert visitor.gone.done()


async def test_a_reply_that_never_comes_is_counted() -> None:
    tally = Tally()
    visitor = Visitor(iter([b"one"]), tally)
    visitor.connection_made(Line())
    visitor.connection_lost(ConnectionResetError())

    assert tally.statuses == {0: 1}


def test_a_target_says_whether_it_was_met() -> None:
    assert [judged("under 5", met) for met in (True, False)] == ["under 5: met", "under 5: missed"]


def test_percentiles_are_of_the_ranked_latencies() -> None:
    tally = Tally(0.0, 1.0, latencies=[number / 1000 for number in range(100, 0, -1)])

    assert round(tally.percentile(50)) == 51
    assert round(tally.percentile(99)) == 100


def test_a_figure_that_is_not_known_has_no_ratio() -> None:
    report = Report()

    report.row("rate", 1, 10.0, None)
    report.row("rate", 1, 10.0, 4.0)

    assert list(report.table.columns[4].cells) == ["-", "2.50"]
