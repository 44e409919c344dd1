"""Ten years of daily sessions: no wording is heard twice in a row where there is another, and no praise behind a stop.

Sessions end early now and then, the dose is changed, and days are left out: nothing is remembered but how many
sessions there were.
"""

import random
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from coach.language.loader import load_packs
from coach.language.rotation import ONCE, variant
from coach.language.utterance import Form
from coach.program.dose import SideMode, works
from coach.program.loader import load_exercises, load_programs
from coach.score.compiler import Material, compile_score
from coach.units import frames

ROOT = Path(__file__).parents[2]
SESSIONS = {"en": 3653}
"""Ten years of days; a language that is not named here takes its turns by the same rule, and lives one year."""
PACKS = load_packs(ROOT / "voices")
EXERCISES = load_exercises(ROOT / "config" / "exercises")
PROGRAM = load_programs(ROOT / "config" / "programs", EXERCISES)["ankle-pumps"]
SPOKEN_AT_REST = ("lets-begin", "paused", "going-on", "not-clear", "paused-remind", "how-many-left")
"""Lines of the session itself that have several wordings."""


class Lengths(dict):
    """The measured lengths of clips; a line that was not measured is reckoned by its letters."""

    def __missing__(self, text):
        return frames(0.4 + 0.065 * len(text))

    def __contains__(self, text):
        return True


def material(tag):
    lengths = tomllib.loads((ROOT / "tests" / "golden" / f"lengths.{tag}.toml").read_text("utf-8"))
    return Material(PROGRAM, works(PROGRAM, EXERCISES), PACKS[tag], Lengths(lengths))


def heard(planned, session, chance):
    """Go through the keys and texts of one session, which may break off anywhere."""
    short = replace(planned.works[0], reps=10, sets=2 + (chance.random() < 0.2))
    sides = short.with_sides(SideMode.EACH) if chance.random() < 0.1 else short
    score = compile_score(replace(planned, works=(sides,)), seed=session)
    cues = [cue for _, cue in score.cues if cue.utterance]
    breaks_off = chance.random() < 0.15
    for cue in cues[: chance.randrange(len(cues)) if breaks_off else len(cues)]:
        yield cue.utterance.key, cue.form, cue.utterance.text


def said_besides(pack, session, chance):
    """Go through what the session itself may say in between, as often as chance will have it."""
    for moment in SPOKEN_AT_REST:
        key = f"session.{moment}"
        for turn in range(1 if moment in ONCE else chance.randrange(4)):
            number = variant(key, Form.FULL, pack.variants(key), session=session, turn=turn)
            yield key, Form.FULL, pack.phrases.phrases[key].full[number]


@pytest.mark.parametrize("tag", sorted(PACKS))
def test_no_wording_is_heard_twice_in_a_row_in_ten_years(tag):
    planned, pack, chance = material(tag), PACKS[tag], random.Random(7)  # noqa: S311 - a simulation, no secret
    last, worn, uses = {}, set(), 0
    sessions = SESSIONS.get(tag, 365)
    for session in range(sessions):
        this = {}
        for key, form, text in (*heard(planned, session, chance), *said_besides(pack, session, chance)):
            if pack.variants(key, form) > 1:
                uses += 1
                before = this.get((key, form)) or last.get((key, form), (None, -2))
                # "In a row" is within a session, or from one session to the very next.
                if before[0] == text and session - before[1] <= 1:
                    worn.add((key, text, session))
                this[key, form] = (text, session)
        last |= this
    assert uses > 10 * sessions
    assert worn == set()


def test_a_session_that_was_stopped_ends_without_praise_or_thanks():
    praised = {"score.praise", "score.outro-done", "score.outro-thanks", "session.completed"}
    ends = {"session.ended", "session.stopped", "session.no-answer", "session.refused", "session.not-today"}

    for pack in PACKS.values():
        kind = {text for key in praised for text in pack.phrases.phrases[key].full}
        assert kind.isdisjoint(text for key in ends for text in pack.phrases.phrases[key].full)
