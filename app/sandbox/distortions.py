"""Good answers in the odd shapes that WHMCS is known to give them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from app.sandbox.answers import Answer, Reply, json_reply

_WARNING: Final = (
    b"<br />\n<b>Warning</b>:  Undefined array key 3 in <b>/srv/hooks/signup.php</b> on line <b>12</b><br />\n"
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def polluted(answer: Answer) -> Reply:
    """A PHP warning stands before the JSON, and the content type is a page's."""
    return Reply(answer.status, "text/html; charset=utf-8", _WARNING + json_reply(answer).body)


def with_bom(answer: Answer) -> Reply:
    """The JSON starts with a byte order mark."""
    plain = json_reply(answer)
    return replace(plain, body=_BYTE_ORDER_MARK + plain.body)


def with_status_key(answer: Answer) -> Reply:
    """The key is ``status`` where ``result`` belongs."""
    return _reply(answer, {("status" if name == "result" else name): v for name, v in answer.fields.items()})


def with_numeric_ids(answer: Answer) -> Reply:
    """Ids are numbers, also where the documentation shows strings."""
    return _reply(answer, {name: _numeric(name, value) for name, value in answer.fields.items()})


def with_empty_lists(stand_in: object) -> Callable[[Answer], Reply]:
    """``stand_in`` takes the place of a list container that holds nothing, such as ``{"order": []}``."""

    def render(answer: Answer) -> Reply:
        fields = {name: stand_in if _is_empty_list(v) else v for name, v in answer.fields.items()}
        return _reply(answer, fields)

    return render


def without_empty_lists(answer: Answer) -> Reply:
    """A list container that holds nothing is left out."""
    return _reply(answer, {name: v for name, v in answer.fields.items() if not _is_empty_list(v)})


def with_lists_as_objects(answer: Answer) -> Reply:
    """Lists are objects with numeric keys."""
    return _reply(answer, {name: _as_objects(value) for name, value in answer.fields.items()})


def _reply(answer: Answer, fields: Mapping[str, object]) -> Reply:
    return json_reply(replace(answer, fields=fields))


def _numeric(name: str, value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _numeric(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_numeric(name, inner) for inner in value]
    if isinstance(value, str) and name.endswith("id") and value.isdecimal():
        return int(value)
    return value


def _is_empty_list(value: object) -> bool:
    return isinstance(value, Mapping) and list(value.values()) == [[]]


def _as_objects(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _as_objects(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return {str(index): _as_objects(inner) for index, inner in enumerate(value)}
    return value
