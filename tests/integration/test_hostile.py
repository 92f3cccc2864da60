"""Whatever is posted, the reply is one of the contract's and nobody, not even the log, repeats what was typed."""

import io
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings

from app.logs import Output
from app.sandbox.ledger import Client
from tests.integration.hostile import CANARY, ONE_ODD_ANSWER, REQUESTS, Sent
from tests.integration.service import Service, serving
from tests.unit.forms.visitors import ANSWERS

STATUSES = {201, 202, 303, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
HOST = "https://signup.example.com"
JSON = (b"content-type", b"application/json")


OFTEN = settings(
    derandomize=True,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Watched:
    """The application, and what it has logged."""

    service: Service
    log: io.StringIO


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """The application, whose log is read."""
    async with serving(tmp_path) as service:
        log = io.StringIO()
        (output,) = (handler for handler in logging.getLogger().handlers if isinstance(handler, Output))
        output.setStream(log)
        yield Watched(service, log)


@OFTEN
@given(sent=REQUESTS)
@example(sent=Sent(json.dumps(ANSWERS | {"company": f"{CANARY} Ltd"}).encode(), (JSON,)))
@example(sent=Sent(b"--b\rx", ((b"content-type", b"multipart/form-data; boundary=b"),)))
async def test_any_post_gets_a_clean_reply(watched: Watched, sent: Sent) -> None:
    request = httpx2.Request("POST", f"{HOST}/v1/acme/signup", headers=sent.headers, content=sent.body)
    watched.log.truncate(0)
    check_reply(await watched.service.client.send(request))
    printed = watched.log.getvalue().strip("\0")
    assert CANARY not in printed
    assert {json.loads(line)["event"] for line in printed.splitlines()} <= EVENTS
    assert '"request"' in printed
    for client in watched.service.wire.whmcs.ledger.clients.values():
        check_client(client)


@OFTEN
@given(answers=ONE_ODD_ANSWER)
async def test_no_answer_reaches_whmcs_that_would_act_there(watched: Watched, answers: dict[str, str]) -> None:
    clients = watched.service.wire.whmcs.ledger.clients
    known = set(clients)
    sent = json.dumps(answers)  # which spells lone surrogates, too
    reply = await watched.service.client.post("/v1/acme/signup", headers=[JSON], content=sent)
    assert reply.status_code in (201, 202, 400, 409, 413, 422)  # 202: held, for a name in two scripts among much else
    assert (reply.status_code == 201) == (len(clients) > len(known))
    for number in set(clients) - known:
        check_client(clients[number])


EVENTS = {"request", "delivery", "fields_dropped", "redirect_ignored", "relay_key_refused", "screened", "sender_hidden"}


def check_reply(reply: httpx2.Response) -> None:
    """It is of a kind that the contract has, and holds nothing of the request."""
    assert reply.status_code in STATUSES
    assert CANARY not in reply.text
    assert not [value for value in reply.headers.values() if CANARY in value or "\n" in value or "\r" in value]
    kind = reply.headers.get("content-type", "").partition(";")[0]
    if reply.status_code == 303:
        assert reply.headers["location"].startswith("https://www.acme.example/")
    elif kind != "text/html":
        body = reply.json()
        assert kind == ("application/json" if body["ok"] else "application/problem+json")
        assert body["ok"] or body["status"] == reply.status_code


def check_client(client: Client) -> None:
    """Nothing that WHMCS got is a control, an override, a tag or a formula."""
    for name, text in asdict(client).items():
        if isinstance(text, str) and name != "notes":
            assert not set(text) & set("\x00\r\n\x1b<>{}\u202e\ud800"), name
            assert not text.startswith(("=", "@", "-")), name
            assert name == "phonenumber" or not text.startswith("+"), name


async def test_a_log_for_people_holds_one_line_a_request_whatever_the_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(tmp_path, GATEWAY_LOG_FORMAT="text") as service:
        for path in ("/%0a%0dforged", "/%1b[2J", "/%c2%9b2J", "/%e2%80%ae"):
            await service.client.get(path)
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == 4
    assert not set(printed) & set("\r\x1b\x9b\u202e")
