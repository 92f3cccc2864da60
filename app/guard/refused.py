"""What the gate sent away: a figure for /metrics, and now and then a few lines in the log, however many there were."""

import asyncio
from collections import Counter
from ipaddress import ip_network

import structlog

_log = structlog.get_logger("app.guard")
_EVERY = 10.0  # seconds
_TOLD_APART = 10_000  # callers, until the next report
_NAMED = 10  # networks in one report
_OTHERS = "others"


class Refused:
    """Counts the refused; reports ``every`` so many seconds, in one line for each of the busiest networks."""

    def __init__(self, every: float = _EVERY) -> None:
        self.total = 0
        self._every = every
        self._callers: Counter[str] = Counter()

    def count(self, caller: str) -> None:
        """One more request of ``caller``, a bucket of addresses. To be called in the event loop."""
        self.total += 1
        if not self._callers:
            asyncio.get_running_loop().call_later(self._every, self._report)
        self._callers[caller if caller in self._callers or len(self._callers) < _TOLD_APART else _OTHERS] += 1

    def _report(self) -> None:
        networks: Counter[str] = Counter()
        for caller, number in self._callers.items():
            networks[_network(caller)] += number
        self._callers.clear()
        named = networks.most_common(_NAMED)
        if rest := networks.total() - sum(number for _, number in named):
            named.append((_OTHERS, rest))
        for network, number in named:
            _log.warning("gate_refused", network=network, count=number)


def _network(caller: str) -> str:
    """The neighbourhood of an address, wide enough to be nobody's in particular."""
    try:
        network = ip_network(caller)
    except ValueError:
        return caller  # "unknown", or all the others
    return str(network.supernet(new_prefix=24 if network.version == 4 else 48))
