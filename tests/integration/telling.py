"""Can two samples of times be told apart? Two tests that need no model of the times, and so none of the machine.

Both judge ranks only, so a machine that is ten times slower judges the same. The samples must have been taken in random
order, for then, if what is asked about makes no difference, every way to deal the times out to the two is as likely as
the other.

- ``auc``: the chance that a time of one sample is longer than a time of the other (Mann and Whitney's statistic). It
  finds a shift. Without a difference it is 0.5, give or take sqrt((m + n + 1) / 12mn), and as good as normal.
- ``gap``: the greatest distance between the two distributions (Kolmogorov and Smirnov's statistic). It finds whatever
  else differs, such as the spread or a second hump. Without a difference it exceeds c * sqrt((m + n) / mn) with a
  chance of at most 2 * exp(-2c²), which holds for ties, too.

``ALARM`` is the chance that luck alone makes one of the two cry: each gets half of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import log, sqrt
from statistics import NormalDist, quantiles
from typing import Final

ALARM: Final = 5e-8


def told_apart(one: Sequence[float], other: Sequence[float]) -> str:
    """How the samples differ; "" when they cannot be told apart."""
    m, n = len(one), len(other)
    shift = abs(auc(one, other) - 0.5)
    widest_shift = NormalDist().inv_cdf(1 - ALARM / 4) * sqrt((m + n + 1) / (12 * m * n))
    widest_gap = sqrt(log(4 / ALARM) / 2) * sqrt((m + n) / (m * n))
    distance = gap(one, other)
    if shift <= widest_shift and distance <= widest_gap:
        return ""
    return f"shift {shift:.3f} (at most {widest_shift:.3f}), gap {distance:.3f} (at most {widest_gap:.3f})"


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """The chance that a value of ``one`` is greater than a value of ``other``; equal ones count half."""
    ranked = sorted(other)
    wins = sum(bisect_left(ranked, value) + bisect_right(ranked, value) for value in one)
    return wins / (2 * len(one) * len(other))


def gap(one: Sequence[float], other: Sequence[float]) -> float:
    """The greatest difference between the shares of the two samples up to any value."""
    a, b = sorted(one), sorted(other)
    return max(abs(bisect_right(a, value) / len(a) - bisect_right(b, value) / len(b)) for value in (*a, *b))


def spread(times: Sequence[float]) -> float:
    """The distance between the quartiles."""
    low, _, high = quantiles(times, n=4)
    return high - low
