"""A domain name, and what is to become of it."""

import idna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms import SignupForm
from app.forms.domains import (
    check_domain,
    check_domain_action,
    check_domain_years,
    check_epp_code,
    check_label,
    readable_domain,
)
from app.forms.faults import Fault
from app.sites import Site
from tests.unit.forms.visitors import faults, fields, form, site

LETTERS = st.characters(codec="utf-8", categories=("L", "M", "N", "Pd"))
NAMES = st.lists(
    st.text(LETTERS, min_size=1, max_size=20) | st.from_regex("[a-z0-9-]{1,70}", fullmatch=True), max_size=6
)


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("example.com", "example.com"),
        ("Example.COM.", "example.com"),
        ("https://www.example.com/shop?a=b#c", "www.example.com"),
        ("example.com./path", "example.com"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
        ("3com.com", "3com.com"),
    ],
)
def test_domains(typed: str, domain: str) -> None:
    assert check_domain(typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        "example",
        ".com",
        "example..com",
        "-a.com",
        "a-.com",
        "foo_bar.com",
        "a b.com",
        "*.a.com",
        "192.0.2.1",
        "[::1]",
        "a" * 64 + ".com",
        "a." * 126 + "com",
        "é." * 120 + "com",
        "a." * 2000 + "com",
        "ada@example.com",
        "example.com:80",
        "xn--a.com",
        ".",
    ],
)
def test_other_domains_are_refused(typed: str) -> None:
    with pytest.raises(Fault, match="invalid_domain"):
        check_domain(typed)


def test_domain_actions() -> None:
    spelt = ("register", "Transfer", "OWN")
    assert [check_domain_action(("own", "register", "transfer"), word) for word in spelt] == [
        "register",
        "transfer",
        "own",
    ]
    with pytest.raises(Fault, match="invalid_choice"):
        check_domain_action(["own"], "steal")
    with pytest.raises(Fault, match="unknown_domain_action"):
        check_domain_action(["own"], "register")


@settings(max_examples=500)
@given(NAMES, st.sampled_from(["com", "co.uk", "рф", "xn--p1ai", "例え", ""]), st.sampled_from([".", "。", "\uff0e"]))
def test_whatever_is_taken_is_a_name_that_can_be_written_in_both_ways(labels: list[str], ending: str, dot: str) -> None:
    try:
        name = check_domain(dot.join([*labels, ending]))
    except Fault as fault:
        assert fault.code == "invalid_domain"
        return
    assert len(name) <= 253
    assert name.isascii()
    assert name == name.lower()
    assert all(1 <= len(label) <= 63 and label.strip("-") == label for label in name.split("."))
    assert check_domain(name) == name
    assert check_domain(readable_domain(name)) == name
    assert idna.encode(readable_domain(name)).decode() == name


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_name_or_a_fault(text: str) -> None:
    for check in (check_domain, check_label):
        try:
            assert check(text).isascii()
        except Fault as fault:
            assert fault.code == "invalid_domain"


@pytest.mark.parametrize(("typed", "label"), [("Ada", "ada"), ("bücher", "xn--bcher-kva"), ("https://ada/", "ada")])
def test_labels(typed: str, label: str) -> None:
    assert check_label(typed) == label


@pytest.mark.parametrize("typed", ["ada.com", "", ".", "-", "a b", "a_b", "x" * 64, "ada。com"])
def test_other_labels_are_refused(typed: str) -> None:
    with pytest.raises(Fault, match="invalid_domain"):
        check_label(typed)


@pytest.mark.parametrize("typed", ["1", "2", "10"])
def test_years(typed: str) -> None:
    assert check_domain_years(typed) == int(typed)


@pytest.mark.parametrize("typed", ["0", "11", "-1", "1.5", "two", "\u0661", "1 year", "9" * 5000])
def test_other_years_are_refused(typed: str) -> None:
    with pytest.raises(Fault, match="unknown_period"):
        check_domain_years(typed)


@pytest.mark.parametrize("typed", ["Ab3", "a!b#c%d&e'f()*+,-./:;=?@[\\]^_`|~\"", "x" * 64])
def test_codes(typed: str) -> None:
    assert check_epp_code(typed) == typed


@pytest.mark.parametrize("typed", ["a b", "<script>", "{$password}", "ä", "a\n", "\x7f"])
def test_other_codes_are_refused(typed: str) -> None:
    with pytest.raises(Fault, match="invalid_epp_code"):
        check_epp_code(typed)


def test_a_code_is_no_longer_than_any_is() -> None:
    with pytest.raises(Fault, match="too_long"):
        check_epp_code("x" * 65)


def selling(*actions: str) -> Site:
    """A site with a plan that does these things with domains."""
    return site(
        plans={
            "starter": {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe"}
            | ({"domain_actions": actions} if actions else {})
        }
    )


def test_what_costs_nothing_is_all_that_a_plan_does_unless_it_says_more() -> None:
    assert form(selling(), {"plan": "starter", "domain": "ada.com"}).domain_action == ""
    for action in ("register", "transfer"):
        sent = fields({"plan": "starter", "domain": "ada.com", "domain_action": action})
        assert faults(selling(), sent) == [("domain_action", "unknown_domain_action")]
        assert faults(selling("own", {"register": "transfer", "transfer": "register"}[action]), sent) == [
            ("domain_action", "unknown_domain_action")
        ]
        assert form(selling(action), {"plan": "starter", "domain": "ada.com"}).domain_action == action


def test_what_no_plan_does_is_refused_without_a_plan_too() -> None:
    """So the owner of the page hears of it, and no visitor hopes for what nobody does."""
    for shop, action in ((site(), "register"), (selling(), "register"), (selling("register"), "transfer")):
        sent = fields({"domain": "ada.com", "domain_action": action})
        assert faults(shop, sent) == [("domain_action", "unknown_domain_action")]
    for shop in (site(), selling("register")):
        assert form(shop, {"domain": "ada.com", "domain_action": "own"}).domain == "ada.com"
        assert form(shop, {"domain": "ada.com"}).domain_action == ""


def test_who_names_a_domain_says_what_to_do_with_it_where_everything_costs_something() -> None:
    both = selling("register", "transfer")
    assert faults(both, fields({"plan": "starter", "domain": "ada.com"})) == [("domain_action", "required")]
    assert form(both, {"plan": "starter"}).domain_action == ""
    three = selling("register", "transfer", "own")
    assert form(three, {"plan": "starter", "domain": "ada.com"}).domain_action == ""


def test_years_and_code_are_kept_where_they_mean_something() -> None:
    more = {"plan": "starter", "domain": "ada.com", "regperiod": "2", "Auth-Code": "S3+cret"}
    three = selling("register", "transfer", "own")
    kept = {action: form(three, {**more, "domain_action": action}) for action in ("register", "transfer", "own")}
    assert {action: (one.domain_years, one.epp_code) for action, one in kept.items()} == {
        "register": (2, ""),
        "transfer": (2, "S3+cret"),
        "own": (None, ""),
    }
    assert SignupForm.from_json(kept["transfer"].to_json()) == kept["transfer"]
    assert "S3+cret" not in repr(kept["transfer"])
