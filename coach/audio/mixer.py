"""The mixer: what is played, block by block, counted in frames.

Rules:

1. *Frames.* The frames rendered are the clock of every cue. A clip scheduled at frame f gives its first sample
   at frame f exactly, or at the next frame to be rendered if f has passed; `Started` tells which.
2. *Reports.* A clip that was accepted ends in exactly one `Ended`, after one `Started` if it ever sounded. `cut` says
   that it did not sound to its own end. `Ended.frame` is one past the last frame of it that was rendered.
3. *Lanes.* SAFETY > NOTICE > CUE > BED. While a lane sounds it ducks every lower one: by 18 dB under SAFETY, by
   12 dB under NOTICE and CUE; the deepest wins, over ramps of 20 ms. Clips of one lane sound together.
4. *Silence.* `hush` and `silence` work at render time, not through a queue: what sounds fades within 10 ms from the
   next frame, what is queued is forgotten at once. `silence` also begins a new epoch, and a clip that was meant for
   an older epoch is refused: a cue decided before a stop cannot sound after it.
5. *Lease.* SAFETY H20: CUE and BED instruct, so they need somebody who hears. They are handed over by `instruct`, which
   asks for a lease and refuses one that has run out; `schedule` has no lane for them. Nothing of them is rendered at or
   past the end of the mixer's own `lease`, whatever they were handed over with. A clip still sounding then has faded by
   that frame and is gone for good, even if the lease is renewed while it fades; a clip that would begin in the last
   10 ms of a lease is not begun. There is no lease at first.
6. *Loudness.* The voice's own level and what she asked for are added. SAFETY never sinks below `SAFETY_FLOOR_DB`.
7. *Bounds.* Samples stay within ±1.0; a limiter without memory bends what is above 0.8.
8. *Blocks.* The size of the blocks changes no sample and no report.

One thread at a time may call a mixer.
"""

import heapq
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np

from coach.audio.clip import Clip, Samples
from coach.audio.gain import Ramp, fade, limited
from coach.audio.lanes import InstructingLane, Lane, SpeakingLane
from coach.audio.lease import NO_LEASE, Lease
from coach.units import Frames, amplitude, frames

FADE_S: Final = 0.010
"""How long a clip that is cut takes to fade, in seconds: no click, and inside one block (DESIGN: silence in 60 ms)."""
_FADE: Final = frames(FADE_S)

_DUCK_DB: Final = {Lane.SAFETY: -18.0, Lane.NOTICE: -12.0, Lane.CUE: -12.0, Lane.BED: 0.0}
"""How far each lane, while it sounds, lowers the lanes below it."""

SAFETY_FLOOR_DB: Final = -3.0
"""What is said for safety is never softer than this against the clips' own level, however soft the voice was chosen or
asked to be: one step of "quieter" below the level that was found right at set-up (chosen; to be looked at by a
clinician)."""

_START: Final = Frames(0)
_LEASED: Final = frozenset({Lane.CUE, Lane.BED})


@dataclass(frozen=True, slots=True)
class Report:
    """Something happened to a scheduled clip."""

    token: int
    """What the clip was scheduled with."""
    frame: Frames


@dataclass(frozen=True, slots=True)
class Started(Report):
    """The first sample of a clip was rendered at `frame`."""


@dataclass(frozen=True, slots=True)
class Ended(Report):
    """A clip will sound no more; `frame` is one past its last."""

    cut: bool
    """Whether it did not sound to its own end."""


@dataclass(slots=True, eq=False)
class _Voice:
    """A clip that is queued or sounding."""

    samples: Samples
    start: Frames
    lane: Lane
    token: int
    gain: np.float32
    end: Frames
    """One past the last frame that will be rendered."""
    fade_from: Frames | None = None
    """First frame of the fade that ends at `end`; None while it is to sound whole."""
    fade_height: float = 1.0

    @property
    def cut(self) -> bool:
        """Return whether it ends before its own last frame."""
        return self.end < self.start + len(self.samples)

    def fade_out(self, at: Frames, end: Frames) -> None:
        """Fall to nothing from frame `at` to `end`; an earlier end stays, so that no fade is ever made longer."""
        if end >= self.end:
            return
        if self.fade_from is not None and at > self.fade_from:
            self.fade_height *= (self.end - at) / (self.end - self.fade_from)
        self.fade_from = at
        self.end = end


class Mixer:
    """Renders what was scheduled; see the rules at the top of the module."""

    def __init__(self, first: Frames = _START) -> None:
        """Start at a frame, in epoch 0, with nothing scheduled, full gain and no lease."""
        self.lease = NO_LEASE
        """Where it ends CUE and BED are silent; the host renews it while the hearing is proved."""
        self._frame = first
        self._epoch = 0
        self._queue: list[tuple[Frames, int, _Voice]] = []
        self._order = count()
        self._sounding: list[_Voice] = []
        self._reports: list[Report] = []
        self._voice_db = 0.0
        self._gains = {lane: Ramp() for lane in Lane}
        self._ducks = {lane: Ramp() for lane in Lane}

    @property
    def frame(self) -> Frames:
        """Return the next frame to be rendered."""
        return self._frame

    @property
    def epoch(self) -> int:
        """Return the number of silences so far."""
        return self._epoch

    def schedule(  # noqa: PLR0913 - clip, frame, lane and token are the least; the rest have defaults
        self, clip: Clip, at: Frames, lane: SpeakingLane, *, token: int, gain_db: float = 0.0, epoch: int | None = None
    ) -> bool:
        """Queue a clip that instructs nobody; return False, and do and report nothing, when its epoch is over.

        Args:
            clip: What shall sound.
            at: Frame of its first sample; a frame that has passed means the next one to be rendered.
            lane: Where it sounds. Lanes that instruct are refused: they need a lease, see `instruct`.
            token: What the reports call it.
            gain_db: Added to the clip's own level.
            epoch: Epoch in which it was decided; None stands for the present one.
        """
        if lane in _LEASED or (epoch is not None and epoch != self._epoch):
            return False
        self._queue_voice(clip, at, lane, token, gain_db)
        return True

    def instruct(  # noqa: PLR0913 - as `schedule`, and what gives leave to instruct
        self,
        clip: Clip,
        at: Frames,
        lane: InstructingLane,
        lease: Lease,
        *,
        token: int,
        epoch: int,
        gain_db: float = 0.0,
    ) -> bool:
        """Queue a clip that asks somebody to move; return False, and do and report nothing, when it may not.

        It may not once its epoch is over, or when the lease it is handed over with has run out.

        Args:
            clip: What shall sound.
            at: Frame of its first sample; a frame that has passed means the next one to be rendered.
            lane: Where it sounds.
            lease: Shows that somebody is heard just now. That it still holds when the clip begins is looked at then.
            token: What the reports call it.
            epoch: Epoch in which it was decided.
            gain_db: Added to the clip's own level.
        """
        if epoch != self._epoch or not lease.fresh(self._frame):
            return False
        self._queue_voice(clip, at, lane, token, gain_db)
        return True

    def _queue_voice(self, clip: Clip, at: Frames, lane: Lane, token: int, gain_db: float) -> None:
        start = max(at, self._frame)
        end = Frames(start + clip.length)
        voice = _Voice(clip.samples, start, lane, token, np.float32(amplitude(gain_db)), end)
        heapq.heappush(self._queue, (start, next(self._order), voice))

    def hush(self, *lanes: Lane, fade_s: float = FADE_S) -> None:
        """Fade what sounds in these lanes and forget what is queued in them; no lane named means every lane."""
        hushed = lanes or tuple(Lane)
        end = Frames(self._frame + frames(fade_s))
        for voice in self._sounding:
            if voice.lane in hushed:
                voice.fade_out(self._frame, end)
        self._forget(lambda voice: voice.lane in hushed)
        self._retire(self._frame)

    def forget(self, tokens: Collection[int]) -> None:
        """Take back the clips of these tokens that have not begun; those that sound go on."""
        self._forget(lambda voice: voice.token in tokens)

    def silence(self) -> None:
        """Hush every lane and begin a new epoch."""
        self.hush()
        self._epoch += 1

    def busy_until(self, *lanes: Lane) -> Frames:
        """Return the frame at which everything now in these lanes will have ended; at least `frame`.

        No lane named means every lane.
        """
        asked = lanes or tuple(Lane)
        ends = [voice.end for voice in self._sounding if voice.lane in asked]
        ends += [voice.end for _, _, voice in self._queue if voice.lane in asked]
        return max(ends, default=self._frame)

    def begin_with(self, voice_db: float, gain_db: float) -> None:
        """Set the loudness before anything sounds, without a ramp.

        Args:
            voice_db: The voice profile's own level against that of the clips, in decibels.
            gain_db: What she asked for in earlier sessions, on top of it.
        """
        self._voice_db = voice_db
        self._gains = {lane: Ramp(self._amplitude(lane, gain_db)) for lane in Lane}

    def set_gain(self, gain_db: float) -> None:
        """Set the loudness of everything, in decibels against the voice's own level, over a ramp of 20 ms."""
        for lane, ramp in self._gains.items():
            ramp.move(self._amplitude(lane, gain_db), self._frame)

    def _amplitude(self, lane: Lane, gain_db: float) -> float:
        wanted = self._voice_db + gain_db
        return amplitude(max(wanted, SAFETY_FLOOR_DB) if lane is Lane.SAFETY else wanted)

    def reports(self) -> tuple[Report, ...]:
        """Return what happened since the last call, oldest first."""
        drained = tuple(self._reports)
        self._reports.clear()
        return drained

    def render(self, length: int) -> Samples:
        """Return the next samples and move on by as many frames.

        Args:
            length: Frames wanted; usually `BLOCK`.

        Returns:
            float32, shape (length,), within ±1.0; the caller's to keep.
        """
        first = self._frame
        block = np.zeros(length, dtype=np.float32)
        sounded = False
        for at, until in self._stretches(length):
            sounded = True
            for voice in self._sounding:
                block[at - first : until - first] += self._contribution(voice, at, until)
        return limited(block) if sounded else block

    def pass_over(self, length: int) -> None:
        """Move on as `render` does, with the same reports, and make no sound: for hosts that need none."""
        for _ in self._stretches(length):
            pass

    @property
    def next_start(self) -> Frames | None:
        """Return the next frame at which a clip is to begin; None where none is queued."""
        return self._queue[0][0] if self._queue else None

    @property
    def next_end(self) -> Frames | None:
        """Return the next frame at which a clip that sounds will have ended; None where none sounds."""
        return min((voice.end for voice in self._sounding), default=None)

    def _stretches(self, length: int) -> Iterator[tuple[Frames, Frames]]:
        """Move on by a number of frames; go through the stretches in which the same clips sound."""
        first, stop = self._frame, Frames(self._frame + length)
        if self._sounding or (self._queue and self._queue[0][0] < stop):
            self._end_with_lease(first, stop)
            at = first
            while at < stop:
                self._begin(at, stop)
                until = self._next_change(at, stop)
                yield at, until
                at = until
                self._retire(at)
        self._frame = stop

    def _forget(self, chosen: Callable[[_Voice], bool]) -> None:
        """Drop queued clips and report them cut, earliest first."""
        forgotten = sorted(entry for entry in self._queue if chosen(entry[2]))
        if forgotten:
            self._queue = [entry for entry in self._queue if not chosen(entry[2])]
            heapq.heapify(self._queue)
            self._reports += (Ended(voice.token, self._frame, cut=True) for _, _, voice in forgotten)

    def _end_with_lease(self, first: Frames, stop: Frames) -> None:
        """Fade what is leased so that it has ended with the lease, if that falls into these frames."""
        begin = self.lease.until - _FADE
        if begin >= stop:
            return
        for voice in self._sounding:
            if voice.lane in _LEASED:
                voice.fade_out(max(first, Frames(begin)), max(first, self.lease.until))
        self._retire(first)

    def _begin(self, at: Frames, stop: Frames) -> None:
        """Start the clips that are due at a frame, if their lease lets them."""
        begun = False
        while self._queue and self._queue[0][0] <= at:
            voice = heapq.heappop(self._queue)[2]
            if voice.lane in _LEASED and at > self.lease.until - _FADE:
                self._reports.append(Ended(voice.token, at, cut=True))
                continue
            self._reports.append(Started(voice.token, at))
            self._sounding.append(voice)
            begun = True
        if begun:
            self._end_with_lease(at, stop)
            self._retire(at)

    def _retire(self, at: Frames) -> None:
        """Report the clips that have ended by a frame, and let the lanes below them come up again."""
        if any(voice.end <= at for voice in self._sounding):
            self._reports += (Ended(voice.token, at, cut=voice.cut) for voice in self._sounding if voice.end <= at)
            self._sounding = [voice for voice in self._sounding if voice.end > at]
        self._duck(at)

    def _duck(self, at: Frames) -> None:
        """Turn each lane's gain towards what the lanes above it leave to it."""
        deepest = 0.0
        heard = {voice.lane for voice in self._sounding}
        for lane in sorted(Lane, reverse=True):
            self._ducks[lane].move(amplitude(deepest), at)
            if lane in heard:
                deepest = min(deepest, _DUCK_DB[lane])

    def _next_change(self, at: Frames, stop: Frames) -> Frames:
        """Return the next frame at which a clip begins or ends, `stop` at the latest."""
        change = min((voice.end for voice in self._sounding), default=stop)
        if self._queue:
            change = min(change, self._queue[0][0])
        return Frames(max(at + 1, min(change, stop)))

    def _contribution(self, voice: _Voice, at: Frames, until: Frames) -> Samples:
        """Return what a clip adds to the frames ``[at, until)``."""
        gain = self._gains[voice.lane].over(at, until) * self._ducks[voice.lane].over(at, until) * voice.gain
        if voice.fade_from is not None and until > voice.fade_from:
            gain = gain * fade(at, until, voice.fade_from, voice.end, voice.fade_height)
        return voice.samples[at - voice.start : until - voice.start] * gain
