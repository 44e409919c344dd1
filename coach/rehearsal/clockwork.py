"""The clockwork: a rehearsal without sound, which jumps from event to event.

Session, scheduler, player, interpreter, loop, acceptance, watchdog, hearing watch and keeper are the shipped ones, and
the mixer decides by its own rules what sounds when; it only makes no sound. What is said is told to the listener as
words.

It does what `coach.rehearsal.runner` does with the scripted recognizer, decision for decision and frame for frame: time
passes in the same blocks, of which those in which nothing happens are passed over. A stretch ends

- behind a block in which a clip begins or ends, and before one in which a clip begins;
- behind a block in which anything was decided;
- at the block at which a timer, a segment, a lease, an entry of the journal or a notice is due;
- behind the block in which the person begins to speak or to do something, or a word of hers is given out;
- before and behind the block in which a fault begins or ends; while a defect is being found out, at every block.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coach.journal.store import Store
from coach.listening.acceptance import CONFIRM_WITHIN
from coach.listening.listener import Listener
from coach.listening.recognizers.scripted import ScriptedRecognizer
from coach.rehearsal.bedside import OWN_VOICE_TAIL, Bedside
from coach.rehearsal.prompter import Prompter
from coach.rehearsal.stage import Keeping, Stage, Witness, kept_in_full
from coach.runtime.chronicle import Chronicle
from coach.units import BLOCK, LISTEN_RATIO, SAMPLE_RATE, Frames, frames

_CONFIRM: Final = CONFIRM_WITHIN * LISTEN_RATIO


@dataclass(frozen=True, slots=True)
class Jumped:
    """A finished rehearsal without sound."""

    bedside: Bedside
    length: Frames
    """Played frames."""
    realtime_factor: float

    @property
    def chronicle(self) -> Chronicle:
        """Return what happened."""
        return self.bedside.chronicle


def jump(
    stage: Stage,
    recognizer: ScriptedRecognizer | None = None,
    *,
    store: Store | None = None,
    keeping: Keeping = kept_in_full,
    witness: Witness = lambda _now, _heard: None,
) -> Jumped:
    """Run one rehearsal without sound to its end and return what happened.

    Args:
        stage: What is rehearsed; of the clips only the length counts.
        recognizer: What hears the words that are said; None: one that hears them all.
        store: Where the journal is kept; None: in memory, with all its digests.
        keeping: Makes what keeps each step.
        witness: Told how far sound has come out of the ear.
    """
    script = stage.scenario
    recognizer = recognizer or ScriptedRecognizer(script.language)
    listener = Listener([recognizer], {script.language: stage.house.pack(script.language).commands})
    bedside = Bedside(stage, listener, store=store, keeping=keeping, witness=witness)
    return _Clockwork(bedside, recognizer).to_the_end()


class _Clockwork:
    def __init__(self, bedside: Bedside, recognizer: ScriptedRecognizer) -> None:
        self._bedside = bedside
        self._recognizer = recognizer
        self._prompter = Prompter(recognizer, bedside)
        self._limit = frames(bedside.scenario.limit_s)
        self._unconfirmed = Frames(0)

    def to_the_end(self) -> Jumped:
        """Jump from event to event until the session is over."""
        began = time.perf_counter()
        bedside = self._bedside
        while bedside.now < self._limit and not bedside.over:
            decided = len(bedside.chronicle.decisions)
            bedside.before()
            now = bedside.now
            until = self._until(now, decided=len(bedside.chronicle.decisions) > decided)
            if until > now + BLOCK:
                bedside.renew_ahead(Frames(until - BLOCK))
            bedside.mixer.pass_over(until - now)
            bedside.after()
            bedside.performer.pass_over((until - now) // BLOCK - 1)
            bedside.act(Frames(until - BLOCK))
            bedside.performer.pass_over(1)
            self._prompter.prompt()
            if (due := self._recognizer.next_due) is not None and due * LISTEN_RATIO <= until:
                self._unconfirmed = Frames(until + _CONFIRM)
            bedside.pass_by((until - now) // LISTEN_RATIO, judged=until - now == BLOCK and bedside.judging)
        bedside.close()
        elapsed = time.perf_counter() - began
        return Jumped(bedside, bedside.now, bedside.now / SAMPLE_RATE / max(elapsed, 1e-9))

    def _until(self, now: Frames, *, decided: bool) -> Frames:
        """Return the end of the next stretch: the first boundary of blocks at which something happens."""
        if decided or self._bedside.judging:
            return Frames(now + BLOCK)
        soonest = min((boundary for boundary in self._boundaries(now) if boundary > now), default=self._limit)
        return max(Frames(now + BLOCK), min(soonest, _up(self._limit)))

    def _boundaries(self, now: Frames) -> Iterator[Frames]:
        bedside, mixer = self._bedside, self._bedside.mixer
        yield from (max(_up(due), Frames(now + BLOCK)) for due in bedside.coming())
        for edge in (bedside.troubles.next_edge(now),):
            yield Frames(_up(edge) - BLOCK)
            yield _up(edge)
        if (due := bedside.performer.next_due) is not None:
            yield Frames(_up(due) + BLOCK)
        if (start := mixer.next_start) is not None:
            yield _down(start)
            yield Frames(_down(start) + BLOCK)
        if (end := mixer.next_end) is not None:
            yield _up(end)
        if (given := self._recognizer.next_due) is not None:
            yield _up(Frames(given * LISTEN_RATIO))
        yield self._unconfirmed
        if bedside.coach is not None:
            yield from (_down(Frames(ended + OWN_VOICE_TAIL - 1)) for ended in bedside.coach.interpreter.fell_silent)
        if bedside.resting:
            yield _up(bedside.may_be_over)
            yield Frames(now + bedside.performer.blocks_left * BLOCK)


def _up(frame: Frames) -> Frames:
    """Return the boundary of blocks at a frame or behind it."""
    return Frames(-(-frame // BLOCK) * BLOCK)


def _down(frame: Frames) -> Frames:
    """Return the boundary of blocks at a frame or before it."""
    return Frames(frame // BLOCK * BLOCK)
