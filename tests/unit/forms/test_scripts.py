"""Letters that look alike."""

# ruff: noqa: RUF001

import pytest

from app.forms import mixed_scripts


@pytest.mark.parametrize(
    "text", ["P\u0430ypal", "\u0410pple Inc", "G\u03bfogle", "Ada Lovel\u0430ce", "\U0001d400da", "M\u0456crosoft"]
)
def test_a_word_of_two_scripts_is_seen(text: str) -> None:
    assert mixed_scripts(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada",
        "Zoë Müller",
        "Наталія",
        "Сбер Bank",
        "Яндекс-Search",
        "株式会社ABC",
        "東京タワー",
        "µTorrent",
        "Αθήνα",
        "김A",
        "ﬁne",
        "١٢٣",
    ],
)
def test_other_text_is_not(text: str) -> None:
    assert not mixed_scripts(text)
