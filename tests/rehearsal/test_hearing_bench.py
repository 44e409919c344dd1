from pathlib import Path

import numpy as np
import pytest
import soundfile

from coach.audio.clip import Clip
from coach.commands import Command
from coach.errors import InputError, ModelError
from coach.language.loader import load_packs
from coach.listening.hearing import Certainty, Hearing
from coach.listening.listener import Listener
from coach.rehearsal.bench import hearing
from coach.rehearsal.hearing_bench.chances import interval, most_events
from coach.rehearsal.hearing_bench.corpus import Corpus, Recording, read_corpus, reporting
from coach.rehearsal.hearing_bench.kinds import Figure, Half, Wanted
from coach.rehearsal.hearing_bench.peers import Peer, find_peers
from coach.rehearsal.hearing_bench.plan import Trial, planned
from coach.rehearsal.hearing_bench.scene import (
    ECHO_DB,
    LEAD_S,
    OPENING_S,
    PINK,
    SPEAKING_LEAD_S,
    VOICE_DB,
    Scene,
    Stage,
)
from coach.rehearsal.hearing_bench.table import curve, misses, rows
from coach.rehearsal.hearing_bench.targets import targets
from coach.rehearsal.hearing_bench.trial import Kept, Outcome, run
from coach.rehearsal.hearing_bench.voices import CRIES, DISTRESS, VOICES
from coach.speech.leveling import active_level_db

RATE = 16_000
HEARD_AS = {"stop": Command.STOP, "cough": Command.STOP, "chair": Command.PAIN, "table": None, "no": Command.NO}
PEOPLE = ("one", "two", "three", "four")


class ToldListener:
    """Hears what a recording's level says."""

    def __init__(self, levels):
        self.levels = levels
        self.listened = 0
        self.tried = 0

    def move(self):
        self.now = None
        self.tried += 1

    def expect(self, expectation):
        self.expectation = expectation

    def settle(self, mic):
        self.listened += len(mic)

    def accept(self, mic, _reference, *, sounding=()):  # noqa: ARG002 - as a listener is called
        self.listened += len(mic)
        self.now = self.levels[round(float(mic[0]) * 10)]
        return ()

    def finish(self):
        if self.now is None:
            return ()
        return (Hearing(self.now, "", "told", 0.0, Certainty.FINAL, 0, 1, 2, utterance=self.listened),)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data" / "en_gsc_words"
    folder.mkdir(parents=True)
    lines = ["file\ttranscript\tspeaker\tsource"]
    for level, said in enumerate(HEARD_AS, start=1):
        for person in PEOPLE:
            name = f"{said}_{person}.wav"
            soundfile.write(folder / name, np.full(RATE, level / 10, dtype=np.float32), RATE, subtype="FLOAT")
            lines.append(f"{name}\t{said}\t{person} (F,70)\tmade")
    (folder / "manifest.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder.parent


@pytest.fixture
def listener():
    return ToldListener(dict(enumerate(HEARD_AS.values(), start=1)))


@pytest.fixture(scope="module")
def books():
    packs = load_packs(Path(__file__).parents[2] / "voices")
    return {tag: pack.commands for tag, pack in packs.items()}


@pytest.fixture
def trials(data):
    return planned(read_corpus(data, "en"), Half.HELD_OUT, [Figure.WORDS, Figure.OTHER_WORDS])


def tried(trials, listener, kept=None):
    return run(trials, listener, Stage(), kept or Kept(None, ""), lambda _done, _total: None)


def test_words_that_were_asked_for_are_counted_as_right(trials, listener):
    shares = {row["said"]: row["right %"] for row in rows(tried(trials, listener), recall=True)}

    assert shares == {"stop": 100.0, "no": 100.0}


def test_commands_in_other_recordings_are_wrong(trials, listener):
    (row,) = rows(tried(trials, listener), recall=False)

    assert row["wrong %"] == pytest.approx(66.7)
    assert row["as stop"] == row["safety"] == row["n"] // 3


def test_a_question_back_is_counted_apart(trials):
    asks = ToldListener(dict.fromkeys(range(1, 6), Command.MAYBE_PAIN))

    (row,) = rows(tried(trials, asks), recall=False)

    assert (row["wrong"], row["asks"]) == (0, row["n"])


def test_a_question_is_open_while_answers_are_measured(trials):
    assert {trial.said: trial.asked for trial in trials} == {said: said == "no" for said in HEARD_AS}


def test_the_halves_share_no_speaker(data):
    people = {
        half: {trial.speaker for trial in planned(read_corpus(data, "en"), half, [Figure.WORDS])}
        for half in (Half.TUNED, Half.HELD_OUT)
    }

    assert people[Half.TUNED] | people[Half.HELD_OUT] == set(PEOPLE)
    assert people[Half.TUNED].isdisjoint(people[Half.HELD_OUT])
    assert people[Half.HELD_OUT] == {person for person in PEOPLE if reporting(person, "")}


def test_an_unknown_speaker_is_told_apart_by_the_file():
    halves = {reporting("unknown (crowd)", f"{number}.flac") for number in range(20)}

    assert halves == {True, False}


def test_every_trial_has_a_key_of_its_own(data):
    everything = planned(read_corpus(data, "en"), Half.BOTH)

    assert len({trial.key for trial in everything}) == len(everything) > 1_000


def test_a_quick_run_is_a_part_of_the_whole(data):
    corpus = read_corpus(data, "en")

    few, everything = planned(corpus, Half.BOTH, quick=True), planned(corpus, Half.BOTH)

    assert set(few) < set(everything)
    assert len(everything) / 16 < len(few) < len(everything) / 4


def test_a_run_that_was_broken_off_goes_on_where_it_was(trials, listener, tmp_path):
    whole = tried(trials, listener)
    tried(trials[:3], listener, Kept(tmp_path / "kept", "now"))
    listener.tried = 0

    again = tried(trials, listener, Kept(tmp_path / "kept", "now"))

    assert listener.tried == len(trials) - 3
    assert [outcome.commands for _, outcome in again] == [outcome.commands for _, outcome in whole]


def test_outcomes_of_another_state_of_the_code_do_not_count(trials, listener, tmp_path):
    tried(trials, listener, Kept(tmp_path / "kept", "before"))
    listener.tried = 0

    tried(trials, listener, Kept(tmp_path / "kept", "now"))

    assert listener.tried == len(trials)


@pytest.mark.parametrize("content", [b"no outcomes", b'{"state": "now", "trial": "a"}', b"\xff"])
def test_a_file_that_holds_no_outcomes_is_refused(tmp_path, content):
    (tmp_path / "kept").write_bytes(content)

    with pytest.raises(InputError, match="kept: this holds no outcomes"):
        Kept(tmp_path / "kept", "now")


def test_progress_counts_every_trial(trials, listener):
    told = []

    run(trials, listener, Stage(), Kept(None, ""), lambda done, total: told.append((done, total)))

    assert told == [(done, len(trials)) for done in range(1, len(trials) + 1)]


def test_a_folder_without_sets_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"manifest\.tsv"):
        read_corpus(tmp_path, "en")


def test_what_must_be_reached_is_told_with_what_was(trials):
    deaf = ToldListener(dict.fromkeys(range(1, 6)))

    told = {row["target"]: row for row in targets(tried(trials, deaf))}

    assert (told['"stop" of people']["measured"], told['"stop" of people']["reached"]) == (0.0, False)
    assert told["other single words taken for a command"]["reached"]


def test_the_curve_tells_what_is_missed_and_what_is_taken_for_a_halt(trials, listener):
    deaf = ToldListener(dict.fromkeys(range(1, 6)))
    people = sum(trial.said == "stop" for trial in trials)
    others = people * 3

    strict, usual = curve({0.0: tried(trials, listener), -2.0: tried(trials, deaf)})

    assert strict == {
        "lenience nats": -2.0,
        f"words: missed of {people}": people,
        f"words: halts of {people}": 0,
        f"words: safety of {people}": 0,
        f"other-words: halts of {others}": 0,
        f"other-words: safety of {others}": 0,
    }
    assert usual[f"words: missed of {people}"] == 0
    assert usual[f"other-words: halts of {others}"] == people


def test_somebody_elses_talk_is_counted_apart_from_noise():
    heard, missed = Outcome(commands=("stop",), seconds=1.0), Outcome(commands=(), seconds=1.0)

    def over(noise):
        scene = Scene(noise=noise, snr_db=10.0)
        return Trial(Figure.STOP_IN_NOISE, "en_gsc", "stop", Half.TUNED, "one", Path("stop.wav"), scene, Command.STOP)

    told = {
        row["target"]: row["measured"]
        for row in targets([(over("noise_a/rain.flac"), heard), (over("en_b/talk.flac"), missed)])
    }

    assert told == {'"stop" at 10 dB of each noise': 100.0, '"stop" 10 dB above somebody else\'s talk': 0.0}


@pytest.mark.parametrize(("look_s", "read_again_s"), [(0.0, 3.2), (0.26, 0.0)])
def test_the_pace_of_a_slower_machine_can_be_taken(house, data, monkeypatch, look_s, read_again_s):
    kept = []
    monkeypatch.setattr(Listener, "keep", lambda _listener, pace: kept.append(pace))
    wanted = Wanted("en", "scripted", data, only=(Figure.OTHER_WORDS,), look_s=look_s)

    report = hearing(house, wanted, lambda _title: lambda _done, _of: None)

    assert [pace.read_again_s for pace in kept] == [read_again_s]
    assert bool(report["pace"]) is bool(look_s)


def test_the_pace_of_a_machine_that_cannot_listen_is_refused(house, data):
    with pytest.raises(ModelError, match="too slow to listen"):
        hearing(house, Wanted("en", "scripted", data, look_s=0.5), lambda _title: lambda _done, _of: None)


def test_what_went_wrong_is_listed(trials, listener):
    listed = misses(tried(trials, listener))

    assert {(row["said"], row["wanted"], *row["heard"]) for row in listed} == {
        ("cough", None, "stop"),
        ("chair", None, "pain"),
    }


def test_the_worst_tenth_of_the_voices_is_told():
    trials = planned(Corpus(), Half.BOTH, [Figure.DISTRESS])
    deaf_to = "whispered"
    found = [(trial, Outcome((trial.wanted.value,) if trial.speaker != deaf_to else (), 1.0)) for trial in trials]

    worst = [row for row in targets(found) if "worst tenth" in row["target"]]

    assert len(worst) == 6
    assert {(row["measured"], row["voices"]) for row in worst} == {(0.0, deaf_to)}


@pytest.mark.parametrize(("heard", "noticed"), [("pain", 100.0), ("maybe-pain", 100.0), ("slower", 0.0)])
def test_a_cry_that_is_asked_about_is_noticed_and_counted_apart(heard, noticed):
    trials = planned(Corpus(), Half.BOTH, [Figure.DISTRESS])
    found = [(trial, Outcome((heard,), 1.0)) for trial in trials]

    told = {row["target"]: row for row in targets(found) if "worst" not in row["target"]}

    assert told['"ow" or "ouch" alone: obeyed, or asked about']["measured"] == noticed
    assert told["distress, clean"]["n"] == len(DISTRESS) * len(VOICES)
    assert told["the same in words, clean"]["n"] == len(DISTRESS.keys() - CRIES) * len(VOICES)
    assert (told["distress, clean"]["measured"] > 0) is (heard == "pain")


def test_distress_is_said_into_the_coachs_words_once_by_every_voice_in_a_room_and_loudness_that_chance_gives():
    rooms = tuple(Recording(Path(f"rir/room{n}_near_patient.flac"), "rir_x", "", "") for n in range(4))
    trials = planned(Corpus(rooms=rooms), Half.BOTH, [Figure.DISTRESS_OVER_COACH])
    found = [(trial, Outcome(("maybe-pain",), 1.0)) for trial in trials]

    told = {row["target"]: row for row in targets(found)}

    assert len(trials) == len(DISTRESS) * len(VOICES)
    assert {trial.scene.coach for trial in trials} == {"speech"}
    assert {trial.scene.room for trial in trials} == {f"rir/room{n}_near" for n in range(4)}
    assert sum(row["n"] for row in told.values()) == len(trials)
    assert {row["measured"] for row in told.values()} == {100.0}


def test_distress_is_said_by_many_voices_in_many_ways():
    assert len(DISTRESS.keys() - CRIES) >= 24
    assert len(VOICES) >= 8


@pytest.fixture
def voice():
    sound = np.random.default_rng(0).normal(0, 0.03, RATE // 2).astype(np.float32)
    return np.concatenate((sound, np.zeros(RATE // 4, np.float32)))


def test_a_bare_recording_is_taken_as_it_is(voice):
    assert Stage().put(voice, Scene(), "a").microphone is voice


def test_noise_stands_below_the_voice_as_the_scene_says(voice):
    scene = Scene(noise=PINK, snr_db=10.0, level_db=-6.0)

    staged = Stage().put(voice, scene, "a")
    lead = staged.microphone[: round(LEAD_S * RATE)]

    assert 10 * np.log10(np.mean(lead**2)) == pytest.approx(VOICE_DB - 6.0 - 10.0, abs=1.0)
    assert staged.lead == round(LEAD_S * RATE)
    assert staged.ends == staged.lead + RATE


def test_a_scene_sounds_the_same_each_time_and_another_differently(voice):
    scene = Scene(noise=PINK, snr_db=10.0)

    one, same, other = (Stage().put(voice, scene, seed).microphone for seed in ("a", "a", "b"))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("coach", ["speech", "tones"])
def test_the_coach_sounds_while_a_person_speaks(voice, coach):
    line = Clip("Point your toes", np.random.default_rng(1).normal(0, 0.08, 48_000).astype(np.float32))

    staged = Stage([line]).put(voice, Scene(coach=coach, below_echo_db=10.0), "a")
    silent = Stage([line]).put(np.zeros_like(voice), Scene(coach=coach, below_echo_db=10.0), "a")

    assert staged.reference.any()
    assert active_level_db(staged.microphone - silent.microphone, RATE) == pytest.approx(ECHO_DB - 10.0, abs=1.5)
    speaks = staged.ends - len(voice)
    assert any(first <= speaks < last for first, last, _ in staged.sounding) == (coach == "speech")


def test_the_coach_has_spoken_for_a_while_before_tones_stand_for_its_words(voice):
    line = Clip("Point your toes", np.random.default_rng(1).normal(0, 0.08, 48_000).astype(np.float32))

    staged = Stage([line]).put(voice, Scene(coach="tones", below_echo_db=10.0), "a")

    words = sum(last - first for first, last, _ in staged.sounding)
    until = max(last for _, last, _ in staged.sounding)
    assert words >= OPENING_S * RATE
    assert staged.ends - len(voice) - until >= (SPEAKING_LEAD_S - 1.0) * RATE
    assert staged.reference[until:].any()


@pytest.mark.parametrize(
    ("hits", "of", "expected"),
    [(0, 0, (0.0, 1.0)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (5, 10, (0.2366, 0.7634))],
)
def test_the_interval_is_wilsons(hits, of, expected):
    assert interval(hits, of) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("seen", "most"), [(0, 2.9957), (1, 4.7439), (10, 16.9622)])
def test_the_bound_of_a_rate_is_garwoods(seen, most):
    assert most_events(seen) == pytest.approx(most, abs=1e-3)


def test_a_peer_stands_where_the_listener_stands(trials, books):
    peer = Peer("parrot", lambda sound: {1: "stop", 5: "no"}.get(round(float(sound[0]) * 10), ""), books["en"])

    shares = {row["said"]: row["right %"] for row in rows(tried(trials, peer), recall=True)}

    assert shares == {"stop": 100.0, "no": 100.0}


def test_a_peer_that_is_not_installed_is_left_out_and_named(books):
    peers = find_peers("tlh", books["en"], None)

    assert peers.ready == ()
    assert [sentence.split()[0] for sentence in peers.left_out] == ["pocketsphinx", "naive-vosk"]
