"""A score as readable text, with times: for `coach show`, for review, for golden files."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby

from coach.score.counting import FORMS_BY_AGE, spoken_frames
from coach.score.models import Cue, Score, Segment, SegmentKind
from coach.units import SAMPLE_RATE


def listing(score: Score) -> str:
    """Return a score as text: its segments by kind, each cue with its time, and how much of each set is speech.

    Times run from the start of the score, without the questions asked between sets. The last
    lines give the share of speech behind the third repetition, and of the whole set.
    """
    segments = [(score.starts[place], segment) for place, segment in enumerate(score.segments)]
    lines = [f"{score.program}  {score.language}  {clock(score.starts[-1])}"]
    for (_, heading), group in groupby(segments, key=lambda item: _section(item[1])):
        lines += ["", heading]
        for start, segment in group:
            lines += _lines(start, segment)
    return "\n".join([*lines, "", *share_lines(score)]) + "\n"


def share_lines(score: Score) -> tuple[str, ...]:
    """Return how much of each set is speech, as lines of text: behind the third repetition, and of the whole set."""
    return (
        "share of speech  (behind the third repetition; in the whole set)",
        *(f"  {name}  {_percent(later)}  {_percent(whole)}" for name, later, whole in speech_shares(score)),
    )


def speech_shares(score: Score) -> tuple[tuple[str, Fraction, Fraction], ...]:
    """Return how much of each set is speech.

    Returns:
        For each set of each side, in order: its name such as ``ankle-pumps/set1/both``, the share
        behind the third repetition, and the share of the whole set; 0 where there is nothing.
    """
    reps = [segment for segment in score.segments if segment.kind is SegmentKind.REP]
    shares = []
    for name, group in groupby(reps, key=lambda rep: rep.id.rpartition("/")[0]):
        done = tuple(group)
        shares.append((name, _share(rep for rep in done if rep.rep > len(FORMS_BY_AGE)), _share(done)))
    return tuple(shares)


def clock(frame: int) -> str:
    """Return a time as minutes, seconds and hundredths, such as ``00:12.40``."""
    hundredths = frame * 100 // SAMPLE_RATE
    return f"{hundredths // 6000:02}:{hundredths % 6000 // 100:02}.{hundredths % 100:02}"


def _section(segment: Segment) -> tuple[str, str]:
    """Return what a section is known by, and its heading."""
    if segment.kind is SegmentKind.OUTRO:
        return "", "outro"
    heading = f"{segment.kind}  {segment.block}"
    if segment.set_number:
        heading += f"  set {segment.set_number} of {segment.sets}  {segment.side}"
    return f"{segment.kind} {segment.id.rpartition('/')[0]}", heading


def _lines(start: int, segment: Segment) -> Iterator[str]:
    """Go through the lines of one segment."""
    marks = (" waits" if segment.waits else "") + (" ends-set" if segment.ends_set else "")
    yield f"  {clock(start)}  {segment.id}  {clock(segment.length)}{marks}"
    for cue in sorted(segment.cues, key=lambda cue: cue.offset):
        yield f"    {clock(start + cue.offset)}  {cue.id}  {_sound(cue)}"


def _sound(cue: Cue) -> str:
    """Return what a cue sounds like."""
    words = [f'{cue.form}  "{cue.utterance.text}"'] if cue.utterance else []
    return "  ".join([*words, *([f"tone  {cue.tone}"] if cue.tone else [])])


def _share(reps: Iterable[Segment]) -> Fraction:
    """Return the part of some repetitions in which words sound."""
    reps = tuple(reps)
    spoken = sum(spoken_frames(rep.cues) for rep in reps)
    return Fraction(spoken, sum(rep.length for rep in reps)) if reps else Fraction(0)


def _percent(share: Fraction) -> str:
    """Return a share in whole percent, rounded up so that a limit kept here is kept."""
    return f"{-(-share.numerator * 100 // share.denominator)} %"
