"""The cues of one repetition: speak less, hear more.

1. A phase start always has its cue, at the first frame of the phase: words while the movement is
   new, then a soft gliding tone that needs no attention.
2. The first repetition is said as fully as it fits, the second short, the third in a word; from
   the fourth on tones lead, and every fifth repetition is counted.
3. Words end 0.2 s before their phase does. Words that may be left out are, where they do not fit or
   would make more than a fifth of the set behind its third repetition speech; words that may not be
   left out are an error of the program or the pack, not of the evening.
"""

from collections.abc import Iterable, Iterator
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
"""The longest a tone may sound (DESIGN 7)."""
BREATH: Final = frames(0.1)
"""Quiet between a tone or a cue and a word behind it in the same phase; chosen, not measured."""
COUNT_EVERY: Final = 5
"""Repetitions between two counts (DESIGN 7)."""
SPEECH_SHARE: Final = 5
"""Behind the third repetition at most one part in so many is speech (DESIGN 7)."""
COUNT: Final = "score.count"
HALFWAY: Final = "score.halfway"
LAST: Final = "score.last-rep"
FORMS_BY_AGE: Final = (FORMS, (Form.SHORT, Form.WORD), (Form.WORD,))
"""Forms tried in the first, second and third repetition since the words started over; none after."""


def rep_cues(work: Work, wording: Wording, rep: int, age: int, spent: Frames) -> tuple[Cue, ...]:
    """Return the cues of one repetition.

    Args:
        work: The exercise at its dose and tempo.
        wording: Chooses the words.
        rep: 1-based number in the set.
        age: Repetitions since the words started over, 0 for the first.
        spent: Frames of speech in this set since the third repetition.

    Returns:
        Cues by offset: each phase's own, and a count, "halfway" or "last one" where one is due and fits.

    Raises:
        ScoreError: A phase has no tone and even its shortest words do not fit.
    """
    exercise = work.exercise.id
    cues: list[Cue] = []
    offset = Frames(0)
    for place, phase in enumerate(work.phases):
        cue = _phase_cue(work, phase, offset, wording, age)
        cues.append(cue)
        if work.exercise.phases[place].count_aloud:
            # A second that begins while the phase's words still sound is not counted.
            free = offset + cue.length + BREATH
            cues += [count for count in _hold_counts(work, phase, offset, wording, age) if count.offset >= free]
        offset = Frames(offset + phase.length)
        # "Last one" is said when it begins; a repetition is counted when it is done, in its last phase.
        due = _beginning(work, rep) if place == 0 else ()
        if place == len(work.phases) - 1:
            due = due or _ending(work, rep)
        start = Frames(cues[-1].offset + cues[-1].length + BREATH)
        for key in due:
            room = min(offset - MARGIN - start, _budget(work, rep) - spent - spoken_frames(cues))
            line = wording.fitting(key, FORMS, Frames(room), n=rep)
            if line:
                cues.append(spoken_cue(f"{exercise}.count", start, line))
                break
    return tuple(cues)


def spoken_frames(cues: Iterable[Cue]) -> Frames:
    """Return how long words sound in some cues, none of which overlap."""
    return Frames(sum(cue.length for cue in cues if cue.utterance))


def spoken_cue(cue_id: str, offset: Frames, line: Line) -> Cue:
    """Return a cue that speaks a line in the cue lane."""
    return Cue(cue_id, offset, line.utterance, form=line.form, length=line.length)


def tone_cue(cue_id: str, offset: Frames, tone: str) -> Cue:
    """Return a cue that sounds a tone in the bed lane."""
    return Cue(cue_id, offset, tone=Tone(tone), lane=Lane.BED, length=TONE)


def _phase_cue(work: Work, phase: PhaseTiming, offset: Frames, wording: Wording, age: int) -> Cue:
    """Return the cue that opens a phase: words while they are new and fit, else its tone."""
    cue_id = f"{work.exercise.id}.{phase.id}"
    slot = Frames(phase.length - MARGIN)
    forms = FORMS_BY_AGE[age] if age < len(FORMS_BY_AGE) else ()
    if phase.tone is None:
        # Nothing can stand for the words: the shortest there are go on.
        forms = (*forms, *reversed(wording.forms(cue_id)))
    line = wording.fitting(cue_id, forms, slot)
    if line:
        return spoken_cue(cue_id, offset, line)
    if phase.tone is not None and slot >= TONE:
        return tone_cue(cue_id, offset, phase.tone)
    shortest = wording.shortest(cue_id)
    over = seconds((TONE if phase.tone else shortest.length) - slot)
    raise ScoreError(
        f'{shortest.utterance.language}: {cue_id} ("{shortest.utterance.text}") is {over:.2f} s too long for its phase '
        f"at {work.cycle_s:g} s a repetition; give it shorter words, a tone or a slower tempo."
    )


def _hold_counts(work: Work, phase: PhaseTiming, offset: Frames, wording: Wording, age: int) -> Iterator[Cue]:
    """Count the seconds of a hold, each as it begins: aloud while the movement is new, then by a soft tone."""
    for second in range(int(seconds(phase.hold))):
        at = Frames(offset + phase.move + frames(second))
        cue_id = f"{work.exercise.id}.count"
        if age >= len(FORMS_BY_AGE):
            yield tone_cue(cue_id, at, Tone.COUNT)
            continue
        line = wording.fitting(COUNT, FORMS, Frames(SAMPLE_RATE - BREATH), n=second + 1)
        if line:
            yield spoken_cue(cue_id, at, line)


def _budget(work: Work, rep: int) -> Frames:
    """Return the speech a set may have had since its third repetition, once this one is over."""
    led_by_tones = rep - len(FORMS_BY_AGE)
    return Frames(frames(work.cycle_s) * (led_by_tones if led_by_tones > 0 else SPEECH_SHARE) // SPEECH_SHARE)


def _beginning(work: Work, rep: int) -> tuple[str, ...]:
    """Return what may be said as a repetition begins."""
    return (LAST,) if rep == work.reps > 1 else ()


def _ending(work: Work, rep: int) -> tuple[str, ...]:
    """Return what may be said as a repetition is completed, best first."""
    if rep % COUNT_EVERY or rep == work.reps:
        return ()
    halfway = (HALFWAY,) if 2 * rep == work.reps else ()
    # Where the seconds of a hold are counted, a number would be taken for one of them.
    seconds_counted = any(phase.count_aloud for phase in work.exercise.phases)
    return halfway if seconds_counted else (*halfway, COUNT)
