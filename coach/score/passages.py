"""The stretches between the repetitions of one exercise: explanation, demonstration, announcement, rest.

They are untimed: each is as long as its sentences take, with a pause behind every one, and may be
entered again at each sentence. A rest is at least as long as the program says.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from coach.program.dose import PhaseTiming, SideMode, Stint, Work
from coach.score.counting import TICK, Beat, hold_counts, rep_cues, spoken_cue, tone_cue, tone_length
from coach.score.models import Cue, Segment, SegmentKind, Side, Tone
from coach.score.wording import Wording
from coach.units import Frames, frames, seconds

PAUSE: Final = frames(0.7)
"""Quiet behind a sentence: pauses, not slow speech, make it easy to follow (DESIGN 7)."""
JOIN: Final = frames(0.25)
"""Quiet between two clips that make one sentence; chosen by ear."""
GET_SET: Final = frames(0.3)
"""Quiet before the tone that says "now" in the demonstration; chosen, not measured."""
ENDING: Final = frames(10)
"""How long before its end the end of a rest is announced."""
ANNOUNCED_FROM: Final = frames(20)
"""A shorter rest is over before anybody has forgotten how long it is: its end is not announced; chosen."""

_TONES: Final = "tones"

_LIMBS: Final = {
    ("foot", Side.LEFT): "side.left",
    ("foot", Side.RIGHT): "side.right",
    ("leg", Side.LEFT): "side.left-leg",
    ("leg", Side.RIGHT): "side.right-leg",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a block stands in its session."""

    first: bool = True
    last: bool = True
    stays: bool = False
    """The position is that of the exercise before."""
    turn: int = 0
    """Two for each set of the blocks before it: where lines that take turns go on."""
    said: set[str] = field(default_factory=set)
    """What was said in this session: each caution once, and what tones are for at the first that lead."""


@dataclass(frozen=True, slots=True)
class Passages:
    """Makes the untimed segments of one block.

    Args:
        work: The exercise at its dose and tempo.
        block: First part of the segment ids.
        wording: Chooses the words.
        standing: Where the block stands in the session.
    """

    work: Work
    block: str
    wording: Wording
    standing: Standing = field(default_factory=Standing)

    def afresh(self) -> "Passages":
        """Return the same passages with wordings of their own, to look at what would be said without saying it."""
        return replace(self, wording=replace(self.wording, turns=Counter()))

    def lead_in(self, *, familiar: bool) -> Segment:
        """Return the explanation, or a reminder of it in short words for somebody who heard it earlier the same day."""
        cues = []
        exercise = self.work.exercise
        if not (self.standing.first and self.standing.last):
            moment = "first-exercise" if self.standing.first else "now-exercise"
            cues.append(self._said(moment, brief=familiar, exercise=f"{exercise.id}.name"))
        cues.append(self._said("stay") if self.standing.stays else self._own("position", brief=familiar))
        if not familiar:
            cues += [self._keyed(key) for key in explained(self.work)]
        for key in cautions(self.work):
            if key not in self.standing.said:
                self.standing.said.add(key)
                cues.append(self._keyed(key, brief=familiar))
        return self._segment("lead-in", SegmentKind.LEAD_IN, cues)

    def tones(self) -> Segment | None:
        """Return the lesson of the tones, each behind the words it stands for; None where the exercise has none.

        It comes behind the demonstration: she has then felt what the tones stand for, and the first
        movement comes sooner.
        """
        toned = [phase for phase in self.work.phases if phase.tone]
        if not toned:
            return None
        cues = [self._said("tones", brief=_TONES in self.standing.said)]
        self.standing.said.add(_TONES)
        for phase in toned:
            word = replace(self._own(phase.id, brief=True), id=self._cue("tones"))  # no movement is asked for here
            cues += [word, self._tone(phase, Frames(0))]
        if any(phase.count_aloud for phase in self.work.exercise.phases):
            ticks = [tone_cue(self._cue("tones"), Frames(0), Tone.COUNT, TICK)] * 3
            cues += [self._said("tones-count"), *ticks]
        return self._segment("tones", SegmentKind.LEAD_IN, cues)

    def demo(self) -> Segment:
        """Return one repetition done together, slowly: each phase waits for its full sentence, then takes its time.

        Where a hold must never be longer, as with a breath that is kept, nothing waits: the repetition is the first
        one of a set, said as fully as it fits.
        """
        if self.work.sides is SideMode.EACH:
            opening = self._said("demo-side", side=self._limb(Side(self.work.stints[0].side)))
        else:
            opening = self._said("demo")
        cues = [opening]
        re_entries = [Frames(0)]
        offset = Frames(opening.length + PAUSE)
        if self.work.exercise.directions:
            way = replace(self._own(self.work.directions[0]), offset=offset)
            cues.append(way)
            offset = Frames(offset + way.length + PAUSE)
        if self.work.exercise.holds_strictly:
            return self._demonstrated(*self._in_time(cues, offset))
        for phase, row in zip(self.work.phases, self.work.exercise.phases, strict=True):
            sentence = replace(self._own(phase.id), offset=offset)
            now = Frames(offset + sentence.length + GET_SET)
            cues.append(sentence)
            if phase.tone:
                cues.append(self._tone(phase, now))
            if row.count_aloud:
                cues += hold_counts(self.work, phase, now, self.wording, spoken=True)
            re_entries.append(offset)
            offset = Frames(now + phase.length)
        return self._demonstrated(cues, re_entries, offset)

    def _in_time(self, cues: list[Cue], offset: Frames) -> tuple[list[Cue], list[Frames], Frames]:
        """Return cues and a repetition in its own time behind them, where it may be entered, and its end."""
        rep = rep_cues(self.work, self.work.phases, self.wording, Beat(1, 2, 0, Frames(0), 0))
        moved = [replace(cue, offset=Frames(offset + cue.offset)) for cue in rep]
        return [*cues, *moved], [Frames(0), offset], Frames(offset + frames(self.work.cycle_s))

    def _demonstrated(self, cues: list[Cue], re_entries: list[Frames], end: Frames) -> Segment:
        """Return a demonstration with a pause behind it."""
        demo = self._segment("demo", SegmentKind.DEMO, ())
        return replace(demo, length=Frames(end + PAUSE), cues=tuple(cues), re_entries=tuple(re_entries))

    def set_start(self, stint: Stint) -> Segment:
        """Return the announcement of a set: its number before the first side, the side, the number of repetitions."""
        side = Side(stint.side)
        cues = []
        if self.work.sets > 1 and side is not Side.RIGHT:
            cues.append(self._said("set-start", n=stint.set_number, m=self.work.sets))
        if side in {Side.LEFT, Side.RIGHT}:
            cues.append(self._said("side-only", side=self._limb(side)))
        way, rep = divmod(stint.first - 1, stint.reps)
        if self.work.exercise.directions:
            cues.append(self._own(self.work.directions[way]))
        left = stint.reps - rep
        cues.append(self._said("times", n=left))
        laid = self._of_set("start", SegmentKind.LEAD_IN, cues, stint)
        return replace(
            laid,
            reps=left,
            direction=self.work.directions[way],
            to_come=stint.reps * (len(self.work.directions) - way - 1),
        )

    def turn(self, stint: Stint, way: int) -> Segment:
        """Return the change to another direction within a set.

        Args:
            stint: The set of one side.
            way: Which of the directions begins, from 1.
        """
        direction = self.work.directions[way]
        gap = frames(self.work.switch_gap_s)
        laid = self._of_set(f"{direction}/start", SegmentKind.LEAD_IN, [self._own(direction)], stint, gap)
        to_come = stint.reps * (len(self.work.directions) - way - 1)
        return replace(laid, reps=stint.reps, direction=direction, to_come=to_come)

    def rest(self, stint: Stint, then: Side) -> Segment:
        """Return the rest behind one side's set, or the mere change of sides where the program gives no rest.

        Its end is announced ten seconds before, and a kind word is said, where there is room.

        Args:
            stint: The set that is over, and how long the pause behind it is at least.
            then: The side whose turn is next; it is announced where it is another one.
        """
        before = [] if then is Side(stint.side) else [self._said("switch", side=self._limb(then))]
        return self._rested(stint, stint.pause, before, says_rest=self.work.rest_s > 0)

    def rest_after(self) -> Segment | None:
        """Return the rest between this exercise and another; None where there is none, and nothing to say in it."""
        if self.standing.last:  # the ending says what is to be said behind it
            return None
        stint = self.work.stints[-1]
        after = self.work.exercise.after
        before = [self._keyed(after.key)] if after and after.key else []
        pause = frames(self.work.rest_after_s)
        return self._rested(stint, pause, before, says_rest=pause > 0) if pause or before else None

    def turn_of(self, stint: Stint) -> int:
        """Return the place of a set among all sets of the session, two for each."""
        return self.standing.turn + 2 * (stint.set_number - 1) + (stint.side == Side.RIGHT)

    def _rested(self, stint: Stint, pause: Frames, before: list[Cue], *, says_rest: bool) -> Segment:
        """Return a rest: what it is, what comes first in it, a kind word and its end."""
        turn = self.turn_of(stint)
        cues = list(before)
        if says_rest:
            cues.insert(0, self._said("rest", turn=turn, n=round(seconds(pause))))
        announced = pause >= ANNOUNCED_FROM
        notice = Frames(pause - ENDING) if announced else pause
        kind = self._said("praise", turn=turn)
        if says_rest and in_turn((*cues, kind))[1] <= notice:
            cues.append(kind)
        rest = replace(self._of_set("rest", SegmentKind.REST, cues, stint, pause), reps=0)
        if not announced or in_turn(cues)[1] > notice:
            return rest
        ending = replace(self._said("rest-ending"), offset=notice)
        return replace(rest, cues=(*rest.cues, ending), re_entries=(*rest.re_entries, notice))

    def _of_set(
        self, name: str, kind: SegmentKind, cues: Iterable[Cue], stint: Stint, least: Frames = PAUSE
    ) -> Segment:
        """Return a segment that belongs to a set."""
        passage = self._segment(f"set{stint.set_number}/{stint.side}/{name}", kind, cues, least)
        return replace(passage, set_number=stint.set_number, side=Side(stint.side))

    def _segment(self, name: str, kind: SegmentKind, cues: Iterable[Cue], least: Frames = PAUSE) -> Segment:
        """Return a segment as long as its cues take one after another, and at least as long as is asked."""
        laid, length = in_turn(cues)
        return Segment(
            id=f"{self.block}/{name}",
            kind=kind,
            length=Frames(max(length, least)),
            cues=laid,
            re_entries=sentence_starts(laid),
            exercise=self.work.exercise.id,
            sets=self.work.sets,
            reps=self.work.reps,
            to_come=self.work.reps * (len(self.work.directions) - 1),
        )

    def _limb(self, side: Side) -> str:
        return limb_key(self.work, side)

    def _own(self, moment: str, *, brief: bool = False) -> Cue:
        """Return a moment that only the exercise itself can put into words."""
        return self._keyed(self._cue(moment), brief=brief)

    def _keyed(self, key: str, *, brief: bool = False) -> Cue:
        """Return a line by its phrase key, at offset 0."""
        cue_id = self._cue(key.rpartition(".")[2])
        return spoken_cue(cue_id, Frames(0), self.wording.line(key, brief=brief))

    def _said(self, moment: str, *, brief: bool = False, turn: int | None = None, **slots: int | str) -> Cue:
        """Return a moment in words, the exercise's own or those for all exercises, at offset 0."""
        key = self.wording.key(self.work.exercise.id, moment)
        return spoken_cue(self._cue(moment), Frames(0), self.wording.line(key, brief=brief, turn=turn, **slots))

    def _tone(self, phase: PhaseTiming, offset: Frames) -> Cue:
        """Return the tone of a phase."""
        return tone_cue(self._cue("tones"), offset, phase.tone or Tone.LEVEL, tone_length(phase))

    def _cue(self, moment: str) -> str:
        """Return the cue id of a moment of the exercise."""
        return f"{self.work.exercise.id}.{moment}"


def limb_key(work: Work, side: Side) -> str:
    """Return the phrase key that names what works on a side: a foot or a leg."""
    return _LIMBS[work.exercise.sides.limb, side]


def explained(work: Work) -> tuple[str, ...]:
    """Return the phrase keys of an explanation between the position and the cautions, in their order."""
    exercise = work.exercise
    keys = [exercise.start.key]
    if work.sides is SideMode.BOTH and SideMode.EACH in exercise.sides.allowed:
        keys.append(f"{exercise.id}.both-sides")
    keys.append(exercise.manner.key if exercise.manner else None)
    position = f"{exercise.id}.position"
    return tuple(dict.fromkeys(key for key in keys if key and key != position))


def cautions(work: Work) -> tuple[str, ...]:
    """Return the phrase keys of the cautions of an exercise, in their order."""
    return tuple(dict.fromkeys(caution.key for caution in work.exercise.cautions if caution.key))


def in_turn(cues: Iterable[Cue], pause: Frames = PAUSE) -> tuple[tuple[Cue, ...], Frames]:
    """Return cues laid one after another with a pause behind each, and how long they take."""
    laid: list[Cue] = []
    offset = Frames(0)
    for cue in cues:
        laid.append(replace(cue, offset=offset))
        offset = Frames(offset + cue.length + pause)
    return tuple(laid), offset


def sentence_starts(cues: Iterable[Cue]) -> tuple[Frames, ...]:
    """Return the offsets at which a person may be brought back in: 0 and the start of every sentence."""
    return tuple(sorted({Frames(0), *(cue.offset for cue in cues if cue.utterance)}))
