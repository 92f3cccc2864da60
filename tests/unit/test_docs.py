"""The README and the examples say what the code does: each test fails when they drift apart."""

import ast
import re
import tomllib
from configparser import ConfigParser
from html.parser import HTMLParser

import pytest
from pydantic import BaseModel, SecretStr

from app.commands import GRACEFUL
from app.errors import leaves
from app.forms import MAX_BODY_BYTES, MAX_FIELDS, MAX_SOLUTION_BYTES, MAX_VALUE_BYTES, demanded
from app.forms.spellings import find_answers
from app.main import create_app
from app.screening import SIGNALS
from app.settings import Settings, load_settings, variable
from app.sites import ATTRIBUTION, FIELD_NAMES, Choice, Limits, Plan, Site, Thresholds, load_sites, parse_sites
from app.web.script import Scripts
from tests.unit.documents import ROOT, block, called, keys, parsed, quoted, rows, section, texts

ENVIRON = {
    "WHMCS_API_URL": "https://billing.example.com",
    "WHMCS_API_IDENTIFIER": "sandbox",
    "WHMCS_API_SECRET": "sandbox",
    "GATEWAY_ENCRYPTION_KEYS": f"{'A' * 43}=",
    "GATEWAY_SITES_FILE": str(ROOT / "sites.example.toml"),
}


def default_of(model: type[BaseModel], field: str) -> str:
    """How the README writes the default of a setting or a site's key."""
    entry = model.model_fields[field]
    if entry.is_required():
        return "required"
    value = entry.default_factory() if entry.default_factory else entry.default  # type: ignore[call-arg]
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not plain and plain is not False:
        return "none"
    if isinstance(plain, bool):
        return str(plain).lower()
    return ",".join(map(str, plain)) if isinstance(plain, list) else str(plain)


class TestConfiguration:
    def test_every_variable_is_in_the_readme_and_no_other(self) -> None:
        assert keys("Environment") == {variable(field) for field in Settings.model_fields}

    def test_the_readme_has_every_variables_default(self) -> None:
        documented = {row[0].strip("`"): row[1].strip("`") for row in rows("Environment")[2:]}
        assert documented == {variable(field): default_of(Settings, field) for field in Settings.model_fields}

    def test_every_variable_is_in_the_example_environment(self) -> None:
        written = set(re.findall(r"^#?((?:WHMCS_API|GATEWAY)_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
        assert written == {variable(field) for field in Settings.model_fields}

    def test_every_key_of_sites_toml_is_in_the_readme(self) -> None:
        known = {*Site.model_fields, *Plan.model_fields, *Limits.model_fields, *Thresholds.model_fields} - {"key"}
        assert known <= {code for row in rows("sites.toml") for cell in row for code in quoted(cell)}

    def test_every_key_of_a_plan_has_its_page(self) -> None:
        page = (ROOT / "docs/plans.md").read_text()
        assert {*Plan.model_fields} <= set(re.findall(r"`(\w+)`", page))
        assert all(f"{key} = " in page for key in Choice.model_fields)

    @pytest.mark.parametrize("rate", sorted({default_of(Limits, field) for field in Limits.model_fields} - {"none"}))
    def test_the_readme_has_every_limits_default(self, rate: str) -> None:
        assert f'`"{rate}"`' in section("sites.toml")

    def test_every_key_of_sites_toml_is_in_the_example_which_loads(self) -> None:
        document = tomllib.loads((ROOT / "sites.example.toml").read_text())["sites"]
        sites = [*document.values()]
        plans = [plan for site in sites for plan in site.get("plans", {}).values()]
        assert {key for site in sites for key in site} == {*Site.model_fields} - {"key"}
        assert {key for plan in plans for key in plan} == {*Plan.model_fields}
        assert {key for site in sites for key in site.get("limits", {})} == {*Limits.model_fields}
        assert {key for site in sites for key in site.get("screening", {})} == {*Thresholds.model_fields}
        assert set(load_sites(ROOT / "sites.example.toml")) == set(document)


class TestScreening:
    def test_the_readme_has_every_sign_with_its_points_and_no_other(self) -> None:
        signs = [[f"`{sign.name}`", str(sign.points), sign.words] for sign in SIGNALS.values()]
        assert [row for row in rows("Screening")[2:] if row[1] != "held"] == signs


class TestForms:
    def test_every_field_is_in_the_readme(self) -> None:
        assert {*FIELD_NAMES, *ATTRIBUTION} <= keys("Fields")

    def test_every_control_is_in_the_readme_and_no_other(self) -> None:
        written = {
            text
            for node in parsed("forms/controls.py", "forms/solutions.py")
            for text in texts(node)
            if re.fullmatch("_[a-z_]+", text)
        }
        assert written == {code for code in keys("Fields") if code.startswith("_")}

    def test_the_readme_has_the_caps(self) -> None:
        caps = (
            f"{MAX_BODY_BYTES // 1024} KiB for the body, {MAX_FIELDS} fields, "
            f"{MAX_VALUE_BYTES // 1024} KiB for a value, {MAX_SOLUTION_BYTES // 1024} KiB for the solution"
        )
        assert caps in " ".join(section("Fields").split())

    def test_the_example_form_posts_everything_that_the_example_site_needs(self) -> None:
        """Pasted as it is, with the sites.toml of the README, it gets through."""
        site = parse_sites(tomllib.loads(block("sites.toml", "toml")))["acme"]
        form = ExampleForm()
        form.feed(block("The form", "html"))
        assert (form.form["method"], form.form["action"][-15:]) == ("post", "/v1/acme/signup")
        controls = {name for name in form.fields if name.startswith("_")}
        answers = find_answers(site, {name: (value,) for name, value in form.fields.items()})
        assert controls <= keys("Fields")
        assert answers.unknown == 0
        assert demanded(site) <= set(answers.values)
        assert answers.values["plan"][0] in site.plans


class TestScript:
    def test_the_readme_has_the_hash_of_the_version_that_it_pins(self) -> None:
        hashes = {f"signup.{number}.js": script.integrity for number, script in Scripts().versions.items()}
        pinned = re.findall(r'/(signup\.\d+\.js)" [^>]*integrity="([^"]+)"', section("With a script"))
        assert len(pinned) == 1
        assert set(pinned) <= set(hashes.items())

    def test_every_attribute_that_the_script_reads_is_in_the_readme(self) -> None:
        script = Scripts().newest.plain.decode()
        attributes = set(re.findall(r"data-signup(?:-[a-z]+)?", script)) - {"data-signup-"}
        assert "data-signup-status" in attributes
        assert attributes <= set(re.findall(r"data-[a-z-]+", section("With a script")))


class ExampleForm(HTMLParser):
    """The attributes of a form and its fields' values."""

    def __init__(self) -> None:
        super().__init__()
        self.form: dict[str, str] = {}
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = attributes
        elif "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value", "x")


class TestReplies:
    def test_every_error_is_in_the_readme_with_its_status_and_whether_a_form_goes_back(self) -> None:
        table = {row[0].strip("`"): (row[1], "error_url" in row[3]) for row in rows("Replies") if len(row) == 4}
        assert table.items() >= {error.code: (str(error.status), error.sends_back) for error in leaves()}.items()
        assert len(table) == len(leaves()) + 2  # the heading and the line below it

    def test_every_family_of_figures_is_in_the_readme_and_no_other(self) -> None:
        makers = {"GaugeMetricFamily": "", "CounterMetricFamily": "_total"}
        families = {
            (str(ast.literal_eval(node.args[0])) + makers[called(node)], frozenset(labels(node)))
            for node in parsed("web/health.py")
            if isinstance(node, ast.Call) and called(node) in makers
        }
        assert {(row[0].strip("`"), frozenset(quoted(row[1]))) for row in rows("Metrics")[2:]} == families

    def test_every_route_is_in_the_readme(self) -> None:
        documented = quoted(section("Addresses"))
        for route in served():
            assert route in documented


def labels(family: ast.Call) -> list[str]:
    """The labels with which a family of figures is made."""
    return next((ast.literal_eval(word.value) for word in family.keywords if word.arg == "labels"), [])


def served() -> list[str]:
    """Method and path of every route of the application."""
    paths = create_app(load_settings(ENVIRON)).openapi()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def test_the_service_without_docker_is_set_up_where_the_readme_says() -> None:
    service = ConfigParser(allow_no_value=True, interpolation=None, strict=False)
    service.read(ROOT / "deploy" / "signup-gateway.service")
    said = section("Without Docker")
    program, command, *_ = service["Service"]["ExecStart"].split()
    for place in (program, service["Service"]["WorkingDirectory"], f"/var/lib/{service['Service']['StateDirectory']}/"):
        assert place in said
    assert command == "serve"
    settings = load_settings(ENVIRON)
    assert float(service["Service"]["TimeoutStopSec"]) > GRACEFUL + settings.whmcs_timeout + 10
    user, home = service["Service"]["User"], service["Service"]["WorkingDirectory"]
    assert f"useradd --system --home-dir {home} --shell /usr/sbin/nologin {user}\n" in said
    assert f" {home}/.env\n" in said
    assert f"runuser -u {user} -- {program} check\n" in said
