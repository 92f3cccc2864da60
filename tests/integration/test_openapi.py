"""The OpenAPI document in the hands of a machine: whatever it sends, the reply is one that the document promises."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.main import create_app
from app.settings import load_settings
from tests.integration.service import Service, serving
from tests.unit.documents import ROOT
from tests.unit.forms.visitors import ANSWERS
from tests.unit.test_docs import ENVIRON, served

DOCUMENT = schemathesis.openapi.from_dict(create_app(load_settings(ENVIRON)).openapi())
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations() if isinstance(found, Ok)]
POSTS = [operation for operation in OPERATIONS if operation.body]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MOSTLY = st.sampled_from([True, True, True, False])
SITES = st.sampled_from(["acme", "acme", "plain", "quiet"])
ACCEPTS = st.sampled_from(["application/json", "text/html", "*/*"])
CHANGES = st.fixed_dictionaries(
    {"email": st.sampled_from([f"ada{number}@example.com" for number in range(50)])},
    optional={name: st.just("") for name in ("city", "state", "country")},
)

NAMES = """
[sites.acme.plans.named]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
domain_actions = ["register", "transfer"]
"""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, for all that is sent to it."""
    async with serving(tmp_path, more_sites=NAMES) as service:
        yield service


@st.composite
def asked(draw: st.DrawFn, operation: Any) -> tuple[Case[Any], dict[str, str]]:
    """A request that fits the document or does not, most often to a site there is, with some good answers in it."""
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if operation.body else [GenerationMode.POSITIVE]
    place = {"site": draw(SITES)} if "{site}" in operation.path and draw(MOSTLY) else None
    case: Case[Any] = draw(operation.as_strategy(draw(st.sampled_from(modes)), path_parameters=place))
    if isinstance(case.body, dict) and draw(MOSTLY):
        case.body = {**case.body, **ANSWERS, **draw(CHANGES)}
    return case, {"Accept": draw(ACCEPTS)}


@settings(
    derandomize=True,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(asked=st.one_of(*map(asked, [*POSTS, *POSTS, *OPERATIONS])))
async def test_every_reply_is_as_described(service: Service, asked: tuple[Case[Any], dict[str, str]]) -> None:
    case, headers = asked
    request: Any = requests.Request(**case.as_transport_kwargs("https://signup.example.com", headers=headers)).prepare()
    reply = await service.client.request(request.method, request.url, headers=request.headers, content=request.body)
    try:
        case.validate_response(reply, checks=CHECKS)
    except FailureGroup as failures:  # which is no Exception, and would end the loop with it
        raise AssertionError("\n".join(map(str, failures.exceptions))) from None
    told = reply.text + str(reply.headers)
    assert not [text for text in texts(case.body) if len(text) > 6 and text in told and not is_ours(text)]


def test_every_operation_is_asked() -> None:
    assert len(OPERATIONS) == len(list(served()))


def is_ours(text: str) -> bool:
    """Whether it is a text of the gateway's own, as of a header: the machine reads the source, and tries them."""
    return any(text in file.read_text() for file in ROOT.glob("app/**/*") if file.suffix in (".py", ".html"))


def texts(value: object) -> Iterator[str]:
    """Every text that a visitor may have typed; the names of fields are not his."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)
