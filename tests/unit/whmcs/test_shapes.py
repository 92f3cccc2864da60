"""Ids and lists are read in every shape WHMCS has been seen to send."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.whmcs import Uncertain, records
from app.whmcs.shapes import identities, identity, mapping, number, rows, text

A = {"id": "1", "name": "a"}
B = {"id": "2", "name": "b"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        ("1", 1),
        (" 12 ", 12),
        ("007", 7),
        (0, None),
        ("0", None),
        ("", None),
        (None, None),
        (True, None),
        (-5, None),
        ("1.5", None),
        (1.5, None),
        ("²", None),
        ("٣", None),
        ("9" * 5000, None),
        ("abc", None),
        ([1], None),
        ({}, None),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_identity(value: object, expected: int | None) -> None:
    assert identity(value) == expected


def test_the_first_id_wins() -> None:
    assert identity(None, "0", "4", 5) == 4


def test_zero_is_a_number_but_no_id() -> None:
    assert (number("0"), identity("0")) == (0, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1,2", (1, 2)),
        ("1, 2,", (1, 2)),
        ("", ()),
        (None, ()),
        (5, (5,)),
        ([1, "2", None], (1, 2)),
        ({"0": "3"}, (3,)),
        ("x", ()),
    ],
    ids=repr,
)
def test_identities(value: object, expected: tuple[int, ...]) -> None:
    assert identities(value) == expected


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        pytest.param({"order": [A, B]}, [A, B], id="array"),
        pytest.param({"order": {"0": A, "3": B}}, [A, B], id="numeric-keys"),
        pytest.param({"order": A}, [A], id="lone-object"),
        pytest.param({"order": []}, [], id="empty-array"),
        pytest.param({"order": {}}, [], id="empty-object"),
        pytest.param({"order": ""}, [], id="empty-text"),
        pytest.param({"order": None}, [], id="null"),
        pytest.param({"order": [A, "stray", None]}, [A], id="stray-values"),
        pytest.param([A, B], [A, B], id="no-inner-key"),
        pytest.param({"0": A}, [A], id="numeric-keys-no-inner-key"),
        pytest.param({}, [], id="object-empty"),
        pytest.param([], [], id="array-empty"),
        pytest.param("", [], id="text-empty"),
        pytest.param(None, [], id="missing"),
    ],
)
def test_rows(container: object, expected: list[dict[str, str]]) -> None:
    assert rows(container, "order") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a &amp; b", "a & b"), (5, "5"), (True, ""), (None, ""), ([], "")],
    ids=repr,
)
def test_text(value: object, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize("value", [[], "", None, 5], ids=repr)
def test_what_is_no_object_reads_as_an_empty_one(value: object) -> None:
    assert mapping(value) == {}


NAMES = ["id", "clientid", "orderid", "client", "whmcs", "serviceids", "lineitems", "lineitem", "email", "notes"]
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=2), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(NAMES), trees))
@settings(max_examples=50)
def test_any_object_is_a_record_or_uncertain(reply: dict[str, object]) -> None:
    readers = (
        records.client_created,
        records.order_placed,
        records.client,
        records.order,
        records.service,
        records.details,
    )
    for read in readers:
        try:
            read(reply)
        except Uncertain as unknown:
            assert unknown.reason.startswith("no_")


def test_an_entity_with_more_digits_than_python_reads_stays_as_it_is() -> None:
    endless = "&#" + "9" * 5000 + ";"
    assert text(endless) == endless
    assert (number(endless), identity(endless), identities(endless)) == (None, None, ())
