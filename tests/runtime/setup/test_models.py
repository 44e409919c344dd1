"""Models are installed whole or not at all, and only when they work."""

import io
import os
import signal
import time
import zipfile

import numpy as np
import pytest

from coach.commands import Command
from coach.errors import ModelError
from coach.language.models import RecognizerModel
from coach.listening.hearing import Certainty, Hearing
from coach.listening.manifest import difference, read_manifest
from coach.listening.pace import Pace
from coach.runtime.setup.downloads import DownloadError, Line
from coach.runtime.setup.models import Installer
from coach.runtime.setup.unpacking import ArchiveError
from coach.runtime.trial import Tried, try_listener


def zipped(files):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return raw.getvalue()


def works(_folder):
    return ""


@pytest.fixture
def offered(shelf):
    shelf.data = zipped({"some-name/am/final.mdl": b"sound to phones", "some-name/conf/model.conf": b"x"})
    return RecognizerModel(name="little-model", garbage="[unk]", address=shelf.address, sha256=shelf.sha256)


@pytest.fixture
def installer(tmp_path):
    return Installer(tmp_path / "data" / "models", Line(pause=lambda _span: None))


def left(installer):
    return sorted(path.name for path in installer.models.iterdir())


def test_a_model_is_installed_with_its_manifest_and_nothing_else_is_left(installer, offered, shelf):
    folder = installer.install(offered, works)

    manifest = read_manifest(folder)
    assert left(installer) == ["little-model", "little-model.manifest.json"]
    assert (folder / "am" / "final.mdl").read_bytes() == b"sound to phones"
    assert (manifest.source, manifest.archive_sha256) == (shelf.address, shelf.sha256)
    assert difference(folder, manifest, contents=True) == ""


def test_a_model_that_does_not_work_leaves_the_old_one_in_place(installer, offered, shelf):
    installer.install(offered, works)
    shelf.data = zipped({"some-name/am/final.mdl": b"worse"})
    newer = offered.model_copy(update={"sha256": None})

    with pytest.raises(ModelError, match=r"does not work here: It crashes\."):
        installer.install(newer, lambda _folder: "It crashes.")

    assert left(installer) == ["little-model", "little-model.manifest.json"]
    assert (installer.models / "little-model" / "am" / "final.mdl").read_bytes() == b"sound to phones"


def test_a_newer_model_takes_the_old_ones_place(installer, offered, shelf):
    installer.install(offered, works)
    shelf.data = zipped({"some-name/am/final.mdl": b"better"})

    folder = installer.install(offered.model_copy(update={"sha256": None}), works)

    assert (folder / "am" / "final.mdl").read_bytes() == b"better"
    assert not (folder / "conf").exists()
    assert left(installer) == ["little-model", "little-model.manifest.json"]


def test_what_an_interrupted_installation_left_behind_does_not_matter(installer, offered):
    for name in (".new-little-model", ".old-little-model"):
        (installer.models / name / "am").mkdir(parents=True)

    installer.install(offered, works)

    assert left(installer) == ["little-model", "little-model.manifest.json"]


def test_an_archive_that_is_none_is_not_kept(installer, offered, shelf):
    shelf.data = b"<html>not here</html>"

    with pytest.raises(ArchiveError, match="broken"):
        installer.install(offered.model_copy(update={"sha256": None}), works)

    assert left(installer) == []


def test_a_download_that_fails_is_kept_for_the_next_time(installer, offered, shelf):
    shelf.data += bytes(2**20)
    shelf.cuts = [70_000, 0, 0, 0, 0, 0]

    with pytest.raises(DownloadError):
        installer.install(offered, works)

    assert left(installer) == [".little-model.zip.part", ".little-model.zip.part.json"]


def test_a_folder_that_cannot_be_written_to_is_told(installer, offered, tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(Exception, match=r"cannot be used: a part of the path is no folder") as refused:
        installer.install(offered, works)

    assert refused.value.exit_code == 3


@pytest.mark.parametrize("below", ["", "unpacked"])
def test_a_model_given_by_hand_is_taken_where_it_lies(installer, tmp_path, below):
    folder = tmp_path / "mine" / below
    (folder / "am").mkdir(parents=True)

    assert installer.adopt(tmp_path / "mine", works) == folder


@pytest.mark.parametrize(("made", "told"), [(False, "is no folder"), (True, "no am/ in it")])
def test_what_is_no_model_is_not_taken(installer, tmp_path, made, told):
    if made:
        (tmp_path / "mine").mkdir()

    with pytest.raises(ModelError, match=told):
        installer.adopt(tmp_path / "mine", works)


SLOW = Pace(later_s=0.5)


class Hears:
    """Hears a stop in any sound, on a machine that is slow."""

    def keep_pace(self, _clock):
        return SLOW

    def expect(self, _expectation):
        pass

    def accept(self, block, _reference):
        loud = np.any(np.abs(block) > 0.1)
        return (Hearing(Command.STOP, "stop", "test", 0.0, Certainty.FINAL, 0, 1, 1),) if loud else ()


def refuses():
    raise ModelError("It is broken.")


def crashes():
    os.kill(os.getpid(), signal.SIGSEGV)


def hangs():
    time.sleep(1000)


def test_a_trial_says_what_was_heard():
    assert try_listener(Hears, np.full(16_000, 0.5, dtype=np.float32)) == Tried("", (Command.STOP,), SLOW.told)


@pytest.mark.parametrize(
    ("make", "limit_s", "told"),
    [(refuses, 60, "It is broken."), (crashes, 60, "broke down while they were loaded"), (hangs, 3, "did not answer")],
)
def test_recognizers_that_break_down_take_nothing_with_them(make, limit_s, told):
    assert told in try_listener(make, np.zeros(0, dtype=np.float32), limit_s).fault
