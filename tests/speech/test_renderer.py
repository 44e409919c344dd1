import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from coach.errors import CacheError, SettingsError, SpeechError
from coach.speech.leveling import LEVEL_DB, active_level_db
from coach.speech.pace import expected_seconds
from coach.speech.renderer import Renderer
from coach.speech.synthesizer import UnavailableError
from coach.speech.synthesizers.recorded import RecordedSynthesizer
from coach.units import SAMPLE_RATE

ROOT = Path(__file__).parents[2]


def fail(text, number):  # noqa: ARG001 - every line, every time
    return SpeechError("wrote nonsense")


def test_every_utterance_gets_a_clip_named_by_its_key(tmp_path, profile, line, tones):
    lines = [line("Paused.", "session.paused"), line("Rest a moment.", "score.rest")]

    clips = Renderer(tmp_path, [tones()]).fill(lines, profile())

    assert list(clips) == lines
    assert [clip.name for clip in clips.values()] == ["session.paused", "score.rest"]
    for clip in clips.values():
        assert clip.samples.dtype == np.float32
        assert active_level_db(clip.samples, SAMPLE_RATE) == pytest.approx(LEVEL_DB, abs=0.5)


def test_nothing_of_a_line_is_lost_on_its_way(tmp_path, profile, line, tones):
    text = "Point your toes away from you."

    (clip,) = Renderer(tmp_path, [tones()]).fill([line(text)], profile()).values()

    assert clip.length / SAMPLE_RATE == pytest.approx(expected_seconds(text, "en", 150), abs=0.02)


def test_equal_words_are_rendered_once(tmp_path, profile, line, tones):
    synthesizer = tones()

    clips = Renderer(tmp_path, [synthesizer]).fill([line("Good.", "a"), line("Good.", "b")], profile())

    assert synthesizer.asked == ["Good."]
    assert sorted(clip.name for clip in clips.values()) == ["a", "b"]


def test_a_clip_cannot_be_changed_by_whoever_plays_it(tmp_path, profile, line, tones):
    clips = Renderer(tmp_path, [tones()]).fill([line("Good.")], profile())

    with pytest.raises(ValueError, match="read-only"):
        clips[line("Good.")].samples[0] = 1.0


def test_a_second_filling_asks_no_synthesizer_and_gives_the_same_samples(tmp_path, profile, line, tones, words):
    lines = [line(text) for text in words]
    first = Renderer(tmp_path, [tones()]).fill(lines, profile())
    idle = tones(fails=fail)

    second = Renderer(tmp_path, [idle]).fill(lines, profile())

    assert idle.asked == []
    assert all(np.array_equal(first[entry].samples, second[entry].samples) for entry in lines)


def test_what_safety_rests_on_is_in_memory_and_the_rest_stays_on_the_disk(tmp_path, profile, line, tones):
    lines = [line("Stay as you are.", "safety.stay"), line("Good.", "praise.good")]
    Renderer(tmp_path, [tones()]).fill(lines, profile())

    safety, praise = Renderer(tmp_path, [tones()]).fill(lines, profile()).values()

    for path in tmp_path.glob("*.wav"):
        path.unlink()
    assert len(safety.samples) == safety.length
    with pytest.raises(CacheError):
        praise.samples  # noqa: B018 - reading it is what is tried


def test_progress_counts_every_line_from_none_to_all(tmp_path, profile, line, tones, words):
    told = []

    Renderer(tmp_path, [tones()]).fill([line(text) for text in words], profile(), progress=lambda *at: told.append(at))

    assert told == [(done, len(words)) for done in range(len(words) + 1)]


def test_missing_names_what_must_still_be_rendered(tmp_path, profile, line, tones):
    renderer = Renderer(tmp_path, [tones()])
    renderer.fill([line("Good.")], profile())

    missing = renderer.missing([line("Good."), line("Paused.")], profile())

    assert missing == (line("Paused."),)


def test_a_failing_line_is_tried_again_in_a_new_process(tmp_path, profile, line, tones):
    flaky = tones(fails=lambda text, number: fail(text, number) if number == 1 else None)
    renderer = Renderer(tmp_path, [flaky])

    clips = renderer.fill([line("Good.")], profile())

    assert len(clips) == 1
    assert flaky.asked == ["Good.", "Good."]
    assert flaky.closed == 2  # once for a new process, once at the end
    assert renderer.notices == []


def test_the_next_synthesizer_speaks_what_the_first_cannot_and_says_so(tmp_path, profile, line, tones):
    broken, sound = tones("broken", fails=fail), tones()
    renderer = Renderer(tmp_path, [broken, sound])

    renderer.fill([line("Good.")], profile())

    assert len(broken.asked) == 2
    assert sound.asked == ["Good."]
    assert renderer.notices == ["tones spoke what failed elsewhere: tones wrote nonsense."]


def test_what_the_second_synthesizer_spoke_is_not_asked_of_the_first_again(tmp_path, profile, line, tones):
    Renderer(tmp_path, [tones("broken", fails=fail), tones()]).fill([line("Good.")], profile())
    broken = tones("broken", fails=fail)

    Renderer(tmp_path, [broken, tones()]).fill([line("Good.")], profile())

    assert broken.asked == []


def test_a_synthesizer_that_keeps_failing_is_given_up_for_this_filling(tmp_path, profile, line, tones):
    broken = tones("broken", fails=fail)

    Renderer(tmp_path, [broken, tones()]).fill([line(f"Line {n}.") for n in range(10)], profile())

    assert len(broken.asked) == 3 * 2


def test_a_synthesizer_that_is_not_installed_is_asked_once(tmp_path, profile, line, tones):
    absent = tones("absent", fails=lambda *_: UnavailableError("is not there"))

    Renderer(tmp_path, [absent, tones()]).fill([line(f"Line {n}.") for n in range(10)], profile())

    assert len(absent.asked) == 1


def test_one_sentence_names_a_line_nobody_can_speak(tmp_path, profile, line, tones):
    renderer = Renderer(tmp_path, [tones(fails=fail), tones("2", fails=fail)])

    with pytest.raises(SpeechError) as caught:
        renderer.fill([line("Paused.", "session.paused")], profile())

    assert str(caught.value) == (
        '"session.paused" ("Paused.") could not be spoken: tones wrote nonsense; tones wrote nonsense.'
    )


def test_a_profile_no_synthesizer_speaks_for_is_named(tmp_path, profile, line, tones):
    with pytest.raises(SpeechError, match='no synthesizer speaks for engine = "espeak"'):
        Renderer(tmp_path, [tones()]).fill([line("Paused.")], profile(engine="espeak"))


def test_clips_of_an_older_version_serve_when_nothing_can_speak(tmp_path, profile, line, tones):
    before = Renderer(tmp_path, [tones("1")]).fill([line("Good.")], profile())
    renderer = Renderer(tmp_path, [tones("2", fails=fail)])

    after = renderer.fill([line("Good.")], profile())

    assert np.array_equal(before[line("Good.")].samples, after[line("Good.")].samples)
    assert renderer.notices == ["No synthesizer works, so clips made earlier are used: tones wrote nonsense."]


def test_a_line_of_another_language_is_refused(tmp_path, profile, line, tones):
    with pytest.raises(SettingsError, match=r'"a" speaks en, but "session\.paused" is ko'):
        Renderer(tmp_path, [tones()]).fill([line("멈췄어요.", "session.paused", "ko")], profile())


def test_a_long_line_is_spoken_in_parts_with_a_pause_between(tmp_path, profile, line, tones):
    sentence = "천천히 숨을 들이마시고 편안하게 내쉬면서 발끝을 몸에서 멀리 뻗으세요."
    synthesizer = tones()
    korean = profile(language="ko", pause_s=1.0)

    clips = Renderer(tmp_path, [synthesizer]).fill([line(" ".join([sentence] * 4), language="ko")], korean)

    assert synthesizer.asked == [f"{sentence} {sentence}"] * 2
    (clip,) = clips.values()
    gap = np.abs(clip.samples).reshape(-1)[: clip.length // 480 * 480].reshape(-1, 480).max(axis=1) == 0.0
    assert 90 <= np.count_nonzero(gap) <= 115  # 10 ms each: the pause of a second, and the edges


def test_a_damaged_clip_is_rendered_anew_and_told(tmp_path, profile, line, tones):
    before = Renderer(tmp_path, [tones()]).fill([line("Good.")], profile())
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:300])
    renderer = Renderer(tmp_path, [tones()])

    after = renderer.fill([line("Good.")], profile())

    assert np.array_equal(before[line("Good.")].samples, after[line("Good.")].samples)
    assert renderer.notices == [f"1 damaged clips in {tmp_path} were rendered anew."]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_cache_that_cannot_be_written_is_told_once_and_the_coach_speaks_from_memory(
    tmp_path, profile, line, tones, words
):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    synthesizer = tones()
    renderer = Renderer(in_the_way / "clips", [synthesizer])
    lines = [line(text) for text in words]

    first = renderer.fill(lines, profile())
    second = renderer.fill(lines, profile())

    assert len(renderer.notices) == 1
    assert str(in_the_way) in renderer.notices[0]
    assert len(synthesizer.asked) == len(words)
    assert all(np.array_equal(first[entry].samples, second[entry].samples) for entry in lines)


FULL_DISK = """
import resource, sys
from pathlib import Path
from coach.language.utterance import Utterance
from coach.speech.profile import VoiceProfile
from coach.speech.renderer import Renderer
from coach.speech.synthesizers.tones import ToneSynthesizer

resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))  # between the rendered file and its clip
profile = VoiceProfile(id="a", name="A", language="en", engine="tones", voice="en", rate_wpm=150)
renderer = Renderer(Path(sys.argv[1]), [ToneSynthesizer()])
clips = renderer.fill([Utterance("en", "a", "Point your toes away from you, and hold.")], profile)
print(len(clips), len(renderer.notices), "free some space" in renderer.notices[0])
"""


def test_a_full_disk_leaves_the_coach_speaking_and_no_half_clip_behind(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.split() == ["1", "1", "True"], done.stderr
    assert list(tmp_path.glob("*.wav")) == []


FILL = """
import sys
from pathlib import Path
from coach.language.utterance import Utterance
from coach.speech.profile import VoiceProfile
from coach.speech.renderer import Renderer
from coach.speech.synthesizers.tones import ToneSynthesizer

profile = VoiceProfile(id="a", name="A", language="en", engine="tones", voice="en-gb", rate_wpm=300)
lines = [Utterance("en", f"line-{n}", f"Line {n}.") for n in range(60)]
print(len(Renderer(Path(sys.argv[1]), [ToneSynthesizer()]).fill(lines, profile)))
"""


def test_processes_that_fill_the_same_cache_at_once_do_not_hurt_each_other(tmp_path, profile, line, tones):
    processes = [
        subprocess.Popen([sys.executable, "-c", FILL, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = [process.communicate()[0].strip() for process in processes]
    renderer = Renderer(tmp_path, [tones("1", fails=fail)])
    lines = [line(f"Line {n}.", f"line-{n}") for n in range(60)]

    clips = renderer.fill(lines, profile(rate_wpm=300))

    assert told == ["60", "60", "60"]
    assert len(clips) == 60
    assert renderer.notices == []
    assert [path for path in tmp_path.iterdir() if path.suffix != ".wav"] == []


@pytest.mark.usefixtures("espeak")
def test_nothing_of_pyttsx3_is_imported_by_the_coach(tmp_path):
    source = FILL.replace("ToneSynthesizer()", "Pyttsx3Synthesizer()").replace('"tones"', '"pyttsx3"')
    source = source.replace("synthesizers.tones import Tone", "synthesizers.pyttsx3 import Pyttsx3")
    source += "print([name for name in sys.modules if name.split('.')[0] == 'pyttsx3'])"

    done = subprocess.run(
        [sys.executable, "-c", source, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines() == ["60", "[]"], done.stderr


def test_a_recording_is_preferred_even_where_a_synthesized_clip_is_kept(tmp_path, profile, line, tones, write_sound):
    cache, folder = tmp_path / "cache", tmp_path / "recordings"
    folder.mkdir()
    Renderer(cache, [tones()]).fill([line("Good.")], profile())
    write_sound(folder / "good.wav", length_s=3.0)
    (folder / "index.toml").write_text('[[recording]]\nkey = "a.line"\ntext = "Good."\nfile = "good.wav"\n')
    synthesizers = [RecordedSynthesizer(folder, "en"), tones(fails=fail)]

    clips = Renderer(cache, synthesizers).fill([line("Good.")], profile())

    assert clips[line("Good.")].length == pytest.approx(3 * SAMPLE_RATE, rel=0.02)
    assert Renderer(cache, synthesizers).missing([line("Good.")], profile()) == ()
