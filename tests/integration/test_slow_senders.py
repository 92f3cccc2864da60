"""Slow senders are cut off by a real server, and those that wait for it are not."""

import asyncio
import socket
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.guard.connection import Connection, Limits
from tests.unit.wires import answering

PATIENCE = 30.0  # seconds until something that should happen counts as not happening


async def answering_late(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers when all limits are long past."""
    await asyncio.sleep(2)
    await answering(scope, receive, send)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where a server listens whose patience is a second: a busy machine may make a test that late."""
    protocol: Any = partial(Connection, limits=Limits(head_within=1, next_within=1))
    config = uvicorn.Config(answering_late, http=protocol, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await running


async def told(port: int, request: bytes) -> bytes:
    """Everything that comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("beginning", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_a_head_that_does_not_come_is_not_waited_for(port: int, beginning: bytes) -> None:
    assert await told(port, beginning) == b""


async def test_a_reply_is_waited_for_and_then_the_next_request_but_not_for_ever(port: int) -> None:
    answer = await told(port, b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n/here")
