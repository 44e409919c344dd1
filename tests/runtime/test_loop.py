"""The loop: a cue sounds only while somebody is known to be heard."""

from dataclasses import replace

import numpy as np
import pytest

from coach.audio.clip import Clip
from coach.audio.lease import LEASE, NO_LEASE, Lease
from coach.language.utterance import Answer, Context, Expectation
from coach.program.dose import works
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House, Prepared
from coach.score.compiler import Material
from coach.session import events as ev
from coach.session.effects import FollowScore, Listen, Outcome, Say
from coach.session.questions import QUESTIONS
from coach.session.states import Phase, Screening
from coach.units import BLOCK, Frames, frames


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    paths = Paths.find(data=tmp_path_factory.mktemp("data"))
    return House(paths, Settings(), lambda _sentence: None, lambda _sentence: None)


@pytest.fixture(scope="module")
def prepared(house):
    """Return two short sets, every line a hum of its length in letters."""
    program, pack = house.program("ankle-pumps"), house.pack("en")
    doses = tuple(replace(work, sets=2, reps=6) for work in works(program, house.exercises))
    lines = house.lines(program, "en")
    clips = {line: Clip(line.key, np.full(frames(0.3 + len(line.text) / 20), 0.1, dtype=np.float32)) for line in lines}
    lengths = {line.text: clip.length for line, clip in clips.items()}
    return Prepared(Material(program, doses, pack, lengths), clips)


class Bedside:
    """A coach in the exercise, a person who is well, and ears that can be taken away."""

    def __init__(self, house, prepared):
        self.coach = house.coach(prepared, lambda _expectation: None, screening=Screening.LATER)
        self.loop, self.mixer = self.coach.loop, self.coach.mixer
        self.hears = True
        self.loop.heard_until(Frames(0))
        self.loop.post(ev.Booted(Frames(0)))
        self.loop.post(ev.StartRequested(Frames(0)))

    def block(self):
        self.loop.before_block()
        played = self.mixer.render(BLOCK)
        self.loop.after_block()
        question = self.loop.state.protocol.question
        if question is not None and not self.coach.interpreter.speaking:
            self.loop.post(_well(question, self.mixer.frame))
        if self.hears:
            self.loop.heard_until(self.mixer.frame)
        return played

    def until_cue(self):
        """Play until a word of the exercise sounds."""
        while not any(sound.kind == "cue" and sound.played and not sound.ended for sound in self.sounds):
            self.block()
        return self

    def blocks(self, span_s):
        return np.concatenate([self.block() for _ in range(frames(span_s) // BLOCK)])

    @property
    def sounds(self):
        return self.coach.chronicle.sounds

    @property
    def causes(self):
        events = [decision.event for decision in self.coach.chronicle.decisions]
        return [event.cause for event in events if isinstance(event, ev.HearingLost)]


def _well(question, frame):
    command = {Answer.YES: "yes", Answer.NO: "no"}.get(QUESTIONS[question].healthy, "all-clear")
    return ev.Heard(frame, command, answer=QUESTIONS[question].healthy)


@pytest.fixture
def bedside(house, prepared):
    return Bedside(house, prepared).until_cue()


def test_a_doubted_microphone_silences_the_cue_that_sounds_at_the_next_frame(bedside):
    cue = next(sound for sound in bedside.sounds if sound.kind == "cue" and sound.played and not sound.ended)
    at = bedside.mixer.frame

    bedside.loop.doubt_hearing("muted")
    bedside.blocks(3.0)

    assert cue.cut
    assert cue.ended <= at + frames(0.010)
    assert bedside.causes == ["muted"]
    assert not [sound for sound in bedside.sounds if sound.kind == "cue" and (sound.played or 0) >= at]


def test_while_hearing_is_doubted_nothing_renews_the_lease(bedside):
    bedside.loop.doubt_hearing("muted")

    bedside.blocks(2.0)

    assert not bedside.mixer.lease.fresh(bedside.mixer.frame)
    assert bedside.loop.state.protocol.phase is Phase.FAULT


def test_hearing_that_is_trusted_again_waits_for_the_person(bedside):
    bedside.loop.doubt_hearing("muted")
    bedside.blocks(2.0)

    bedside.loop.trust_hearing()
    bedside.blocks(2.0)

    assert bedside.loop.state.protocol.phase is Phase.PAUSED
    assert bedside.mixer.lease.fresh(bedside.mixer.frame)


def test_the_first_cause_of_a_doubt_is_the_one_that_is_journaled(bedside):
    bedside.loop.doubt_hearing("muted")
    bedside.loop.doubt_hearing("faint")
    bedside.blocks(0.1)

    assert bedside.causes == ["muted"]


def test_without_anything_heard_the_lease_runs_out_within_a_second(bedside):
    heard = bedside.mixer.frame
    bedside.hears = False

    bedside.blocks(2.0)

    late = [s for s in bedside.sounds if s.kind == "cue" and s.played and s.ended and s.ended > heard + LEASE]
    assert late == []
    assert bedside.causes == ["microphone"]


def test_until_the_next_question_begins_nothing_answers_either(house, prepared):
    """She says "no" twice: the second one must not answer what has not been asked yet."""
    expected = []
    coach = house.coach(prepared, expected.append, screening=Screening.LATER)
    legs, breath = (Expectation(Context.QUESTION, f"screen-{about}") for about in ("legs", "breath"))

    def ask(question):
        coach.interpreter.carry_out(Say(f"question.{question.question}"))
        coach.interpreter.carry_out(Listen(question))
        before = list(expected)
        coach.mixer.render(frames(8.0))
        coach.interpreter.account()
        return before

    assert ask(legs) == []
    assert ask(breath) == [legs, Expectation()]
    assert ask(breath) == [legs, Expectation(), breath], "asked once more, it stays open"
    assert expected[3:] == [breath]


def test_a_cue_that_falls_due_without_a_lease_is_refused_and_told(house, prepared):
    coach = house.coach(prepared, lambda _expectation: None, screening=Screening.LATER)
    place = coach.loop.state.place
    coach.interpreter.carry_out(FollowScore(place.score, replace(place.position, anchor=Frames(0))))

    coach.interpreter.advance(NO_LEASE)
    played = coach.mixer.render(frames(10.0))

    assert coach.chronicle.sounds
    assert all(sound.played is None and sound.cut for sound in coach.chronicle.sounds)
    assert not played.any()


def test_a_cue_that_was_decided_before_a_silence_is_refused(house, prepared):
    coach = house.coach(prepared, lambda _expectation: None, screening=Screening.LATER)
    place = coach.loop.state.place
    coach.interpreter.carry_out(FollowScore(place.score, replace(place.position, anchor=Frames(0))))

    coach.mixer.silence()
    coach.interpreter.advance(Lease.proved(Frames(0)))

    assert coach.chronicle.sounds
    assert all(sound.played is None and sound.cut for sound in coach.chronicle.sounds)


def test_hearing_that_comes_and_goes_is_one_fault_and_ends_the_session(bedside):
    for _ in range(60):
        bedside.hears = False
        bedside.blocks(1.4)
        bedside.hears = True
        bedside.blocks(2.6)

    losses = [
        decision.frame for decision in bedside.coach.chronicle.decisions if type(decision.event) is ev.HearingLost
    ]
    assert len(losses) <= 3
    assert bedside.coach.chronicle.outcome is Outcome.FAULT


def test_hearing_that_was_lost_once_counts_as_back_at_once(bedside):
    bedside.hears = False
    bedside.blocks(1.4)
    bedside.hears = True
    bedside.blocks(0.1)

    assert bedside.loop.state.protocol.phase is Phase.PAUSED
