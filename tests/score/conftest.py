"""Small scores made by hand: 100 frames a phase, so that every figure can be read off."""

import pytest

from coach.language.utterance import Utterance
from coach.score.models import Cue, Score, Segment, SegmentKind, Side, Tone
from coach.units import Frames


def rep(side, set_number, number, *, sets=2, reps=3, last=False, phase=100, block="pumps"):
    """Return a repetition of two phases, a tone at each."""
    return Segment(
        id=f"{block}/set{set_number}/{side}/rep{number:02}",
        kind=SegmentKind.REP,
        length=Frames(2 * phase),
        cues=(
            Cue("pumps.point", Frames(0), tone=Tone.FALLING),
            Cue("pumps.flex", Frames(phase), tone=Tone.RISING),
        ),
        re_entries=(Frames(0), Frames(phase)),
        exercise="pumps",
        side=side,
        set_number=set_number,
        sets=sets,
        rep=number,
        reps=reps,
        ends_set=last and side is not Side.LEFT,
        waits=last,
    )


def words(segment_id, kind, length, **given):
    """Return a segment that begins with words."""
    utterance = Utterance("en", "pumps.how", "Point your toes.")
    cues = (Cue("pumps.how", Frames(0), utterance, length=Frames(50)),)
    return Segment(id=segment_id, kind=kind, length=Frames(length), cues=cues, exercise="pumps", **given)


def one_set(sides, number, *, sets=2, reps=3, rest=300, phase=100):
    """Return one set: for each side its start and repetitions, a change between sides, a rest behind."""
    segments = []
    for place, side in enumerate(sides):
        about = {"side": side, "set_number": number, "sets": sets, "reps": reps}
        if place:
            segments.append(words(f"pumps/set{number}/{side}/switch", SegmentKind.REST, 150, **about))
        segments.append(words(f"pumps/set{number}/{side}/start", SegmentKind.LEAD_IN, 120, **about))
        segments += [
            rep(side, number, count, sets=sets, reps=reps, last=count == reps, phase=phase)
            for count in range(1, reps + 1)
        ]
    if number < sets:
        segments.append(
            words(
                f"pumps/set{number}/{sides[-1]}/rest",
                SegmentKind.REST,
                rest,
                set_number=number,
                sets=sets,
                side=sides[-1],
            )
        )
    return segments


def hand_made(sides=(Side.BOTH,), *, sets=2, reps=3, phase=100):
    """Return a score of one exercise: lead-in 400, demo 500, starts 120, repetitions 2 x `phase`, rests 300 frames."""
    segments = [
        words("pumps/lead-in", SegmentKind.LEAD_IN, 400, sets=sets, reps=reps),
        words("pumps/demo", SegmentKind.DEMO, 500, sets=sets, reps=reps),
    ]
    for number in range(1, sets + 1):
        segments += one_set(sides, number, sets=sets, reps=reps, phase=phase)
    segments.append(Segment(id="outro", kind=SegmentKind.OUTRO, length=Frames(200), waits=True))
    return Score("pumps", "en", tuple(segments))


@pytest.fixture(name="hand_made")
def fixture_hand_made():
    """Return the maker of hand-made scores."""
    return hand_made


@pytest.fixture
def score():
    """Return two sets of three repetitions, both sides at once."""
    return hand_made()


@pytest.fixture
def sided():
    """Return two sets of three repetitions, the sides taking turns."""
    return hand_made((Side.LEFT, Side.RIGHT))
