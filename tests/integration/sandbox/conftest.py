from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from starlette.applications import Starlette

Browser = Callable[[Starlette], httpx2.AsyncClient]


@pytest.fixture
async def browse() -> AsyncIterator[Browser]:
    """Makes a client that talks to an application without a network."""
    opened: list[httpx2.AsyncClient] = []

    def open_client(app: Starlette) -> httpx2.AsyncClient:
        opened.append(httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1"))
        return opened[-1]

    yield open_client
    for client in opened:
        await client.aclose()
