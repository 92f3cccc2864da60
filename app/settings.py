"""The environment: typed, frozen, and a refusal to start when a value is missing or weak.

``load_settings`` reads a mapping (by default ``.env`` below the process's own environment) and either returns
``Settings`` or raises ``ConfigurationError`` with one sentence for every fault found.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    PrivateAttr,
    SecretStr,
    ValidationError,
)

from app.faults import problem, unknown_key
from app.networks import Network, read_networks


class ConfigurationError(Exception):
    """The configuration is wrong; ``faults`` has one sentence each, naming the key and the cure."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def variable(field: str) -> str:
    """The environment variable behind a field of ``Settings``."""
    return field.upper() if field.startswith("whmcs_api_") else f"GATEWAY_{field.upper()}"


def is_private_host(host: str) -> bool:
    """Whether plain HTTP to ``host`` stays on this machine or a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".internal"))


def is_this_machine(host: str) -> bool:
    """Whether what is sent to ``host`` stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _split(value: object) -> object:
    return [part for part in re.split(r"[\s,]+", value) if part] if isinstance(value, str) else value


def _web_address(value: str) -> str:
    value = value.strip()
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or not _has_port_or_none(parts):
        raise ValueError("is not a web address")
    if not value.isprintable() or " " in value:
        raise ValueError("holds a blank")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("holds a user name, a query or a fragment")
    if parts.scheme == "http" and not is_private_host(parts.hostname):
        raise ValueError("uses plain http over a public network")
    return value


def _has_port_or_none(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("is empty")
    if value.get_secret_value().strip().lower().startswith(("change", "your-", "<")):
        raise ValueError("still holds the example's value")
    return SecretStr(value.get_secret_value().strip())


def _fernet_keys(value: list[SecretStr]) -> list[SecretStr]:
    if not value:
        raise ValueError("is empty")
    for place, key in enumerate(value, start=1):
        try:
            Fernet(key.get_secret_value())
        except ValueError:
            raise ValueError(f"key number {place} is not a Fernet key") from None
    return value


def _root(value: str) -> str:
    if urlsplit(value).path.strip("/"):
        raise ValueError("has a path, and the gateway answers at the root of its host only")
    return value


def _database_url(value: SecretStr) -> SecretStr:
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value.get_secret_value())
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("is neither SQLite nor PostgreSQL")
    if url in ("sqlite:///", "sqlite:///:memory:"):
        raise ValueError("names no file")
    return SecretStr(url)


def _redis_url(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("is not a Redis or Valkey address")
    if not _has_port_or_none(urlsplit(value.get_secret_value())):
        raise ValueError("has no good port")
    return value


def check_rate(value: str) -> str:
    """``value`` when it is a rate that lets something pass; raises ValueError."""
    if not re.fullmatch(r"[1-9]\d*\s*/\s*([1-9]\d*\s*)?(second|minute|hour|day)s?", value):
        raise ValueError("is not a rate")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]


class Settings(BaseModel):
    """Every variable the gateway reads; the description of each is the cure shown when it is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    _environ: Mapping[str, str] = PrivateAttr({})  # the variables of others

    whmcs_api_url: WebAddress = Field(
        description="Give the address of your WHMCS with https, like https://billing.example.com"
    )
    whmcs_api_identifier: Secret = Field(
        description="Make API credentials in WHMCS (System Settings > Manage API Credentials) and copy the identifier"
    )
    whmcs_api_secret: Secret = Field(description="Copy the secret that WHMCS showed with the identifier")
    whmcs_api_access_key: Secret | None = Field(
        None, description="Leave it out, or copy $api_access_key from WHMCS's configuration.php"
    )
    sites_file: Path = Field(
        Path("sites.toml"), description="Give the path of your sites.toml (start from sites.example.toml)"
    )
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        SecretStr("sqlite:///data/gateway.db"),
        description="Write sqlite:///path/to/gateway.db or postgresql+psycopg://user:password@host/database",
    )
    redis_url: Annotated[SecretStr, AfterValidator(_redis_url)] | None = Field(
        None, description="Leave it out, or write redis://host:6379/0 (Valkey takes the same)"
    )
    encryption_keys: Annotated[list[SecretStr], BeforeValidator(_split), AfterValidator(_fernet_keys)] = Field(
        description="Run `gateway generate-key` and put its output here; newest key first, separated by commas"
    )
    trusted_proxies: Annotated[list[Network], BeforeValidator(read_networks), BeforeValidator(_split)] = Field(
        [], description="List your reverse proxies as addresses or networks, like 10.0.0.2, 172.16.0.0/12"
    )
    forwarded_header: Literal["x-forwarded-for", "forwarded"] = Field(
        "x-forwarded-for", description="Write x-forwarded-for or forwarded, whichever your reverse proxies write"
    )
    public_url: Annotated[WebAddress, AfterValidator(_root)] | None = Field(
        None, description="Leave it out, or give the gateway's own address, like https://signup.example.com"
    )
    snippets: bool = Field(False, description="Write true or false")
    log_format: Literal["json", "text"] = Field("json", description="Write json or text")
    whmcs_concurrency: PositiveInt = Field(
        6, le=100, description="Give how many calls WHMCS may get at once, from 1 to 100"
    )
    whmcs_timeout: float = Field(
        30, ge=1, le=600, description="Give how many seconds to wait for WHMCS's answer, from 1 to 600"
    )
    whmcs_pace: float = Field(
        5, gt=0, le=1000, description="Give how many waiting sign-ups may be sent a second, like 5 or 0.5"
    )
    uncertain_grace: float = Field(
        90,
        ge=0,
        le=86400,
        description="Give the seconds to wait before an uncertain call is sent again, from 0 to 86400",
    )
    retry_delays: Annotated[list[PositiveInt], BeforeValidator(_split)] = Field(
        [5, 30, 120, 600, 1800, 7200, 21600],
        min_length=1,
        description="List the seconds between tries, like 5,30,120,600",
    )
    gate_limit: Annotated[str, AfterValidator(check_rate)] = Field(
        "60/minute", description="Write a rate per visitor address, like 60/minute or 5/10 seconds"
    )
    relay_limit: Annotated[str, AfterValidator(check_rate)] = Field(
        "600/minute", description="Write a rate per server that has a relay key, like 600/minute"
    )
    signup_limit: Annotated[str, AfterValidator(check_rate)] = Field(
        "1200/minute", description="Write a rate for all sites together, like 1200/minute"
    )

    def named(self, name: str) -> SecretStr | None:
        """A secret that sites.toml names by its variable; None when that is missing or empty."""
        text = self._environ.get(name, "").strip()
        return SecretStr(text) if text else None


def read_environment(env_file: Path = Path(".env")) -> dict[str, str]:
    """The process's environment over the values of ``env_file`` (if there is one)."""
    return {k: v for k, v in dotenv_values(env_file).items() if v is not None} | dict(os.environ)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from ``environ`` (default: ``read_environment()``).

    Raises ConfigurationError with every fault at once. An empty value counts as left out.
    """
    environ = read_environment() if environ is None else environ
    known = {variable(field): field for field in Settings.model_fields}
    faults = [unknown_key(name, known) for name in sorted(environ) if _is_ours(name) and name not in known]
    given = {field: environ[name] for name, field in known.items() if environ.get(name, "").strip()}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise ConfigurationError(faults + [_sentence(fault) for fault in error.errors()]) from None
    if faults:
        raise ConfigurationError(faults)
    settings._environ = {name: text for name, text in environ.items() if not name.startswith(("GATEWAY_", "WHMCS_"))}
    return settings


def _sentence(fault: Mapping[str, Any]) -> str:
    field = str(fault["loc"][0])
    return f"{variable(field)}: {problem(fault)}. {Settings.model_fields[field].description}."


def _is_ours(name: str) -> bool:
    # Kubernetes and Docker links describe a service called "gateway" to its neighbours in variables like these.
    # https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    injected = re.match(r"GATEWAY_(SERVICE_(HOST|PORT)|PORT(_|$)|NAME$)", name)
    return name.startswith(("GATEWAY_", "WHMCS_API_")) and not injected
