"""What operators and monitoring ask, and new keys under old rows; on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace

import pytest
from pydantic import SecretStr

from app.store import Filter, Store, migrate_store, open_store
from app.submissions import FINAL, IN_FLIGHT, UNFINISHED, State, Submission
from tests.integration.rows import NOW, arriving

ROWS = [
    arriving("a", created_at=NOW, state=State.DONE),
    arriving("b", created_at=NOW + 1, state=State.STUCK, reason="too_old:dns_error"),
    arriving("c", created_at=NOW + 2, state=State.STUCK, reason="role", site="other"),
    arriving("d", created_at=NOW + 3, state=State.WAITING, reason="too_often", site="other"),
]
FILTERS = {
    "everything": (Filter(), "dcba"),
    "a state": (Filter([State.STUCK]), "cb"),
    "two states": (Filter([State.STUCK, State.WAITING]), "dcb"),
    "a site": (Filter(site="other"), "dc"),
    "a reason": (Filter(reason="role"), "c"),
    "the beginning of a reason": (Filter(reason="too_"), "db"),
    "a wildcard is a letter like any other": (Filter(reason="too%old"), ""),
    "an underscore too": (Filter(reason="r_le"), ""),
    "since": (Filter(since=NOW + 2), "dc"),
    "before": (Filter(before=NOW + 2), "ba"),
    "between": (Filter(since=NOW + 1, before=NOW + 2), "b"),
    "all together": (Filter([State.STUCK], "acme", "too_old:", NOW, NOW + 2), "b"),
    "nothing fits": (Filter([State.HELD]), ""),
}


async def accepted(store: Store, rows: list[Submission]) -> None:
    """These rows, on disk."""
    for row in rows:
        await store.accept(row)


def keys(rows: list[Submission]) -> str:
    """Their keys, in their order."""
    return "".join(row.key for row in rows)


@pytest.mark.parametrize(("which", "expected"), FILTERS.values(), ids=FILTERS)
async def test_newest_gives_what_the_filter_lets_through_newest_first(
    store: Store, which: Filter, expected: str
) -> None:
    await accepted(store, ROWS)
    assert keys(await store.archive.newest(which, 50)) == expected
    assert keys(await store.archive.newest(which, 1)) == expected[:1]


async def test_newest_can_be_read_on_page_by_page_even_within_one_moment(store: Store) -> None:
    rows = [arriving(f"k{number}", created_at=NOW + number // 4) for number in range(10)]
    await accepted(store, rows)
    read: list[Submission] = []
    while page := await store.archive.newest(Filter(), 3, read[-1] if read else None):
        assert len(page) <= 3
        read += page
    assert read == sorted(rows, key=lambda row: (-row.created_at, row.reference))


async def test_pages_keep_to_the_filter(store: Store) -> None:
    await accepted(store, ROWS)
    (first,) = await store.archive.newest(Filter(site="other"), 1)
    assert keys(await store.archive.newest(Filter(site="other"), 5, first)) == "c"


async def test_counts_has_every_unfinished_state_and_no_other(store: Store) -> None:
    assert await store.archive.counts() == dict.fromkeys(UNFINISHED, 0)
    await accepted(store, [arriving(state, address=state, state=state) for state in State])
    await accepted(store, [arriving("two", address="two", state=State.STUCK)])
    assert await store.archive.counts() == dict.fromkeys(UNFINISHED, 1) | {State.STUCK: 2}


async def test_forget_removes_every_state_but_what_whmcs_may_be_at_work_on(store: Store) -> None:
    rows = [arriving(state, address=state, state=state) for state in State]
    other = arriving("other")
    await accepted(store, [*rows, other])
    assert await store.archive.forget([row.reference for row in rows]) == len(State) - len(IN_FLIGHT)
    left = {row.key for row in await store.archive.newest(Filter(), 50)}
    assert left == {*IN_FLIGHT, "other"}


async def test_what_changed_its_state_meanwhile_is_not_forgotten(store: Store) -> None:
    rows = [arriving(state, address=state, state=state) for state in State]
    await accepted(store, rows)
    assert await store.archive.forget([row.reference for row in rows], [State.STUCK, State.SENDING]) == 1
    left = {row.key for row in await store.archive.newest(Filter(), 50)}
    assert left == set(State) - {State.STUCK}


async def test_forgetting_nothing_or_the_unknown_removes_nothing(store: Store) -> None:
    await accepted(store, ROWS)
    assert await store.archive.forget([]) == 0
    assert await store.archive.forget(["0" * 20]) == 0
    assert len(await store.archive.newest(Filter(), 50)) == len(ROWS)


async def test_purge_removes_only_what_is_over_and_old(store: Store) -> None:
    await accepted(store, [arriving(state, address=state, state=state, updated_at=NOW) for state in State])
    await store.accept(arriving("young", state=State.DONE, updated_at=NOW + 2))
    await store.accept(arriving("foreign", site="other", state=State.DONE))
    over = {*FINAL, State.HELD}
    assert await store.purge("acme", NOW + 1) == len(over)
    left = {(one.site, one.key) for one in await store.archive.newest(Filter(), 50)}
    assert left == {("acme", state) for state in State if state not in over} | {
        ("acme", "young"),
        ("other", "foreign"),
    }


async def test_a_secret_is_made_once(store: Store) -> None:
    assert await store.archive.secret("pepper", b"first") == b"first"
    assert await store.archive.secret("pepper", b"second") == b"first"
    assert await store.archive.secret("salt", b"other") == b"other"


async def test_two_replicas_that_want_a_secret_at_once_get_the_same(database_url: SecretStr) -> None:
    migrate_store(database_url)
    stores = [open_store(database_url), open_store(database_url)]
    for number in range(20):
        asked = [store.archive.secret(f"s{number}", f"{place}".encode()) for place, store in enumerate(stores)]
        assert len(set(await asyncio.gather(*asked))) == 1
    for store in stores:
        store.close()


async def test_a_secret_is_sealed_anew_unless_somebody_was_quicker(store: Store) -> None:
    await store.archive.secret("pepper", b"old")
    assert await store.archive.reseal_secret("pepper", b"old", b"new")
    assert not await store.archive.reseal_secret("pepper", b"old", b"newer")
    assert not await store.archive.reseal_secret("salt", b"new", b"newer")
    assert await store.archive.secret("pepper", b"else") == b"new"


async def test_sealed_gives_what_still_holds_a_form_page_by_page(store: Store) -> None:
    rows = [arriving(f"k{number}", address=f"a{number}", payload=b"%d" % number) for number in range(5)]
    await accepted(store, [*rows, arriving("erased", state=State.DONE, payload=None)])
    expected = sorted((row.reference, row.payload) for row in rows)
    read: list[tuple[str, bytes]] = []
    while page := await store.archive.sealed(read[-1][0] if read else "", most=2):
        assert len(page) <= 2
        read += page
    assert read == expected


async def test_a_form_is_sealed_anew_unless_its_row_changed_and_nothing_else_is_touched(store: Store) -> None:
    row = arriving(payload=b"old")
    await store.accept(row)
    assert await store.archive.reseal(row.reference, b"old", b"new")
    assert await store.find(row.reference) == replace(row, payload=b"new")
    assert not await store.archive.reseal(row.reference, b"old", b"newer")
    done = arriving("done", state=State.DONE, payload=None)
    await store.accept(done)
    assert not await store.archive.reseal(done.reference, b"old", b"new")
    assert await store.find(done.reference) == done
