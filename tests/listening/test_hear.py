import json

import numpy as np
import pytest
import soundfile

from coach.commands import Command
from coach.errors import RecordingError
from coach.language.utterance import Context, Expectation
from coach.listening.hear import hear_file, hear_sound, heard_entries
from coach.listening.hearing import Certainty, Hearing, Unclear
from coach.listening.listener import Listener
from coach.listening.recognizers.scripted import ScriptedRecognizer

SECOND = 16_000


def hearing(command, certainty, *, utterance=1, decided=SECOND, phrase="stop"):
    return Hearing(command, phrase, "scripted", -0.25, certainty, 8_000, 12_000, decided, utterance=utterance)


@pytest.fixture
def silence(tmp_path):
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros((44_100, 2), dtype=np.float32), 44_100)
    return path


@pytest.fixture
def script():
    return ScriptedRecognizer("en")


@pytest.fixture
def listener(script, books):
    return Listener([script], books)


def test_a_recording_is_heard_in_seconds_from_its_start(listener, script, silence):
    script.tell("stop", 8_000, 12_000)

    heard = hear_file(silence, listener)

    (entry,) = heard.hearings
    assert heard.duration_s == pytest.approx(1.0)
    assert (entry.command, entry.phrase, entry.start_s, entry.end_s) == ("stop", "stop", 0.5, 0.75)
    assert entry.decided_s == pytest.approx(0.75 + 0.12, abs=0.02)


def test_a_second_of_silence_is_appended(listener, script, silence):
    script.tell("slower", 8_000, SECOND)

    (entry,) = hear_file(silence, listener).hearings

    assert entry.decided_s > 1.0


def test_the_pieces_a_sound_comes_in_change_nothing(listener, script):
    sound = np.random.default_rng(1).normal(0, 1e-4, 3 * SECOND).astype(np.float32)
    heard = []
    for cuts in ([], [100, 4_000, 4_001, 30_000]):
        script.tell("stop", listener.listened + 8_000, listener.listened + 12_000)
        began = listener.listened
        heard.append(heard_entries(hear_sound(np.split(sound, cuts), listener), began))

    assert heard[0] == heard[1] != ()


def test_every_recording_starts_afresh(listener, script, silence):
    script.tell("stop", SECOND // 2, SECOND * 3)

    cut_off = hear_file(silence, listener)
    after = hear_file(silence, listener)

    assert cut_off.hearings == ()
    assert after.hearings == ()


def test_times_count_from_the_start_of_each_recording(listener, script, silence):
    hear_file(silence, listener)
    script.tell("stop", 2 * SECOND + 8_000, 2 * SECOND + 12_000)

    (entry,) = hear_file(silence, listener).hearings

    assert (entry.start_s, entry.end_s) == (0.5, 0.75)


@pytest.mark.parametrize(
    ("context", "commands"), [(Context.SESSION, []), (Context.QUESTION, ["no"])], ids=["session", "question"]
)
def test_an_answer_counts_only_while_a_question_is_open(listener, script, silence, context, commands):
    script.tell("no", 8_000, 12_000)

    heard = hear_file(silence, listener, Expectation(context))

    assert [entry.command for entry in heard.hearings] == commands


def test_the_result_is_ready_for_json(listener, script, silence):
    script.tell("stop", 8_000, 12_000)

    line = json.loads(json.dumps(hear_file(silence, listener).as_json()))

    assert set(line) == {"file", "duration_s", "hearings"}
    assert set(line["hearings"][0]) == {"command", "phrase", "engine", "score", "start_s", "end_s", "decided_s"}


def test_the_result_can_be_read(listener, script, silence):
    script.tell("stop", 8_000, 12_000)

    assert hear_file(silence, listener).as_text() == f"{silence}: stop ('stop' at 0.50 s)"
    assert hear_file(silence, listener).as_text() == f"{silence}: nothing"


def test_a_file_that_is_no_recording_is_an_error(listener, tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("not audio")

    with pytest.raises(RecordingError, match=r"notes\.wav"):
        hear_file(path, listener)


def test_partial_and_final_are_one_entry_with_the_first_decision():
    told = [hearing(Command.STOP, Certainty.PARTIAL, decided=9_600), hearing(Command.STOP, Certainty.FINAL)]

    (entry,) = heard_entries(told)

    assert (entry.command, entry.decided_s) == ("stop", 0.6)


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (Command.PAIN, "maybe-pain"),
        (Command.NUMB, "maybe-pain"),
        (Command.STOP, "stop"),
        (Command.BREATH_CHEST, "breath-chest"),
    ],
)
def test_an_unconfirmed_word_of_harm_is_a_maybe(command, printed):
    told = [hearing(command, Certainty.PARTIAL), hearing(command, Certainty.UNCONFIRMED)]

    assert [entry.command for entry in heard_entries(told)] == [printed]


def test_entries_come_in_the_order_they_were_acted_upon():
    told = [
        hearing(Command.STOP, Certainty.FINAL, utterance=1),
        Unclear(0, 1, 2),
        hearing(Command.PAUSE, Certainty.FINAL, utterance=2),
    ]

    assert [entry.command for entry in heard_entries(told)] == ["stop", "pause"]


def test_negated_pain_is_a_maybe(listener, script, silence):
    script.tell("does it hurt", 4_000, 12_000)

    heard = hear_file(silence, listener)

    assert [entry.command for entry in heard.hearings] == ["maybe-pain"]


def test_the_answer_is_read_against_the_question(listener, script, silence):
    script.tell("it hurts", 4_000, 12_000)

    heard = hear_file(silence, listener, Expectation(Context.QUESTION, "hurt"))

    assert [entry.command for entry in heard.hearings] == [Command.PAIN]
