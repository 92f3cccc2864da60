"""Where a value has left a trace in a folder, in any of the shapes that it may have been written in."""

import base64
import json
from pathlib import Path
from urllib.parse import quote, quote_plus


def shapes(value: str) -> set[bytes]:
    """A value in ASCII lower case: as typed, in addresses, in JSON, in hexadecimal, in other character sets."""
    data = value.encode()
    texts = {value, quote(value), quote_plus(value), quote(value, safe=""), json.dumps(value)[1:-1], data.hex()}
    texts |= {"".join(f"%{byte:02x}" for byte in data), value.replace(" ", ""), value.lower(), value.upper()}
    encoded = {value.encode("utf-16-le").lower(), value.encode("latin-1", "replace").lower()}
    return {text.encode().lower() for text in texts} | encoded


def base64_shapes(value: str) -> set[bytes]:
    """What of the value's Base64 is the same whatever stands before and behind it."""
    data = value.encode()
    found = set()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data)
        first = (before * 8 + 5) // 6
        whole = (before + len(data)) * 8 // 6
        found |= {text[first:whole], text[first:whole].replace(b"+", b"-").replace(b"/", b"_")}
    return found


def traces(folder: Path, values: dict[str, str], leave_out: set[str]) -> list[tuple[str, str]]:
    """File and name of every value that is found in the folder."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in leave_out):
        data = path.read_bytes()
        lower = data.lower()
        for name, value in values.items():
            if any(shape in lower for shape in shapes(value)) or any(shape in data for shape in base64_shapes(value)):
                found.append((path.name, name))
    return found


def pieces(sealed: bytes, length: int = 40) -> list[bytes]:
    """A long value in parts, some of which survive however a database file divides it."""
    return [sealed[start : start + length] for start in range(0, len(sealed) - length, length)]
