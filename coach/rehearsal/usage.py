"""What a live coach takes of the machine: processors and memory of each of its processes, sampled by a thread."""

import contextlib
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coach.rehearsal.live_rig import LiveRig, children

EVERY_S: Final = 2.0
_PARTS: Final = {"portaudio_child": "sound", "ear_child": "ear", "pyttsx3_child": "voice"}
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    """What every process had taken by a moment."""

    at_s: float
    """By the monotonic clock."""
    computed_s: Mapping[str, float]
    """Seconds of computing since each process began, by what it does."""
    memory_mb: Mapping[str, float]
    """Memory of each, shared pages counted by share (PSS)."""

    @property
    def whole_mb(self) -> float:
        """Return the memory of all of them together."""
        return sum(self.memory_mb.values())


class Usage:
    """Samples a coach from now on, until it is closed."""

    def __init__(self, rig: LiveRig, every_s: float = EVERY_S) -> None:
        """Begin."""
        self._parent, self._every_s = rig.process.pid, every_s
        self.samples: list[Sample] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="usage", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Sample no more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every_s):
            self.samples.append(sampled(self._parent))


def sampled(parent: int) -> Sample:
    """Return what a coach has taken by now.

    Args:
        parent: Number of the process that was started; the coach itself is its child, the workers are children of that.
    """
    processes = {"parent": parent}
    for core in children(parent):
        processes["coach"] = core
        for child in children(core):
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8")
                name = next((part for key, part in _PARTS.items() if key in command), "other")
                processes[name] = child
    computed, memory = {}, {}
    for name, process in processes.items():
        with contextlib.suppress(OSError, ValueError, IndexError):
            memory[name] = _memory_mb(process)
            computed[name] = _computed_s(process)
    return Sample(time.monotonic(), computed, memory)


def _computed_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS  # user and system time; proc(5), counted behind the name


def _memory_mb(process: int) -> float:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    raise ValueError(process)
