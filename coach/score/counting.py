"""The cues of one repetition: speak less, hear more.

1. A phase start always has its cue, at the first frame of the phase: words while the movement is
   new, then a soft tone that needs no attention. Its pitch says the direction: rising is up, towards
   the nose, firmer or in; falling is down, away, loose or out; level is stay. Its length says whether
   a hold follows: long before a hold, short before the next movement.
2. The first repetition is said as fully as it fits, the second short, the third in a word; from
   the fourth on tones lead, and every fifth repetition is counted.
3. Where an exercise counts the seconds of its hold, they are counted softly: aloud while it is new,
   by ticks later. Its repetitions are then not numbered, since a number would be taken for a second.
4. Words end 0.2 s before their phase does, and before the first second that is counted. Words that may
   be left out are, where they do not fit or would make more than a fifth of the set behind its third
   repetition speech; words that start over on the way, behind a pause or a question, do not count for that.
   Words that may not be left out are an error of the program or the pack, not of the evening.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from coach.audio.lanes import Lane
from coach.errors import ScoreError
from coach.language.utterance import Form
from coach.program.dose import PhaseTiming, Work
from coach.score.models import Cue, Tone
from coach.score.wording import FORMS, Line, Wording
from coach.units import SAMPLE_RATE, Frames, frames, seconds

MARGIN: Final = frames(0.2)
"""Quiet between the end of a cue and the end of its phase (DESIGN 5)."""
TONE: Final = frames(0.25)
"""The longest a tone may sound (DESIGN 7): the tone before a hold."""
TONE_SHORT: Final = frames(0.12)
"""The tone before a movement that is not held: plainly shorter than `TONE`, and long enough to hear where it glides;
chosen by ear."""
TICK: Final = frames(0.08)
"""The tone that counts a second of a hold."""
BREATH: Final = frames(0.1)
"""Quiet between a tone or a cue and a word behind it in the same phase; chosen, not measured."""
SOFT_DB: Final = -6.0
"""How much softer the seconds of a hold are counted than anything else is said; chosen by ear."""
COUNT_EVERY: Final = 5
"""Repetitions between two counts (DESIGN 7)."""
SPEECH_SHARE: Final = 5
"""Behind the third repetition at most one part in so many is speech (DESIGN 7)."""
COUNT: Final = "count"
HALFWAY: Final = "halfway"
LAST: Final = "last-rep"
ONE_MORE: Final = "one-more"
FORMS_BY_AGE: Final = (FORMS, (Form.SHORT, Form.WORD), (Form.WORD,))
"""Forms tried in the first, second and third repetition since the words started over; none after."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One repetition, as far as its words depend on it."""

    rep: int
    """1-based number in the set, in its direction where there are several."""
    reps: int
    """Repetitions of the set in this direction."""
    age: int
    """Repetitions since the words started over, 0 for the first."""
    spent: Frames
    """Speech in this set since the third repetition, where tones lead."""
    turn: int
    """Place of the set among all sets of the session, for lines that take turns."""


def rep_cues(work: Work, phases: tuple[PhaseTiming, ...], wording: Wording, beat: Beat) -> tuple[Cue, ...]:
    """Return the cues of one repetition.

    Args:
        work: The exercise at its dose and tempo.
        phases: Its phases at this tempo, worked out once for all repetitions.
        wording: Chooses the words.
        beat: Which repetition it is.

    Returns:
        Cues by offset: each phase's own, and a count, "halfway" or "last one" where one is due and fits.

    Raises:
        ScoreError: A phase has no tone and even its shortest words do not fit.
    """
    exercise = work.exercise.id
    cues: list[Cue] = []
    offset = Frames(0)
    for place, phase in enumerate(phases):
        counted = is_counted(work, place, phase)
        slot = room(work, place, phase)
        cue = _phase_cue(work, phase, offset, wording, age=beat.age, slot=slot)
        cues.append(cue)
        # "Last one" is said when it begins; a repetition is counted when it is done, in its last phase.
        due = _beginning(work, beat) if place == 0 else ()
        if place == len(phases) - 1:
            due = due or _ending(work, beat)
        free = Frames(offset + cue.length + BREATH)
        for moment in due:
            left = offset + slot - free
            if beat.age >= len(FORMS_BY_AGE):  # words that start over show the way: "last one" is heard beside them
                left = min(left, _budget(work, beat.rep) - beat.spent - spoken_frames(cues))
            line = wording.fitting(wording.key(exercise, moment), FORMS, Frames(left), beat.turn, n=beat.rep)
            if line:
                cues.append(spoken_cue(f"{exercise}.count", free, line))
                break
        if counted:
            cues += hold_counts(work, phase, offset, wording, spoken=beat.age < len(FORMS_BY_AGE))
        offset = Frames(offset + phase.length)
    return tuple(cues)


def is_counted(work: Work, place: int, phase: PhaseTiming) -> bool:
    """Return whether the seconds of a phase's hold are counted."""
    return work.exercise.phases[place].count_aloud and phase.hold > 0


def room(work: Work, place: int, phase: PhaseTiming) -> Frames:
    """Return how long the words that open a phase may be: those of a counted hold are over before its first second."""
    return Frames(phase.move - BREATH if is_counted(work, place, phase) else phase.length - MARGIN)


def spoken_frames(cues: Iterable[Cue]) -> Frames:
    """Return how long words sound in some cues, none of which overlap."""
    return Frames(sum(cue.length for cue in cues if cue.utterance))


def spoken_cue(cue_id: str, offset: Frames, line: Line, *, gain_db: float = 0.0) -> Cue:
    """Return a cue that speaks a line in the cue lane."""
    return Cue(cue_id, offset, line.utterance, form=line.form, length=line.length, gain_db=gain_db)


def tone_cue(cue_id: str, offset: Frames, tone: str, length: Frames = TONE) -> Cue:
    """Return a cue that sounds a tone in the bed lane."""
    return Cue(cue_id, offset, tone=Tone(tone), lane=Lane.BED, length=length)


def tone_length(phase: PhaseTiming) -> Frames:
    """Return how long the tone of a phase sounds: long before a hold."""
    return TONE if phase.hold else TONE_SHORT


def hold_counts(work: Work, phase: PhaseTiming, offset: Frames, wording: Wording, *, spoken: bool) -> Iterator[Cue]:
    """Count the seconds of a hold softly, each as it begins: aloud or by a tick.

    Args:
        work: The exercise at its dose and tempo.
        phase: The phase with the hold.
        offset: Where the phase begins.
        wording: Chooses the words.
        spoken: Whether they are counted aloud.
    """
    cue_id = f"{work.exercise.id}.count"
    for second in range(int(seconds(phase.hold))):
        at = Frames(offset + phase.move + frames(second))
        if not spoken:
            yield tone_cue(cue_id, at, Tone.COUNT, TICK)
            continue
        key = wording.key(work.exercise.id, COUNT)
        line = wording.fitting(key, FORMS, Frames(SAMPLE_RATE - BREATH), n=second + 1)
        if line:
            yield spoken_cue(cue_id, at, line, gain_db=SOFT_DB)


def _phase_cue(  # noqa: PLR0913 - what is said, where, and in how much room
    work: Work, phase: PhaseTiming, offset: Frames, wording: Wording, *, age: int, slot: Frames
) -> Cue:
    """Return the cue that opens a phase: words while they are new and fit, else its tone."""
    cue_id = f"{work.exercise.id}.{phase.id}"
    forms = FORMS_BY_AGE[age] if age < len(FORMS_BY_AGE) else ()
    if phase.tone is None:
        # Nothing can stand for the words: the shortest there are go on.
        forms = (*forms, *reversed(wording.forms(cue_id)))
    line = wording.fitting(cue_id, forms, slot)
    if line:
        return spoken_cue(cue_id, offset, line)
    if phase.tone is not None and slot >= tone_length(phase):
        return tone_cue(cue_id, offset, phase.tone, tone_length(phase))
    shortest = wording.shortest(cue_id)
    over = seconds((tone_length(phase) if phase.tone else shortest.length) - slot)
    raise ScoreError(
        f'{shortest.utterance.language}: {cue_id} ("{shortest.utterance.text}") is {over:.2f} s too long for its phase '
        f"at {work.cycle_s:g} s a repetition; give it shorter words, a tone or a slower tempo."
    )


def _budget(work: Work, rep: int) -> Frames:
    """Return the speech a set may have had since its third repetition, once this one is over."""
    led_by_tones = rep - len(FORMS_BY_AGE)
    return Frames(frames(work.cycle_s) * (led_by_tones if led_by_tones > 0 else SPEECH_SHARE) // SPEECH_SHARE)


def _beginning(work: Work, beat: Beat) -> tuple[str, ...]:
    """Return what may be said as a repetition begins."""
    return (LAST,) if beat.rep == beat.reps > 1 and not _counts_seconds(work) else ()


def _ending(work: Work, beat: Beat) -> tuple[str, ...]:
    """Return what may be said as a repetition is completed, best first."""
    if _counts_seconds(work) and beat.rep == beat.reps - 1:
        # There is no room for it where a hold is about to be counted, but while the muscle lets go there is.
        return (ONE_MORE,)
    if beat.rep % COUNT_EVERY or beat.rep == beat.reps:
        return ()
    halfway = (HALFWAY,) if 2 * beat.rep == beat.reps else ()
    # Where the seconds of a hold are counted, a number would be taken for one of them.
    return halfway if _counts_seconds(work) else (*halfway, COUNT)


def _counts_seconds(work: Work) -> bool:
    """Return whether the seconds of a hold are counted."""
    return any(phase.count_aloud for phase in work.exercise.phases)
