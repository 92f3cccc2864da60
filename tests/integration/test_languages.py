"""Whoever asks is answered in the own language, page or JSON, from the whole application."""

from collections.abc import AsyncIterator, Awaitable, Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import pytest

from app.languages import CODES, ENGLISH
from app.sandbox.faults import Fault
from tests.integration.service import JSON, Service, serving, take_in
from tests.unit.forms.visitors import ANSWERS

SITES = """
[sites.open]
origins = ["https://open.example"]
limits = { ip = "10000/minute", email = "10000/minute", site = "10000/minute" }
required = ["heard_from", "terms", "plan"]
custom_fields = { heard_from = 3 }

[sites.simple]
origins = ["https://simple.example"]
limits = { ip = "10000/minute", email = "10000/minute", site = "10000/minute" }

[sites.narrow]
origins = ["https://narrow.example"]
limits = { ip = "1/day" }

[sites.french]
origins = ["https://french.example"]
language = "fr"

[sites.shop]
origins = ["https://shop.example"]
hosted_form = true
terms_url = "https://shop.example/terms"
challenge = "always"
required = [
    "company", "address2", "tax_id", "currency", "language", "marketing_opt_in", "terms", "domain_action", "promo_code",
]
currencies = { EUR = 1 }
custom_fields = { source = 3 }
[sites.shop.plans.server]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
payment_methods = ["paypal"]
choices = { addresses = { option = 13, most = 8, default = "1" } }

[sites.wordy]
origins = ["https://wordy.example"]
[sites.wordy.texts.de]
"invalid_fields.title" = "Hoppla & <Halt>"
"email.invalid_email" = "Die <b>E-Mail-Adresse</b> {name}?"
sending = "Moment & <Geduld>"
"""
PAGE = {"Accept": "text/html"}
WRONG = {"email": "nobody", "phone": "12", "city": "", "first_name": "x" * 300, "last_name": "www.spam.example"}

Ask: TypeAlias = Callable[[Service, dict[str, str]], Awaitable[httpx2.Response]]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with sites that are about languages."""
    async with serving(tmp_path, SITES) as service:
        yield service


async def followed(service: Service, headers: dict[str, str], **changes: str) -> httpx2.Response:
    """What a form's sender is shown in the end."""
    reply = await service.post("simple", headers=headers, **changes)
    if reply.status_code == 303:
        return await service.client.get(reply.headers["location"], headers=headers)
    return reply


async def created(service: Service, headers: dict[str, str]) -> httpx2.Response:
    return await followed(service, headers)


async def accepted(service: Service, headers: dict[str, str]) -> httpx2.Response:
    service.wire.whmcs.faults.add(Fault("waf_403"))
    return await followed(service, headers)


async def refused(service: Service, headers: dict[str, str]) -> httpx2.Response:
    return await service.post("open", headers=headers, **WRONG)


async def known(service: Service, headers: dict[str, str]) -> httpx2.Response:
    if not service.wire.whmcs.ledger.clients:
        take_in(service, ANSWERS["email"])
    return await service.post("simple", headers=headers)


async def limited(service: Service, headers: dict[str, str]) -> httpx2.Response:
    await service.post("narrow", headers=headers)
    return await service.post("narrow", headers=headers, email="other@example.com")


async def unknown_site(service: Service, headers: dict[str, str]) -> httpx2.Response:
    return await service.post("nosuch", headers=headers)


async def unknown_reference(service: Service, headers: dict[str, str]) -> httpx2.Response:
    return await service.client.get("/v1/open/signup/nosuch", headers=headers)


async def wrong_method(service: Service, headers: dict[str, str]) -> httpx2.Response:
    return await service.client.get("/v1/open/signup", headers=headers)


async def form(service: Service, headers: dict[str, str]) -> httpx2.Response:
    return await service.client.get("/v1/open/form", headers=headers)


async def priceless(service: Service, headers: dict[str, str]) -> httpx2.Response:
    service.wire.whmcs.faults.add(Fault("waf_403"))
    return await service.client.get("/v1/shop/catalog", headers=headers)


async def hosted_form(service: Service, headers: dict[str, str]) -> httpx2.Response:
    return await service.client.get("/v1/shop", headers=headers)


async def returned_form(service: Service, headers: dict[str, str]) -> httpx2.Response:
    trouble = {"status": "error", "code": "invalid_fields", "fields": "email,plan"}
    return await service.client.get("/v1/shop", params=trouble, headers=headers)


BOTH: list[Ask] = [created, accepted, refused, known, limited, unknown_site, unknown_reference, wrong_method, priceless]
CASES = [(ask, kind) for ask in BOTH for kind in (PAGE, JSON)]
CASES += [(form, JSON), (hosted_form, PAGE), (returned_form, PAGE)]
SILENT = {"code", "option"}  # some countries have the same name in every language


class Texts(HTMLParser):
    """What a page says, in its order and without code and lists to choose from."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - named by the library
        self._tag = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - named by the library
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag not in SILENT and data.strip():
            self.found.append(data.strip())


def said(reply: httpx2.Response) -> list[str]:
    """Everything in the reply that somebody reads."""
    if reply.headers["content-type"].startswith("text/html"):
        return Texts(reply.text).found
    body: dict[str, Any] = reply.json()
    texts = [body[name] for name in ("title", "detail", "message") if name in body]
    return [*texts, *(error["message"] for error in body.get("errors", [])), *body.get("texts", {}).values()]


def asking(kind: dict[str, str], code: str) -> dict[str, str]:
    return kind | {"Accept-Language": f"{code}-CH, en;q=0.3"}


def check_language(reply: httpx2.Response, code: str) -> None:
    """The reply says which language it is in, and that it depends on the one asked for."""
    assert reply.headers["content-language"] == code
    assert "Accept-Language" in reply.headers["vary"].split(", ")
    if reply.headers["content-type"].startswith("text/html"):
        assert f'<html lang="{code}">' in reply.text


@pytest.mark.parametrize(("ask", "kind"), CASES, ids=[f"{ask.__name__} {kind['Accept']}" for ask, kind in CASES])
async def test_nothing_is_said_in_english_to_who_asks_for_another_language(
    service: Service, ask: Ask, kind: dict[str, str]
) -> None:
    english = await ask(service, asking(kind, ENGLISH))
    # Single words may be those of another language too, and a price is WHMCS's.
    sentences = {text for text in said(english) if " " in text and not text.startswith("$")}
    assert sentences
    for code in CODES:
        reply = await ask(service, asking(kind, code))
        assert reply.status_code == english.status_code
        check_language(reply, code)
        assert len(said(reply)) == len(said(english))
        assert code == ENGLISH or not sentences & set(said(reply))


@pytest.mark.parametrize("kind", [PAGE, JSON], ids=str)
async def test_whoever_is_stopped_at_the_gate_is_told_so_in_the_own_language(
    tmp_path: Path, kind: dict[str, str]
) -> None:
    async with serving(tmp_path, SITES, GATEWAY_GATE_LIMIT="1/day") as service:
        await wrong_method(service, kind)
        replies = {code: await wrong_method(service, asking(kind, code)) for code in CODES}
    for code, reply in replies.items():
        assert reply.status_code == 429
        check_language(reply, code)
    assert len({tuple(said(reply)) for reply in replies.values()}) == len(CODES)


@pytest.mark.parametrize("kind", [PAGE, JSON], ids=str)
async def test_a_site_of_one_language_speaks_it_whatever_is_asked(service: Service, kind: dict[str, str]) -> None:
    for code in ("de", "ja"):
        for reply in (
            await service.post("french", headers=asking(kind, code), email="nobody"),
            await service.client.get("/v1/french/signup", headers=asking(kind, code)),
            await service.client.get("/v1/french/form", headers=asking(kind, code)),
        ):
            check_language(reply, "fr")


async def test_a_sites_own_texts_are_texts_on_its_pages(service: Service) -> None:
    reply = await service.post("wordy", headers=asking(PAGE, "de"), email="nobody")
    assert "<h1>Hoppla &amp; &lt;Halt&gt;</h1>" in reply.text
    assert "<li>Die &lt;b&gt;E-Mail-Adresse&lt;/b&gt; {name}?</li>" in reply.text


async def test_a_sites_own_texts_are_in_json_as_they_were_written(service: Service) -> None:
    reply = await service.post("wordy", headers=asking(JSON, "de"), email="nobody")
    assert reply.json()["title"] == "Hoppla & <Halt>"
    assert [error["message"] for error in reply.json()["errors"]] == ["Die <b>E-Mail-Adresse</b> {name}?"]
    texts = (await service.client.get("/v1/wordy/form", headers=asking(JSON, "de"))).json()["texts"]
    assert texts["sending"] == "Moment & <Geduld>"


async def test_a_sites_own_texts_are_for_their_language_only(service: Service) -> None:
    reply = await service.post("wordy", headers=asking(JSON, "fr"), email="nobody")
    assert "Hoppla" not in reply.text
    check_language(reply, "fr")
