"""What is wrong with a key of the configuration, in words."""

import difflib
from collections.abc import Mapping
from typing import Any


def unknown_key(name: str, known: Mapping[str, object]) -> str:
    """The sentence for a key that nothing reads, with the nearest known one."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name}: nothing reads this key. " + (f"Did you mean {near[0]}?" if near else "Remove it.")


def problem(fault: Mapping[str, Any]) -> str:
    """What is wrong, from one of pydantic's error entries, never with the value itself."""
    if fault["type"] == "missing":
        return "is missing"
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    message = str(fault["msg"])
    return f"is not right: {message[0].lower()}{message[1:]}"
