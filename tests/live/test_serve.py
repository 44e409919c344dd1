"""`coach serve` as a process of its own, over a sound card made of software. Runs in real time."""

import socket
import subprocess
import sys

import pytest

from coach.journal.material import rebuild
from coach.journal.replay import replay, session_entries
from coach.journal.sqlite import SqliteJournal
from coach.rehearsal.live_rig import LiveRig

GENEROUS_S = 60


class Bed(LiveRig):
    """A coach that lives by the bed, and the person beside it."""

    def __init__(self, card, house, command):
        super().__init__(card, ["serve", "--data-dir", str(house.paths.data)], command)
        self._house = house


@pytest.fixture
def manager(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.settimeout(GENEROUS_S)
        yield made


def received(manager, wanted):
    """Take what the coach tells the service manager until it tells this."""
    for _ in range(1000):
        message = manager.recv(4096).decode()
        if wanted in message:
            return message
    raise AssertionError(wanted)


def test_it_rests_by_the_bed_tells_its_manager_lets_no_second_one_in_and_leaves_cleanly(
    house, card, manager, watching, tmp_path_factory
):
    watched = watching.Watched(tmp_path_factory.mktemp("watched"))
    told = ("env", f"NOTIFY_SOCKET={manager.getsockname()}", "WATCHDOG_USEC=300000000", *watched.command[1:])
    with Bed(card, house, told) as bed:
        ready = received(manager, "READY=1")
        bed.wait_for("phase: idle")
        alive = received(manager, "WATCHDOG=1")
        second = subprocess.run(
            [sys.executable, "-m", "coach", "serve", "--data-dir", str(house.paths.data)],
            env=card.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=GENEROUS_S,
        )
        code = bed.end()
        left = received(manager, "STOPPING=1")

    with SqliteJournal(house.paths.data / "journal") as journal:
        entries = list(session_entries(journal))
        differences = replay(entries, lambda opened: rebuild(opened, journal, house.packs))
    assert (ready.splitlines()[0], alive, left) == ("READY=1", "WATCHDOG=1", "STOPPING=1")
    assert second.returncode == 1
    assert second.stderr.startswith("coach: Another coach")
    assert differences.first is None
    assert code == 0
    assert watched.families == {socket.AF_UNIX}
    assert watched.looked_up == []
