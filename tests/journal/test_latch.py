"""The latch file: written as a whole, and believed only as a whole."""

import os

import pytest

from coach.disk import Disk
from coach.errors import JournalError
from coach.journal.entries import NoticeQueued
from coach.journal.latch import FILE, Latch, Latched
from coach.journal.standing import Standing
from coach.journal.store import DamagedError, Head

FULL = Latched(Standing(2, red_flag=True, outbox=(NoticeQueued("s1/7/heard/pain", "pain"),)), Head(12, "ab" * 32))


@pytest.fixture
def latch(tmp_path):
    return Latch(tmp_path, Disk())


def test_what_was_latched_is_read_back(latch):
    latch.write(FULL)

    assert latch.read() == FULL


def test_a_missing_latch_is_no_damage(latch):
    assert latch.read() is None


def test_the_last_one_written_holds(latch):
    latch.write(FULL)
    latch.write(Latched(Standing(), Head()))

    assert latch.read() == Latched(Standing(), Head())


def test_cut_short_anywhere_it_is_not_believed(latch, tmp_path):
    latch.write(FULL)
    whole = (tmp_path / FILE).read_bytes()

    for length in range(len(whole)):
        (tmp_path / FILE).write_bytes(whole[:length])

        with pytest.raises(DamagedError, match="is not what was written"):
            latch.read()


def test_with_any_bit_flipped_it_is_not_believed(latch, tmp_path):
    latch.write(FULL)
    whole = (tmp_path / FILE).read_bytes()

    for place in range(len(whole)):
        (tmp_path / FILE).write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])

        with pytest.raises(DamagedError):
            latch.read()


def test_a_latch_of_another_coach_is_not_believed(latch, tmp_path):
    from hashlib import sha256  # noqa: PLC0415 - for this one forgery

    told = b'{"format":2,"lock":0}'
    (tmp_path / FILE).write_bytes(sha256(told).hexdigest().encode() + b"\n" + told)

    with pytest.raises(DamagedError, match="written by another coach"):
        latch.read()


def test_a_leftover_of_an_unfinished_write_is_passed_over(latch, tmp_path):
    latch.write(FULL)
    (tmp_path / "latch.new").write_bytes(b"half")

    assert latch.read() == FULL
    latch.write(Latched(Standing(), Head()))
    assert latch.read() == Latched(Standing(), Head())


def test_a_latch_that_cannot_be_read_is_told_in_one_sentence(latch, tmp_path):
    (tmp_path / FILE).mkdir()

    with pytest.raises(JournalError, match="cannot be used"):
        latch.read()


def test_a_latch_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    with pytest.raises(JournalError, match="cannot be used"):
        Latch(tmp_path / "nowhere", Disk()).write(FULL)


def test_the_new_file_is_synced_before_it_gets_its_name_and_the_folder_after(latch, tmp_path, monkeypatch):
    asked = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (asked.append(os.fstat(handle).st_ino), sync(handle)))
    monkeypatch.setattr(os, "replace", lambda old, new: (asked.append("renamed"), replace(old, new)))

    latch.write(FULL)

    assert asked == [(tmp_path / FILE).stat().st_ino, "renamed", tmp_path.stat().st_ino]
