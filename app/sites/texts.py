"""Texts of certain shapes, as sites.toml may hold them."""

from typing import Annotated

import idna
from pydantic import AfterValidator, Field

from app.languages import CODES


def _in_ascii(value: str) -> str:
    try:
        return idna.encode(value.removeprefix("."), uts46=True, std3_rules=True).decode()
    except idna.IDNAError:
        raise ValueError(f"{value!r} is no ending of a domain name") from None


Code = Annotated[str, Field(pattern=f"^({'|'.join(CODES)})$")]
OneLine = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=500)]
Ending = Annotated[str, AfterValidator(_in_ascii)]
"""That of a domain name, in IDNA ASCII, without a dot before it."""
