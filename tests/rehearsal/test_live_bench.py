"""What the benches of live sessions make of what they saw, and the person who lies before them; nothing is played."""

from types import SimpleNamespace

import numpy as np
import pytest

from coach.rehearsal.latency_bench import Trial
from coach.rehearsal.live_person import LivePerson
from coach.rehearsal.live_rig import RigError, Told
from coach.rehearsal.live_table import distribution, latency_rows, session_row, usage_rows
from coach.rehearsal.usage import Sample

ANSWERS = {"screen-legs": "no", "resume": "yes"}


class Printing:
    """A coach that prints what was written down for it; an empty line is silence."""

    def __init__(self, *lines):
        self._lines = list(lines)
        self.said = []
        self.over = False

    def next_told(self, _patience_s):
        self.over = not self._lines
        line = self._lines.pop(0) if self._lines else ""
        return Told(line, 0.0) if line else None

    def wait_for_quiet(self, _quiet_s):
        self.said.append("...")

    def wait_until_said(self, told, _quiet_s):
        self.said.append(told.text.removeprefix("line: ") + " ...")

    def say(self, samples):
        self.said.append(chr(round(float(samples[0] / samples[1]))))

    def missed(self, what):
        return RigError(what)


def person_before(coach, go_on=""):
    """Return somebody whose words are sounds that tell their first letter."""

    def voice(text):
        return np.repeat(np.array([ord(text[0]), 1.0], dtype=np.float32), [1, 640])

    return LivePerson(coach, voice, ANSWERS, go_on)


def test_a_question_is_answered_once_it_is_asked_and_quiet():
    coach = Printing("phase: screen screen-legs", "line: Hello.", "line: Is either leg worse?", "phase: run")

    told = person_before(coach).attend(lambda text: text == "phase: run")

    assert told.text == "phase: run"
    assert coach.said == ["Is either leg worse? ...", "n"]


def test_whoever_is_asked_again_answers_again():
    coach = Printing("phase: screen screen-legs", "line: Worse?", "line: I did not hear you. Worse?", "phase: run")

    person_before(coach).attend(lambda text: text == "phase: run")

    assert coach.said == ["Worse? ...", "n", "I did not hear you. Worse? ...", "n"]


def test_a_paused_coach_that_waits_is_told_to_go_on():
    coach = Printing(
        "phase: paused", "line: Paused.", "", "phase: paused resume", "line: All right to go on?", "phase: run"
    )

    person_before(coach, "continue").attend(lambda text: text == "phase: run")

    assert coach.said == ["...", "c", "All right to go on? ...", "y"]


def test_a_coach_that_ends_before_is_an_error_and_not_waited_for():
    with pytest.raises(RigError):
        person_before(Printing("phase: idle")).attend(lambda text: text == "phase: run")


def test_a_word_is_said_again_until_it_is_heard():
    coach = Printing("cue: Toes away.", "heard: stop (phonemes 0.1)")

    told, said = person_before(coach).insist("stop", lambda text: text.startswith("heard: stop"), 3, 5.0)

    assert (told.text, said) == ("heard: stop (phonemes 0.1)", 1)
    assert coach.said == ["s"]


def test_a_distribution_has_its_ends_its_middle_and_its_late_part():
    row = distribution("what", [float(value) for value in range(1, 41)])

    assert row == {"what": "what", "count": 40, "least": 1.0, "median": 20.5, "95 %": 39.0, "most": 40.0}
    assert distribution("nothing", []) == {}


def test_frames_become_milliseconds_and_what_did_not_sound_is_left_out():
    trials = (Trial("stop", 1, 0.2, 480, 0.3), Trial("stop", 2, 0.4, None, None), Trial("pause", 1, 0.9, None, None))
    measured = SimpleNamespace(
        first_sound_s=(1.0,), first_word_s=(1.5,), trials=trials, lasted_s=90.0, card="card, 100 ms out", losses="none"
    )

    rows = {row["what"]: row for row in latency_rows(measured)}

    assert rows['"stop": decision to last sounding frame handed over, ms']["most"] == 10.0
    assert rows['end of "stop" to decision, s']["count"] == 2
    assert rows['end of "pause" to decision, s']["count"] == 1
    assert not any("pause" in what and "sounding" in what for what in rows)
    assert session_row(measured)["heard at once"] == 2


def test_usage_tells_the_share_of_a_core_and_how_memory_grows():
    samples = [
        Sample(float(at), {"coach": 0.1 * at, "ear": 0.2 * at}, {"coach": 100.0 + at, "ear": 50.0}) for at in range(100)
    ]

    rows = {row["process"]: row for row in usage_rows(samples)}

    assert rows["coach"]["share of a core"] == 0.1
    assert rows["all"]["share of a core"] == 0.3
    assert rows["ear"]["MB in the first quarter"] == rows["ear"]["MB in the last quarter"] == 50.0
    assert rows["all"]["MB in the last quarter"] > rows["all"]["MB in the first quarter"]
    assert usage_rows(samples[:1]) == []
