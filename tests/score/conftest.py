"""Small scores made by hand, 100 frames a phase, so that every figure can be read off; and material to compile."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from coach.language.models import LanguagePack
from coach.language.phrase_book import PhraseBook, PhraseTable
from coach.language.utterance import Utterance
from coach.program.dose import SideMode, Work
from coach.program.loader import load_exercise
from coach.program.models import Program
from coach.score.compiler import Material
from coach.score.models import Cue, Score, Segment, SegmentKind, Side, Tone
from coach.units import Frames, frames


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


LINES = {
    "pumps.name": {"full": "Pumps.", "short": "pumps"},
    "pumps.position": "Lie on your back.",
    "ankle-pumps.feet-relaxed": "Feet loose.",
    "pumps.both-sides": "Both feet, if that is comfortable.",
    "ankle-pumps.manner": "Only your feet move.",
    "caution.breathe": "Keep breathing.",
    "caution.pain": "It should never hurt.",
    "pumps.point": {"full": "Point your toes away from you, and hold.", "short": "Toes away.", "word": "Away."},
    "pumps.flex": {"full": "Bring your toes towards you, and hold.", "short": "Toes up.", "word": "Up."},
    "side.left": {"full": "The left foot.", "short": "the left foot"},
    "side.right": {"full": "The right foot.", "short": "the right foot"},
    "score.welcome": "Welcome.",
    "score.takes": "It takes {n} minutes.",
    "score.first-exercise": "We begin with {exercise}.",
    "score.now-exercise": "Now come {exercise}.",
    "score.stay": "Stay as you are.",
    "score.demo": "One together, slowly.",
    "score.demo-side": "One together, slowly, with {side}.",
    "score.tones": {"full": "Soon I will say less.", "short": "Its tones."},
    "score.tones-count": "Ticks count the hold.",
    "score.set-start": "Set {n} of {m}.",
    "score.side-only": "{side} only.",
    "score.switch": "We change to {side}.",
    "score.times": "{n} times.",
    "score.did": "{n} times.",
    "score.did-each": "{n} times on each side.",
    "score.one-more": "One more.",
    "score.count": "{n}.",
    "score.halfway": "Halfway.",
    "score.last-rep": {"full": "And now the last one.", "short": "Last one."},
    "score.rest": "Rest for {n} seconds.",
    "score.rest-ending": "Ten seconds.",
    "score.praise": ["It counts.", "It adds up.", "Time well spent.", "Good to have you."],
    "score.outro-done": "That was all of it.",
    "score.outro-part": "This is what you did.",
    "score.outro-thanks": "Thank you.",
}
"""What a small pack says; a letter takes 50 ms, so the full form of a phase takes about 2 s."""
LETTER = frames(0.05)


class Lengths(dict):
    """Clip lengths that follow from the text."""

    def __missing__(self, text):
        return Frames(len(text) * LETTER)

    def __contains__(self, text):
        return True


@pytest.fixture
def pack():
    """Return the maker of a small pack: `LINES` with some changed, or taken out where None is given."""

    def make(**changes):
        lines = {**LINES, **{key.replace("__", "."): line for key, line in changes.items()}}
        phrases = PhraseBook(
            language="en",
            source="phrases.toml",
            phrases={key: _PHRASE.validate_python(line) for key, line in lines.items() if line is not None},
            countings={"default": "spellout-cardinal"},
        )
        # Only the phrases of a pack are read here.
        return LanguagePack.model_construct(tag="en", name="English", phrases=phrases)

    return make


_PHRASE = TypeAdapter(PhraseTable)
_EXERCISE = Path(__file__).parents[2] / "config" / "exercises" / "ankle-pumps.toml"


@pytest.fixture
def exercise():
    """Return the shipped ankle pumps under a short name."""
    return load_exercise(_EXERCISE).model_copy(update={"id": "pumps"})


@pytest.fixture
def work(exercise):
    """Return the maker of a dose: two sets of ten, both sides, 4 s each, 30 s rest."""

    def make(**changes):
        dose = {"sets": 2, "reps": 10, "cycle_s": 4.0, "sides": SideMode.BOTH, "rest_s": 30.0, "switch_gap_s": 5.0}
        return Work(**{"exercise": exercise, **dose, **changes})

    return make


@pytest.fixture
def material(pack, work):
    """Return the maker of the material of one session: changes of the dose by name, or `lines` of the pack."""

    def make(*, works=None, lines=None, lengths=None, **dose):
        program = Program.model_construct(id="pumps", rules=())
        lengths = Lengths() if lengths is None else lengths
        return Material(program, works or (work(**dose),), pack(**(lines or {})), lengths)

    return make
