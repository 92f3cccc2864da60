"""The proof of work: what is solved counts once for its site, what is forged or too old does not."""

import base64
import time
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from app.challenge import ProofOfWork
from app.challenge.work import LIFE, TRIES, tries_for
from app.vault import Vault
from tests.unit.challenge.solving import HERE, KEY, VAULT, opened, packed, site, solved

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def work(age: float = 0, vault: Vault = VAULT) -> ProofOfWork:
    """Challenges that cost next to nothing, set ``age`` seconds ago."""
    return ProofOfWork(vault, clock=lambda: time.time() - age, tries=lambda _: 3)


async def payload(age: float = 0) -> dict[str, Any]:
    """A good solution, to be spoilt."""
    return opened(solved(await work(age).challenge(site(), HERE)))


async def test_a_solved_challenge_counts_for_its_site() -> None:
    solution = solved(await work().challenge(site(), HERE))
    proof = work().check(site(), solution)
    assert proof is not None
    assert len(proof) == 64
    assert work().check(site("other"), solution) is None


async def test_replicas_agree_and_strangers_do_not() -> None:
    solution = solved(await work().challenge(site(), HERE))
    assert work(vault=Vault([KEY], b"pepper")).check(site(), solution)
    assert work(vault=Vault([KEY], b"another")).check(site(), solution) is None


async def test_it_is_good_for_ten_minutes() -> None:
    assert work().check(site(), solved(await work(LIFE - 60).challenge(site(), HERE)))
    assert work().check(site(), solved(await work(LIFE + 2).challenge(site(), HERE))) is None


async def test_the_same_solution_written_otherwise_is_the_same_proof() -> None:
    good = await payload()
    first = work().check(site(), packed(good))
    good["solution"] |= {"time": 12, "counter": 4_000_000}
    again = packed({**good, "more": 1})
    assert first is not None
    assert work().check(site(), again) == first
    assert work().check(site(), f" {again}\n") == first


async def test_two_challenges_are_two_proofs() -> None:
    ours = work()
    proofs = {ours.check(site(), solved(await ours.challenge(site(), HERE))) for _ in range(3)}
    assert len(proofs) == 3


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("parameters", "cost", 1),
        ("parameters", "keyPrefix", ""),
        ("parameters", "keySignature", None),
        ("parameters", "expiresAt", 9_999_999_999),
        ("parameters", "expiresAt", None),
        ("parameters", "algorithm", "SHA-256"),
        ("parameters", "nonce", "00" * 16),
        ("parameters", "data", {"a": [[]]}),
        ("solution", "derivedKey", "00" * 32),
        ("solution", "derivedKey", None),
        ("solution", "derivedKey", 3),
        ("challenge", "signature", ""),
        ("challenge", "signature", None),
        ("challenge", "signature", "é"),
    ],
)
async def test_what_was_changed_does_not_count(where: str, name: str, value: object) -> None:
    spoilt = await payload()
    place = {"parameters": spoilt["challenge"]["parameters"], **spoilt}[where]
    place[name] = value
    assert work().check(site(), packed(spoilt)) is None


@pytest.mark.parametrize("text", ["", "x", "é", "e30=", "W10=", "bnVsbA==", base64.b64encode(b"[" * 5000).decode()])
def test_nonsense_does_not_count(text: str) -> None:
    assert work().check(site(), text) is None


@given(JSON, JSON, JSON)
def test_no_invented_json_counts_or_breaks_it(parameters: object, signature: object, solution: object) -> None:
    for forged in (
        {"challenge": {"parameters": parameters, "signature": signature}, "solution": solution},
        {"challenge": parameters, "solution": {"counter": signature, "derivedKey": solution}},
        parameters,
    ):
        assert work().check(site(), packed(forged)) is None


@given(st.text(max_size=300))
def test_no_invented_text_counts_or_breaks_it(text: str) -> None:
    assert work().check(site(), text) is None


@pytest.mark.parametrize(
    ("asked", "times"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 4), (16, 8), (21, 16), (26, 32), (31, 32), (10_000, 32)]
)
def test_the_price_doubles_with_every_five_and_has_an_end(asked: int, times: int) -> None:
    assert tries_for(asked) == TRIES * times


async def test_it_is_dearer_for_an_address_that_asks_often_and_for_no_other() -> None:
    now = [1_800_000_000.0]
    asked: list[int] = []

    def tries(number: int) -> int:
        asked.append(number)
        return 1

    ours = ProofOfWork(VAULT, clock=lambda: now[0], tries=tries)
    for address in ("2001:db8::1", "2001:db8::2", "198.51.100.7", "2001:db8::3"):
        await ours.challenge(site(), address)
    now[0] += LIFE + 1
    await ours.challenge(site(), "2001:db8::1")
    assert asked == [1, 2, 1, 3, 1]
