"""Reads the faults that are asked for, from the page's form or from JSON, and writes them down again."""

from collections.abc import Mapping

from app.sandbox.faults import Fault, FaultBook, FaultRefusedError


def read_fault(values: Mapping[str, object]) -> Fault:
    """The fault that the values describe; what is missing or empty takes its default.

    Raises:
        FaultRefusedError: a value cannot be read, or the fault makes no sense.
    """
    given = {name: str(value).strip() for name, value in values.items() if value is not None}
    calls, probability = _number(given, "calls"), _number(given, "probability")
    return Fault(
        mode=given.get("mode", ""),
        action=given.get("action", ""),
        calls=None if calls is None else int(calls),
        probability=1.0 if probability is None else probability,
        seed=int(_number(given, "seed") or 0),
        seconds=_number(given, "seconds"),
        commit_seconds=_number(given, "commit_seconds"),
        message=given.get("message", ""),
    )


def write_faults(book: FaultBook) -> list[dict[str, object]]:
    """The faults that wait for calls, oldest first, each with the number of calls left (null: until cleared)."""
    return [
        {
            "mode": fault.mode,
            "action": fault.action,
            "calls": left,
            "probability": fault.probability,
            "seed": fault.seed,
            "seconds": fault.wait,
            "commit_seconds": fault.commit_wait,
            "message": fault.message,
        }
        for fault, left in book.waiting()
    ]


def _number(given: Mapping[str, str], name: str) -> float | None:
    text = given.get(name, "")
    try:
        value = float(text) if text else None
    except ValueError:
        value = float("nan")
    if value is not None and not abs(value) < float("inf"):
        raise FaultRefusedError(f"{name} must be a number.")
    return value
