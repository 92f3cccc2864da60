"""Plays a scene on a real connection, in real seconds."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.sandbox.answers import Reply
from app.sandbox.scenes import Commit, Ending, Scene


@dataclass(frozen=True, slots=True)
class Player:
    """Keeps the changes that are still to be made, so that they are made when nobody waits for them any more."""

    clock: Callable[[], float]
    _tasks: set[asyncio.Task[Reply]] = field(default_factory=set)

    async def play(self, scene: Scene, scope: Scope, receive: Receive, send: Send) -> None:
        """Plays the scene to its end; a change that comes later than the end is left to a task of its own."""
        change = self._start(scene.commit, scene.commit_after) if scene.commit else None
        await asyncio.sleep(scene.reply_after)
        reply = scene.reply
        if change and scene.commit_after <= scene.reply_after:
            reply = scene.reply or await asyncio.shield(change)
        if scene.ending is Ending.NEVER:
            await _until_gone(receive)
        elif reply is None or scene.ending is Ending.DROP:
            await _hang_up(send)
        else:
            await _response(reply)(scope, receive, send)

    async def close(self) -> None:
        """Gives up the changes that were still to come."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, commit: Commit, after: float) -> asyncio.Task[Reply]:
        task = asyncio.create_task(self._commit(commit, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _commit(self, commit: Commit, after: float) -> Reply:
        await asyncio.sleep(after)
        return commit(self.clock())


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, {"content-type": reply.content_type, **reply.headers})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _hang_up(send: Send) -> None:
    """Begins a reply with a header that no server writes: it then closes the connection with nothing sent.

    ASGI has no other way to say so. https://asgi.readthedocs.io/en/latest/specs/www.html
    """
    with suppress(Exception):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x\n", b"\n")]})
