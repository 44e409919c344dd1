"""The service manager, heard on a real datagram socket; and the units, looked at by systemd where it is."""

import shutil
import socket
import subprocess

import pytest

from coach.errors import MissingError
from coach.runtime.paths import Paths
from coach.runtime.service_manager import Lifesign, ServiceManager
from coach.runtime.units import COACH, COURIER, install_units, unit_text
from coach.units import BLOCK, SAMPLE_RATE


@pytest.fixture(params=["file", "abstract"])
def manager(request, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        name = str(tmp_path / "notify") if request.param == "file" else f"@coach-{tmp_path.name}"
        made.bind(name if request.param == "file" else f"\0{name[1:]}")
        made.setblocking(False)
        yield name, made


def test_the_manager_is_told_how_the_coach_stands(manager):
    name, heard = manager
    told = ServiceManager({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "300000000"})

    told.ready("at rest")
    told.status("in a session")
    told.alive()
    told.stopping()
    told.close()

    assert told.watchdog_s == 300.0
    assert [heard.recv(1000).decode() for _ in range(4)] == [
        "READY=1\nSTATUS=at rest",
        "STATUS=in a session",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_without_a_manager_nothing_is_sent_and_nothing_fails(environment):
    told = ServiceManager(environment)

    told.ready("at rest")

    assert told.watchdog_s == 0.0


def test_a_manager_that_reads_nothing_holds_up_nothing(manager):
    name, _ = manager
    told = ServiceManager({"NOTIFY_SOCKET": name})

    for _ in range(5000):  # far more than any socket's buffer takes
        told.alive()


def test_the_watchdog_is_fed_once_a_second_and_only_while_all_is_well(manager):
    name, heard = manager
    well = [True]
    sign = Lifesign(ServiceManager({"NOTIFY_SOCKET": name}), lambda: well[0])
    second = SAMPLE_RATE // BLOCK

    for _ in range(3 * second):
        sign.beat()
    well[0] = False
    for _ in range(3 * second):
        sign.beat()

    fed = []
    while True:
        try:
            fed.append(heard.recv(100))
        except BlockingIOError:
            break
    assert fed == [b"WATCHDOG=1"] * 3


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Paths.find(data=tmp_path / "her data")


def test_the_units_are_written_enabled_and_what_is_left_is_told(paths, tmp_path):
    asked = []

    def run(command):
        asked.append(tuple(command))
        return ""

    told = list(install_units(paths, notices=True, run=run))

    folder = tmp_path / "config" / "systemd" / "user"
    assert {path.name for path in folder.iterdir()} == {COACH, COURIER}
    assert asked == [
        ("systemctl", "--user", "daemon-reload"),
        ("systemctl", "--user", "enable", "--now", COACH, COURIER),
    ]
    assert any("enable-linger" in sentence for sentence in told)
    text = (folder / COACH).read_text()
    assert f'--data-dir "{tmp_path}/her data"' in text
    assert "{" not in text.replace("{command}", "").split("[Unit]")[1]


def test_without_a_way_to_a_carer_the_courier_is_left_out_and_that_is_told(paths, tmp_path):
    told = list(install_units(paths, notices=False, run=lambda _command: ""))

    assert not (tmp_path / "config" / "systemd" / "user" / COURIER).exists()
    assert "coach setup notices" in told[-1]


def test_what_could_not_be_enabled_is_told_with_the_command(paths):
    told = list(install_units(paths, notices=False, run=lambda _command: "Failed to connect to bus"))

    assert any("Failed to connect to bus" in sentence for sentence in told)
    assert any("systemctl --user enable --now" in sentence for sentence in told)


def test_where_there_is_no_systemd_that_is_said(paths, monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(MissingError, match="no systemd"):
        list(install_units(paths, notices=False))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
@pytest.mark.parametrize("name", [COACH, COURIER])
def test_systemd_finds_nothing_wrong_with_a_unit(paths, tmp_path, name):
    unit = tmp_path / name
    unit.write_text(unit_text(paths.config / "systemd" / name, paths))

    looked = subprocess.run(
        [shutil.which("systemd-analyze"), "verify", "--user", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(tmp_path)},
    )

    complaints = [line for line in looked.stderr.splitlines() if name in line]
    assert complaints == []
    assert looked.returncode == 0
