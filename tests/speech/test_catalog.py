import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.audio.clip import from_steps
from coach.audio.wavefile import read_wav
from coach.errors import CacheError
from coach.speech.catalog import Catalog, line_digest, maker_digest
from coach.units import SAMPLE_RATE


@pytest.fixture
def sound():
    return (0.1 * np.sin(np.arange(SAMPLE_RATE // 10) / 20)).astype(np.float32)


@pytest.mark.parametrize(
    "change",
    [
        {"voice": "en-us"},
        {"rate_wpm": 160},
        {"pitch": 40},
        {"emphasis_db": 3.0},
        {"pause_s": 0.5},
        {"language": "en-US"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_sound_changes_the_digest(profile, change):
    assert line_digest("Rest.", profile()) != line_digest("Rest.", profile(**change))


def test_the_level_of_a_voice_is_added_when_it_is_played_and_needs_no_new_clips(profile):
    assert line_digest("Rest.", profile(gain_db=-8.0)) == line_digest("Rest.", profile())


def test_other_words_have_another_digest_and_another_name_has_not(profile):
    assert line_digest("Rest.", profile()) != line_digest("Rest!", profile())
    assert line_digest("Rest.", profile()) == line_digest("Rest.", profile(id="b", name="B"))


def test_another_version_of_a_synthesizer_is_another_maker(tones):
    assert maker_digest(tones("1")) != maker_digest(tones("2"))


def test_what_was_stored_is_found_by_a_later_catalog_sample_for_sample(tmp_path, sound):
    stored = Catalog(tmp_path / "new" / "clips").store("line", "maker", sound)

    found = Catalog(tmp_path / "new" / "clips").find("line", "maker")

    assert np.array_equal(found, stored)
    assert found.dtype == np.int16
    assert np.abs(from_steps(found) - sound).max() <= 0.5 / 32_768


def test_a_clip_that_stays_on_the_disk_is_checked_when_it_is_listed_and_when_it_is_played(tmp_path, sound):
    stored = Catalog(tmp_path).store("line", "maker", sound)
    found = Catalog(tmp_path).on_disk("line", "maker")
    assert np.array_equal(found.steps(), stored)
    assert len(found) == len(stored)
    (path,) = tmp_path.iterdir()

    path.write_bytes(path.read_bytes()[:-1] + b"\x55")

    with pytest.raises(CacheError, match="look at the card or the disk"):
        found.steps()
    assert Catalog(tmp_path).on_disk("line", "maker") is None


def test_a_line_is_found_whoever_made_it_only_when_nobody_is_named(tmp_path, sound):
    catalog = Catalog(tmp_path)
    catalog.store("line", "old", sound)

    assert catalog.find("line", "new") is None
    assert catalog.find("line") is not None
    assert catalog.has("line", "old")
    assert not catalog.has("line", "new")


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_a_byte_that_changed_on_disk_never_changes_what_is_heard(tmp_path_factory, place, change):
    folder = tmp_path_factory.mktemp("clips")
    stored = Catalog(folder).store("line", "maker", np.linspace(-0.5, 0.5, 400, dtype=np.float32))
    (path,) = folder.iterdir()
    raw = bytearray(path.read_bytes())
    raw[int(place * len(raw))] ^= change
    path.write_bytes(raw)

    catalog = Catalog(folder)
    found = catalog.find("line", "maker")

    assert (found is None) == (catalog.damaged == 1) == (not path.exists())
    assert found is None or np.array_equal(found, stored)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 5_000], ids=["empty", "half a header", "noise"])
def test_a_damaged_file_is_removed_and_counted(tmp_path, sound, content):
    Catalog(tmp_path).store("line", "maker", sound)
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)

    catalog = Catalog(tmp_path)

    assert catalog.find("line", "maker") is None
    assert catalog.damaged == 1
    assert not path.exists()


def test_a_file_under_another_lines_name_is_not_taken_for_it(tmp_path, sound):
    Catalog(tmp_path).store("line", "maker", sound)
    (path,) = tmp_path.iterdir()
    path.rename(path.with_name(path.name.replace("line", "safety").replace(path.stem[-4:], "0000")))

    assert Catalog(tmp_path).find("safety", "maker") is None


def test_of_several_files_for_one_line_every_process_takes_the_first_by_name(tmp_path, sound):
    for length in range(1, 12):
        Catalog(tmp_path).store("line", "maker", sound[:-length])

    found = Catalog(tmp_path).find("line", "maker")

    paths = sorted(tmp_path.iterdir())
    assert len(paths) == 11
    assert np.array_equal(from_steps(found), read_wav(paths[0])[0])


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert Catalog(tmp_path / "none").find("line", "maker") is None


def test_foreign_files_in_the_folder_do_no_harm(tmp_path, sound):
    (tmp_path / "notes-about-this.wav").write_text("hello")
    (tmp_path / "a-b-c-d.wav").mkdir()
    catalog = Catalog(tmp_path)

    catalog.store("line", "maker", sound)

    assert Catalog(tmp_path).find("line", "maker") is not None
