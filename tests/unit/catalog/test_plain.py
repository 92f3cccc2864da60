"""Descriptions become plain text, whatever was written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.plain import plain

PIECES = st.lists(
    st.sampled_from(["<", ">", "&lt;", "&#60;", "/", "!", "b", "script", "<p>", "&", "\x00", " "]) | st.text()
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("One site, 10 GB of storage.", "One site, 10 GB of storage."),
        ("<ul><li>10 GB</li>\r\n<li>Mail &amp; DNS</li></ul>", "10 GB\nMail & DNS"),
        ("Fast<br>and <b>cheap</b><br/>always", "Fast\nand cheap\nalways"),
        ("512MB RAM\r\n2 CPU Cores", "512MB RAM\n2 CPU Cores"),
        ("a < b", "a < b"),
        ("from &lt; 5", "from < 5"),
        ("&lt;img src=x onerror=alert(1)&gt;", "img src=x onerror=alert(1)>"),
        ("<<b", "b"),
        ("<script>alert(1)</script><style>p{}</style>fine<!-- not this -->", "fine"),
        ("<a href='javascript:x'>here</a>", "here"),
        ("\u202ehidden\x00 signs", "hidden signs"),
        ("", ""),
        ("<![if !mso]>old<![endif]> and <![what]>odd", "old and odd"),
        ("<a title='5 > 4' href=x>here</a>", "here"),
        ("it's <b title=it's>here", "it's here"),
        ("<svg/>after <SVG><text>hidden</text></svg>it", "after it"),
        ("before<!-- <p> <script> -->after", "beforeafter"),
        ("before<script>never closed", "before"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 98),
    ],
)
def test_text_without_tags(html: str, text: str) -> None:
    assert plain(html, 100) == text


@pytest.mark.parametrize("limit", [1, 5, 11])
def test_it_is_no_longer_than_it_may_be(limit: int) -> None:
    assert plain("one <b>two</b> three", limit) == "one two three"[:limit].strip()


@given(PIECES.map("".join))
def test_nothing_that_is_left_opens_a_tag(html: str) -> None:
    text = plain(html, 300)
    assert not re.search(r"<[a-zA-Z/!?]", text)
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a x=", "<a x='", '<a "', "<a/", "<!--", "<head>", "<![", "<script>x</", "&lt;"]
)
def test_a_description_costs_its_length_and_not_its_square(piece: str) -> None:
    """Else one product would stop the process for ten seconds, in which no visitor signs up."""
    assert len(plain(piece * 50_000, 2000)) <= 2000
