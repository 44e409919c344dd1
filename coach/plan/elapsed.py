"""How long ago something was, on a machine whose clock nobody need believe.

A Raspberry Pi has no clock of its own: after a power cut it may wake up an hour or ten years off, and nobody knows
how long it was dark. So the time since something is reckoned as the *least* that is sure:

1. Within one boot the clock that counts since the boot is exact, and never jumps.
2. Over a power cut the dark time counts as nothing, unless the wall clock was synchronized on both sides of it.
3. What the wall clock says while it is not synchronized is a label and decides nothing here.

So no cap over a day is ever exceeded in true time, whatever happens to the wall clock.
"""

from dataclasses import dataclass, replace
from typing import Final

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Local:
    """What the clock on the wall shows."""

    day: int
    """Days since some day long ago, one more each midnight."""
    minute: int
    """Minutes since midnight."""


@dataclass(frozen=True, slots=True)
class Reading:
    """When it is, as far as this machine can tell."""

    boot: str
    """Names the boot during which `uptime_ms` counts."""
    uptime_ms: int
    """Milliseconds since that boot; never jumps."""
    local: Local | None = None
    """None where nobody knows: neither synchronized nor told by a carer."""
    utc_ms: int | None = None
    """Milliseconds since 1970; None where the clock is not synchronized."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on a track."""

    stretch: int
    uptime_ms: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One boot, from its beginning to when it was last seen."""

    boot: str
    last_ms: int
    offset_ms: int | None
    """Add it to the uptime for the true time; None where that was never known."""


@dataclass(frozen=True, slots=True)
class Track:
    """The boots there were, in order, each until it was last seen."""

    stretches: tuple[_Stretch, ...] = ()
    first: int = 0
    """Number of the first stretch that is remembered."""

    @property
    def end(self) -> Mark:
        """The last moment seen; only of a track that has seen one."""
        return Mark(self.first + len(self.stretches) - 1, self.stretches[-1].last_ms)

    def seen(self, reading: Reading) -> "Track":
        """Return the track with a later reading on it."""
        offset = None if reading.utc_ms is None else reading.utc_ms - reading.uptime_ms
        last = self.stretches[-1] if self.stretches else None
        if last is None or last.boot != reading.boot or reading.uptime_ms < last.last_ms:
            return replace(self, stretches=(*self.stretches, _Stretch(reading.boot, reading.uptime_ms, offset)))
        longer = replace(last, last_ms=reading.uptime_ms, offset_ms=last.offset_ms if offset is None else offset)
        return replace(self, stretches=(*self.stretches[:-1], longer))

    def since(self, mark: Mark) -> int:
        """Return the milliseconds that have passed at least since a moment on this track."""
        chained = self._chained(mark, self.end)
        first = next(
            (number for number in range(mark.stretch, self.end.stretch) if self._offset(number) is not None), None
        )
        last = next(
            (number for number in range(self.end.stretch, mark.stretch, -1) if self._offset(number) is not None), None
        )
        if first is None or last is None or last <= first:
            return chained
        begin = mark if first == mark.stretch else Mark(first, self._at(first).last_ms)
        end = Mark(last, self._at(last).last_ms)
        true = (self._offset(last) or 0) + end.uptime_ms - (self._offset(first) or 0) - begin.uptime_ms
        return max(chained, self._chained(mark, begin) + true + self._chained(end, self.end))

    def forgetting(self, before: Mark | None) -> "Track":
        """Return the track without the boots before a moment; all but the present one where there is none."""
        keep = self.end.stretch if before is None else before.stretch
        return Track(self.stretches[keep - self.first :], keep)

    def _chained(self, begin: Mark, end: Mark) -> int:
        """Return the time between two moments during which the machine was seen to be on."""
        if begin.stretch == end.stretch:
            return end.uptime_ms - begin.uptime_ms
        whole = sum(self._at(number).last_ms for number in range(begin.stretch + 1, end.stretch))
        return self._at(begin.stretch).last_ms - begin.uptime_ms + whole + end.uptime_ms

    def _at(self, number: int) -> _Stretch:
        return self.stretches[number - self.first]

    def _offset(self, number: int) -> int | None:
        return self._at(number).offset_ms
