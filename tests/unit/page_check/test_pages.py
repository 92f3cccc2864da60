"""One page for each finding, and pages on which there is nothing to find."""

import pytest

from app.findings import Level
from app.page_check import check_page
from app.page_check.documents import Document
from app.page_check.kinds import KINDS
from tests.unit.page_check.pages import ASTRO, NEXT, PAGE_URL, PLAIN, WEBFLOW, acme, checked, codes

ACTION = ' action="https://signup.example.com/v1/acme/signup"'
CITY = '<label>City <input name="city" autocomplete="address-level2" required></label>'
TRAP = '<input name="_gotcha" tabindex="-1" autocomplete="off">'
SCRIPT = '<script src="https://signup.example.com/signup.js" defer></script>'
BUTTON = "<button>Create my account</button>"
HEAD = '<meta charset="utf-8">'


@pytest.mark.parametrize("html", [PLAIN, WEBFLOW, NEXT, ASTRO], ids=["plain", "webflow", "next", "astro"])
@pytest.mark.parametrize("url", ["", PAGE_URL])
def test_good_pages_are_praised_and_nothing_else_is_said(html: str, url: str) -> None:
    found = checked(html, url=url)
    assert [one.code for one in found.findings] == ["good_form"]
    assert found.found_form


# Code, what is replaced in the plain page, and by what.
CHANGES = [
    ("no_form", ACTION, ' action="https://elsewhere.example/contact"'),
    ("no_form", ACTION, ' action="/api/signup"'),
    ("no_action", ACTION, ""),
    ("no_action", ACTION, ' action="#"'),
    ("unknown_site", "/v1/acme/", "/v1/acne/"),
    ("relative_action", ACTION, ' action="/v1/acme/signup"'),
    ("strange_action", "/v1/acme/signup", "/v1/acme"),
    ("strange_action", "/v1/acme/signup", "/v1/acme/signup/x"),
    ("insecure_action", "https://signup.example.com", "http://signup.example.com"),
    ("other_gateway", "https://signup.example.com", "https://staging.example.com"),
    ("method_get", ' method="post"', ""),
    ("method_get", ' method="post"', ' method="get"'),
    ("method_get", ' method="post"', ' method="get" method="post"'),
    ("text_plain", "<form", '<form enctype="text/plain"'),
    ("new_window", "<form", '<form target="_blank"'),
    ("nested_form", CITY, f'<form action="/search">{CITY}'),
    ("no_button", BUTTON, '<button type="button">Go</button>'),
    ("missing_fields", CITY, ""),
    ("missing_fields", CITY, CITY.replace("<input", "<input disabled")),
    ("too_many_fields", BUTTON, "".join(f"<input name=x{number}>" for number in range(60)) + BUTTON),
    ("unknown_name", BUTTON, f"<label>Age <input name=age></label>{BUTTON}"),
    ("unknown_control", BUTTON, f"<input type=hidden name=_redirct>{BUTTON}"),
    ("same_field", CITY, f"{CITY}<label>Town <input name=Town autocomplete=address-level2></label>"),
    ("same_field", CITY, CITY * 2),
    ("dropped_twin", CITY, CITY + CITY.replace('"city"', '"City-2"')),
    ("no_name", BUTTON, f"<label>What? <input></label>{BUTTON}"),
    ("file_input", BUTTON, f'<label>Logo <input type="file" name="logo"></label>{BUTTON}'),
    ("password_input", BUTTON, f'<label>Password <input type="password" name="password"></label>{BUTTON}'),
    ("refused_choice", 'value="starter"', 'value="gold"'),
    ("refused_choice", 'value="yes"', 'value="I agree"'),
    ("refused_choice", "<option>France", "<option>Atlantis"),
    ("refused_choice", BUTTON, f"<input type=hidden name=domain_action value=register>{BUTTON}"),
    ("foreign_way_back", BUTTON, f'<input type=hidden name=_redirect value="/thanks">{BUTTON}'),
    ("foreign_way_back", BUTTON, f'<input type=hidden name=_error value="https://evil.example/">{BUTTON}'),
    ("fixed_key", BUTTON, f'<input type=hidden name=_key value="k1">{BUTTON}'),
    ("no_label", CITY, CITY.replace("<label>City", "City").replace("</label>", "")),
    ("no_label", CITY, CITY.replace("City", " ")),
    ("no_label", CITY, '<label for="citty">City</label><input id=city name=city autocomplete=address-level2>'),
    ("no_label", 'aria-label="Postcode"', 'placeholder="Postcode"'),
    ("no_label", 'aria-label="Postcode"', 'aria-labelledby="nothing"'),
    ("no_autocomplete", ' autocomplete="address-level2"', ""),
    ("no_autocomplete", ' autocomplete="address-level2"', ' autocomplete="off"'),
    ("wrong_autocomplete", '"address-level2"', '"address-level3"'),
    ("wrong_type", 'type="tel"', 'type="text"'),
    ("trap_filled", TRAP, TRAP.replace("<input", '<input value="x"')),
    ("trap_required", TRAP, TRAP.replace("<input", "<input required")),
    ("trap_hidden", TRAP, '<input type="hidden" name="_gotcha">'),
    ("trap_open", ' tabindex="-1"', ""),
    ("trap_open", TRAP, '<input name="_gotcha" tabindex="-1">'),
    ("trap_unknown", '"_gotcha"', '"website"'),
    ("trap_unknown", '"_gotcha"', '"b_c7103e2c981361a6639545bd5"'),
    ("two_challenges", BUTTON, f'<div class="x cf-turnstile"></div><altcha-widget></altcha-widget>{BUTTON}'),
    ("two_challenges", BUTTON, f'<div class="h-captcha"></div><div class="g-recaptcha"></div>{BUTTON}'),
    ("idle_challenge", BUTTON, f"<altcha-widget></altcha-widget>{BUTTON}"),
    ("foreign_page", "", ""),
    ("origin_hidden", HEAD, f'{HEAD}<meta name="referrer" content="no-referrer">'),
    ("origin_hidden", "<form", '<form rel="noreferrer"'),
    ("form_blocked", HEAD, f"{HEAD}<meta http-equiv=Content-Security-Policy content=\"form-action 'self'\">"),
    ("script_blocked", HEAD, f"{HEAD}<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">{SCRIPT}"),
    (
        "connect_blocked",
        HEAD,
        f"{HEAD}<meta http-equiv=Content-Security-Policy content=\"connect-src 'self'\">{SCRIPT}",
    ),
    ("not_utf8", HEAD, '<meta charset="windows-1252">'),
    ("not_utf8", HEAD, '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">'),
    ("mixed_content", HEAD, f'{HEAD}<script src="http://cdn.example/x.js"></script>'),
    ("script_idle", HEAD, HEAD + SCRIPT),
    ("script_missing", "<form", "<form data-signup"),
    ("script_twice", HEAD, HEAD + SCRIPT * 2),
    ("script_unreadable", HEAD, HEAD + SCRIPT.replace("defer", 'integrity="sha384-x"')),
    (
        "way_back_blocked",
        HEAD,
        f'{HEAD}<meta http-equiv="Content-Security-Policy" content="form-action https://signup.example.com">',
    ),
]
NOT_IN_THE_PAGE = {"foreign_page": "https://www.other.example/", "mixed_content": PAGE_URL}
WITH_SCRIPT = ("script_blocked", "connect_blocked", "script_twice", "script_unreadable")


@pytest.mark.parametrize(("code", "old", "new"), CHANGES, ids=[f"{code} {new[:40]}" for code, _, new in CHANGES])
def test_one_fault_is_one_finding(code: str, old: str, new: str) -> None:
    html = PLAIN.replace(old, new)
    html = html.replace("<form", "<form data-signup") if code in WITH_SCRIPT else html
    assert codes(html, url=NOT_IN_THE_PAGE.get(code, "")) == [code]


def test_every_finding_has_its_page() -> None:
    assert {code for code, _, _ in CHANGES} | {"good_form", "challenge_field", "no_challenge"} == set(KINDS)


TURNSTILE = {"challenge_site_key": "x", "challenge_secret_env": "TURNSTILE_SECRET"}


@pytest.mark.parametrize(
    ("provider", "inside", "found"),
    [
        ("altcha", "", ["no_challenge"]),
        ("altcha", "<altcha-widget></altcha-widget>", []),
        ("altcha", '<altcha-widget name="_altcha"></altcha-widget>', []),
        ("altcha", '<input type="hidden" name="altcha">', []),
        ("altcha", '<altcha-widget name="proof"></altcha-widget>', ["challenge_field"]),
        ("altcha", '<div class="h-captcha"></div>', ["idle_challenge", "no_challenge"]),
        ("turnstile", '<div class="cf-turnstile"></div>', ["challenge_field"]),
        ("turnstile", '<div class="cf-turnstile" data-response-field-name="_turnstile"></div>', []),
        ("hcaptcha", '<div class="h-captcha"></div>', []),
        ("recaptcha", '<div class="g-recaptcha"></div>', []),
        ("recaptcha", '<input type="hidden" name="_recaptcha">', []),
    ],
)
def test_the_challenge_is_the_one_that_the_site_asks_for(provider: str, inside: str, found: list[str]) -> None:
    keys = {} if provider == "altcha" else TURNSTILE
    site = acme(challenge="always", challenge_provider=provider, **keys)
    assert sorted(codes(PLAIN.replace(BUTTON, inside + BUTTON), site=site)) == found


def test_signup_js_solves_the_gateways_own_challenge() -> None:
    assert codes(ASTRO, site=acme(challenge="always")) == []


def test_a_box_may_have_a_hidden_twin_for_no() -> None:
    assert codes(PLAIN.replace(BUTTON, f'<input type="hidden" name="terms" value="0">{BUTTON}')) == []


def test_a_finding_names_its_line_and_what_to_do() -> None:
    found = checked(PLAIN.replace('name="city"', 'name="citty"')).findings
    assert [(one.level, one.code, one.line) for one in found] == [
        (Level.FAULT, "missing_fields", 3),
        (Level.WARNING, "unknown_name", 9),
    ]
    assert "ask for city" in found[0].what
    assert "Rename it (to city)" in found[1].cure


def test_what_the_site_takes_and_gives_by_itself_is_not_asked_for() -> None:
    without_city = PLAIN.replace(CITY, "<label>Town <input name=Ort></label><label>Why? <input name=why></label>")
    assert codes(without_city, site=acme(fields={"Ort": "city"}, custom_fields={"why": 3})) == ["no_autocomplete"]
    assert codes(PLAIN.replace(CITY, ""), site=acme(defaults={"city": "Ulm"})) == []
    assert codes(PLAIN.replace(CITY, ""), site=acme(optional=["city"])) == []


def test_a_form_without_action_is_ours_only_when_no_other_is() -> None:
    contact = PLAIN.replace(ACTION, "").replace(CITY, "")
    assert codes(PLAIN + contact) == []
    assert codes(contact) == ["no_action", "missing_fields"]
    assert codes('<form><label>Email <input name="email"></label></form>') == ["no_form"]


def test_a_server_action_is_not_ours() -> None:
    assert codes(PLAIN.replace(ACTION, "").replace(CITY, CITY + '<input type=hidden name="$ACTION_ID_1">')) == [
        "no_form"
    ]


def test_the_site_of_a_form_without_action_must_be_told_when_there_are_several() -> None:
    page, sites = Document(PLAIN.replace(ACTION, "")), {"acme": acme(), "blog": acme()}
    assert [one.code for one in check_page(page, sites).findings] == ["no_action"]
    assert "/v1/blog/signup" in check_page(page, sites, key="blog").findings[0].cure


def test_a_gateway_behind_the_pages_own_host_takes_a_relative_action() -> None:
    relative = PLAIN.replace("https://signup.example.com", "")
    assert codes(relative, url="https://signup.example.com/page") == []
    based = relative.replace(HEAD, f'{HEAD}<base href="https://signup.example.com/">')
    assert codes(based, url=PAGE_URL) == []


def test_controls_outside_that_name_the_form_are_its_own() -> None:
    outside = PLAIN.replace("<form", '<form id="f"').replace(CITY, "") + CITY.replace("<input", '<input form="f"')
    assert codes(outside) == []


def test_what_a_page_says_cannot_steer_a_terminal() -> None:
    found = checked(PLAIN.replace(BUTTON, f"<label>x <input name='\x1b[31m{{x}}\n'></label>{BUTTON}")).findings[-1]
    assert "\x1b" not in found.what
    assert "\n" not in found.what
    assert "{x}" in found.what


def test_a_page_on_plain_http_at_home_is_fine() -> None:
    local = PLAIN.replace("https://signup.example.com", "http://localhost:8000")
    site = acme(origins=["http://localhost:3000"], success_url=None)
    assert codes(local, site=site, url="http://localhost:3000/", gateway_url="") == []
