"""The figures as one table of ratios."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.table import Table

from tests.bench.comparing import Service
from tests.bench.storing import Stored


class Report:
    """Rows gathered under headings; a ratio is the first figure over the second."""

    def __init__(self) -> None:
        self.table = Table(show_header=False)
        self.table.add_column()
        for _ in range(4):
            self.table.add_column(justify="right")

    def heading(self, text: str, first: str, second: str) -> None:
        """Begin a part, and say what its two figures are."""
        self.table.add_section()
        self.table.add_row(text, "at once", first, second, "ratio", style="bold")

    def row(self, what: str, at_once: int | None, first: float | None, second: float | None, digits: int = 0) -> None:
        """Two figures and their ratio, as far as they are known."""
        ratio = f"{first / second:.2f}" if first is not None and second else "-"
        at_once_text = "" if at_once is None else str(at_once)
        self.table.add_row(what, at_once_text, _figure(first, digits), _figure(second, digits), ratio)


def add_sign_ups(report: Report, connections: Sequence[int], gateway: Service, relay: Service) -> None:
    """Rate, latency and CPU time of sign-up posts."""
    report.heading("Sign-up posts", "gateway", "plain relay")
    pairs = list(zip(connections, gateway.figures, relay.figures, strict=True))
    for at_once, ours, theirs in pairs:
        report.row("answered per second", at_once, ours.rate, theirs.rate)
    for at_once, ours, theirs in pairs:
        report.row("latency p50, ms", at_once, ours.p50, theirs.p50, 1)
    for at_once, ours, theirs in pairs:
        report.row("latency p99, ms", at_once, ours.p99, theirs.p99, 1)
    for at_once, ours, theirs in pairs:
        report.row("CPU of the service, ms a post", at_once, ours.cpu_ms, theirs.cpu_ms, 2)
    if any(ours.other_replies or theirs.other_replies for _, ours, theirs in pairs):
        for at_once, ours, theirs in pairs:
            report.row("anything but a 201", at_once, ours.other_replies, theirs.other_replies)


def add_storing(
    report: Report, connections: Sequence[int], sqlite: Sequence[Stored], postgresql: Sequence[Stored]
) -> None:
    """Rate and CPU time of storing alone; ``postgresql`` is empty where there is none."""
    report.heading("Storing (accept, claim, save)", "SQLite", "PostgreSQL" if postgresql else "not installed")
    trios = list(zip_longest(connections, sqlite, postgresql))
    for at_once, ours, theirs in trios:
        report.row("sign-ups stored per second", at_once, ours.rate, theirs.rate if theirs else None)
    for at_once, ours, theirs in trios:
        report.row("CPU of this process, ms each", at_once, ours.cpu_ms, theirs.cpu_ms if theirs else None, 2)


def add_start(report: Report, gateway: Service, relay: Service, again: float) -> None:
    """Time to the first answer, and memory."""
    report.heading("Start and memory", "gateway", "plain relay")
    report.row("first /healthz, new database, s", None, gateway.seconds_to_start, relay.seconds_to_start, 2)
    report.row("first /healthz, next start, s", None, again, relay.seconds_to_start, 2)
    report.row("resident when idle, MiB", None, gateway.idle_mib, relay.idle_mib)
    report.row("resident after the posts, MiB", None, gateway.busy_mib, relay.busy_mib)
    report.row("posts by then", None, gateway.posts, relay.posts)


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
