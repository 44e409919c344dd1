"""Every line a score may speak, so that all of them have a clip before a session begins."""

from collections.abc import Iterator, Mapping

from coach.language.models import LanguagePack
from coach.language.utterance import Form, Utterance
from coach.program.dose import SideMode, Work
from coach.program.limits import HOLD_S_MAX
from coach.program.models import Program
from coach.score.counting import COUNT, COUNT_EVERY, HALFWAY, LAST, ONE_MORE
from coach.score.framing import framing_lines
from coach.score.models import Side
from coach.score.passages import cautions, explained, limb_key
from coach.score.wording import FORMS, own_key

_PLAIN: Mapping[str, int | str] = {}
_Line = tuple[str, Mapping[str, int | str]]


def utterances_needed(program: Program, works: tuple[Work, ...], pack: LanguagePack) -> tuple[Utterance, ...]:
    """Return every line that a score of these works may speak, at any tempo, on any side, for any seed.

    Args:
        program: The program.
        works: Its blocks with nothing left open.
        pack: The language.

    Returns:
        Each line once, roughly in the order in which it is first heard.

    Raises:
        PackError: The pack lacks a line the program needs.
    """
    return tuple(
        dict.fromkeys(
            pack.utterance(key, form, variant, **slots)
            for key, slots in _wanted(program, works, pack)
            for form in FORMS
            # A phrase that is missing altogether is asked for once, and named by the pack.
            for variant in range(max(pack.variants(key, form), form is Form.FULL))
        )
    )


def phrases_needed(program: Program, works: tuple[Work, ...], pack: LanguagePack) -> Mapping[str, frozenset[str]]:
    """Return the keys of those lines, whether the pack has them or not, each with the names of the slots it fills."""
    return {key: frozenset(slots) for key, slots in _wanted(program, works, pack)}


def _wanted(program: Program, works: tuple[Work, ...], pack: LanguagePack) -> Iterator[_Line]:
    """Go through the keys, with every filling of their slots."""
    yield from framing_lines(program, works, pack)
    for work in works:
        yield from _of_exercise(work)
        yield from _of_all(work, pack)
        yield from _between(len(works), work, pack)


def _of_exercise(work: Work) -> Iterator[_Line]:
    """Go through the lines that only the exercise itself can put into words."""
    exercise = work.exercise
    moments = ["position", *(phase.id for phase in exercise.phases), *(way.id for way in exercise.directions)]
    yield from ((f"{exercise.id}.{moment}", {}) for moment in moments)
    if SideMode.EACH in exercise.sides.allowed and SideMode.BOTH in exercise.sides.allowed:
        yield f"{exercise.id}.both-sides", {}
    yield from ((key, {}) for key in (*explained(work), *cautions(work)))
    if exercise.after and exercise.after.key:
        yield exercise.after.key, {}


def _of_all(work: Work, pack: LanguagePack) -> Iterator[_Line]:
    """Go through the lines an exercise may have of its own, or else shares with all others, with every filling."""
    exercise = work.exercise

    def lines(moment: str, *fillings: Mapping[str, int | str]) -> Iterator[_Line]:
        key = own_key(pack, exercise.id, moment)
        yield from ((key, filling) for filling in fillings or (_PLAIN,))

    yield from lines("demo")
    if any(phase.tone for phase in exercise.phases):
        yield from lines("tones")
    if SideMode.EACH in exercise.sides.allowed:
        names: list[Mapping[str, int | str]] = [{"side": limb_key(work, side)} for side in (Side.LEFT, Side.RIGHT)]
        for moment in ("demo-side", "side-only", "switch"):
            yield from lines(moment, *names)
    if work.sets > 1:
        yield from lines("set-start", *({"n": number, "m": work.sets} for number in range(1, work.sets + 1)))
    yield from lines("times", *({"n": number} for number in range(1, max(work.reps, work.most_reps) + 1)))
    counted = any(phase.count_aloud for phase in exercise.phases)
    held = range(1, int(HOLD_S_MAX) + 1) if counted else ()
    numbers = sorted({*range(COUNT_EVERY, work.most_reps, COUNT_EVERY), *held})
    if numbers:
        yield from lines(COUNT, *({"n": number} for number in numbers))
    if counted:
        yield from lines("tones-count")
    rests = (work.rest_s, *work.longer_rests_s)
    pauses = {*rests, *(max(rest_s, work.switch_gap_s) for rest_s in rests), work.rest_after_s}
    for pause_s in sorted(pauses - {0}):
        yield from lines("rest", {"n": round(pause_s)})
    for moment in (HALFWAY, ONE_MORE if counted else LAST, "rest-ending", "praise"):
        yield from lines(moment)


def _between(blocks: int, work: Work, pack: LanguagePack) -> Iterator[_Line]:
    """Go through the lines that lead from one exercise to another."""
    if blocks < 2:
        return
    for moment in ("first-exercise", "now-exercise"):
        yield own_key(pack, work.exercise.id, moment), {"exercise": f"{work.exercise.id}.name"}
    yield own_key(pack, work.exercise.id, "stay"), {}
