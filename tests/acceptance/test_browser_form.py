"""The hosted form in a real browser: with scripts and without, by keyboard alone, with faults, in every window."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import each_look, picture, sideways, violations, visit
from tests.acceptance.processes import Process, Town

SITES = """
[sites.shop]
origins = ["https://shop.example"]
name = "Nimbus Hosting"
accent = "#ffcc00"
hosted_form = true
reply_within = 20
required = ["terms"]
defaults = { country = "GB" }
custom_fields = { heard_from = 3 }
limits = { ip = "1000/minute", email = "1000/minute", site = "1000/minute" }
[sites.shop.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
[sites.shop.plans.business]
pid = 2
billing_cycle = "monthly"
payment_method = "stripe"

[sites.servers]
origins = ["https://servers.example"]
hosted_form = true
reply_within = 20
terms_url = "https://servers.example/terms"
required = ["terms", "plan"]
limits = { ip = "1000/minute", email = "1000/minute", site = "1000/minute" }
[sites.servers.plans.server]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
payment_methods = ["banktransfer"]
custom_fields = { project = 9 }
required = ["domain"]
[sites.servers.plans.server.choices]
memory = { option = 12, values = { "2 GB" = 47, "4 GB" = 48 } }
addresses = { option = 13, most = 8, default = "1" }

[sites.guarded]
origins = ["https://guarded.example"]
hosted_form = true
reply_within = 20
challenge = "always"
limits = { ip = "1000/minute", email = "1000/minute", site = "1000/minute" }
"""
TYPED = {
    "First name": "Ada",
    "Last name": "Lovelace",
    "Phone number": "+44 20 7946 0000",
    "Street and number": "12 St James's Square",
    "Town or city": "London",
    "State, province or region": "Greater London",
    "Postcode": "SW1Y 4JH",
}
MAX_BYTES = 10_000
# What a browser knows of its owner, by the words of the attribute autocomplete.
PROFILE = {
    "given-name": "Ada",
    "family-name": "Lovelace",
    "tel": "+442079460000",
    "address-line1": "12 St James's Square",
    "address-level2": "London",
    "address-level1": "Greater London",
    "postal-code": "SW1Y 4JH",
    "country": "GB",
    "organization": "Analytical Engines",
    "url": "https://ada.example",
}
# It goes by these words alone, touches nothing that says off, and types nothing: no key is pressed, no field has focus.
AUTOFILL = """profile => {
  for (const field of document.querySelectorAll("input, select")) {
    const value = profile[field.autocomplete];
    if (value === undefined) continue;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}"""


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS, and sites without a form of their own."""
    town = Town(tmp_path_factory.mktemp("town"))
    (town.folder / "sites.toml").write_text(SITES)
    yield town
    town.close()


@pytest.fixture(scope="module")
def gateway(town: Town) -> Process:
    """A gateway that knows its own address."""
    return town.serve()


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """An address of this test's own."""
    return f"{re.sub(r'[^a-z]+', '.', request.node.name.lower())[:60].strip('.')}@example.com"


def fill(page: Page, email: str, **changes: str) -> None:
    """Type the answers by the labels of the fields."""
    for label, answer in (TYPED | {"Email address": email} | changes).items():
        page.get_by_label(label, exact=True).fill(answer)


def send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Create my account").click()


def made(town: Town, email: str) -> int:
    """How many clients WHMCS has with the address."""
    return sum(client["email"] == email for client in town.ledger()["clients"])


@pytest.fixture
def unscripted(browser: Browser) -> Iterator[Page]:
    """The window of a visitor who lets no page run scripts."""
    with visit(browser, scripts=False) as page:
        yield page


def test_without_scripts_the_form_signs_up(unscripted: Page, gateway: Process, town: Town, email: str) -> None:
    page = unscripted
    page.goto(f"{gateway.url}/v1/shop?plan=starter")
    expect(page.get_by_role("radio", name="Starter")).to_be_checked()
    fill(page, email)
    page.get_by_label("I accept the terms").check()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed up")
    assert made(town, email) == 1
    expect(page.get_by_role("banner")).to_have_text("Nimbus Hosting")


def test_without_scripts_faults_are_marked_and_nothing_typed_is_in_the_address(
    unscripted: Page, gateway: Process, town: Town, email: str
) -> None:
    page = unscripted
    page.goto(f"{gateway.url}/v1/shop?plan=starter")
    fill(page, email, **{"Phone number": "12"})
    page.get_by_label("I accept the terms").check()
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.url == f"{gateway.url}/v1/shop?plan=starter&status=error&code=invalid_fields&fields=phone"
    assert page.title() == "Error: Create your account · Nimbus Hosting"
    expect(page.get_by_role("radio", name="Starter")).to_be_checked()
    phone = page.get_by_label("Phone number")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(re.compile("^Enter your phone number.* With the country code"))
    page.get_by_role("link", name="Enter your phone number").click()
    expect(phone).to_be_focused()

    page.go_back()
    page.go_back()
    expect(phone).to_have_value("12")
    phone.fill(TYPED["Phone number"])
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed up")
    assert made(town, email) == 1


def test_with_scripts_nothing_typed_is_lost(page: Page, gateway: Process, town: Town, email: str) -> None:
    page.goto(f"{gateway.url}/v1/shop")
    fill(page, email, **{"Phone number": "12"})
    page.get_by_label("I accept the terms").check()
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Email address")).to_have_value(email)
    assert violations(page) == []
    picture(page, "form scripted faults")
    page.get_by_label("Phone number").fill(TYPED["Phone number"])
    send(page)
    expect(page.locator("[data-signup-done]")).to_be_focused()
    expect(page.locator("[data-signup-done]")).to_contain_text("Your account is ready.")
    assert page.url == f"{gateway.url}/v1/shop"
    assert violations(page) == []
    picture(page, "form scripted done")
    assert made(town, email) == 1


def test_what_the_browser_fills_in_by_itself_is_enough(page: Page, gateway: Process, town: Town, email: str) -> None:
    page.goto(f"{gateway.url}/v1/shop")
    page.evaluate(AUTOFILL, PROFILE | {"email": email})
    page.get_by_label("I accept the terms").check()
    send(page)
    expect(page.locator("[data-signup-done]")).to_contain_text("Your account is ready.")
    (client,) = [client for client in town.ledger()["clients"] if client["email"] == email]
    sent = [client[name] for name in ("firstname", "lastname", "address1", "city", "state", "postcode", "country")]
    assert sent == [*(answer for label, answer in TYPED.items() if label != "Phone number"), "GB"]
    assert client["phonenumber"] == "+44.2079460000"


def test_a_challenge_is_solved_by_the_form(page: Page, gateway: Process, town: Town, email: str) -> None:
    page.goto(f"{gateway.url}/v1/guarded")
    fill(page, email)
    page.get_by_label("Country").select_option("Poland")
    send(page)
    expect(page.locator("[data-signup-done]")).to_contain_text("Your account is ready.")
    assert made(town, email) == 1


def test_without_scripts_a_form_that_needs_them_says_so(unscripted: Page, gateway: Process) -> None:
    unscripted.goto(f"{gateway.url}/v1/guarded")
    expect(unscripted.locator(".note")).to_be_visible()
    expect(unscripted.locator(".note")).to_contain_text("This form needs JavaScript")


def test_the_whole_form_can_be_filled_in_by_keyboard(page: Page, gateway: Process, town: Town, email: str) -> None:
    page.goto(f"{gateway.url}/v1/shop")
    keys = page.keyboard
    answers = [*TYPED.values()]
    about, address = [*answers[:2], email, answers[2]], answers[3:]
    keys.press("Tab")
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="Business")).to_be_checked()
    for answer in (*about, *address):
        keys.press("Tab")
        assert outlined(page)
        keys.type(answer)
    keys.press("Tab")
    expect(page.get_by_label("Country")).to_be_focused()
    keys.type("Poland")
    keys.press("Tab")
    keys.type("a friend")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Create my account")).to_be_focused()
    assert outlined(page)
    keys.press("Enter")
    expect(page.locator("[data-signup-done]")).to_be_focused()
    assert made(town, email) == 1


def outlined(page: Page) -> bool:
    """Whether one can see what has the focus."""
    drawn: str = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    return drawn != "none"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("empty", "shop"),
        ("refused", "shop?status=error&code=email_taken"),
        ("faults", "shop?status=error&code=invalid_fields&fields=plan,email,country,terms"),
        ("server", "servers?status=error&code=invalid_fields&fields=memory,domain"),
        ("guarded", "guarded"),
    ],
)
def test_axe_finds_nothing_and_it_fits_every_window(page: Page, gateway: Process, name: str, address: str) -> None:
    page.goto(f"{gateway.url}/v1/{address}")
    for width, scheme in each_look(page):
        assert violations(page) == [], f"{name} {width} {scheme}"
        assert sideways(page) == 0, f"{name} {width}"
        picture(page, f"form {name} {width} {scheme}")


def test_plans_have_the_prices_of_whmcs(page: Page, gateway: Process) -> None:
    page.goto(f"{gateway.url}/v1/shop")
    expect(page.locator("[data-plan-price=starter]")).to_have_text("$5.00 USD")
    expect(page.get_by_label("Business")).to_be_visible()


def test_what_a_plan_lets_the_visitor_choose_is_ordered(page: Page, gateway: Process, town: Town, email: str) -> None:
    page.goto(f"{gateway.url}/v1/servers")
    expect(page.get_by_role("radio", name="Server")).to_be_checked()
    fill(page, email)
    page.get_by_label("Country").select_option("Poland")
    page.get_by_label("I accept the terms").check()
    send(page)
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        ["Enter your domain name, like example.com.", re.compile("Memory")]
    )
    page.get_by_role("alert").get_by_role("link").nth(1).click()
    expect(page.get_by_label("Memory")).to_be_focused()
    page.get_by_label("Memory").select_option("4 GB")
    page.get_by_label("Domain name").fill("ada.example")
    send(page)
    expect(page.locator("[data-signup-done]")).to_be_focused()
    assert made(town, email) == 1


def test_the_text_may_be_twice_as_large_on_the_smallest_phone(page: Page, gateway: Process) -> None:
    page.set_viewport_size({"width": 320, "height": 450})
    page.goto(f"{gateway.url}/v1/shop?status=error&code=invalid_fields&fields=email")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(page) == 0
    picture(page, "form twice the size")


def test_it_is_small_but_for_its_script(page: Page, gateway: Process) -> None:
    page.goto(f"{gateway.url}/v1/shop")
    sizes: dict[str, int] = page.evaluate(
        "Object.fromEntries(['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))"
        ".map((entry) => [entry.name, entry.encodedBodySize]))"
    )
    assert 0 < sum(size for name, size in sizes.items() if not name.endswith(".js")) < MAX_BYTES
