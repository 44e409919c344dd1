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


def resolves(pin: str, python: str, into: Path) -> bool:
    """Return whether pip finds a wheel of this pin for a Raspberry Pi."""
    platforms = [part for platform in PLATFORMS for part in ("--platform", platform)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", python, "--implementation", "cp", *platforms]
    return subprocess.run([*command, "--dest", str(into), pin], check=False, capture_output=True).returncode == 0


def builds_pure(pin: str, into: Path) -> bool:
    """Return whether a source distribution builds to a wheel for any machine."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", pin]
    built = subprocess.run([*command, "--wheel-dir", str(into)], check=False, capture_output=True).returncode == 0
    return built and any(into.glob("*-none-any.whl"))


def main() -> int:
    """Check every pin and print what is missing."""
    missing = []
    checked = 0
    for pin in pins(Path(sys.argv[1])):
        for python in ("3.11", "3.13"):
            checked += 1
            with tempfile.TemporaryDirectory() as folder:
                name = re.split(r"[\[=]", pin)[0]
                found = builds_pure(pin, Path(folder)) if name in PURE_SOURCES else resolves(pin, python, Path(folder))
                if not found:
                    missing.append(f"{pin} for CPython {python}")
    sys.stdout.write("".join(f"no wheel for a Raspberry Pi: {line}\n" for line in missing))
    sys.stdout.write(f"{checked - len(missing)} of {checked} pins resolve.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
