"""What is wrong with a key of the configuration, in words."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

# What is wanted, where pydantic speaks of Python's types to people who write TOML; "" where the cure says it already.
_WANTED = {
    "bool_parsing": "",
    "bool_type": "",
    "dict_type": "a table",
    "float_parsing": "a number",
    "float_type": "a number",
    "frozen_set_type": "a list",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "literal_error": "",
    "model_type": "a table",
    "string_pattern_mismatch": "",
    "string_type": "a text",
    "tuple_type": "a list",
}


def unknown_key(name: str, known: Iterable[str], *, within: str = "") -> str:
    """The sentence for a key that nothing reads, with the nearest known one; ``within`` is the path of its table."""
    near = difflib.get_close_matches(name, list(known), n=1)
    cure = f"Did you mean {within}{near[0]}?" if near else "Remove it."
    return f"{within}{name}: nothing reads this key. {cure}"


def problem(fault: Mapping[str, Any]) -> str:
    """What is wrong, from one of pydantic's error entries, never with the value itself."""
    if fault["type"] == "missing":
        return "is missing"
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    if fault["type"] == "too_short":
        return f"needs at least {_items(fault['ctx']['min_length'])}"
    if fault["type"] == "too_long":
        return f"has more than {_items(fault['ctx']['max_length'])}"
    wanted = _WANTED.get(fault["type"])
    if wanted is not None:
        return f"is not {wanted}" if wanted else "is not right"
    message = str(fault["msg"])
    return f"is not right: {message[0].lower()}{message[1:]}"


def _items(number: int) -> str:
    return f"{number} item{'s' * (number != 1)}"
