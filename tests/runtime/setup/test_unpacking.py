"""Archives that come from elsewhere: what must not be unpacked is not, and nothing is left of it."""

import os
import stat
import zipfile

import pytest

from coach.runtime.setup import unpacking
from coach.runtime.setup.unpacking import ArchiveError, unpack

GOOD = {"model/am/final.mdl": b"sound to phones" * 1000, "model/README": b"a model"}


def packed(path, files, *, mode=0):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "model.zip"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models" / ".new"


def test_the_content_of_the_one_folder_lies_where_it_should(archive, folder):
    unpack(packed(archive, {"model/": b"", **GOOD}), folder)

    assert (folder / "am" / "final.mdl").read_bytes() == GOOD["model/am/final.mdl"]
    assert (folder / "README").read_bytes() == b"a model"


@pytest.mark.parametrize(
    "name",
    [
        "model/../../escaped",
        "/etc/escaped",
        "model/..\\..\\escaped",
        "C:/escaped",
        "../escaped",
        "model/line\nbreak",
        "model/" + "x" * 300,
        "model/" + "x/" * 20 + "deep",
    ],
)
def test_a_name_that_leads_elsewhere_or_is_none_is_refused_before_anything_is_written(archive, folder, tmp_path, name):
    packed(archive, {**GOOD, name: b"x"})

    with pytest.raises(ArchiveError, match="was not unpacked"):
        unpack(archive, folder)

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["model.zip"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO], ids=["link", "device", "pipe"])
def test_what_is_no_ordinary_file_is_refused(archive, folder, kind):
    packed(archive, {"model/am": b"/etc/passwd"}, mode=kind | 0o777)

    with pytest.raises(ArchiveError, match="no ordinary file"):
        unpack(archive, folder)


def test_a_bomb_is_refused(archive, folder):
    packed(archive, {"model/am/final.mdl": bytes(64 * 2**20)})

    with pytest.raises(ArchiveError, match="beyond measure"):
        unpack(archive, folder)


def test_too_many_files_are_refused(archive, folder):
    packed(archive, {f"model/{number}": b"" for number in range(unpacking.FILES_MAX + 1)})

    with pytest.raises(ArchiveError, match="more than any model has"):
        unpack(archive, folder)


def test_a_size_that_is_a_lie_is_found(archive, folder):
    packed(archive, GOOD)
    raw = bytearray(archive.read_bytes())
    real = len(GOOD["model/README"]).to_bytes(4, "little")
    at = raw.rindex(b"PK\x01\x02")
    raw[raw.index(real, at + 24) : raw.index(real, at + 24) + 4] = (3).to_bytes(4, "little")
    archive.write_bytes(raw)

    with pytest.raises(ArchiveError, match="broken"):
        unpack(archive, folder)

    assert not folder.exists()


@pytest.mark.parametrize(
    "files",
    [{}, {"model": b"x"}, {"a/x": b"x", "b/y": b"y"}, {"model/A": b"x", "model/a": b"y"}],
    ids=["empty", "no folder", "two folders", "two files of one name"],
)
def test_what_is_no_model_is_refused(archive, folder, files):
    with pytest.raises(ArchiveError):
        unpack(packed(archive, files), folder)

    assert not folder.exists()


@pytest.mark.parametrize("keep", [0, 10, 200, -30])
def test_a_broken_archive_is_told_and_leaves_nothing(archive, folder, keep):
    packed(archive, GOOD)
    archive.write_bytes(archive.read_bytes()[:keep])

    with pytest.raises(ArchiveError, match=r"model\.zip is broken .*get it again"):
        unpack(archive, folder)

    assert not folder.exists()


def test_a_flipped_byte_is_found_by_the_checksum(archive, folder):
    packed(archive, GOOD)
    raw = bytearray(archive.read_bytes())
    raw[60] ^= 0xFF
    archive.write_bytes(raw)

    with pytest.raises(ArchiveError, match="broken"):
        unpack(archive, folder)

    assert not folder.exists()


def test_a_full_disk_is_told_and_leaves_nothing(archive, full_disk):
    packed(archive, {"model/big": os.urandom(100_000)})

    with pytest.raises(ArchiveError, match="disk is full; make room"):
        unpack(archive, full_disk / "models" / ".new")

    assert not (full_disk / "models" / ".new").exists()
