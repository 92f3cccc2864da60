"""Whatever colour a site likes, its pages can be read."""

import re
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from app.web.branding import DARK, LIGHT, style_sheet
from app.web.colours import BLACK, READABLE, WHITE, contrast, readable_on, text_on
from app.web.pages import STATIC

COLOURS = st.binary(min_size=3, max_size=3).map(lambda parts: f"#{parts.hex()}")
GROUNDS = st.sampled_from([LIGHT, DARK, WHITE, BLACK])


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (BLACK, WHITE, 21),
        (WHITE, WHITE, 1),
        ("#777777", WHITE, 4.48),
        ("#767676", WHITE, 4.54),
        ("#ff0000", WHITE, 4.0),
    ],
)
def test_the_contrast_is_the_one_that_others_compute(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@given(COLOURS)
def test_the_text_on_a_button_can_be_read(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= READABLE


@given(GROUNDS, COLOURS)
def test_a_link_can_be_read(ground: str, colour: str) -> None:
    assert contrast(readable_on(ground, colour), ground) >= READABLE


@given(GROUNDS, COLOURS)
def test_a_colour_that_can_be_read_stays_as_it_is(ground: str, colour: str) -> None:
    if contrast(colour, ground) >= READABLE:
        assert readable_on(ground, colour) == colour


@given(COLOURS)
def test_the_sheet_has_four_colours_and_nothing_else(colour: str) -> None:
    sheet = style_sheet(colour)
    assert re.findall(r"--([a-z-]+): (#[0-9a-f]{6})\b", sheet)[0] == ("accent", colour)
    assert sorted(re.findall("--[a-z-]+", sheet)) == ["--accent", "--link", "--link", "--on-accent"]


def custom_properties(sheet: str) -> list[dict[str, str]]:
    """The colours of the style sheet: in light, and in dark."""
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks]


def test_the_grounds_are_those_of_the_pages_and_our_own_colours_can_be_read_on_them() -> None:
    light, dark = custom_properties(Path(STATIC / "pages.css").read_text(encoding="utf-8"))
    assert (light["paper"], dark["card"]) == (LIGHT, DARK)
    for colours in (light, dark):
        grounds = (colours["paper"], colours["card"])
        texts = [colours[name] for name in ("ink", "soft", "good", "wait", "bad", "link")]
        assert all(contrast(text, ground) >= READABLE for text in texts for ground in grounds)
        assert all(contrast(colours["edge"], ground) >= 3 for ground in grounds)
        assert contrast(colours["on-accent"], colours["accent"]) >= READABLE
