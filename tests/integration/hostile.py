"""Requests as an attacker writes them: any bytes for a body, any bytes for a header, a word in each to look for."""

import json
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from app.sites import FIELD_NAMES
from tests.unit.forms.visitors import ANSWERS

CANARY = "zqcanary"  # no reply and no log line may hold it
Header = tuple[bytes, bytes]

_BITS = st.sampled_from(
    [
        "\x00",
        "\r\nSet-Cookie: a=b\r\n\r\n",
        "<script>",
        "{{7*7}}",
        "{$x}",
        "=1+1",
        "\u202e",
        "\u0430",
        "\ud800",
        "\ufeff",
        "%00",
        "%0d%0a",
        "../..",
        "' OR 1=1--",
        "x" * 2049,
        "\u200d",
        "\u0301" * 9,
        "[bold]",
        "${jndi:x}",
        "\x1b[2J",
    ]
)
TEXTS = st.builds("{}{}{}".format, _BITS | st.text(max_size=5), st.just(CANARY), _BITS | st.text(max_size=5))
_CONTROLS = ["_key", "_redirect", "_error", "_gotcha", "_", "__proto__", "custom_fields", "First-Name", "\x00", "a]b"]
NAMES = st.sampled_from([*FIELD_NAMES, *_CONTROLS]) | TEXTS
_CHANGES = st.lists(st.tuples(NAMES, TEXTS), max_size=4)
_GOOD: st.SearchStrategy[list[tuple[str, str]]] = st.just([]) | st.integers(1, 10**6).map(
    lambda number: _answers(f"ada{number}@example.com")
)
PAIRS = st.builds(lambda good, changes: [*(dict(good) | dict(changes)).items()], _GOOD, _CHANGES)
PAIRS |= st.builds(lambda good, changes: [*good, *changes], _GOOD, _CHANGES)
ONE_ODD_ANSWER = st.builds(
    lambda number, field, text: ANSWERS | {"email": f"ada{number}@example.com", field: text},
    st.integers(1, 10**9),
    st.sampled_from(
        ["first_name", "last_name", "company", "address1", "address2", "city", "state", "postcode", "tax_id"]
    ),
    st.builds("{}{}".format, _BITS, st.text(max_size=5)) | st.text(min_size=1, max_size=5),
)


@dataclass(frozen=True)
class Sent:
    """One request."""

    body: bytes
    headers: tuple[Header, ...]


def _answers(email: str) -> list[tuple[str, str]]:
    return [*(ANSWERS | {"email": email}).items()]


def _urlencoded(pairs: list[tuple[str, str]], charset: str) -> bytes:
    words = [[quote_from_bytes(text.encode(charset, "surrogatepass")) for text in pair] for pair in pairs]
    return "&".join("=".join(pair) for pair in words).encode()


def _multipart(pairs: list[tuple[str, str]], head: str, end: str) -> bytes:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"{head}\r\n\r\n{text}\r\n' for name, text in pairs]
    return ("".join(parts) + end).encode("utf-8", "surrogatepass")


_HEADS = st.sampled_from(
    [
        "",
        '; filename="x"',
        f"; filename*=UTF-8''{CANARY}",
        "\r\nContent-Type: text/plain; charset=utf-16",
        "\r\nContent-Transfer-Encoding: base64",
        f"\r\n{CANARY}: x\r\n folded",
        '; name="again"',
        "\nX: y",
    ]
)
_ENDS = st.sampled_from(["--b--\r\n", "--b--", "--b", "", "--b--\r\n--b--", f"--b--{CANARY}"])
_CHARSETS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be", "utf-7"])
_WRITTEN_JSON = st.sampled_from(
    [
        f'{{"a":"{CANARY}"',
        f'{{"a":{{"b":"{CANARY}"}}}}',
        f'["{CANARY}"]',
        f'{{"{CANARY}":NaN}}',
        '{"a":-Infinity}',
        f'{{"email":"{CANARY}","email":"b"}}',
        f'{{"city":"{CANARY}\\ud800"}}',
        '{"currency":' + "9" * 5000 + "}",
        '{"currency":1e999999}',
        "[" * 60_000,
        '{"a":' * 9000,
        f'"{CANARY}"',
        f'{{"\\u0000{CANARY}":1}}',
    ]
)
_URLENCODED, _JSON = b"application/x-www-form-urlencoded", b"application/json"
_MULTIPART = b"multipart/form-data; boundary=b"


def _as_json(pairs: list[tuple[str, str]]) -> bytes:
    return json.dumps(dict(pairs)).encode()


# With the content type that would be right.
BODIES = st.one_of(
    st.tuples(st.just(_URLENCODED), st.builds(_urlencoded, PAIRS, st.just("utf-8") | _CHARSETS)),
    st.tuples(st.just(_MULTIPART), st.builds(_multipart, PAIRS, st.just("") | _HEADS, st.just("--b--") | _ENDS)),
    st.tuples(st.just(_JSON), st.builds(_as_json, PAIRS)),
    st.tuples(st.just(_JSON), st.builds(str.encode, _WRITTEN_JSON, st.just("utf-8") | _CHARSETS)),
    st.tuples(st.sampled_from([_URLENCODED, _JSON, _MULTIPART]), st.binary(max_size=200)),
    st.just((_MULTIPART, b"\r\n--b" * 13_000)),
)
_TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/json",
        "text/plain",
        "",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded; charset=utf-7",
        "multipart/form-data",
        "multipart/form-data; boundary=" + "b" * 5000,
        'multipart/form-data; boundary="b',
        f"text/{CANARY}",
        "a/b; " * 900,
        "multipart/form-data; boundary=b; boundary=c",
        "application/json\r\nX: y",
        "application/json\x00",
        "\xff/\xfe",
    ]
).map(lambda text: text.encode("latin-1"))
_ODD_VALUES = st.sampled_from(
    [
        CANARY,
        "",
        "null",
        f"https://{CANARY}.example",
        f"https://www.acme.example\r\nX: {CANARY}",
        "-1",
        "9" * 5000,
        "\x00",
        "https://www.acme.example",
        "x" * 9000,
        f"{CANARY}\u00e9",
        "https://[",
        "https://www.acme.example:99999",
        "*/*;q=x",
    ]
).map(lambda text: text.encode("latin-1"))
_ODD_HEADERS = st.tuples(
    st.sampled_from(
        [
            b"origin",
            b"referer",
            b"idempotency-key",
            b"content-length",
            b"content-type",
            b"accept",
            b"x-forwarded-for",
            b"x-request-id",
            b"host",
            b"cookie",
            b"sec-fetch-mode",
            b"x-requested-with",
            b"authorization",
            b"user-agent",
        ]
    ),
    _ODD_VALUES,
).filter(lambda header: header[0] != b"x-request-id" or CANARY.encode() not in header[1])  # a good one comes back
_ACCEPTS = st.sampled_from([b"application/json", b"text/html"]).map(lambda kind: (b"accept", kind))
REQUESTS = st.builds(
    lambda sent, kind, accept, odd: Sent(sent[1], ((b"content-type", kind or sent[0]), accept, *odd)),
    BODIES,
    st.none() | st.none() | _TYPES,
    _ACCEPTS,
    st.just([]) | st.lists(_ODD_HEADERS, max_size=3),
)
