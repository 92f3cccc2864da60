"""Who sent a form, by the headers that browsers write and pages cannot."""

import hypothesis.strategies as st
import pytest
from hypothesis import given
from structlog.testing import capture_logs

from app.errors import OriginRefused
from app.guard import Sender
from app.sites import Site
from app.web.origin import check_sender

SITE, OWN = "https://www.acme.example", "https://signup.example.com"
FORM = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site"}
SCRIPT = {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "sec-fetch-site": "cross-site"}


def site(challenge: str = "suspicious") -> Site:
    origins = [SITE, "https://*.preview.acme.example"]
    return Site.model_validate({"key": "acme", "origins": origins, "challenge": challenge})


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"origin": SITE}, Sender.PAGE, id="the site"),
        pytest.param({"origin": SITE} | FORM, Sender.PAGE, id="the site, a form"),
        pytest.param({"origin": SITE} | SCRIPT, Sender.PAGE, id="the site, a script"),
        pytest.param({"origin": SITE} | FORM | {"sec-fetch-dest": "iframe"}, Sender.PAGE, id="the site, in a frame"),
        pytest.param({"origin": SITE} | FORM | {"sec-fetch-site": "same-origin"}, Sender.PAGE, id="one host for both"),
        pytest.param({"origin": "https://pr-7.preview.acme.example"}, Sender.PAGE, id="a preview"),
        pytest.param({"origin": "https://a.b.preview.acme.example"}, None, id="two labels where one may stand"),
        pytest.param({"origin": "https://evil.example"}, None, id="elsewhere"),
        pytest.param({"origin": "https://evil.example", "referer": f"{SITE}/"}, None, id="elsewhere, Referer forged"),
        pytest.param({"origin": f"{SITE}.evil.example"}, None, id="the site as a prefix"),
        pytest.param({"origin": "http://www.acme.example"}, None, id="without TLS"),
        pytest.param({"origin": f"{SITE}:8443"}, None, id="another port"),
        pytest.param({"origin": f"{SITE}, https://evil.example"}, None, id="two at once"),
        pytest.param({"origin": ""}, None, id="an empty one"),
        pytest.param({"origin": OWN}, Sender.PAGE, id="the gateway's own page"),
        pytest.param({"origin": OWN} | FORM | {"sec-fetch-site": "same-origin"}, Sender.PAGE, id="truly its own"),
        pytest.param({"origin": OWN} | FORM, None, id="its own, and from another site: a contradiction"),
        pytest.param({"origin": OWN} | FORM | {"sec-fetch-site": "same-site"}, None, id="its own, and a neighbour's"),
        pytest.param({"origin": "null", "referer": f"{SITE}/signup?x=1"}, Sender.PAGE, id="null, Referer on the site"),
        pytest.param({"origin": "null", "referer": "https://evil.example/"}, None, id="null, Referer elsewhere"),
        pytest.param({"origin": "null", "referer": "https://[/"}, None, id="null, Referer garbled"),
        pytest.param({"origin": "null"}, Sender.OPAQUE, id="null"),
        pytest.param({"origin": "null"} | FORM, Sender.OPAQUE, id="null, a form"),
        pytest.param({"origin": "NULL"}, None, id="null, as no browser writes it"),
        pytest.param({"referer": f"{SITE}/signup"}, Sender.PAGE, id="Referer alone, on the site"),
        pytest.param({"referer": "https://evil.example/"}, None, id="Referer alone, elsewhere"),
        pytest.param({"referer": "garbage"}, None, id="Referer alone, garbled"),
        pytest.param(FORM, Sender.OPAQUE, id="a browser that says nothing of the page"),
        pytest.param({}, Sender.UNKNOWN, id="a program"),
        pytest.param({"user-agent": "curl/8"}, Sender.UNKNOWN, id="a program that says so"),
        pytest.param({"origin": SITE} | SCRIPT | {"sec-fetch-mode": "no-cors"}, None, id="mode no-cors"),
        pytest.param({"origin": SITE, "sec-fetch-mode": "websocket"}, None, id="mode websocket"),
        pytest.param({"sec-fetch-mode": "no-cors"}, None, id="mode no-cors, nothing else"),
        *(
            pytest.param({"origin": SITE, "sec-fetch-dest": kind}, None, id=f"destination {kind}")
            for kind in ("image", "script", "style", "font", "audio", "video", "report", "worker", "")
        ),
    ],
)
def test_who_sent_a_form(headers: dict[str, str], expected: Sender | None) -> None:
    if expected is None:
        with pytest.raises(OriginRefused):
            check_sender(site(), headers, OWN)
    else:
        assert check_sender(site(), headers, OWN) is expected


@pytest.mark.parametrize("headers", [{"origin": "null"}, FORM], ids=["null", "nothing"])
def test_where_nobody_can_prove_anything_a_hidden_page_is_refused_and_the_owner_is_told(
    headers: dict[str, str],
) -> None:
    with capture_logs() as lines, pytest.raises(OriginRefused):
        check_sender(site("off"), headers, OWN)
    (line,) = lines
    assert (line["event"], line["log_level"], line["site"]) == ("sender_hidden", "warning", "acme")
    assert "Referrer-Policy" in line["cure"]


TEXT = st.text(st.characters(min_codepoint=9, max_codepoint=255), max_size=30) | st.sampled_from(["null", OWN, SITE])
NAMES = ("origin", "referer", *FORM)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, TEXT)))
def test_whatever_stands_there_only_the_sites_own_pages_are_taken_for_it(headers: dict[str, str]) -> None:
    try:
        sender = check_sender(site(), headers, None)
    except OriginRefused:
        return
    if sender is Sender.PAGE:
        named = headers["origin"] if headers.get("origin", "null") != "null" else headers["referer"]
        assert named == SITE or named.startswith((f"{SITE}/", f"{SITE}?", f"{SITE}#"))
