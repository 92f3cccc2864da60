"""The tests that tell two samples apart do so when they should, and else do not."""

import random

import pytest

from tests.integration.telling import auc, gap, spread, told_apart

CHANCE = random.Random(1)  # noqa: S311 - chance for tests
QUIET = [CHANCE.lognormvariate(1, 0.5) for _ in range(1000)]
OTHER = [CHANCE.lognormvariate(1, 0.5) for _ in range(1000)]


@pytest.mark.parametrize(("one", "expected"), [([2, 2], 0.5), ([3, 3], 1.0), ([1, 1], 0.0), ([1, 2], 0.25)])
def test_auc_is_the_chance_to_win(one: list[float], expected: float) -> None:
    assert auc(one, [2, 2]) == expected


def test_the_gap_is_the_greatest_difference_of_shares() -> None:
    assert gap([1, 2, 3, 4], [3, 4, 5, 6]) == 0.5
    assert gap([1, 1], [1, 1]) == 0


def test_two_samples_of_one_kind_are_not_told_apart() -> None:
    assert not told_apart(QUIET, OTHER)


def test_the_unit_of_time_does_not_matter() -> None:
    shifted = [time + 0.4 for time in OTHER]
    assert told_apart(QUIET, shifted) == told_apart([1e6 * t for t in QUIET], [1e6 * t for t in shifted])


def test_a_shift_of_half_the_spread_is_seen() -> None:
    assert told_apart(QUIET, [time + spread(OTHER) / 2 for time in OTHER])


def test_a_second_hump_is_seen_that_does_not_move_the_middle() -> None:
    humps = [time + (3 if time > 3.5 else -3 if time < 2.1 else 0) for time in OTHER]
    assert abs(auc(QUIET, humps) - 0.5) < 0.05
    assert told_apart(QUIET, humps)


def test_luck_alone_raises_no_alarm() -> None:
    """Of two hundred fair deals none does; the margin to the alarm is 5.5 standard deviations."""
    for _ in range(200):
        assert not told_apart([CHANCE.random() for _ in range(200)], [CHANCE.random() for _ in range(200)])
