import numpy as np
import pytest
import soundfile

from coach.commands import Command
from coach.errors import InputError
from coach.listening.hearing import Certainty, Hearing
from coach.rehearsal.hearing_bench import interval, measure, recordings, reporting

HEARD_AS = {"stop": Command.STOP, "cough": Command.STOP, "chair": Command.PAIN, "table": None, "no": Command.NO}


class ToldListener:
    """Hears what a recording's level says."""

    def __init__(self, levels):
        self.levels = levels
        self.listened = 0
        self.now = None

    def reset(self):
        self.now = None

    def expect(self, expectation):
        self.expectation = expectation

    def accept(self, mic, _reference):
        self.listened += len(mic)
        self.now = self.levels[round(float(mic[0]) * 10)]
        return ()

    def finish(self):
        if self.now is None:
            return ()
        return (Hearing(self.now, "", "told", 0.0, Certainty.FINAL, 0, 1, 2, utterance=self.listened),)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "en_words"
    folder.mkdir()
    lines = ["file\ttranscript\tspeaker\tsource"]
    for level, said in enumerate(HEARD_AS, start=1):
        for person in ("one", "two", "three", "four"):
            name = f"{said}_{person}.wav"
            soundfile.write(folder / name, np.full(16_000, level / 10, dtype=np.float32), 16_000, subtype="FLOAT")
            lines.append(f"{name}\t{said}\t{person} (F,70)\tmade")
    (folder / "manifest.tsv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@pytest.fixture
def listener():
    return ToldListener(dict(enumerate(HEARD_AS.values(), start=1)))


def rows(data, listener, limit=None):
    return {row["said"]: row for row in measure(data, listener, "en", limit, lambda _done, _total: None)}


def test_words_that_were_asked_for_are_counted_as_right(data, listener):
    measured = rows(data, listener)

    assert (measured["stop"]["percent"], measured["stop"]["false"]) == (100.0, 0)
    assert measured["no"]["percent"] == 100.0


def test_commands_in_other_recordings_are_false(data, listener):
    other = rows(data, listener)["other"]

    assert other["percent"] == pytest.approx(66.7)
    assert other["halts"] == other["harm"] == other["recordings"] // 3


def test_only_one_half_of_the_speakers_is_measured(data):
    people = {recording.path.stem.split("_")[1] for recording in recordings(data / "en_words")}

    assert 0 < len(people) < 4
    assert people == {person for person in ("one", "two", "three", "four") if reporting(person, "")}


def test_a_limit_keeps_the_first_recordings_of_a_set(data):
    assert len(recordings(data / "en_words", 2)) == 2


def test_an_unknown_speaker_is_told_apart_by_the_file():
    halves = {reporting("unknown (crowd)", f"{number}.flac") for number in range(20)}

    assert halves == {True, False}


def test_progress_counts_every_recording(data, listener):
    told = []

    measure(data, listener, "en", None, lambda done, total: told.append((done, total)))

    assert told == [(done, len(told)) for done in range(1, len(told) + 1)]


def test_a_folder_without_sets_is_refused(tmp_path, listener):
    with pytest.raises(InputError, match=r"manifest\.tsv"):
        measure(tmp_path, listener, "en", None, lambda _done, _total: None)


@pytest.mark.parametrize(
    ("hits", "of", "expected"),
    [(0, 0, (0.0, 1.0)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (5, 10, (0.2366, 0.7634))],
)
def test_the_interval_is_wilsons(hits, of, expected):
    assert interval(hits, of) == pytest.approx(expected, abs=1e-4)
