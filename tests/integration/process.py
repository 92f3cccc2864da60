"""The store as one process of several uses it."""

import asyncio
from collections.abc import Awaitable, Callable

from app.errors import Unavailable
from app.store import Store


class Process:
    """A store, until its process dies: once the process is dead, nothing that it still tries happens.

    ``failing`` names methods that do not get through to the database; ``between`` holds what happens once, between a
    method's commit and its answer.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.dead = False
        self.failing: set[str] = set()
        self.between: dict[str, Callable[[], Awaitable[object]]] = {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        method = getattr(self._store, name)

        async def call(*arguments: object, **options: object) -> object:
            if self.dead:
                raise asyncio.CancelledError
            if name in self.failing:
                raise Unavailable
            answer = await method(*arguments, **options)
            if happens := self.between.pop(name, None):
                await happens()
            return answer

        return call
