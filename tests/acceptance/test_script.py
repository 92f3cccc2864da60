"""``signup.js`` in a real browser: what a visitor sees and hears, and that whatever happens it is one sign-up."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.acceptance.browser import picture, visit
from tests.acceptance.processes import Process, Town
from tests.acceptance.script_pages import WebServer, plain, webflow
from tests.unit.forms.visitors import ANSWERS

LATER = 120_000  # milliseconds: the gateway sends again after a second or so, the script looks again after a few


@pytest.fixture(scope="module")
def site() -> Iterator[WebServer]:
    """The site's own web server."""
    server = WebServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def town(browser: Browser, site: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS, and a gateway's settings for the site."""
    town = Town(tmp_path_factory.mktemp("town"), reply_within=20)
    sites = town.folder / "sites.toml"
    guarded = f'[sites.guarded]\norigins = ["{site.url}"]\nchallenge = "always"\nreply_within = 20\n'
    sites.write_text(sites.read_text().replace("https://www.acme.example", site.url) + guarded)
    yield town
    town.close()


@pytest.fixture(scope="module")
def gateway(town: Town) -> Process:
    """A gateway."""
    return town.serve()


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """An address of this test's own."""
    return f"{re.sub(r'[^a-z]+', '.', request.node.name.lower())[:60].strip('.')}@example.com"


def show(page: Page, site: WebServer, html: str, policy: str = "", query: str = "") -> None:
    """Open the site's sign-up page."""
    site.page, site.policy = html, policy
    page.goto(f"{site.url}/signup{query}")


def fill(page: Page, **answers: str) -> None:
    """Type the answers, field by field."""
    for label, answer in answers.items():
        page.get_by_label(label, exact=True).fill(answer)


def send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Send").click()


def done(page: Page) -> Locator:
    """What tells of the success."""
    return page.locator("[data-signup-done], .w-form-done")


def problem(page: Page) -> Locator:
    """What sums up the problems."""
    return page.get_by_role("alert")


def made(town: Town, email: str) -> int:
    """How many clients WHMCS has with the address."""
    return sum(client["email"] == email for client in town.ledger()["clients"])


def test_a_sign_up_stays_on_its_page_and_is_read_out(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    show(page, site, plain(gateway, email=email))
    page.evaluate("addEventListener('signup:success', (event) => (window.told = event.detail))")
    send(page)
    expect(done(page)).to_be_focused()
    expect(done(page)).to_contain_text("Your account is ready.")
    expect(page.locator("form")).to_be_hidden()
    assert page.url == f"{site.url}/signup"
    told = page.evaluate("window.told")
    assert told == {"status": "created", "reference": done(page).locator("code").inner_text()}
    assert made(town, email) == 1
    picture(page, "script done")


def test_it_asks_nobody_first(page: Page, site: WebServer, gateway: Process, email: str) -> None:
    """Everything is in the body, so there is no preflight."""
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method))
    show(page, site, plain(gateway, email=email))
    send(page)
    expect(done(page)).to_be_visible()
    assert methods.count("POST") == 1
    assert "OPTIONS" not in methods


def test_faults_are_beside_their_fields_and_in_a_summary_with_links(
    page: Page, site: WebServer, gateway: Process, email: str
) -> None:
    show(page, site, plain(gateway, email=email, phone="12", city=""))
    page.evaluate("addEventListener('signup:error', (event) => (window.told = event.detail))")
    send(page)
    expect(problem(page)).to_be_focused()
    expect(problem(page).get_by_role("link")).to_have_count(2)
    assert page.evaluate("window.told") == {"code": "invalid_fields", "fields": ["phone", "city"]}
    phone = page.get_by_label("phone")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(re.compile("phone", re.IGNORECASE))
    picture(page, "script faults")
    problem(page).get_by_role("link").first.click()
    expect(phone).to_be_focused()

    fill(page, phone=ANSWERS["phone"], city="London")
    send(page)
    expect(done(page)).to_be_visible()
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    expect(page.locator("[data-signup-error]")).to_have_count(0)


def test_whatever_comes_back_is_text_and_no_script(page: Page, site: WebServer, gateway: Process, email: str) -> None:
    """A page that pins this script by its hash does not trust the gateway with more than its form."""
    markup = "<img src=x onerror=window.acted=1>"
    fault = {"field": "phone", "code": "invalid_phone", "message": markup}
    refusal = {"ok": False, "code": "email_taken", "detail": markup, "login_url": "javascript:window.acted=1"}
    cors = {"Access-Control-Allow-Origin": "*"}
    reply = refusal | {"errors": [fault, fault | {"field": 'x"]'}]}
    page.route(f"{gateway.url}/v1/acme/signup", lambda route: route.fulfill(json=reply, headers=cors))
    show(page, site, plain(gateway, email=email))
    send(page)
    expect(problem(page)).to_contain_text(markup)
    expect(problem(page).locator("img, a[href^=javascript]")).to_have_count(0)
    assert page.evaluate("window.acted") is None


def test_a_second_click_is_the_same_sign_up(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method) if request.method == "POST" else None)
    show(page, site, plain(gateway, email=email))
    button = page.get_by_role("button", name="Send")
    button.evaluate("button => { button.click(); button.click(); button.click(); }")
    expect(done(page)).to_be_visible()
    assert len(posts) == 1
    assert made(town, email) == 1


def test_what_was_lost_on_the_way_is_sent_again_with_its_key(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    """The first post arrives, its reply does not."""
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(re.findall(r"_key=([^&]+)", route.request.post_data or "")[0])
        if len(keys) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"{gateway.url}/v1/acme/signup", lose_the_first)
    show(page, site, plain(gateway, email=email))
    send(page)
    expect(done(page)).to_contain_text("Your account is ready.", timeout=LATER)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert made(town, email) == 1


def test_offline_it_says_so_and_is_sent_when_the_visitor_is_back(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    show(page, site, plain(gateway, email=email))
    page.get_by_label("email").focus()
    page.context.set_offline(True)
    send(page)
    expect(page.locator("[data-signup-status]")).to_contain_text("You are offline.")
    expect(page.get_by_label("email")).to_have_value(email)
    picture(page, "script offline")
    page.context.set_offline(False)
    expect(done(page)).to_be_visible(timeout=LATER)
    assert made(town, email) == 1


def test_accepted_becomes_created_before_the_visitors_eyes(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    town.fail("drop", "AddClient")
    show(page, site, plain(gateway, email=email))
    send(page)
    expect(done(page)).to_contain_text("We have your sign-up.")
    town.mend()
    expect(done(page)).to_contain_text("Your account is ready.", timeout=LATER)
    assert made(town, email) == 1


def test_where_scripts_may_not_talk_to_the_gateway_the_browser_sends_the_form(
    browser: Browser, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    page = browser.new_context().new_page()  # it will complain of the policy, and rightly
    policy = f"default-src 'self'; script-src {gateway.url}; form-action {gateway.url}"
    show(page, site, plain(gateway, email=email), policy=policy)
    send(page)
    page.wait_for_url(f"{gateway.url}/v1/acme/signup/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed up")
    assert made(town, email) == 1
    page.context.close()


def test_without_scripts_the_form_is_as_good(
    browser: Browser, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    with visit(browser, scripts=False) as page:
        show(page, site, plain(gateway, email=email))
        send(page)
        page.wait_for_url(f"{gateway.url}/v1/acme/signup/*")
    assert made(town, email) == 1


def test_webflows_own_boxes_tell_how_it_went(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    show(page, site, webflow(gateway, email=email, phone="12"))
    page.get_by_role("button", name="Submit").click()
    fail = page.locator(".w-form-fail")
    expect(fail).to_be_focused()
    expect(fail.get_by_role("link")).to_have_count(1)
    picture(page, "script webflow fail")
    fill(page, **{"Phone Number": ANSWERS["phone"]})
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".w-form-done")).to_be_focused()
    expect(page.locator(".w-form-done")).to_contain_text("Your account is ready.")
    expect(fail).to_be_hidden()
    assert made(town, email) == 1
    picture(page, "script webflow done")


def test_fields_called_like_parts_of_the_form_do_no_harm(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    names = "".join(
        f'<input type="hidden" name="{name}" value="x">' for name in ("action", "method", "submit", "elements")
    )
    show(page, site, plain(gateway, more=names, email=email))
    send(page)
    expect(done(page)).to_be_visible()
    assert made(town, email) == 1


def test_a_page_of_the_sites_own_follows(page: Page, site: WebServer, gateway: Process, email: str) -> None:
    show(page, site, plain(gateway, attributes='data-success="/thanks?from=form"', email=email))
    send(page)
    page.wait_for_url(re.compile(re.escape(f"{site.url}/thanks?from=form&status=created&reference=") + r"\w{20}$"))


def test_it_keeps_nothing(page: Page, site: WebServer, gateway: Process, email: str) -> None:
    show(page, site, plain(gateway, email=email), query="?utm_source=news")
    send(page)
    expect(done(page)).to_be_visible()
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_other_answers_are_another_sign_up(page: Page, site: WebServer, gateway: Process, email: str) -> None:
    """After a refusal that was stored, the corrected form must not be answered with the old refusal."""
    show(page, site, plain(gateway, email=email))
    send(page)
    expect(done(page)).to_be_visible()
    show(page, site, plain(gateway, email=email))
    send(page)
    expect(problem(page)).to_contain_text("already an account")
    fill(page, email=f"other.{email}")
    send(page)
    expect(done(page)).to_contain_text("Your account is ready.")


def test_a_challenge_is_solved_while_the_visitor_types(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    show(page, site, plain(gateway, site="guarded", email=email))
    page.get_by_label("email").focus()
    expect(page.locator("input[name=_altcha]")).to_have_count(1, timeout=LATER)
    trap = page.locator("input[aria-hidden]").bounding_box()
    assert trap is not None
    assert trap["x"] < 0
    send(page)
    expect(done(page)).to_contain_text("Your account is ready.", timeout=LATER)
    assert len(posts) == 1
    assert made(town, email) == 1


def test_a_solution_that_was_used_up_is_made_anew(
    page: Page, town: Town, site: WebServer, gateway: Process, email: str
) -> None:
    """The first sign-up was refused for its address, and took the solution with it."""
    town.whmcs.http.post(
        "/includes/api.php",
        data={"identifier": "sandbox", "secret": "sandbox", "action": "AddClient", "skipvalidation": "1"}
        | {"password2": "x", "noemail": "1", "email": email},
    ).raise_for_status()
    show(page, site, plain(gateway, site="guarded", email=email))
    send(page)
    expect(problem(page)).to_contain_text("already an account", timeout=LATER)
    fill(page, email=f"other.{email}")
    send(page)
    expect(done(page)).to_contain_text("Your account is ready.", timeout=LATER)


def test_it_is_small(town: Town, gateway: Process) -> None:
    reply = gateway.http.get("/signup.js", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert int(reply.headers["Content-Length"]) <= 4_800
    assert Path("app/web/scripts/signup.1.js").read_text(encoding="utf-8") == reply.text
