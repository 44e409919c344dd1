"""Downloads over a network that refuses, hangs, breaks off, lies and forgets; a real server on this machine."""

import errno
import json
import os
import socket
import subprocess
import sys
import zlib
from itertools import count

import pytest

from coach.runtime.setup.downloads import TRIES, DownloadError, Line, Wanted, fetch

ROOM = 10**12


def line(**how):
    return Line(**{"pause": lambda _span: None, "timeout_s": 5.0, "free": lambda _folder: ROOM, **how})


@pytest.fixture
def target(tmp_path):
    return tmp_path / "model.zip"


def wanted(shelf, **how):
    return Wanted(shelf.address, shelf.sha256, **how)


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_with_its_checksum(shelf, target):
    digest = fetch(Wanted(shelf.address, None), target, line())

    assert target.read_bytes() == shelf.data
    assert digest == shelf.sha256
    assert left(target.parent) == ["model.zip"]


def test_how_much_has_come_is_told_on_the_way(shelf, target):
    told = []

    fetch(wanted(shelf), target, line(progress=lambda done, whole: told.append((done, whole))))

    assert told[-1] == (len(shelf.data), len(shelf.data))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_download_that_breaks_off_goes_on_where_it_stopped(shelf, target):
    shelf.cuts = [100_000, 100_000]

    fetch(wanted(shelf), target, line())

    assert target.read_bytes() == shelf.data
    assert [headers.get("Range") for headers in shelf.asked] == [None, "bytes=100000-", "bytes=200000-"]
    assert shelf.asked[1]["If-Range"] == '"one"'


def test_it_goes_on_after_the_coach_was_ended_and_started_again(shelf, target):
    shelf.cuts = [100_000]

    def lost(_span):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(wanted(shelf), target, line(pause=lost))
    kept = left(target.parent)
    fetch(wanted(shelf), target, line())

    assert kept == ["model.zip.part", "model.zip.part.json"]
    assert shelf.asked[-1]["Range"] == "bytes=100000-"
    assert target.read_bytes() == shelf.data


def test_a_server_that_knows_no_ranges_sends_all_of_it_again(shelf, target):
    shelf.ranges, shelf.cuts = False, [100_000]

    fetch(wanted(shelf), target, line())

    assert target.read_bytes() == shelf.data


def test_a_file_that_was_replaced_meanwhile_is_fetched_anew(shelf, target):
    shelf.cuts = [100_000]

    def replace(_span):
        shelf.data, shelf.etag = zlib.compress(shelf.data) * 100, '"two"'

    fetch(Wanted(shelf.address, None), target, line(pause=replace))

    assert target.read_bytes() == shelf.data


def test_a_server_without_marks_of_a_version_is_begun_anew(shelf, target):
    shelf.etag, shelf.cuts = None, [100_000]

    fetch(wanted(shelf), target, line())

    assert [headers.get("Range") for headers in shelf.asked] == [None, None]
    assert target.read_bytes() == shelf.data


def test_a_part_longer_than_the_file_is_dropped(shelf, target):
    target.with_name("model.zip.part").write_bytes(shelf.data + b"more")
    target.with_name("model.zip.part.json").write_text(json.dumps({"validator": '"one"', "whole": 10**6}))

    fetch(wanted(shelf), target, line())

    assert target.read_bytes() == shelf.data


@pytest.mark.parametrize("note", ["", "[]", '{"validator": 3}', '{"whole": "x", "validator": "y"}'])
def test_a_note_that_cannot_be_read_means_beginning_anew(shelf, target, note):
    target.with_name("model.zip.part").write_bytes(b"anything")
    target.with_name("model.zip.part.json").write_text(note)

    fetch(wanted(shelf), target, line())

    assert target.read_bytes() == shelf.data


def test_a_server_that_is_busy_is_asked_again(shelf, target):
    shelf.answers = [503, 500]
    spans = []

    fetch(wanted(shelf), target, line(pause=spans.append))

    assert target.read_bytes() == shelf.data
    assert spans == [2.0, 4.0]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([404], "is not there any more.*coach setup --model FOLDER"),
        ([410], "is not there any more"),
        ([403], r"refuses to send the file \(403\)"),
        ([500] * TRIES, r"not able to answer just now \(500\).*embedded engine hears alone"),
    ],
    ids=["not found", "gone", "forbidden", "broken for good"],
)
def test_a_server_that_gives_nothing_is_told_in_one_sentence(shelf, target, answers, told):
    shelf.answers = answers

    with pytest.raises(DownloadError, match=told) as refused:
        fetch(wanted(shelf), target, line())

    assert refused.value.exit_code == 3
    assert not target.exists()


def test_a_machine_that_refuses_is_told(target):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(DownloadError, match=rf"127\.0\.0\.1:{port} cannot be reached.*Connection refused.*network"):
        fetch(Wanted(f"http://127.0.0.1:{port}/x.zip", None), target, line())


def test_a_server_that_never_answers_is_given_up(shelf, target):
    shelf.silent = True

    with pytest.raises(DownloadError, match="no answer in time"):
        fetch(wanted(shelf), target, line(timeout_s=0.05))

    assert len(shelf.asked) == TRIES


def test_a_trickle_counts_as_nothing(shelf, target):
    seconds = count(step=30)

    with pytest.raises(DownloadError, match="too slow"):
        fetch(wanted(shelf), target, line(timeout_s=20.0, clock=lambda: next(seconds)))


def test_what_keeps_breaking_off_is_kept_for_the_next_time(shelf, target):
    shelf.data = bytes(4 * 2**20)
    shelf.cuts = [3 * 2**20, *[1000] * TRIES]

    with pytest.raises(DownloadError, match="3 MB are kept; run this again later"):
        fetch(wanted(shelf), target, line())

    fetch(wanted(shelf), target, line())
    assert target.read_bytes() == shelf.data


def test_a_file_with_another_checksum_is_deleted(shelf, target):
    with pytest.raises(DownloadError, match="not the file that was expected"):
        fetch(Wanted(shelf.address, "0" * 64), target, line())

    assert left(target.parent) == []


def test_without_room_nothing_is_begun(shelf, target):
    shelf.data = bytes(2 * 2**20)

    with pytest.raises(DownloadError, match=r"not enough room.*57 MB are needed, 55 MB are free"):
        fetch(wanted(shelf, grows=2.5), target, line(free=lambda _folder: 55 * 2**20))

    assert not target.with_name("model.zip.part").exists()


def test_a_file_that_no_model_could_be_is_refused_before_it_comes(shelf, target):
    shelf.lengths = False
    target.with_name("model.zip.part").write_bytes(b"x")
    target.with_name("model.zip.part.json").write_text(json.dumps({"validator": '"one"', "whole": 3 * 2**30}))

    with pytest.raises(DownloadError, match="no model is so large"):
        fetch(wanted(shelf), target, line())


def test_a_disk_that_fills_up_on_the_way_is_told(shelf, target):
    def full(_done, _whole):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DownloadError, match="disk is full"):
        fetch(wanted(shelf), target, line(progress=full))


@pytest.mark.parametrize(
    "address", ["http://models.example/x.zip", "file:///etc/passwd", "ftp://models.example/x", "x"]
)
def test_only_https_is_trusted(target, address):
    with pytest.raises(DownloadError, match="no https address"):
        fetch(Wanted(address, None), target, line())


def test_a_server_may_not_lead_away_from_https(shelf, target):
    shelf.moved_to = "http://models.example/x.zip"

    with pytest.raises(DownloadError, match="no https address"):
        fetch(wanted(shelf), target, line())


def test_nothing_but_setup_loads_what_can_download():
    program = """
import sys
import coach.cli, coach.cli.care, coach.runtime.live, coach.runtime.doctor, coach.rehearsal.run, coach.listening.hear
sys.exit("coach.runtime.setup.downloads" in sys.modules)
"""

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
