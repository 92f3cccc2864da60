"""A site's defaults are answers too, and are checked before the first visitor comes."""

import pytest

from app.forms import faulty_defaults
from tests.unit.forms import visitors


@pytest.mark.parametrize(
    "defaults",
    [{"country": "US"}, {"country": "Germany", "phone": "030 901820"}, {"language": "de"}, {"city": "Oxford"}, {}],
    ids=str,
)
def test_good_defaults(defaults: dict[str, str]) -> None:
    assert faulty_defaults(visitors.site(defaults=defaults)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "Atlantis"), ("plan", "nosuch"), ("email", "nonsense"), ("language", "tlh"), ("currency", "XXX")],
)
def test_a_default_that_no_form_would_take(field: str, value: str) -> None:
    (told,) = faulty_defaults(visitors.site(defaults={field: value}))
    assert told.startswith(f"sites.acme.defaults.{field}: is not taken as an answer. ")
