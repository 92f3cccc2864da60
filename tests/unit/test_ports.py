"""Two workers that test side by side never start a process on the same port."""

from itertools import combinations

import pytest

from tests.ports import free_port, own_stretch


@pytest.mark.parametrize("workers", [1, 2, 3, 64])
def test_no_port_is_anothers(workers: int) -> None:
    ports = [{first + more for first in own_stretch(one, workers) for more in range(3)} for one in range(workers)]
    assert not any(one & other for one, other in combinations(ports, 2))
    assert min(map(len, ports)) > 300


def test_none_comes_again_soon() -> None:
    found = [free_port() for _ in range(100)]
    assert len(set(found)) == len(found)
