"""Processes killed at the worst moments, and what WHMCS has when they are back."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.processes import Town, post, until


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A WHMCS and room for gateways, whose visitors do not wait long."""
    town = Town(tmp_path, reply_within=0.5)
    yield town
    town.close()


def test_killed_after_the_commit_and_before_the_call(town: Town) -> None:
    # One call hangs and takes the only slot, so the next sign-up is on disk and cannot be sent.
    gateway = town.serve(GATEWAY_WHMCS_CONCURRENCY="1")
    town.fail("hang", action="AddClient", calls=1)
    assert post(gateway, email="first@example.com").status_code == 202
    assert post(gateway, email="second@example.com").status_code == 202
    assert town.calls("AddClient") == 1
    assert [state for state, _ in town.rows()] == ["sending", "accepted"]
    gateway.kill()

    town.age_leases()
    town.serve()
    until(lambda: town.made()[0] == 2, "the sign-ups were not delivered")
    until(lambda: {state for state, _ in town.rows()} == {"done"}, "the sign-ups were not finished")
    assert town.made() == (2, 0, 0, 2)


@pytest.mark.parametrize("action", ["AddClient", "AddOrder"])
def test_killed_after_the_call_and_before_the_save(town: Town, action: str) -> None:
    gateway = town.serve()
    town.fail("commit_then_hang", action=action, calls=1)
    assert post(gateway, plan="starter").status_code == 202
    until(lambda: town.calls(action) == 1, "the call did not arrive")
    assert [state for state, _ in town.rows()] == ["sending"]
    gateway.kill()

    town.age_leases()
    town.serve()
    until(lambda: town.rows() == [("done", "")], "the sign-up was not finished")
    assert town.made() == (1, 1, 1, 1)
    assert (town.calls("AddClient"), town.calls("AddOrder")) == (1, 1)


def test_told_to_stop_in_the_middle_of_a_call(town: Town) -> None:
    gateway = town.serve()
    town.fail("slow", action="AddClient", seconds=2, calls=1)
    assert post(gateway).status_code == 202
    assert gateway.stop() == -signal.SIGTERM  # after an orderly end, uvicorn lets the signal have its way
    assert town.rows() == [("done", "")]
    assert town.made() == (1, 0, 0, 1)


def test_ten_identical_posts_at_once(tmp_path: Path) -> None:
    town = Town(tmp_path)
    try:
        gateway = town.serve()
        with ThreadPoolExecutor(10) as visitors:
            replies = list(visitors.map(lambda _: post(gateway, plan="starter"), range(10)))
        assert {reply.status_code for reply in replies} == {201}
        assert len({reply.json()["reference"] for reply in replies}) == 1
        assert town.made() == (1, 1, 1, 1)
    finally:
        town.close()


def test_what_a_visitor_was_told_is_true_after_a_kill(town: Town) -> None:
    gateway = town.serve()
    town.fail("waf_403")
    references = [post(gateway, email=f"ada{number}@example.com").json()["reference"] for number in range(20)]
    gateway.kill()
    town.mend()
    gateway = town.serve()

    def created(reference: str) -> bool:
        reply = gateway.http.get(f"/v1/acme/signup/{reference}", headers={"Accept": "application/json"})
        assert reply.status_code == 200
        return bool(reply.json()["status"] == "created")

    until(lambda: all(map(created, references)), "a sign-up that was promised did not come to a client")
    assert town.made() == (20, 0, 0, 20)
