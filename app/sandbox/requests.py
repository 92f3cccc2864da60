"""One call to carry out: where, with what, when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from app.sandbox import php
from app.sandbox.answers import RefusedError
from app.sandbox.ledger import Ledger
from app.sandbox.setup import Setup

Row = TypeVar("Row")
PAGE_SIZE: Final = 25


@dataclass(frozen=True, slots=True)
class Request:
    """The parameters of a call and the ledger they apply to; ``now`` is the time at which it is carried out."""

    ledger: Ledger
    setup: Setup
    params: php.PhpArray
    now: float

    def text(self, name: str) -> str:
        """The parameter as text, "" when missing."""
        return php.to_text(self.params.get(name))

    def number(self, name: str) -> int:
        """The parameter as a whole number, 0 when missing or not one."""
        return php.to_int(self.params.get(name))

    def flag(self, name: str) -> bool:
        """The parameter as PHP's bool: any text but "" and "0" is true."""
        return php.is_true(self.params.get(name))

    def array(self, name: str) -> php.PhpArray:
        """The parameter as an array.

        Raises:
            RefusedError: it is there and is not an array, as WHMCS says since 8.6.
        """
        value = self.params.get(name, {})
        if isinstance(value, dict):
            return value
        raise RefusedError(f"Expecting parameter '{name}' to be an array")

    def page(self, rows: list[Row]) -> tuple[list[Row], dict[str, object]]:
        """The slice that ``limitstart`` and ``limitnum`` ask for, and the counters that stand beside it."""
        start = max(self.number("limitstart"), 0)
        shown = rows[start : start + (max(self.number("limitnum"), 0) or PAGE_SIZE)]
        return shown, {"totalresults": len(rows), "startnumber": start, "numreturned": len(shown)}


Fields: TypeAlias = Mapping[str, object]
Command: TypeAlias = Callable[[Request], Fields]
