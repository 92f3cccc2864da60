"""Structured logs: one event a line, with the request's id, and without personal data or secrets."""

import logging
import re
import sys
from collections.abc import Iterable
from contextlib import nullcontext, suppress
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# The look-behind lets a match begin only where a word does; without it a long path costs its square.
_EMAIL = re.compile(r"(?<![^\s@\"'<>(),:;=&])[^\s@\"'<>(),:;=&]+(@|%40)[^\s@\"'<>(),:;=&]+")
# These move a terminal's cursor, colour it, or turn a line round. What was stored before a rule of ours may hold any.
_ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")
STRUCK = "[struck out]"


def configure_logs(style: Literal["json", "text"], secrets: Iterable[str] = ()) -> None:
    """Send every log line of this process, our own and the libraries', to standard output in one shape."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Strike(secrets),
    ]
    renderer: Processor = structlog.processors.JSONRenderer()
    if style == "text":
        shared.append(_readable)
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    handler = Output(sys.stdout)
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=lambda *_: handler,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # python_multipart's warnings quote the body.
    for name, level in {"uvicorn.access": "WARNING", "alembic": "WARNING", "python_multipart": "CRITICAL"}.items():
        logging.getLogger(name).setLevel(level)


def logs_aside() -> None:
    """Send our own log lines to standard error, for commands whose standard output is their answer."""
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def readable(text: str) -> str:
    """The text with what would act on a terminal written as an escape, like ``\\x1b``. Tabs and line feeds stay."""
    return _ACTS.sub(lambda found: ascii(found[0])[1:-1], text)


def _readable(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: readable(value) if isinstance(value, str) else value for key, value in event.items()}


class Output(logging.StreamHandler[TextIO]):
    """Where all lines go. Ours come ready to be written: by way of ``logging`` each would cost three times as much."""

    def write(self, line: str) -> None:
        """Write one line. A log that cannot be written, on a full disk say, fails no sign-up."""
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            self.stream.write(line + self.terminator)
            self.stream.flush()

    info = warning = error = critical = write


class Strike:
    """Strikes e-mail addresses and the given secrets out of every value, tracebacks included.

    Nothing of ours logs them on purpose; this is for the words of others, which we do not choose.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted(filter(None, secrets), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: self._struck(value) for key, value in event.items()}

    def _struck(self, value: Any) -> Any:
        if isinstance(value, int | float | None):
            return value
        text = value if isinstance(value, str) else str(value)
        if self._secrets:
            text = self._secrets.sub(STRUCK, text)
        return _EMAIL.sub(STRUCK, text) if "@" in text or "%40" in text else text
