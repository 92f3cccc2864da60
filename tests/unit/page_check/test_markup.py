"""HTML as it is found in the wild."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.page_check.markup import Control, read_page
from tests.unit.page_check.pages import PLAIN, checked


def controls(html: str) -> list[Control]:
    """The controls of the page's first form."""
    return read_page(html).forms[0].controls


@pytest.mark.parametrize(
    "html",
    [
        "<!-- <form><input name=a></form> -->",
        "<template><form><input name=a></form></template>",
        "<script>document.write('<form><input name=a></form>')</script>",
        "<textarea><form><input name=a></form></textarea>",
        "&lt;form>&lt;input name=a>&lt;/form>",
    ],
)
def test_what_only_looks_like_a_form_is_none(html: str) -> None:
    page = read_page(f"{html}<form><input name=b></form>")
    assert [control.name for form in page.forms for control in form.controls] == ["b"]


def test_a_form_goes_on_until_its_own_end_tag() -> None:
    assert [one.name for one in controls("<div><form></div><p><input name=a><table><tr><input name=b/>")] == ["a", "b/"]


def test_of_an_attribute_that_is_there_twice_the_first_counts() -> None:
    assert [one.name for one in controls("<form><INPUT NAME=a name=b>")] == ["a"]


def test_choices_without_value_are_their_text() -> None:
    (control,) = controls("<form><select name=a><option value=''>Choose<option>  France <option value=GB>UK</select> x")
    assert control.options == ["", "France", "GB"]


def test_kinds_of_controls() -> None:
    html = (
        "<form><input><input type=EMAIL><button>x<button type=button>x</button><select></select><textarea></textarea>"
    )
    assert [one.type for one in controls(html)] == ["text", "email", "submit", "button", "select", "textarea"]


@pytest.mark.parametrize(
    ("html", "labelled"),
    [
        ("<label>A <input name=a></label>", True),
        ("<label><span>A</span><input name=a></label>", True),
        ("<label><img src=x alt=A><input name=a></label>", True),
        ("<label><select name=a><option>A</select></label>", False),
        ("<label><textarea name=a>A</textarea></label>", False),
        ("<label for=x>A</label><input id=x name=a>", True),
        ("<input id=x name=a><label for=x>A</label>", True),
        ("<label for=x></label><input id=x name=a>", False),
        ("<label for=y>A <input id=x name=a></label>", False),
        ("<label for=x>A <input id=x name=a></label>", True),
        ("<input name=a aria-label=A>", True),
        ("<input name=a aria-label=' '>", False),
        ("<b id=x>A</b><input name=a aria-labelledby='y x'>", True),
        ("<input name=a aria-labelledby=''>", False),
        ("<input name=a placeholder=A>", False),
    ],
)
def test_labels(html: str, labelled: bool) -> None:
    page = read_page(f"<form>{html}</form>")
    assert page.labelled(page.forms[0].controls[0]) is labelled


_TAGS = st.sampled_from(
    ["form", "input", "select", "option", "label", "template", "textarea", "meta", "script", "base", "button", "a"]
)
_WORDS = st.sampled_from(
    [
        *("name", "email", "_key", "_redirect", "action", "//[", "http://[::", "https://a:b/v1/acme/signup"),
        *("data-signup", "/v1/acme/signup", "method", "post", "type", "hidden", "plan", "value", "href", "content"),
        *("src", "/signup.js", "http-equiv", "Content-Security-Policy", "form-action 'self' //[ :*", "charset"),
        *("\ud800", "\0", "٣"),
    ]
)
_ATTRIBUTES = st.lists(st.tuples(_WORDS, _WORDS), max_size=4).map(
    lambda pairs: "".join(f' {name}="{value}"' for name, value in pairs)
)
_PIECES = st.one_of(
    st.tuples(_TAGS, _ATTRIBUTES).map(lambda tag: f"<{tag[0]}{tag[1]}>"),
    _TAGS.map(lambda tag: f"</{tag}>"),
    st.sampled_from(["<![x[", "<!--", "-->", "<!", "<?", "</", "&#x110000;", "<![CDATA[", PLAIN]),
    st.text(max_size=20),
)


@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "</", "<![", "<label>x", "<form>", "<a href='", "&amp"])
def test_what_never_ends_is_read_in_a_moment(piece: str) -> None:
    """A page of the largest size that is read; were the time to grow with its square, this would take many minutes."""
    assert read_page(piece * (1024 * 1024 // len(piece))) is not None


@given(st.lists(_PIECES, max_size=12).map("".join), st.sampled_from(["", "https://www.acme.example/"]))
def test_no_page_is_too_broken_to_be_checked(html: str, url: str) -> None:
    found = checked(html, url=url)
    assert found.findings
    assert all(one.what.isprintable() and one.cure.isprintable() for one in found.findings)


@given(st.text(alphabet="<>/=\"' abcdefinoptsrx![-", max_size=200))
def test_no_text_is_too_broken_to_be_read(html: str) -> None:
    assert checked(html).findings
