"""A stand-in for the services that verify tokens, on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

GOOD = {"success": True, "hostname": "www.acme.example", "action": "signup"}


class Provider:
    """What it answers, and what it was asked. ``hang_up``: how many questions it breaks off."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Mapping[str, str]] = []
        self.status = 200
        self.body = json.dumps(GOOD).encode()
        self.location = ""
        self.hang_up = 0
        self.silent = False

    def says(self, **changes: object) -> None:
        """From now on, a good answer with changes."""
        self.body = json.dumps(GOOD | changes).encode()

    async def answer(self, request: web.Request) -> web.Response:
        """One question."""
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        assert request.query_string == ""
        if self.hang_up:
            self.hang_up -= 1
            assert request.transport is not None
            request.transport.abort()
        if self.silent:
            await asyncio.Event().wait()
        headers = {"Location": self.location} if self.location else None
        return web.Response(status=self.status, body=self.body, content_type="application/json", headers=headers)


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    """A provider that answers."""
    provider = Provider()
    app = web.Application()
    app.router.add_post("/siteverify", provider.answer)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=0)
    provider.url = str(server.make_url("/siteverify"))
    yield provider
    await server.close()
