"""One pass over the answers of a form, which does not stop at the first fault."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from app.errors import FieldError
from app.forms.checks import NO, YES
from app.forms.faults import Fault
from app.forms.text import one_line

T = TypeVar("T")


class Reading:
    """Hands out checked answers and remembers the fault of every field that has one."""

    def __init__(
        self, answers: Mapping[str, tuple[str, ...]], defaults: Mapping[str, str], needed: Iterable[str]
    ) -> None:
        self._answers = answers
        self._defaults = defaults
        self._needed = set(needed)
        self._faults: dict[str, Fault] = {}

    def read(self, field: str, check: Callable[[str], T], absent: T, *, clean: Callable[[str], str] = one_line) -> T:
        """The field's value; ``absent`` when it was left out and may be, and also when it has a fault."""
        try:
            text = _single(self._answers.get(field, ()), clean) or clean(self._defaults.get(field, ""))
            value = check(text) if text else absent
            if value == absent and field in self._needed:
                raise Fault("required")
        except Fault as fault:
            self._faults[field] = fault
            return absent
        return value

    def need(self, field: str) -> None:
        """From here on the field may not be left out."""
        self._needed.add(field)

    def failed(self, field: str) -> bool:
        """Whether the field has been read and has a fault."""
        return field in self._faults

    def errors(self, order: Iterable[str]) -> tuple[FieldError, ...]:
        """What to tell the visitor, in this order of fields."""
        return tuple(
            FieldError(field, fault.code, fault.limit) for field in order if (fault := self._faults.get(field))
        )


def _single(values: Iterable[str], clean: Callable[[str], str]) -> str:
    """The one answer among the values sent; a ticked box beats its hidden twin. Raises Fault ``repeated``."""
    texts = [text for text in dict.fromkeys(map(clean, values)) if text]
    if len(texts) > 1 and {text.casefold() for text in texts} <= YES | NO:
        texts = [text for text in texts if text.casefold() in YES][:1] or texts[:1]
    if len(texts) > 1:
        raise Fault("repeated")
    return texts[0] if texts else ""
