"""The courier: takes what lies in the spool to the carer, and orders back to the coach.

1. It runs in a process of its own; the coach never waits for it, and never needs it to fall silent.
2. A notice goes out by every channel; the first that takes it delivers it. A channel that hangs is cut off.
3. Failures are told at once, so that the coach can say that nobody was reached.
4. Once a week it sends a test, so that a carer knows that notices arrive.
5. That harm was said again is told once a minute at most (protocol, T2): whoever was told so less than a minute ago
   knows. A television that goes on about pain fills nobody's telephone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from coach.notify.channel import Attempt, Channel, Order
from coach.notify.notice import Kind, Message, Notice
from coach.notify.retry import LIMIT_S, next_attempt_s
from coach.notify.spool import Receipt, Spool, WeeklyTest

_TEST_EVERY: Final = timedelta(days=7)
_TEST_HOURS: Final = range(10, 18)
"""Hours in which a test is sent: when it wakes nobody, and somebody can look into it."""
_NEVER: Final = "No channel is configured."
_AGAIN_S: Final = 60.0
"""How long a notice that harm was said again stands for others like it (protocol, T2)."""


@dataclass(slots=True)
class _Errand:
    """One notice on its way."""

    notice: Notice
    first_s: float
    attempts: int = 0
    last_s: float = 0.0
    under_way: list[tuple[Channel, Attempt]] = field(default_factory=list)
    why: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks of a courier."""

    monotonic_s: Callable[[], float]
    wall: Callable[[], datetime]
    """The wall clock with its offset; only the weekly test goes by it."""


class Courier:
    """Delivers; `turn` is called again and again and never waits."""

    def __init__(
        self, spool: Spool, channels: Sequence[Channel], word: Callable[[Notice], Message], clocks: Clocks
    ) -> None:
        """Take the spool, the ways to the carer, what puts a notice into words, and the clocks."""
        self._spool = spool
        self._channels = tuple(channels)
        self._word = word
        self._clocks = clocks
        self._errands: dict[str, _Errand] = {}
        self._test: _Errand | None = None
        self._told: set[str] = set()
        self._told_again_s = -_AGAIN_S
        self._leftovers: list[tuple[float, Attempt]] = []

    @property
    def busy(self) -> bool:
        """Return whether anything is on its way just now."""
        return any(errand.under_way for errand in self._every())

    def turn(self) -> tuple[str, ...]:
        """Look at everything once.

        Returns:
            What happened, one sentence each, for the log.

        Raises:
            NotifyError: The spool cannot be read or written.
        """
        now = self._clocks.monotonic_s()
        self._clear_up(now)
        told = list(self._take_in(now))
        self._test_if_due(now)
        for errand in self._every():
            told += self._settle(errand, now)
            if self._known_already(errand, now):
                told += self._delivered(errand, "the notice before it")
            elif not errand.under_way and self._pending(errand) and self._due(errand) <= now:
                told += self._set_out(errand, now)
        self._spool.give_sign()
        return tuple(told)

    def orders(self) -> tuple[Order, ...]:
        """Return what was asked of the coach."""
        return tuple(order for channel in self._channels for order in channel.orders())

    def close(self) -> None:
        """Give up what is under way, and close the channels; what was not delivered stays in the spool."""
        for errand in self._every():
            for _, attempt in errand.under_way:
                attempt.cut()
        for _, attempt in self._leftovers:
            attempt.cut()
        for channel in self._channels:
            channel.close()

    def _clear_up(self, now: float) -> None:
        """Cut off what goes on, too late, by other ways after one has delivered."""
        for until, attempt in self._leftovers:
            if now >= until:
                attempt.cut()
        self._leftovers = [(until, attempt) for until, attempt in self._leftovers if now < until]

    def _every(self) -> tuple[_Errand, ...]:
        test = () if self._test is None else (self._test,)
        return (*self._errands.values(), *test)

    def _pending(self, errand: _Errand) -> bool:
        return errand is self._test or errand.notice.id in self._errands

    def _take_in(self, now: float) -> tuple[str, ...]:
        lying = self._spool.waiting()
        there = {notice.id for notice in lying.notices}
        for gone in [name for name, errand in self._errands.items() if name not in there and not errand.under_way]:
            del self._errands[gone]
        for notice in lying.notices:
            self._errands.setdefault(notice.id, _Errand(notice, now))
        news = [name for name in lying.damaged if name not in self._told]
        self._told.update(news)
        return tuple(f"{self._spool.folder}: {name} is no notice and is left alone." for name in news)

    @staticmethod
    def _due(errand: _Errand) -> float:
        return next_attempt_s(errand.attempts, errand.first_s, errand.last_s)

    def _set_out(self, errand: _Errand, now: float) -> tuple[str, ...]:
        errand.attempts += 1
        errand.last_s = now
        errand.why = _NEVER
        message = self._word(errand.notice)
        errand.under_way = [(channel, channel.begin(message)) for channel in self._channels]
        return () if errand.under_way else self._failed(errand)

    def _settle(self, errand: _Errand, now: float) -> tuple[str, ...]:
        if not errand.under_way:
            return ()
        late = now - errand.last_s >= LIMIT_S
        still: list[tuple[Channel, Attempt]] = []
        for channel, attempt in errand.under_way:
            why = attempt.result()
            if why is None and not late:
                still.append((channel, attempt))
                continue
            if why == "":
                others = [other for via, other in errand.under_way if via is not channel]
                self._leftovers += [(errand.last_s + LIMIT_S, other) for other in others]
                if errand.notice.kind is Kind.SAFETY_AGAIN:
                    self._told_again_s = now
                return self._delivered(errand, channel.name)
            if why is None:
                attempt.cut()
                why = f"no answer within {LIMIT_S:.0f} seconds"
            errand.why, errand.channel = why, channel.name
        errand.under_way = still
        return () if still else self._failed(errand)

    def _known_already(self, errand: _Errand, now: float) -> bool:
        """Return whether a notice says no more than one that was delivered less than a minute ago."""
        again = errand is not self._test and errand.notice.kind is Kind.SAFETY_AGAIN and not errand.under_way
        return again and self._pending(errand) and now - self._told_again_s < _AGAIN_S

    def _delivered(self, errand: _Errand, channel: str) -> tuple[str, ...]:
        errand.under_way = []
        if errand is self._test:
            self._test = None
            self._spool.note_test(WeeklyTest(wall=self._clocks.wall().isoformat(), delivered=True))
            return (f"The weekly test was delivered by {channel}.",)
        receipt = Receipt(id=errand.notice.id, delivered=True, attempt=max(1, errand.attempts), channel=channel)
        self._spool.sign(errand.notice, receipt)
        del self._errands[errand.notice.id]
        return (f"Notice '{errand.notice.kind}' was delivered by {channel}.",)

    def _failed(self, errand: _Errand) -> tuple[str, ...]:
        told = f"{errand.channel}: {errand.why}" if errand.channel else errand.why
        if errand is self._test:
            self._spool.note_test(WeeklyTest(wall=self._clocks.wall().isoformat(), delivered=False, why=told))
            if errand.attempts >= 4:  # the next one is due in a week; a real notice never ends like this
                self._test = None
            return (f"The weekly test was not delivered ({told}).",)
        receipt = Receipt(
            id=errand.notice.id, delivered=False, attempt=errand.attempts, channel=errand.channel, why=errand.why
        )
        self._spool.sign(errand.notice, receipt)
        return (f"Notice '{errand.notice.kind}' was not delivered ({told}); it is tried again.",)

    def _test_if_due(self, now: float) -> None:
        wall = self._clocks.wall()
        if self._test is not None or wall.hour not in _TEST_HOURS:
            return
        last = self._spool.tested()
        if last is not None and timedelta(0) <= wall - last.at(wall) < _TEST_EVERY:
            return
        notice = Notice(id=f"test/{wall:%Y-%m-%d}", kind=Kind.TEST, wall=wall.isoformat(timespec="minutes"))
        self._test = _Errand(notice, now)
