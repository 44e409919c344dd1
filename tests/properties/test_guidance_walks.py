"""Whatever a person asks for on the way, the counts are right, both sides are equal, and the dose stays the prescribed
one or less."""

from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from coach.commands import Command
from coach.language.loader import load_pack
from coach.language.utterance import Answer
from coach.program.dose import works
from coach.program.loader import load_exercises
from coach.program.models import Program
from coach.score.compiler import Material, blocks, utterances_needed
from coach.session.effects import Outcome, Say
from coach.session.states import Pause, Phase
from coach.units import frames
from tests.conftest import loaded

ROOT = Path(__file__).parents[2]
BEDSIDE = loaded(ROOT / "tests" / "session" / "session_bedside.py")
EXERCISES = load_exercises(ROOT / "config" / "exercises")
PACK = load_pack(ROOT / "voices" / "en")


def material(*doses):
    """Return the material of a short program: exercise, sets, repetitions and sides of each block."""
    number = {"origin": "infer"}
    program = Program.model_validate(
        {
            "id": "tried",
            "title": "Tried",
            "regime": "recovery",
            "rest_between_exercises_s": number | {"v": 10},
            "block": [
                {"exercise": name, "sets": number | {"v": sets}, "reps": number | {"v": reps}, "sides": sides}
                for name, sets, reps, sides in doses
            ],
        }
    )
    done = works(program, EXERCISES)
    lengths = {line.text: frames(0.4 + len(line.text) / 20) for line in utterances_needed(program, done, PACK)}
    return Material(program, done, PACK, lengths)


MATERIALS = {
    "both feet": material(("ankle-pumps", 3, 9, "both")),
    "one foot at a time": material(("ankle-pumps", 2, 8, "each")),
    "two ways round": material(("ankle-circles", 1, 5, "each"), ("toe-wiggles", 1, 6, "both")),
    "squeezes, then breaths": material(("quad-sets", 1, 8, "each"), ("deep-breathing", 1, 4, "none")),
}

NEUTRAL = (
    Command.PAUSE,
    Command.REPEAT,
    Command.TIRED,
    Command.HOW_MANY_LEFT,
    Command.WHATS_NEXT,
    Command.HOW_TO,
    Command.WHY,
    Command.HOW_AM_I_DOING,
    Command.LOUDER,
)
CHANGING = (
    Command.SLOWER,
    Command.FASTER,
    Command.EASIER,
    Command.FEWER,
    Command.REST_LONGER,
    Command.SWITCH_FOOT,
)
wishes = st.lists(st.tuples(st.floats(0.5, 70.0), st.sampled_from(NEUTRAL + CHANGING)), max_size=12)
changes = st.lists(st.tuples(st.floats(0.5, 70.0), st.sampled_from(CHANGING)), max_size=10)
harmless = st.lists(st.tuples(st.floats(0.5, 70.0), st.sampled_from(NEUTRAL)), max_size=12)
skips = st.lists(
    st.tuples(st.floats(0.5, 70.0), st.sampled_from((Command.SKIP, Command.NEXT, *CHANGING))), min_size=1, max_size=6
)

PRAISED = {"score.praise", "score.outro-done", "score.outro-thanks", "session.completed"}
"""Lines that praise or thank."""


class Session(BEDSIDE.Bedside):
    """A session whose every question is answered as somebody would who is well and goes on."""

    def go_on(self):
        """Lead it back to the exercise, whatever it waits for."""
        for _ in range(20):
            if self.outcomes or (self.phase is Phase.RUN and self.followed is not None):
                return self
            if self.question is not None:
                self.answer(Answer.ALL_RIGHT if self.question.value == "effort" else Answer.YES)
            elif self.phase is Phase.PAUSED:
                self.hear(Command.RESUME)
            else:
                self.line_ends()
        raise AssertionError(f"stuck in {self.phase} with {self.question}")

    def to_the_end(self):
        for _ in range(3000):
            if self.outcomes:
                return self
            self.go_on()
            self.wait(20.0)
        raise AssertionError("it never ended")

    def live(self, wished):
        self.start()
        for span_s, command in wished:
            self.go_on()
            self.wait(span_s)
            if self.outcomes or self.phase is not Phase.RUN:
                continue
            self.hear(command)
        return self.to_the_end()


def ended(session):
    """Return the repetitions ended by block and side."""
    counts = {}
    for segment in session.place.ended:
        block, _, side, *_ = segment.split("/")
        counts[block, side] = counts.get((block, side), 0) + 1
    return counts


def by_side(session, block):
    counts = ended(session)
    both = counts.get((block, "both"), 0)
    return both + counts.get((block, "left"), 0), both + counts.get((block, "right"), 0), counts.get((block, "none"), 0)


@settings(max_examples=60)
@given(st.sampled_from(sorted(MATERIALS)), wishes)
def test_both_sides_end_with_the_same_number_and_it_is_the_dose_in_force(name, wished):
    planned = MATERIALS[name]
    session = Session(planned).live(wished)

    event(f"{len(wished)} wishes")
    assert session.outcomes == [Outcome.COMPLETED]
    for block, work in blocks(session.place.material.works):
        left, right, neither = by_side(session, block)
        assert left == right
        assert left + neither == work.total_reps


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(MATERIALS)),
    st.lists(st.tuples(st.floats(0.5, 70.0), st.sampled_from(CHANGING)), max_size=10),
)
def test_no_wish_takes_a_dose_beyond_what_was_prescribed(name, wished):
    planned = MATERIALS[name]
    session = Session(planned).live(wished)

    for before, after in zip(planned.works, session.place.material.works, strict=True):
        fastest, slowest = before.tempo_range
        assert after.sets == before.sets
        assert all(after.reps_of(number) <= before.reps_of(number) for number in range(1, after.sets + 1))
        assert all(after.reps_of(number) >= min(before.least_reps, before.reps) for number in range(1, after.sets + 1))
        assert fastest <= after.cycle_s <= slowest
        assert after.sides in after.exercise.sides.allowed


@settings(max_examples=30)
@given(st.sampled_from(sorted(MATERIALS)), harmless)
def test_pauses_and_questions_change_no_total(name, wished):
    planned = MATERIALS[name]
    session = Session(planned).live(wished)

    undisturbed = Session(planned).live([])
    assert ended(session) == ended(undisturbed)
    assert session.place.done == undisturbed.place.done
    assert session.place.material.works == planned.works


@settings(max_examples=30)
@given(st.sampled_from(sorted(MATERIALS)), skips)
def test_what_is_left_out_is_never_told_as_done(name, wished):
    planned = MATERIALS[name]
    session = Session(planned).live(wished)

    told = {cue.id for cue in session.place.score.segments[-1].cues}
    for block, work in blocks(session.place.material.works):
        left, right, neither = by_side(session, block)
        if f"{work.exercise.id}.name" in told and block not in session.place.material.left_out:
            assert left == right
            assert left + neither == work.total_reps


@settings(max_examples=30)
@given(st.sampled_from(sorted(MATERIALS)), st.floats(0.5, 200.0), wishes)
def test_after_pain_it_is_never_more_and_never_quicker(name, hurt_after_s, wished):
    planned = MATERIALS[name]
    session = Session(planned)
    session.start().wait(hurt_after_s)
    session.go_on()
    if session.outcomes:
        return
    session.hear(Command.PAIN)
    assert session.question.value == "sharp"
    session.answer(Answer.NO)
    assert session.state.protocol.pause is Pause.MINUTE
    session.hear(Command.RESUME)
    session.answer(Answer.YES)
    gentle = session.place.material.works

    for span_s, command in wished:
        session.go_on()
        session.wait(span_s)
        if not session.outcomes and session.phase is Phase.RUN:
            session.hear(command)
    session.to_the_end()

    before_and_after = zip(planned.works, gentle, session.place.material.works, strict=True)
    for prescribed, before, after in before_and_after:
        assert before.total_reps <= prescribed.total_reps
        assert after.total_reps <= before.total_reps
        assert after.cycle_s >= before.cycle_s >= prescribed.cycle_s


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(MATERIALS)),
    st.floats(0.5, 200.0),
    st.sampled_from((Command.STOP, Command.PAIN, Command.DIZZY_UNWELL, Command.BREATH_CHEST)),
    st.lists(st.sampled_from((Answer.YES, Answer.NO, None)), max_size=8),
)
def test_behind_a_stop_nothing_is_praised_or_thanked_for_until_she_goes_on(name, stopped_after_s, word, answers):
    session = Session(MATERIALS[name])
    session.start().wait(stopped_after_s)
    session.go_on()
    if session.outcomes:
        return
    before = len(session.all)
    session.hear(word)
    for answer in answers:
        if session.outcomes or session.followed is not None:
            break
        if session.question is not None and answer is not None:
            session.answer(answer)
        elif session.timer is not None:
            session.time_out()
        else:
            session.line_ends()

    said = {effect.phrase for _, effect in session.all[before:] if isinstance(effect, Say)}
    event(f"ended: {bool(session.outcomes)}")
    assert said
    assert said.isdisjoint(PRAISED)
    assert Outcome.COMPLETED not in session.outcomes
