"""For those who watch the service: is it alive, is it ready, and figures."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.responses import JSONResponse, Response

from app.errors import Unavailable
from app.submissions import State
from app.web.openapi import READINESS
from app.whmcs import Standing
from app.wiring import Parts

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, Any]:
    """The process answers."""
    return {"ok": True}


@router.get("/readyz", responses=READINESS)
async def readyz(request: Request) -> Response:
    """The database answers and takes sign-ups: 200, else 503.

    WHMCS is reported, and does not matter: sign-ups wait for it on disk.
    """
    parts: Parts = request.app.state.parts
    try:
        await parts.store.ping()
    except Unavailable as error:
        return JSONResponse({"ok": False, "database": "down"}, 503, {"Retry-After": str(error.retry_after)})
    reason = await parts.pulse.reason()
    whmcs = {"whmcs": "down", "reason": reason} if reason else {"whmcs": "up"}
    return JSONResponse({"ok": True, "database": "up", **whmcs, "breaker": parts.pulse.breaker.standing})


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus: of this process, and of the database that it may share with others."""
    parts: Parts = request.app.state.parts
    up = False
    waiting: Mapping[State, int] | None = None
    with suppress(Unavailable):
        waiting = await parts.store.archive.counts()
        await parts.store.ping()
        up = True
    registry = CollectorRegistry()
    registry.register(_Figures(parts, request.app.state.refused.total, waiting, up=up))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    def __init__(self, parts: Parts, refused: int, waiting: Mapping[State, int] | None, *, up: bool) -> None:
        self._parts = parts
        self._refused = refused
        self._waiting = waiting
        self._up = up

    def collect(self) -> Iterator[Metric]:
        yield from self._of_work()
        yield from self._of_the_door()

    def _of_work(self) -> Iterator[Metric]:
        breaker = self._parts.pulse.breaker
        yield GaugeMetricFamily("signup_database_up", "Whether the database answers and takes sign-ups.", self._up)
        waiting = GaugeMetricFamily("signup_submissions", "Sign-ups that are not finished.", labels=["state"])
        for state, number in (self._waiting or {}).items():
            waiting.add_metric([state], number)
        yield waiting
        yield GaugeMetricFamily("signup_attempts_under_way", "Attempts of this process.", self._parts.slots.busy)
        standing = GaugeMetricFamily("signup_whmcs_breaker", "1 for how the breaker stands.", labels=["standing"])
        for one in Standing:
            standing.add_metric([one], int(one is breaker.standing))
        yield standing
        calls = CounterMetricFamily("signup_whmcs_calls", "Calls to WHMCS that ended.", labels=["command", "result"])
        for (command, result), number in breaker.calls.items():
            calls.add_metric([command, result], number)
        yield calls

    def _of_the_door(self) -> Iterator[Metric]:
        yield CounterMetricFamily(
            "signup_gate_refused", "Requests of this process that the gate refused.", self._refused
        )
        quotas = self._parts.quotas
        refusals = CounterMetricFamily(
            "signup_quota_refusals", "Sign-ups and look-ups of names that a quota refused.", labels=["policy"]
        )
        for policy, number in quotas.refusals.items():
            refusals.add_metric([policy], number)
        yield refusals
        yield CounterMetricFamily(
            "signup_quota_unavailable", "The same that passed because the quotas' store was away.", quotas.unavailable
        )
        verdicts = CounterMetricFamily("signup_verdicts", "New sign-ups that were screened.", labels=["verdict"])
        for verdict, number in self._parts.screening.verdicts.items():
            verdicts.add_metric([verdict], number)
        yield verdicts
        solutions = CounterMetricFamily(
            "signup_challenges", "Solutions of challenges that were looked at.", labels=["provider", "finding"]
        )
        for (provider, finding), number in self._parts.challenges.counts.items():
            solutions.add_metric([provider, finding], number)
        yield solutions
