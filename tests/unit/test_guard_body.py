"""Bodies are read up to the cap and not a byte further."""

import anyio
import pytest
from starlette.requests import Request
from starlette.types import Message

from app.errors import MalformedBody, TooLarge, TooSlow
from app.guard import read_capped
from tests.unit.asgi import GONE, chunks, request, scope


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([], b"", id="empty"),
        pytest.param([b"a=1"], b"a=1", id="one part"),
        pytest.param([b"a=", b"", b"1"], b"a=1", id="three parts"),
        pytest.param([b"x" * 10], b"x" * 10, id="exactly the cap"),
    ],
)
async def test_a_body_within_the_cap(parts: list[bytes], expected: bytes) -> None:
    assert await read_capped(request(body=chunks(*parts)), 10) == expected


@pytest.mark.parametrize("length", ["11", "100", "9" * 5000], ids=["11", "100", "5000 digits"])
async def test_an_announced_length_over_the_cap_is_refused_unread(length: str) -> None:
    with pytest.raises(TooLarge):
        await read_capped(request({"Content-Length": length}, body=_nothing_to_read()), 10)


@pytest.mark.parametrize("length", ["", "10", "many", "-5", "+11", "11.0", "²"])
async def test_an_announced_length_that_says_nothing_is_not_believed(length: str) -> None:
    asked = request({"Content-Length": length}, body=chunks(b"x" * 11))
    with pytest.raises(TooLarge):
        await read_capped(asked, 10)
    assert await read_capped(request({"Content-Length": length}, body=chunks(b"a=1")), 10) == b"a=1"


async def test_reading_stops_at_the_part_that_goes_over() -> None:
    body = iter(chunks(b"x" * 6, b"x" * 6, b"x" * 6))
    with pytest.raises(TooLarge):
        await read_capped(request(body=body), 10)
    assert len(list(body)) == 2


async def test_a_visitor_who_leaves_half_way_sent_no_form() -> None:
    with pytest.raises(MalformedBody):
        await read_capped(request(body=[*chunks(b"a=")[:1], GONE]), 10)


@pytest.mark.parametrize("parts", [[], [b"a="]], ids=["nothing", "the beginning"])
async def test_a_body_that_does_not_come_is_not_waited_for_for_ever(parts: list[bytes]) -> None:
    messages = chunks(*parts)[:-1]

    async def receive() -> Message:
        if not messages:
            await anyio.sleep_forever()
        return messages.pop(0)

    with pytest.raises(TooSlow):
        await read_capped(Request(scope(), receive), 10, within=0.01)


def _nothing_to_read() -> list[Message]:
    return []
