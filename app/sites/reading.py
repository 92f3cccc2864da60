"""``sites.toml`` -> the sites in it, or every fault at once."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.faults import problem, unknown_key
from app.settings import ConfigurationError
from app.sites.plans import Choice, Item, Plan
from app.sites.site import Site
from app.sites.tables import Frozen, Limits, Thresholds

# The tables inside others, and after how many names of the operator's their own keys come.
_TABLES: dict[str, tuple[type[Frozen], int]] = {
    "plans": (Plan, 1),
    "limits": (Limits, 0),
    "screening": (Thresholds, 0),
    "choices": (Choice, 1),
    "more": (Item, 1),
}


def load_sites(path: Path) -> dict[str, Site]:
    """The sites of a ``sites.toml``, by key. Raises ConfigurationError with every fault at once."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        cure = "Set GATEWAY_SITES_FILE to your sites.toml, and let the gateway's user read it."
        raise ConfigurationError([f"{path}: cannot be read ({error.strerror}). {cure}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError([f"{path}: is not TOML: {error}."]) from None
    return parse_sites(document)


def parse_sites(document: Mapping[str, Any]) -> dict[str, Site]:
    """The same from a parsed document."""
    faults = [_stray(name, value) for name, value in document.items() if name != "sites"]
    tables = document.get("sites")
    if not isinstance(tables, dict) or not tables:
        raise ConfigurationError([*faults, "sites: there is no site. Write at least one table, like [sites.acme]."])
    sites = {}
    for key, table in tables.items():
        try:
            sites[key] = _parse_site(key, table)
        except ConfigurationError as error:
            faults.extend(error.faults)
    if faults:
        raise ConfigurationError(faults)
    return sites


def _stray(name: str, value: object) -> str:
    if isinstance(value, dict) and "origins" in value:
        return f"{name}: is a site outside of sites. Write [sites.{name}]."
    return unknown_key(name, ("sites",))


def _parse_site(key: str, table: object) -> Site:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", key):
        raise ConfigurationError([f"sites.{key}: use lower-case letters, digits and hyphens for a site's name."])
    if not isinstance(table, dict):
        raise ConfigurationError([f"sites.{key}: is not a table. Write [sites.{key}] on a line of its own."])
    if "key" in table:
        raise ConfigurationError([unknown_key("key", (), within=f"sites.{key}.")])
    try:
        return Site.model_validate({**table, "key": key})
    except ValidationError as error:
        faults = error.errors()
        spoilt = {fault["loc"][:-1] for fault in faults}  # a list is not short but for what is wrong in it
        told = [fault for fault in faults if fault["type"] != "too_short" or fault["loc"] not in spoilt]
        raise ConfigurationError([_sentence(key, fault) for fault in told]) from None


def _sentence(key: str, fault: Mapping[str, Any]) -> str:
    path = [str(part) for part in fault["loc"]]
    if path[-1] == "[key]":  # pydantic's own word, behind a key that is wrong itself
        path.pop()
    name = ".".join(["sites", key, *path])
    model, field = _table_and_key(path)
    if fault["type"] == "extra_forbidden":
        known = (one for one in model.model_fields if one != "key")
        return unknown_key(field, known, within=name.removesuffix(field))
    entry = model.model_fields.get(field)
    cure = f" {entry.description}." if entry else ""
    return f"{name}: {problem(fault)}.{cure}"


def _table_and_key(path: list[str]) -> tuple[type[Frozen], str]:
    """Which table a fault is in, and at which of its keys."""
    model: type[Frozen] = Site
    while path[0] in _TABLES and path[0] in model.model_fields:
        table, names = _TABLES[path[0]]
        if len(path) <= 1 + names:
            break
        model, path = table, path[1 + names :]
    return model, path[0]
