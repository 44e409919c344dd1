"""Fails where a locked dependency has no wheel for a Raspberry Pi (Linux aarch64, CPython 3.11 and 3.13).

A pure Python source distribution counts as well, but only those named in PURE_SOURCES,
which are built here and looked at.

    python .ci/wheels.py requirements.lock
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PURE_SOURCES = {"srt"}
"""Published as source only; builds to a py3-none-any wheel. Needed by vosk."""
PLATFORMS = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")
"""Debian 12 has glibc 2.36, so all of these install there."""


def pins(lock: Path) -> list[str]:
    """Return the ``name==version`` pins of a lock file that apply to a Raspberry Pi."""
    found = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9_.\[\]-]+==[^\s;\\]+)\s*(;[^\\]*)?", line)
        if match and not re.search(r"sys_platform == '(win32|darwin)'|platform_system == 'Windows'", match[2] or ""):
            found.append(match[1])
    return found


def resolve(wanted: list[str], python: str) -> bool:
    """Return whether pip finds a wheel of every pin for a Raspberry Pi; nothing is installed."""
    platforms = [part for platform in PLATFORMS for part in ("--platform", platform)]
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--dry-run",
        "--no-deps",
    ]
    command += ["--only-binary=:all:", "--python-version", python, "--implementation", "cp", *platforms]
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([*command, "--target", folder, *wanted], check=False, capture_output=True)
    return run.returncode == 0


def builds_pure(pin: str) -> bool:
    """Return whether a source distribution builds to a wheel for any machine."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", pin]
    with tempfile.TemporaryDirectory() as folder:
        built = subprocess.run([*command, "--wheel-dir", folder], check=False, capture_output=True).returncode == 0
        return built and any(Path(folder).glob("*-none-any.whl"))


def main() -> int:
    """Check every pin and print what is missing."""
    locked = pins(Path(sys.argv[1]))
    sources = [pin for pin in locked if pin.split("==")[0] in PURE_SOURCES]
    wheels = [pin for pin in locked if pin not in sources]
    missing = [f"{pin} builds no pure Python wheel" for pin in sources if not builds_pure(pin)]
    for python in ("3.11", "3.13"):
        if not resolve(wheels, python):
            absent = [pin for pin in wheels if not resolve([pin], python)]
            missing += [f"{pin} has no wheel for CPython {python}" for pin in absent]
    sys.stdout.write("".join(f"not on a Raspberry Pi: {line}\n" for line in missing))
    sys.stdout.write(f"{len(locked)} pins, {len(missing)} missing.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
