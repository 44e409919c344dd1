"""A score as a script for reading aloud: what she hears, line by line, as somebody in bed would.

A sentence has a line with its time, a repetition has a line with its number, and repetitions that sound alike are
drawn together. The full score with every cue is `coach.score.listing`.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from coach.score.counting import TICK, TONE_SHORT
from coach.score.listing import share_lines
from coach.score.models import Cue, Score, Segment, SegmentKind, Side, Tone
from coach.units import SAMPLE_RATE

_LONG: Final = {Tone.RISING: "↗", Tone.FALLING: "↘", Tone.LEVEL: "→"}
_SHORT: Final = {Tone.RISING: "↑", Tone.FALLING: "↓", Tone.LEVEL: "-", Tone.COUNT: "·"}
LEGEND: Final = "↗ ↘ → tones before a hold, ↑ ↓ before none, · a second of a hold, | the next movement"
_QUESTION: Final = "(she is asked how it was)"


def script(score: Score) -> str:
    """Return a score as a script: its sentences and repetitions with their times, then the share of speech.

    Times run from the start of the score, without the questions asked between sets.
    """
    lines = [f"{score.program}  {score.language}  {_clock(score.starts[-1])}", LEGEND]
    placed = [(score.starts[place], segment) for place, segment in enumerate(score.segments)]
    for block, group in groupby(placed, key=lambda item: item[1].block):
        lines += ["", block]
        for is_rep, stretch in groupby(group, key=lambda item: item[1].kind is SegmentKind.REP):
            run = tuple(stretch)
            lines += _reps(run) if is_rep else [line for item in run for line in _passage(*item)]
    return "\n".join([*lines, "", *share_lines(score)]) + "\n"


def _passage(start: int, segment: Segment) -> Iterator[str]:
    """Go through the lines of an untimed segment; a tone stands behind the sentence it belongs to."""
    said: list[tuple[int, str]] = []
    for cue in sorted(segment.cues, key=lambda cue: cue.offset):
        if cue.utterance and not (said and _counts(cue)):
            said.append((start + cue.offset, cue.utterance.text))
        elif said:
            at, text = said[-1]
            said[-1] = (at, f"{text}  {_sound(cue)}")
    name = segment.id.rpartition("/")[2]
    heading = {"demo": "  together", "tones": "  the tones", "rest": "  rest"}.get(name)
    if heading:
        yield heading
    yield from (f"{_clock(at)}  {text}" for at, text in said)


def _reps(placed: tuple[tuple[int, Segment], ...]) -> Iterator[str]:
    """Go through the lines of some repetitions, those in a row that sound alike in one."""
    first = placed[0][1]
    side = "" if first.side is Side.NONE else first.side.value
    yield "  " + ", ".join(filter(None, (f"set {first.set_number} of {first.sets}", side, first.direction)))
    for text, group in groupby(placed, key=lambda item: _rep(item[1])):
        run = tuple(group)
        numbers = f"{run[0][1].rep}" if len(run) == 1 else f"{run[0][1].rep}-{run[-1][1].rep}"
        yield f"{_clock(run[0][0])}  {numbers:>5}  {text}"
    if placed[-1][1].waits:
        yield f"{'':14}{_QUESTION}"


def _rep(segment: Segment) -> str:
    """Return what one repetition sounds like, its movements parted by bars."""
    ends = (*segment.re_entries[1:], segment.length)
    cues = sorted(segment.cues, key=lambda cue: cue.offset)
    begin = 0
    parts = []
    for end in ends:
        parts.append(" ".join(_sound(cue) for cue in cues if begin <= cue.offset < end))
        begin = end
    return " | ".join(parts)


def _sound(cue: Cue) -> str:
    if cue.utterance:
        return cue.utterance.text
    if cue.tone is None:
        return ""
    return _SHORT[cue.tone] if cue.length <= max(TONE_SHORT, TICK) else _LONG[cue.tone]


def _counts(cue: Cue) -> bool:
    """Return whether a cue counts a second of a hold."""
    return cue.gain_db < 0


def _clock(frame: int) -> str:
    tenths = frame * 10 // SAMPLE_RATE
    return f"{tenths // 600:02}:{tenths % 600 // 10:02}.{tenths % 10}"
