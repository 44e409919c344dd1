"""The stretches between the repetitions: explanation, demonstration, announcement, rest, ending.

They are untimed: each is as long as its sentences take, with a pause behind every one, and may be
entered again at each sentence. A rest is at least as long as the program says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from coach.language.models import LanguagePack
from coach.program.dose import SideMode, Stint, Work
from coach.score.counting import spoken_cue, tone_cue
from coach.score.models import Cue, Segment, SegmentKind, Side
from coach.score.wording import Wording
from coach.units import Frames, frames, seconds

PAUSE: Final = frames(0.7)
"""Quiet behind a sentence: pauses, not slow speech, make it easy to follow (DESIGN 7)."""
MOVING: Final = frames(1.0)
"""Time to move in the demonstration once its sentence is over (DESIGN 5)."""
GET_SET: Final = frames(0.3)
"""Quiet before the tone that says "now" in the demonstration; chosen, not measured."""
ENDING: Final = frames(10)
"""How long before its end the end of a rest is announced."""

LEAD_IN: Final = ("position", "feet-relaxed", "both-sides", "how", "breath", "caution")
"""Moments of the explanation in their order; one that the pack does not have or the dose does not need is left out."""
FAMILIAR: Final = ("position", "caution")
"""What is kept for somebody who did the exercise earlier the same day: at most 20 s to the first movement."""
REQUIRED: Final = frozenset({"position", "how"})
"""Without these nobody knows what to do: a pack that lacks one is wrong."""


@dataclass(frozen=True, slots=True)
class Passages:
    """Makes the untimed segments of one block.

    Args:
        work: The exercise at its dose and tempo.
        block: First part of the segment ids.
        wording: Chooses the words.
    """

    work: Work
    block: str
    wording: Wording

    def lead_in(self, *, familiar: bool) -> Segment:
        """Return the explanation, or a reminder of it in short words for somebody who heard it earlier the same day."""
        needless = set() if self.work.sides is SideMode.BOTH else {"both-sides"}
        moments = [
            moment
            for moment in explained(self.work.exercise.id, self.wording.pack)
            if moment not in needless and (moment in FAMILIAR or not familiar)
        ]
        cues = [self._said(moment, brief=familiar) for moment in moments]
        return self._segment("lead-in", SegmentKind.LEAD_IN, cues)

    def tones(self) -> Segment | None:
        """Return the lesson of the tones, which then sound; None where the exercise or the pack has none.

        It comes behind the demonstration: she has then felt what the tones stand for, and the first
        movement comes sooner.
        """
        tones = [tone_cue(self._cue("tones"), Frames(0), phase.tone) for phase in self.work.phases if phase.tone]
        if not tones or not self.wording.pack.has(self._cue("tones")):
            return None
        return self._segment("tones", SegmentKind.LEAD_IN, [self._said("tones"), *tones])

    def demo(self) -> Segment:
        """Return one repetition done together, slowly: each phase waits for its full sentence and a second more."""
        opening = self._said("demo")
        cues = [opening]
        re_entries = [Frames(0)]
        offset = Frames(opening.length + PAUSE)
        for phase in self.work.phases:
            sentence = replace(self._said(phase.id), offset=offset)
            now = Frames(offset + sentence.length + GET_SET)
            cues.append(sentence)
            if phase.tone:
                cues.append(tone_cue(self._cue("tones"), now, phase.tone))
            re_entries.append(offset)
            offset = Frames(max(now + MOVING, offset + phase.length))
        return replace(
            self._segment("demo", SegmentKind.DEMO, ()),
            length=Frames(offset + PAUSE),
            cues=tuple(cues),
            re_entries=tuple(re_entries),
        )

    def set_start(self, stint: Stint) -> Segment:
        """Return the announcement of a set: its number before the first side, the side where sides take turns."""
        side = Side(stint.side)
        cues = []
        if side is not Side.RIGHT:
            cues.append(self._said("set-start", n=stint.set_number, m=self.work.sets))
        if side in {Side.LEFT, Side.RIGHT}:
            cues.append(self._said(side))
        return self._of_set("start", SegmentKind.LEAD_IN, cues, stint)

    def rest(self, stint: Stint, then: Side) -> Segment:
        """Return the rest behind one side's set, or the mere change of sides where the program gives no rest.

        Its end is announced ten seconds before, and a kind word is said, where there is room.

        Args:
            stint: The set that is over, and how long the pause behind it is at least.
            then: The side whose turn is next; it is announced where it is another one.
        """
        cues = []
        if self.work.rest_s > 0:
            opening = self.wording.line("score.rest", n=round(seconds(stint.pause)))
            cues.append(spoken_cue(self._cue("rest"), Frames(0), opening))
        if then is not Side(stint.side):
            cues.append(self._said("switch", side=f"side.{then}"))
        notice = Frames(stint.pause - ENDING)
        kind = spoken_cue(self._cue("praise"), Frames(0), self.wording.line("score.praise"))
        if in_turn((*cues, kind))[1] <= notice:
            cues.append(kind)
        rest = replace(self._of_set("rest", SegmentKind.REST, cues, stint, stint.pause), reps=0)
        if in_turn(cues)[1] > notice:
            return rest
        ending = spoken_cue(self._cue("rest-ending"), notice, self.wording.line("score.rest-ending"))
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
        )

    def _said(self, moment: str, *, brief: bool = False, **slots: int | str) -> Cue:
        """Return a moment of the exercise in words, at offset 0."""
        return spoken_cue(self._cue(moment), Frames(0), self.wording.line(self._cue(moment), brief=brief, **slots))

    def _cue(self, moment: str) -> str:
        """Return the cue id, which is the phrase key, of a moment of the exercise."""
        return f"{self.work.exercise.id}.{moment}"


def explained(exercise: str, pack: LanguagePack) -> tuple[str, ...]:
    """Return the moments of an explanation: the required ones, and those of the others that the pack has."""
    return tuple(moment for moment in LEAD_IN if moment in REQUIRED or pack.has(f"{exercise}.{moment}"))


def outro(wording: Wording, lines: Mapping[str, Mapping[str, int | str]]) -> Segment:
    """Return the ending: some lines, by key and slots, one after another; then the session decides."""
    cues = [spoken_cue(key, Frames(0), wording.line(key, brief=False, **slots)) for key, slots in lines.items()]
    laid, length = in_turn(cues)
    return Segment("outro", SegmentKind.OUTRO, length, laid, sentence_starts(laid), waits=True)


def in_turn(cues: Iterable[Cue]) -> tuple[tuple[Cue, ...], Frames]:
    """Return cues laid one after another with a pause behind each, and how long they take."""
    laid: list[Cue] = []
    offset = Frames(0)
    for cue in cues:
        laid.append(replace(cue, offset=offset))
        offset = Frames(offset + cue.length + PAUSE)
    return tuple(laid), offset


def sentence_starts(cues: Iterable[Cue]) -> tuple[Frames, ...]:
    """Return the offsets at which a person may be brought back in: 0 and the start of every sentence."""
    return tuple(sorted({Frames(0), *(cue.offset for cue in cues if cue.utterance)}))
