"""``Whois``: whether names are free. Each is asked for seldom, and never many at once.

WHMCS passes every question on to a registry, which counts them too, and shuts out who asks too much.
"""

from collections import OrderedDict, deque
from collections.abc import Callable

from app.catalog.asking import Asker, Kept, Question
from app.whmcs import Availability, Unavailable, Whmcs

KNOWN = 2000  # names that are remembered
AT_ONCE = 3  # questions under way
A_MINUTE = 60  # questions in 60 seconds, whoever wants to know
FREE_FOR = 600.0  # seconds for which a name counts as free, or as unknown
TAKEN_FOR = 6 * FREE_FOR


class Whois:
    """What WHMCS says of names, in IDNA ASCII. Nobody waits longer than he likes: an answer that comes late is kept."""

    def __init__(self, *, asker: Asker, clock: Callable[[], float]) -> None:
        self._asker = asker.few(AT_ONCE)
        self._clock = clock
        self._kept: OrderedDict[str, Kept[Availability]] = OrderedDict()
        self._asked: deque[float] = deque(maxlen=A_MINUTE)

    def at_hand(self, name: str) -> Availability | None:
        """What is known of a name without asking."""
        kept = self._kept.get(name)
        answer = kept.at_hand(TAKEN_FOR) if kept else None
        return answer if answer is Availability.TAKEN or kept is None else kept.at_hand(FREE_FOR)

    async def find(self, name: str, *, patience: float) -> Availability:
        """The same, asking if need be, and waiting for the answer as long as ``patience`` seconds."""
        if (known := self.at_hand(name)) is not None:
            return known
        return await (await self._of(name)).latest(at_most=FREE_FOR, patience=patience) or Availability.UNKNOWN

    async def close(self) -> None:
        """Ask no more."""
        for kept in self._kept.values():
            await kept.close()

    async def _of(self, name: str) -> Kept[Availability]:
        kept = self._kept.pop(name, None)
        if kept is None:
            kept = Kept(self._question(name), asker=self._asker, clock=self._clock, fresh=FREE_FOR)
        self._kept[name] = kept
        if len(self._kept) > KNOWN:
            _, forgotten = self._kept.popitem(last=False)
            await forgotten.close()
        return kept

    def _question(self, name: str) -> Question[Availability]:
        async def ask(whmcs: Whmcs) -> Availability:
            now = self._clock()
            if len(self._asked) == A_MINUTE and now < self._asked[0] + 60:
                raise Unavailable("too_many_names")
            self._asked.append(now)
            return await whmcs.availability(name)

        return ask
