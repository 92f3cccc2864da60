"""The figures as one table of ratios, with the targets of the project beside them."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.table import Table

from tests.bench.comparing import Figures, Growth, Service
from tests.bench.flooding import Floods
from tests.bench.storing import Stored
from tests.bench.views import CONNECTIONS, Views

_MUST_KEEP_UP = (16, 64)  # connections
_P99_OVER_P50 = 5.0
_GROWTH = 5.0  # MiB
_WATCHED = 20_000  # sign-ups
_VIEWED = 2_000  # per second
_REFUSED = 3_000  # per second
_SLOWER = 2.0  # times


class Report:
    """Rows gathered under headings; a ratio is the first figure over the second."""

    def __init__(self) -> None:
        self.table = Table(show_header=False)
        for justify in ("left", "right", "right", "right", "right", "left"):
            self.table.add_column(justify=justify, no_wrap=True)

    def heading(self, text: str, first: str, second: str, counted: str = "at once") -> None:
        """Begin a part, and say what its two figures are, and of how many."""
        self.table.add_section()
        self.table.add_row(text, counted, first, second, "ratio", "target", style="bold")

    def row(
        self,
        what: str,
        at_once: int | None,
        first: float | None,
        second: float | None,
        *,
        digits: int = 0,
        target: str = "",
    ) -> None:
        """Two figures and their ratio, as far as they are known; ``target`` in words."""
        ratio = f"{first / second:.2f}" if first is not None and second else "-"
        at_once_text = "" if at_once is None else f"{at_once:,}"
        self.table.add_row(what, at_once_text, _figure(first, digits), _figure(second, digits), ratio, target)


def add_sign_ups(report: Report, connections: Sequence[int], gateway: Service, relay: Service) -> None:
    """Rate, latency and CPU time of sign-up posts."""
    report.heading("Sign-up posts", "gateway", "plain relay")
    pairs = list(zip(connections, gateway.figures, relay.figures, strict=True))
    for at_once, ours, theirs in pairs:
        target = judged("1 or more", ours.rate >= theirs.rate) if at_once in _MUST_KEEP_UP else ""
        report.row("answered per second", at_once, ours.rate, theirs.rate, target=target)
    for at_once, ours, theirs in pairs:
        report.row("latency p50, ms", at_once, ours.p50, theirs.p50, digits=1)
    for at_once, ours, theirs in pairs:
        report.row("latency p99, ms", at_once, ours.p99, theirs.p99, digits=1)
    for at_once, ours, theirs in pairs:
        tail, met = ours.p99 / ours.p50, ours.p99 < _P99_OVER_P50 * ours.p50
        target = judged(f"under {_P99_OVER_P50:g}", met) if at_once == 1 else ""
        report.row("latency p99 over p50", at_once, tail, theirs.p99 / theirs.p50, digits=1, target=target)
    for at_once, ours, theirs in pairs:
        report.row("CPU of the service, ms a post", at_once, ours.cpu_ms, theirs.cpu_ms, digits=2)
    for at_once, ours, theirs in pairs:
        report.row("load and WHMCS, % of their core", at_once, _percent(ours), _percent(theirs))
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
        report.row("CPU of this process, ms each", at_once, ours.cpu_ms, theirs.cpu_ms if theirs else None, digits=2)


def add_start(report: Report, gateway: Service, relay: Service, again: float, growth: Growth) -> None:
    """Time to the first answer, and memory."""
    report.heading("Start and memory", "gateway", "plain relay")
    report.row("first /healthz, new database, s", None, gateway.seconds_to_start, relay.seconds_to_start, digits=2)
    report.row("first /healthz, next start, s", None, again, relay.seconds_to_start, digits=2)
    report.row("resident when idle, MiB", None, gateway.idle_mib, relay.idle_mib)
    report.row("resident after the posts, MiB", None, gateway.busy_mib, relay.busy_mib)
    report.row("posts by then", None, gateway.posts, relay.posts)
    watched = growth.mib is not None and growth.posts == _WATCHED
    target = judged(f"under {_GROWTH:g}", (growth.mib or 0) < _GROWTH) if watched else ""
    report.row(f"growth over {growth.posts:,} posts more, MiB", None, growth.mib, None, digits=1, target=target)


def add_views(report: Report, measured: Views) -> None:
    """Views of prices, and what they cost WHMCS."""
    report.heading("Views of prices", "gateway", "bare uvicorn")
    for what, viewed in (("whole", measured.whole), ("not modified", measured.unchanged)):
        target = judged(f"{_VIEWED:,} or more", viewed.rate >= _VIEWED)
        report.row(f"answered per second, {what}", CONNECTIONS, viewed.rate, measured.bare.rate, target=target)
    for what, viewed in (("whole", measured.whole), ("not modified", measured.unchanged)):
        report.row(f"CPU of the service, ms, {what}", CONNECTIONS, viewed.cpu_ms, measured.bare.cpu_ms, digits=3)
    report.row("other answers", CONNECTIONS, measured.whole.others + measured.unchanged.others, measured.bare.others)
    for command, calls in sorted(measured.asked.items()):
        target = judged("1", calls == 1)
        report.row(f"{command} in {measured.seconds:.0f} s, calls", CONNECTIONS, calls, None, target=target)


def add_floods(report: Report, measured: Floods) -> None:
    """Refusals, and what honest visitors notice."""
    report.heading("Flood", "gateway", "bare uvicorn", "addresses")
    for one in measured.floods:
        target = judged(f"{_REFUSED:,} or more", one.gateway.rate >= _REFUSED)
        report.row("refused per second", one.addresses, one.gateway.rate, one.bare.rate, target=target)
    for one in measured.floods:
        report.row("CPU of the service, ms each", one.addresses, one.gateway.cpu_ms, one.bare.cpu_ms, digits=3)
    for one in measured.floods:
        report.row("refused, %", one.addresses, 100 * one.gateway.refused, 100 * one.bare.refused, digits=2)
    for one in measured.floods:
        report.row("load, % of its core", one.addresses, 100 * one.gateway.busy, 100 * one.bare.busy)
    before = measured.quiet
    report.heading("Honest visitors", "during", "before", "addresses")
    for one in measured.floods:
        report.row("latency p50, ms", one.addresses, one.honest.percentile(50), before.percentile(50), digits=1)
    for one in measured.floods:
        slow, was = one.honest.percentile(99), before.percentile(99)
        target = judged(f"{_SLOWER:g} or less", slow <= _SLOWER * was)
        report.row("latency p99, ms", one.addresses, slow, was, digits=1, target=target)
    for one in measured.floods:
        report.row("anything but a 201", one.addresses, one.honest.refused(), before.refused())


def judged(target: str, met: bool) -> str:
    """A target, and whether it was met."""
    return f"{target}: {'met' if met else 'missed'}"


def _percent(figures: Figures) -> float | None:
    return None if figures.load_busy is None else 100 * figures.load_busy


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
