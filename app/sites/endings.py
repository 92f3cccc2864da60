"""``Ending``: that of a domain name, as sites.toml may spell it."""

from typing import Annotated

import idna
from pydantic import AfterValidator


def _in_ascii(value: str) -> str:
    try:
        return idna.encode(value.removeprefix("."), uts46=True, std3_rules=True).decode()
    except idna.IDNAError:
        raise ValueError(f"{value!r} is no ending of a domain name") from None


Ending = Annotated[str, AfterValidator(_in_ascii)]
"""In IDNA ASCII, without a dot before it."""
