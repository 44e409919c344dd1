"""The one command a new user runs: what it says where something is missing. Nothing is installed here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "dirname", "cat", "sha256sum", "id", "env", "grep", "printf", "mkdir", "cp")


@pytest.fixture
def checkout(tmp_path):
    """Return a folder with the command and what it reads."""
    if not (ROOT / "start").exists():
        pytest.skip("the source tree is not here")
    for name in ("start", "pyproject.toml", "requirements.lock", "requirements-test.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def start(checkout):
    """Return a function that runs it where only some programs can be found; those given say and do what is told."""

    def run(**programs):
        tools = checkout / "bin"
        tools.mkdir(exist_ok=True)
        for name in TOOLS:
            (tools / name).unlink(missing_ok=True)
            (tools / name).symlink_to(shutil.which(name))
        for name, script in programs.items():
            path = tools / name.replace("_", "-")
            path.unlink(missing_ok=True)
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        return subprocess.run(
            ["/bin/sh", str(checkout / "start"), "programs"],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": str(tools), "HOME": str(checkout)},
            timeout=60,
        )

    return run


INSTALLED = 'echo "install ok installed"'


def one_sentence(done):
    lines = [line for line in done.stderr.splitlines() if line]
    assert done.returncode == 3, done.stderr
    return lines[-1]


def test_elsewhere_than_on_debian_it_says_where_to_look(start):
    assert "CONTRIBUTING.md" in one_sentence(start())


def test_without_sudo_it_says_what_root_has_to_run(start):
    told = one_sentence(start(dpkg_query="exit 1", id="echo 1000"))

    assert told.startswith("Please run as root, then start this again: apt-get install espeak-ng")
    assert "python3-venv" in told


def test_packages_that_cannot_be_installed_are_named(start):
    done = start(dpkg_query="exit 1", id="echo 0", apt_get='[ "$1" = update ]')

    assert "sudo apt-get install espeak-ng" in one_sentence(done)


def test_an_old_python_is_told(start):
    assert "Python 3.11 or newer is needed" in one_sentence(start(dpkg_query=INSTALLED, python3="exit 1"))


def test_with_a_sound_server_its_way_to_alsa_is_installed_too(start):
    done = start(
        dpkg_query='case "$*" in *pipewire-pulse) echo "install ok installed";; *) exit 1;; esac', id="echo 1000"
    )

    assert "pipewire-alsa" in one_sentence(done)


def test_without_a_network_it_says_so(start, checkout):
    python = (
        'case "$*" in *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python;; *"-m pip install"*) exit 1;; esac'
    )

    assert "is there a network connection?" in one_sentence(start(dpkg_query=INSTALLED, python3=python))
    assert not list(checkout.glob(".venv/.installed*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_told(start, checkout):
    (checkout / ".venv").mkdir(mode=0o500)

    assert "sudo chown -R" in one_sentence(start(dpkg_query=INSTALLED))
