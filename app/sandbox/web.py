"""The stand-in WHMCS over HTTP: its API, its page, its ledger and its faults."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.sandbox.client_area import ClientArea
from app.sandbox.commands import COMMANDS
from app.sandbox.fault_forms import read_fault, write_faults
from app.sandbox.faults import FaultRefusedError
from app.sandbox.ledger import Ledger
from app.sandbox.modes import MODES, Group
from app.sandbox.pages import STATIC, Pages
from app.sandbox.php import PhpArray, read_form, to_text
from app.sandbox.playing import Player
from app.sandbox.setup import Setup
from app.sandbox.shop import display, switch
from app.sandbox.whmcs import SandboxWhmcs

ROWS_SHOWN: Final = 50
FORM: Final = "application/x-www-form-urlencoded"
CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(
    *,
    ledger: Ledger | None = None,
    clock: Callable[[], float] = time.time,
    setup: Setup | None = None,
) -> Starlette:
    """The stand-in WHMCS. ``app.state.whmcs`` is the ``SandboxWhmcs`` behind it."""
    whmcs = SandboxWhmcs(ledger=ledger or Ledger(), setup=setup or Setup())
    player = Player(clock)
    pages = Pages(CSP)
    desk = Desk(whmcs, pages, clock)
    area = ClientArea(whmcs.ledger, pages, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await player.close()

    app = Starlette(
        routes=[
            Route("/includes/api.php", Api(whmcs, player)),
            *area.routes(),
            Route("/", desk.page),
            Route("/ledger.json", desk.ledger),
            Route("/faults", desk.list_faults, methods=["GET"]),
            Route("/faults", desk.add_fault, methods=["POST"]),
            Route("/faults", desk.clear_faults, methods=["DELETE"]),
            Route("/faults/clear", desk.clear_faults, methods=["POST"]),
            Route("/reset", desk.reset, methods=["POST"]),
            Route("/methods", desk.switch_method, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=lifespan,
    )
    app.state.whmcs = whmcs
    return app


class Api:
    """The API's one address, as an ASGI application, because a scene may need the bare connection."""

    def __init__(self, whmcs: SandboxWhmcs, player: Player) -> None:
        self._whmcs = whmcs
        self._player = player

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carries out one call."""
        request = Request(scope, receive)
        try:
            params = await _params(request)
        except ClientDisconnect:
            return
        remote = request.client.host if request.client else ""
        scene = self._whmcs.respond(params, remote=remote, now=self._player.clock())
        await self._player.play(scene, scope, receive, send)


class Desk:
    """What a person or a test sees of the sandbox, and what they can set."""

    def __init__(self, whmcs: SandboxWhmcs, pages: Pages, clock: Callable[[], float]) -> None:
        self._whmcs = whmcs
        self._pages = pages
        self._clock = clock

    async def page(self, request: Request) -> Response:
        """Everything in tables, newest first; refreshes itself with ``?watch=on``."""
        return self._show(watch="watch" in request.query_params)

    async def ledger(self, _: Request) -> Response:
        """Everything for programs."""
        return JSONResponse(self._whmcs.ledger.as_json())

    async def list_faults(self, _: Request) -> Response:
        """The faults that wait for calls."""
        return JSONResponse({"faults": write_faults(self._whmcs.faults)})

    async def add_fault(self, request: Request) -> Response:
        """A fault from the page's form (303 back to the page) or from JSON (201)."""
        from_page = request.headers.get("content-type", "").startswith(FORM)
        try:
            body = await request.body()
            self._whmcs.faults.add(read_fault(read_form(body) if from_page else _json_object(body)))
        except FaultRefusedError as refusal:
            if from_page:
                return self._show(problem=str(refusal), status=422)
            return JSONResponse({"error": str(refusal)}, 422)
        if from_page:
            return RedirectResponse("/#faults", 303)
        return JSONResponse({"faults": write_faults(self._whmcs.faults)}, 201)

    async def clear_faults(self, request: Request) -> Response:
        """No call goes wrong any more."""
        self._whmcs.faults.clear()
        return Response(status_code=204) if request.method == "DELETE" else RedirectResponse("/#faults", 303)

    async def reset(self, request: Request) -> Response:
        """Empties the ledger; programs that ask for JSON get 204."""
        self._whmcs.ledger.clear()
        for_program = "text/html" not in request.headers.get("accept", "")
        return Response(status_code=204) if for_program else RedirectResponse("/", 303)

    async def switch_method(self, request: Request) -> Response:
        """Switches a payment method off, or on again."""
        switch(self._whmcs.ledger, to_text(read_form(await request.body()).get("module")))
        return RedirectResponse("/#shop", 303)

    def _show(self, *, watch: bool = False, problem: str = "", status: int = 200) -> Response:
        ledger = self._whmcs.ledger
        tables = ("clients", "orders", "invoices", "mails")
        newest = {name: list(islice(reversed(getattr(ledger, name).values()), ROWS_SHOWN)) for name in tables}
        counts = {name: len(getattr(ledger, name)) for name in tables}
        context = {
            **newest,
            "calls": list(islice(reversed(ledger.calls), ROWS_SHOWN)),
            "counts": counts,
            "services": ledger.services,
            "domains": ledger.domains,
            "shop": display(ledger, self._clock()),
            "faults": write_faults(self._whmcs.faults),
            "groups": [(group.value, _modes_of(group)) for group in Group],
            "actions": list(COMMANDS),
            "watch": watch,
            "problem": problem,
        }
        return self._pages.render("sandbox.html", context, status)


def _modes_of(group: Group) -> list[object]:
    return [mode for mode in MODES.values() if mode.group is group]


async def _params(request: Request) -> PhpArray:
    """What PHP would hand over: the form of a POST, and the access key wherever it stands."""
    query = read_form(request.url.query.encode())
    params = {name: value for name, value in query.items() if name == "accesskey"}
    if request.method == "POST" and request.headers.get("content-type", "").startswith(FORM):
        params |= read_form(await request.body())
    return params


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise FaultRefusedError("Send a JSON object, or the form of the page.")
    return value
