"""The environment is read as meant, or refused with a sentence for every fault."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr, ValidationError

from app.settings import ConfigurationError, Settings, is_private_host, load_settings, read_environment, variable

KEY = Fernet.generate_key().decode()
GOOD = {
    "WHMCS_API_URL": "https://billing.example.com",
    "WHMCS_API_IDENTIFIER": "identifier-7f3a",
    "WHMCS_API_SECRET": "secret-9b1c",
    "GATEWAY_ENCRYPTION_KEYS": KEY,
}
CURES = {variable(name): field.description for name, field in Settings.model_fields.items()}


def load(**changes: str) -> Settings:
    return load_settings({**GOOD, **changes})


def faults(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(environ)
    assert str(refused.value) == "\n".join(refused.value.faults)
    return refused.value.faults


def test_four_values_are_enough() -> None:
    settings = load()
    assert settings.whmcs_api_url == "https://billing.example.com"
    assert settings.whmcs_api_identifier.get_secret_value() == "identifier-7f3a"
    assert settings.whmcs_api_secret.get_secret_value() == "secret-9b1c"
    assert [key.get_secret_value() for key in settings.encryption_keys] == [KEY]
    assert settings.database_url.get_secret_value() == "sqlite:///data/gateway.db"
    assert settings.retry_delays == [5, 30, 120, 600, 1800, 7200, 21600]
    assert (settings.uncertain_grace, settings.whmcs_timeout, settings.whmcs_concurrency) == (90, 30, 6)
    assert (settings.gate_limit, settings.log_format, settings.sites_file) == ("60/minute", "json", Path("sites.toml"))
    assert (settings.trusted_proxies, settings.redis_url, settings.public_url) == ([], None, None)


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("WHMCS_API_URL", " http://10.0.0.3/whmcs ", "whmcs_api_url", "http://10.0.0.3/whmcs"),
        ("WHMCS_API_ACCESS_KEY", "access-key", "whmcs_api_access_key", SecretStr("access-key")),
        ("GATEWAY_SITES_FILE", "conf/sites.toml", "sites_file", Path("conf/sites.toml")),
        ("GATEWAY_DATABASE_URL", "postgres://u@h/d", "database_url", SecretStr("postgresql+psycopg://u@h/d")),
        ("GATEWAY_DATABASE_URL", "postgresql://u@h/d", "database_url", SecretStr("postgresql+psycopg://u@h/d")),
        ("GATEWAY_DATABASE_URL", "postgresql+psycopg://h/d", "database_url", SecretStr("postgresql+psycopg://h/d")),
        ("GATEWAY_DATABASE_URL", "sqlite:////var/g.db", "database_url", SecretStr("sqlite:////var/g.db")),
        ("GATEWAY_REDIS_URL", "rediss://cache:6380/1", "redis_url", SecretStr("rediss://cache:6380/1")),
        ("GATEWAY_PUBLIC_URL", "https://signup.example.com", "public_url", "https://signup.example.com"),
        ("GATEWAY_LOG_FORMAT", "text", "log_format", "text"),
        ("GATEWAY_WHMCS_CONCURRENCY", "100", "whmcs_concurrency", 100),
        ("GATEWAY_WHMCS_TIMEOUT", "2.5", "whmcs_timeout", 2.5),
        ("GATEWAY_UNCERTAIN_GRACE", "0", "uncertain_grace", 0),
        ("GATEWAY_RETRY_DELAYS", "5, 30\n120", "retry_delays", [5, 30, 120]),
        ("GATEWAY_GATE_LIMIT", "5/10 seconds", "gate_limit", "5/10 seconds"),
        (
            "GATEWAY_TRUSTED_PROXIES",
            "10.0.0.2, 172.16.0.0/12 ::1",
            "trusted_proxies",
            [ip_network("10.0.0.2/32"), ip_network("172.16.0.0/12"), ip_network("::1/128")],
        ),
        (
            "GATEWAY_TRUSTED_PROXIES",
            "::ffff:10.0.0.2, ::ffff:172.16.0.0/108",
            "trusted_proxies",
            [ip_network("10.0.0.2/32"), ip_network("172.16.0.0/12")],
        ),
        ("GATEWAY_FORWARDED_HEADER", "forwarded", "forwarded_header", "forwarded"),
    ],
)
def test_a_value_is_read(name: str, value: str, field: str, expected: object) -> None:
    assert getattr(load(**{name: value}), field) == expected


def test_keys_come_newest_first() -> None:
    older = Fernet.generate_key().decode()
    keys = load(GATEWAY_ENCRYPTION_KEYS=f"{KEY},\n {older}").encryption_keys
    assert [key.get_secret_value() for key in keys] == [KEY, older]


FAULTS = [
    ("WHMCS_API_URL", "", "is missing"),
    ("WHMCS_API_URL", "   ", "is missing"),
    ("WHMCS_API_URL", "billing.example.com", "is not a web address"),
    ("WHMCS_API_URL", "ftp://billing.example.com", "is not a web address"),
    ("WHMCS_API_URL", "https://", "is not a web address"),
    ("WHMCS_API_URL", "http://billing.example.com", "uses plain http over a public network"),
    ("WHMCS_API_URL", "http://93.184.216.34", "uses plain http over a public network"),
    ("WHMCS_API_URL", "https://admin:hunter2@billing.example.com", "holds a user name"),
    ("WHMCS_API_URL", "https://billing.example.com?token=hunter2", "a query"),
    ("WHMCS_API_URL", "https://:p@billing.example.com", "holds a user name"),
    ("WHMCS_API_URL", "https://billing.example.com:port", "is not a web address"),
    ("WHMCS_API_URL", "https://billing .example.com", "holds a blank"),
    ("WHMCS_API_IDENTIFIER", "your-identifier", "still holds the example's value"),
    ("WHMCS_API_SECRET", "changeme", "still holds the example's value"),
    ("WHMCS_API_ACCESS_KEY", "<access key>", "still holds the example's value"),
    ("GATEWAY_DATABASE_URL", "mysql://u:hunter2@h/d", "is neither SQLite nor PostgreSQL"),
    ("GATEWAY_DATABASE_URL", "sqlite:///:memory:", "names no file"),
    ("GATEWAY_DATABASE_URL", "sqlite:///", "names no file"),
    ("GATEWAY_DATABASE_URL", "gateway.db", "is neither SQLite nor PostgreSQL"),
    ("GATEWAY_REDIS_URL", "redis://cache:port/0", "has no good port"),
    ("GATEWAY_REDIS_URL", "cache:6379", "is not a Redis or Valkey address"),
    ("GATEWAY_ENCRYPTION_KEYS", "", "is missing"),
    ("GATEWAY_ENCRYPTION_KEYS", ",", "is empty"),
    ("GATEWAY_ENCRYPTION_KEYS", "hunter2", "key number 1 is not a Fernet key"),
    ("GATEWAY_ENCRYPTION_KEYS", f"{KEY},hunter2", "key number 2 is not a Fernet key"),
    ("GATEWAY_TRUSTED_PROXIES", "10.0.0.2, proxy", "'proxy' is not an address or network"),
    ("GATEWAY_FORWARDED_HEADER", "x-real-ip", "is not right. Write x-forwarded-for or forwarded"),
    ("GATEWAY_PUBLIC_URL", "signup.example.com", "is not a web address"),
    ("GATEWAY_PUBLIC_URL", "https://example.com/gateway", "at the root of its host only"),
    ("GATEWAY_LOG_FORMAT", "xml", "is not right. Write json or text"),
    ("GATEWAY_WHMCS_CONCURRENCY", "0", "greater than 0"),
    ("GATEWAY_WHMCS_CONCURRENCY", "101", "less than or equal to 100"),
    ("GATEWAY_WHMCS_CONCURRENCY", "six", "is not a whole number"),
    ("GATEWAY_WHMCS_TIMEOUT", "0", "greater than or equal to 1"),
    ("GATEWAY_WHMCS_TIMEOUT", "nan", "is not right"),
    ("GATEWAY_UNCERTAIN_GRACE", "-1", "greater than or equal to 0"),
    ("GATEWAY_UNCERTAIN_GRACE", "inf", "less than or equal to 86400"),
    ("GATEWAY_RETRY_DELAYS", ",", "at least 1 item"),
    ("GATEWAY_RETRY_DELAYS", "5,0", "greater than 0"),
    ("GATEWAY_RETRY_DELAYS", "5,soon", "is not a whole number"),
    ("GATEWAY_GATE_LIMIT", "60", "is not a rate"),
    ("GATEWAY_GATE_LIMIT", "0/minute", "is not a rate"),
    ("GATEWAY_GATE_LIMIT", "60/fortnight", "is not a rate"),
]


@pytest.mark.parametrize(
    ("name", "value", "wrong"), FAULTS, ids=[f"{name}={value.replace(KEY, 'KEY')}" for name, value, _ in FAULTS]
)
def test_a_fault_is_named_with_its_cure(name: str, value: str, wrong: str) -> None:
    told = faults({**GOOD, name: value})
    assert wrong in told[0]
    for sentence in told:
        assert sentence.startswith(f"{name}: ")
        assert sentence.endswith(f". {CURES[name]}.")
        assert "hunter2" not in sentence


@pytest.mark.parametrize("name", CURES)
def test_every_variable_has_a_cure_that_tells_what_to_do(name: str) -> None:
    cure = CURES[name]
    assert cure is not None
    assert cure.split()[0] in {"Copy", "Give", "Leave", "List", "Make", "Run", "Write"}
    assert not cure.endswith(".")


def test_all_faults_are_told_at_once() -> None:
    told = faults({"WHMCS_API_URL": "billing", "GATEWAY_LOG_FORMAT": "xml", "GATEWAY_SITE_FILE": "x"})
    assert [sentence.partition(":")[0] for sentence in told] == [
        "GATEWAY_SITE_FILE",
        "WHMCS_API_URL",
        "WHMCS_API_IDENTIFIER",
        "WHMCS_API_SECRET",
        "GATEWAY_ENCRYPTION_KEYS",
        "GATEWAY_LOG_FORMAT",
    ]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("GATEWAY_SITE_FILE", "Did you mean GATEWAY_SITES_FILE?"),
        ("WHMCS_API_SECRETS", "Did you mean WHMCS_API_SECRET?"),
        ("GATEWAY_ZZZQQQ", "Remove it."),
    ],
)
def test_a_key_that_nothing_reads_is_refused(name: str, advice: str) -> None:
    assert faults({**GOOD, name: "1"}) == (f"{name}: nothing reads this key. {advice}",)


def test_the_environment_of_others_is_left_alone() -> None:
    assert load(PATH="/bin", WHMCS_VERSION="8", HOME="/", gateway_log_format="text").log_format == "json"


def test_a_secret_that_sites_toml_names_is_found_where_the_settings_were() -> None:
    settings = load(TURNSTILE_SECRET=" hidden-3a1d ", EMPTY=" ")
    secret = settings.named("TURNSTILE_SECRET")
    assert secret is not None
    assert secret.get_secret_value() == "hidden-3a1d"
    assert [settings.named(name) for name in ("EMPTY", "MISSING", "WHMCS_API_SECRET")] == [None, None, None]


def test_nothing_printed_shows_a_secret() -> None:
    secrets = {
        "TURNSTILE_SECRET": "hidden-3a1d",
        "WHMCS_API_ACCESS_KEY": "access-5d2e",
        "GATEWAY_DATABASE_URL": "postgresql://u:password-4c8b@h/d",
        "GATEWAY_REDIS_URL": "redis://:password-8e0f@h",
    }
    settings = load(**secrets)
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        for secret in ("identifier-7f3a", "secret-9b1c", "access-5d2e", "password-4c8b", "password-8e0f", KEY):
            assert secret not in shown
        assert "hidden-3a1d" not in shown


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().log_format = "text"  # type: ignore[misc]  # the plugin knows


def test_the_process_overrules_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("GATEWAY_LOG_FORMAT=text\nGATEWAY_GATE_LIMIT='5/minute'\nGATEWAY_PUBLIC_URL\n")
    monkeypatch.setenv("GATEWAY_LOG_FORMAT", "json")
    read = read_environment(env_file)
    assert (read["GATEWAY_LOG_FORMAT"], read["GATEWAY_GATE_LIMIT"]) == ("json", "5/minute")
    assert "GATEWAY_PUBLIC_URL" not in read


def test_the_environment_is_read_where_the_process_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in GOOD.items()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WHMCS_API_IDENTIFIER", "from-the-process")
    assert load_settings().whmcs_api_identifier.get_secret_value() == "from-the-process"


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("whmcs", True),
        ("shop.localhost", True),
        ("db.internal", True),
        ("127.0.0.1", True),
        ("192.168.1.9", True),
        ("::1", True),
        ("fd00::1", True),
        ("8.8.8.8", False),
        ("2606:4700::1111", False),
        ("example.com", False),
        ("internal.example.com", False),
        ("localhost.example.com", False),
    ],
)
def test_where_plain_http_is_safe(host: str, private: bool) -> None:
    assert is_private_host(host) is private


def test_what_kubernetes_says_of_a_service_called_gateway_is_passed_over() -> None:
    injected = {"GATEWAY_SERVICE_HOST": "10.0.0.1", "GATEWAY_PORT": "tcp://10.0.0.1:80", "GATEWAY_PORT_80_TCP": "x"}
    assert load_settings({**GOOD, **injected}) == load_settings(GOOD)
