"""A good ``sites.toml`` and what a site can do."""

from pathlib import Path

import pytest

from app.settings import ConfigurationError
from app.sites import Limits, Plan, Site, load_sites, parse_sites

FULL = """
[sites.acme]
origins = ["https://www.acme.example", "https://*.preview.acme.example"]
name = "Acme"
logo_url = "https://cdn.example/logo.svg"
accent = "#0b6358"
hosted_form = true
success_url = "https://www.acme.example/welcome"
error_url = "https://www.acme.example/signup"
reply_within = 5.5
existing_customer = "hide"
retention_days = 30
required = ["company", "heard_from"]
optional = ["state"]
skip_validation = true
defaults = { country = "US", heard_from = "web" }
fields = { "Work Email" = "email" }
custom_fields = { heard_from = 3 }
currencies = { USD = 1 }
limits = { ip = "5/10 minutes; 15/day" }

[sites.acme.plans.starter]
pid = 1
billing_cycle = "annually"
payment_method = "stripe"
promo_code = "LAUNCH"

[sites.other-2]
origins = ["http://localhost:4321"]
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "sites.toml"
    path.write_text(FULL, encoding="utf-8")
    return path


def test_a_full_file_is_read(written: Path) -> None:
    acme = load_sites(written)["acme"]
    assert acme.key == "acme"
    assert acme.origins == ("https://www.acme.example", "https://*.preview.acme.example")
    assert (acme.name, acme.logo_url, acme.accent) == ("Acme", "https://cdn.example/logo.svg", "#0b6358")
    assert acme.hosted_form
    assert acme.success_url == "https://www.acme.example/welcome"
    assert acme.error_url == "https://www.acme.example/signup"
    assert (acme.reply_within, acme.existing_customer, acme.retention_days) == (5.5, "hide", 30)
    assert acme.required == {"company", "heard_from"}
    assert acme.optional == {"state"}
    assert acme.skip_validation
    assert acme.defaults == {"country": "US", "heard_from": "web"}
    assert acme.fields == {"Work Email": "email"}
    assert (acme.custom_fields, acme.currencies) == ({"heard_from": 3}, {"USD": 1})
    assert acme.plans == {
        "starter": Plan(pid=1, billing_cycle="annually", payment_method="stripe", promo_code="LAUNCH")
    }


def test_what_is_left_out_has_a_default(written: Path) -> None:
    other = load_sites(written)["other-2"]
    assert (other.success_url, other.error_url, other.plans, other.required) == (None, None, {}, frozenset())
    assert (other.reply_within, other.existing_customer, other.retention_days) == (8, "tell", 90)


def test_limits_are_parsed_and_those_left_out_have_a_default(written: Path) -> None:
    rates = load_sites(written)["acme"].limits.rates()
    assert {name: [(rate.amount, rate.get_expiry()) for rate in found] for name, found in rates.items()} == {
        "ip": [(5, 600), (15, 86400)],
        "email": [(3, 3600)],
        "unverified": [(15, 60)],
        "site": [(60, 60)],
        "domains": [(40, 60), (400, 3600)],
    }


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"site": "10/minute; 30/2 hours"}, [(3, 60), (8, 7200)]),
        ({"site": "1/minute"}, [(1, 60)]),
        ({"site": "60/minute", "unverified": "3/hour"}, [(3, 3600)]),
    ],
    ids=["a quarter of each, rounded up", "never nothing", "as said"],
)
def test_what_nothing_vouches_for_may_have(limits: dict[str, str], expected: list[tuple[int, int]]) -> None:
    rates = Limits.model_validate(limits).rates()["unverified"]
    assert [(rate.amount, rate.get_expiry()) for rate in rates] == expected


def test_a_site_knows_its_pages_and_origins(written: Path) -> None:
    acme = load_sites(written)["acme"]
    assert acme.allows_origin("https://www.acme.example")
    assert acme.allows_origin("https://pr-7.preview.acme.example")
    assert not acme.allows_origin("https://www.acme.example/")
    assert not acme.allows_origin("null")
    assert acme.owns("https://pr-7.preview.acme.example/thanks")
    assert not acme.owns("https://evil.example/thanks")


def test_a_form_may_choose_its_ways_back_on_the_sites_own_origins_only(written: Path) -> None:
    acme = load_sites(written)["acme"]
    chosen = acme.back_to(success_url="https://www.acme.example/b", error_url="https://evil.example/")
    assert (chosen.success_url, chosen.error_url) == ("https://www.acme.example/b", acme.error_url)
    assert acme.back_to(success_url=None, error_url=None) == acme


SITE = {"origins": ["https://www.acme.example"]}
BAD_FILES = [
    pytest.param(b"", "sites: there is no site. Write at least one table, like [sites.acme].", id="empty"),
    pytest.param(b"# nothing\n", "sites: there is no site.", id="comment only"),
    pytest.param(b"[sites]\n", "sites: there is no site.", id="empty table"),
    pytest.param(b"sites = 3\n", "sites: there is no site.", id="not a table"),
    pytest.param(b"[sites.acme\n", "sites.toml: is not TOML: ", id="not TOML"),
    pytest.param(b"[sites.a]\n[sites.a]\n", "sites.toml: is not TOML: ", id="a table twice"),
    pytest.param(b"\xff\xfe", "sites.toml: is not TOML: ", id="not text"),
]


@pytest.mark.parametrize(("content", "told"), BAD_FILES)
def test_a_file_that_holds_no_sites(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        load_sites(path)
    assert len(refused.value.faults) == 1
    assert told in refused.value.faults[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_sites(tmp_path / "sites.toml")
    (told,) = refused.value.faults
    assert "sites.toml: cannot be read (No such file or directory). Set GATEWAY_SITES_FILE" in told


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            {"sites": {"acme": SITE}, "site": {}}, ["site: nothing reads this key. Did you mean sites?"], id="misspelt"
        ),
        pytest.param(
            {"sites": {"acme": SITE}, "shop": SITE},
            ["shop: is a site outside of sites. Write [sites.shop]."],
            id="outside",
        ),
        pytest.param({"sites": {"acme": SITE}, "x": 1}, ["x: nothing reads this key. Remove it."], id="unknown"),
        pytest.param(
            {"sites": {"Acme Inc": SITE, "b": {**SITE, "key": "x"}, "c": 3}},
            [
                "sites.Acme Inc: use lower-case letters, digits and hyphens for a site's name.",
                "sites.b.key: nothing reads this key. Remove it.",
                "sites.c: is not a table. Write [sites.c] on a line of its own.",
            ],
            id="bad names and tables",
        ),
    ],
)
def test_faults_of_the_file_as_a_whole(document: dict[str, object], expected: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_sites(document)
    assert list(refused.value.faults) == expected


@pytest.mark.parametrize("key", ["", "-a", "A", "a.b", "a_b", "a/b", "ä", "a" * 65, "a\n"])
def test_a_site_name_must_fit_into_an_address(key: str) -> None:
    with pytest.raises(ConfigurationError, match="use lower-case letters, digits and hyphens"):
        parse_sites({"sites": {key: SITE}})


@pytest.mark.parametrize("key", ["a", "7", "acme-2", "a" * 64])
def test_good_site_names(key: str) -> None:
    assert isinstance(parse_sites({"sites": {key: SITE}})[key], Site)
