"""Recording with a relative, over a desk without a sound card; and what becomes of broken recordings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coach.audio.device import Capture
from coach.audio.resampler import resample
from coach.errors import MissingError
from coach.language.loader import load_pack
from coach.language.pins import PINNED
from coach.language.utterance import Utterance
from coach.runtime.check import check_all
from coach.runtime.forget import kept_of
from coach.runtime.paths import Paths
from coach.runtime.recordings import Takes, familiar_lines, recordable, spared_words
from coach.runtime.settings import Settings
from coach.runtime.setup.texts import load_texts
from coach.runtime.studio import Booth, Fit, Studio
from coach.runtime.wiring import House
from coach.score.compiler import Material
from coach.speech.takes import Flaw
from coach.units import LISTEN_RATE, SAMPLE_RATE, Frames

VOICES = Path(__file__).parents[2] / "voices"
PRAISE = Utterance("en", "score.praise", "Every time is worth it.")
THANKS = Utterance("en", "score.outro-thanks", "Thank you. Rest comfortably now.")


def room(length_s):
    return 10 ** (-65 / 20) * np.random.default_rng(2).standard_normal(round(length_s * LISTEN_RATE))


def spoken(length_s=1.7, level_db=-26.0):
    """Return a take: something that comes and goes as syllables do, in a quiet room."""
    at = np.arange(round(length_s * LISTEN_RATE)) / LISTEN_RATE
    sound = np.abs(np.sin(np.pi * 4 * at)) * np.sin(2 * np.pi * 200 * at)
    voice = 10 ** (level_db / 20) * sound / np.sqrt(np.mean(sound**2))
    whole = np.concatenate((np.zeros(LISTEN_RATE // 2), voice, np.zeros(LISTEN_RATE)))
    return (whole + room(len(whole) / LISTEN_RATE)[: len(whole)]).astype(np.float32)


class Desk:
    """A sound card that is not there: what the microphone brings is laid out."""

    name = "laid out"
    fault = ""

    def __init__(self, *heard):
        self.heard = list(heard)
        self.tones = 0

    def play(self, _samples):
        self.tones += 1
        nothing = np.zeros(0, dtype=np.float32)
        return Capture(nothing, nothing)

    def listen(self, _span_s, show):
        show(-30.0)
        if not self.heard:
            raise MissingError("The microphone gives nothing any more; look at its plug, then run this step again.")
        return self.heard.pop(0)


class Screen:
    def __init__(self, *typed):
        self.typed = list(typed)
        self.shown = []

    def show(self, line):
        self.shown.append(line)

    def read(self, _prompt, *, hidden=False):  # noqa: ARG002 - part of the port
        return self.typed.pop(0) if self.typed else None


@pytest.fixture
def takes(tmp_path):
    return Takes(tmp_path / "voices", "en")


def record(takes, desk, screen, *lines, fits=lambda _line, _length: True, **how):
    booth = Booth(load_texts(VOICES, "en"), screen, desk, lambda _level: None)
    return Studio(booth, takes, fits).record(lines, **how)


def test_a_good_take_is_kept_under_its_key_with_its_words(takes):
    recorded = record(takes, Desk(spoken()), Screen(""), PRAISE)

    (entry,) = takes.kept()
    assert (recorded.kept, recorded.of, recorded.left) == (1, 1, False)
    assert (entry.key, entry.text) == (PRAISE.key, PRAISE.text)
    assert entry.file.startswith("score.praise-")
    assert takes.has(PRAISE)


@pytest.mark.parametrize(
    ("bad", "told"),
    [(0.001 * spoken(), "Nobody was heard"), (spoken(0.3), "shorter than the words"), (spoken()[8_000:], "cut off")],
    ids=["nobody", "short", "cut"],
)
def test_a_bad_take_is_told_and_tried_again_until_it_is_good(takes, bad, told):
    screen = Screen("", "")

    recorded = record(takes, Desk(bad, spoken()), screen, PRAISE)

    assert any(told in line for line in screen.shown)
    assert recorded.kept == 1
    assert len(takes.kept()) == 1


def test_a_bad_take_never_goes_over_a_good_one(takes):
    record(takes, Desk(spoken()), Screen(""), PRAISE)
    before = (takes.folder / takes.kept()[0].file).read_bytes()

    record(takes, Desk(spoken(0.3)), Screen("", "skip"), PRAISE, again=True)

    assert (takes.folder / takes.kept()[0].file).read_bytes() == before


def test_what_does_not_fit_the_rhythm_is_not_kept(takes):
    screen = Screen("", "skip")

    record(takes, Desk(spoken()), screen, PRAISE, fits=lambda _line, length: length < SAMPLE_RATE)

    assert any("too long for its place" in line for line in screen.shown)
    assert takes.kept() == ()


def test_nothing_is_heard_before_enter_and_a_tone_says_when(takes):
    desk = Desk(spoken())

    record(takes, desk, Screen("skip"), PRAISE)

    assert desk.tones == 0
    assert len(desk.heard) == 1


def test_quit_keeps_what_was_recorded_and_the_next_time_goes_on_behind_it(takes):
    first = record(takes, Desk(spoken()), Screen("", "quit"), PRAISE, THANKS)
    screen = Screen("")
    second = record(takes, Desk(spoken(2.4)), screen, PRAISE, THANKS)

    assert (first.kept, first.left) == (1, True)
    assert (second.kept, second.left) == (2, False)
    assert f"    {THANKS.text}" in screen.shown
    assert f"    {PRAISE.text}" not in screen.shown


def test_a_lost_microphone_is_told_and_what_was_kept_stays(takes):
    with pytest.raises(MissingError, match="microphone"):
        record(takes, Desk(spoken()), Screen("", ""), PRAISE, THANKS)

    assert takes.has(PRAISE)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_flaw_and_every_sentence_of_it_has_words(language):
    texts = load_texts(VOICES, language)

    assert {f"record-{flaw}" for flaw in (*Flaw, "slot", "welcome", "how", "kept", "again")} <= set(texts.say)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_familiar_voice_is_hello_well_done_and_goodbye_and_takes_two_minutes(language):
    pack = load_pack(VOICES / language)
    lines = familiar_lines(pack, "after-hip", "Rose")

    assert {line.key for line in lines} == {"history.hello", "after-hip.welcome", "score.praise", "score.outro-thanks"}
    assert "Rose" in lines[0].text
    assert len(lines) <= 20


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_line_that_safety_rests_on_can_be_recorded(house, language):
    pack = house.pack(language)
    lines = recordable(house.lines(house.program("ankle-pumps"), language), pack)

    assert lines
    assert not {line.key.partition(".")[0] for line in lines} & set(PINNED)
    assert not {line.text for line in lines} & spared_words(pack)


@pytest.fixture
def house(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    return House(Paths.find(own, tmp_path / "data"), Settings(), lambda _line: None, lambda _line: None)


def clip(house, line):
    return house.render([line], house.voice("en"))[line].samples


def test_a_recording_is_played_in_place_of_the_synthesizer_at_the_same_level(house):
    takes = Takes(house.paths.own_voices, "en")
    takes.keep(PRAISE, spoken(level_db=-35), LISTEN_RATE)

    played = clip(house, PRAISE)

    heard = resample(played, SAMPLE_RATE, LISTEN_RATE)
    told = spoken()[LISTEN_RATE // 2 :][: len(heard)]
    assert len(played) / SAMPLE_RATE == pytest.approx(1.7, abs=0.2)
    assert np.corrcoef(np.abs(heard[800 : len(told)]), np.abs(told[800 : len(heard)]))[0, 1] > 0.3


def test_own_recordings_leave_the_packs_that_ship_in_use(house):
    Takes(house.paths.own_voices, "en").keep(PRAISE, spoken(), LISTEN_RATE)

    assert Paths.find(house.paths.own).voices == house.paths.voices


@pytest.mark.parametrize("damage", ["missing", "cut short", "no sound file", "silence"])
def test_a_recording_that_is_gone_or_broken_falls_back_and_is_named(house, damage):
    takes = Takes(house.paths.own_voices, "en")
    path = takes.keep(PRAISE, spoken(), LISTEN_RATE)
    match damage:
        case "missing":
            path.unlink()
        case "cut short":
            path.write_bytes(path.read_bytes()[:2_000])
        case "no sound file":
            path.write_text("no sound", encoding="utf-8")
        case _:
            path.write_bytes(path.read_bytes()[:44] + bytes(len(path.read_bytes()) - 44))
    plain = House(house.paths, Settings(), print, print)

    played = clip(plain, PRAISE)
    told = list(takes.told(plain.pack("en"), [PRAISE]))

    assert len(played)
    assert len(told) == 1
    assert str(path) in told[0]
    assert "the coach's own voice speaks it" in told[0]


def test_three_broken_recordings_do_not_silence_the_sound_ones_behind_them(house):
    takes = Takes(house.paths.own_voices, "en")
    lines = [replace(PRAISE, text=f"Line number {number} of these counts.") for number in range(5)]
    for line in lines[:4]:
        takes.keep(line, spoken(), LISTEN_RATE).write_text("no sound", encoding="utf-8")
    takes.keep(lines[4], spoken(3.3), LISTEN_RATE)

    clips = house.render(lines, house.voice("en"))

    assert clips[lines[4]].length / SAMPLE_RATE == pytest.approx(3.3, abs=0.2)


def test_a_recording_of_a_safety_line_is_never_played_whatever_the_index_says(house):
    takes = Takes(house.paths.own_voices, "en")
    stopped = house.pack("en").utterance("safety.stopped")
    takes.keep(replace(stopped, key="score.praise"), spoken(5.5), LISTEN_RATE)

    played = clip(house, stopped)
    told = list(takes.told(house.pack("en"), [stopped]))

    assert len(played) / SAMPLE_RATE < 4
    assert "safety rests on this line" in told[0]


def test_the_check_names_what_has_become_of_recordings(house):
    Takes(house.paths.own_voices, "en").keep(replace(PRAISE, text="Words of long ago."), spoken(), LISTEN_RATE)
    findings = check_all(house, [house.paths.voices / "en"], None, lambda _what: lambda _done, _total: None)

    assert any("the pack has other words by now" in finding.what for finding in findings)
    assert not any(finding.is_error for finding in findings)


def test_recordings_are_forgotten_with_the_person(house):
    path = Takes(house.paths.own_voices, "en").keep(PRAISE, spoken(), LISTEN_RATE)

    assert any(path in files for what, files in kept_of(house.paths) if "relatives" in what)


def test_a_word_of_a_movement_must_leave_room_for_every_tempo(house):
    program = house.program("ankle-pumps")
    done, pack = house.tailored(program), house.pack("en")
    shortest_words = ("Point.", "Up.")
    lengths = {
        line.text: Frames(SAMPLE_RATE // 2 if line.text in shortest_words else 4 * SAMPLE_RATE)
        for line in house.lines(program, "en")
    }
    fits = Fit(Material(done.program, done.works, pack, lengths))
    point = next(line for line in house.lines(program, "en") if line.text == "Point.")

    assert fits(point, Frames(SAMPLE_RATE))
    assert not fits(point, Frames(3 * SAMPLE_RATE))
