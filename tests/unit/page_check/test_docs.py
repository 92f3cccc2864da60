"""The list of findings in the docs is the program's."""

import re

from app.page_check.kinds import KINDS
from tests.unit.documents import ROOT


def test_every_finding_is_listed_with_its_level_and_no_other() -> None:
    page = (ROOT / "docs/page-check.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \| .+ \|$", page, re.MULTILINE)
    assert listed == [(code, str(kind.level)) for code, kind in KINDS.items()]
