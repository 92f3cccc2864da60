"""What happened in one run, step by step, for the person who has to find out why."""

import traceback
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NoReturn

import structlog

WHO: ContextVar[str] = ContextVar("WHO", default="world")
"""The process on whose behalf this is running."""

_BUGS = frozenset({"attempt_failed", "worker_failed"})  # what the gateway logs when it did not expect something


class Broken(AssertionError):
    """A promise was broken."""


@dataclass
class Story:
    """Lines of virtual time, process, and what happened."""

    clock: Callable[[], float]
    lines: list[tuple[float, str, str]] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)

    def tell(self, what: str, who: str | None = None) -> None:
        """Add a line."""
        self.lines.append((self.clock(), who or WHO.get(), what))

    def hear(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> NoReturn:
        """Add a line that the gateway logged; as the last of structlog's processors."""
        words = [f"{name}={value}" for name, value in event.items() if value not in (None, "") and name != "event"]
        self.tell(f"logs {event['event']}: {' '.join(words)}")
        if event["event"] in _BUGS:
            self.bugs.append(traceback.format_exc())
        raise structlog.DropEvent

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Every log line of the gateway goes into the story, and nowhere else."""
        before = structlog.get_config()
        structlog.configure(
            processors=[self.hear],
            wrapper_class=structlog.make_filtering_bound_logger(0),
            cache_logger_on_first_use=False,
        )
        try:
            yield
        finally:
            structlog.configure(**before)

    def text(self, names: dict[str, str]) -> str:
        """All lines, with references replaced by shorter names."""
        told = "\n".join(f"{at:12.3f}  {who:<8} {what}" for at, who, what in self.lines)
        for reference, name in names.items():
            told = told.replace(reference, name)
        return told
