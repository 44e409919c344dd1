"""A live coach on a sound card made of software: `coach run` as it is run at a bed, and the person beside it.

Everything is real but the air: the coach's processes, PortAudio, the journal. Runs in real time. Tests and benches use
it; what goes wrong with the rig itself is a `RigError`, so that it is never taken for a fault of the coach.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from coach.audio.clip import Samples
from coach.errors import CoachError
from coach.rehearsal.software_card import SoftwareCard
from coach.units import SAMPLE_RATE

PATIENCE_S: Final = 90.0
"""How long anything is waited for: far more than it takes (a start 3 s, 43 s on two cores that ten other programs
wanted as well), far less than for ever."""
SILENT: Final = 1e-4
"""Samples below this are silence: -80 dB."""
_BEGINS_S: Final = 3.0
"""A line sounds within this once it was printed, behind a chime and on a busy machine too (chosen); until then it is
quiet because it has not begun."""
_POLL_S: Final = 0.02


class RigError(CoachError):
    """What was waited for did not come; the message has what the coach printed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line the coach has printed."""

    text: str
    at_s: float
    """When it came, by the monotonic clock."""


def anything(_text: str) -> bool:
    """Accept any line."""
    return True


class LiveRig:
    """A coach that runs; a context manager, at whose end it is gone."""

    def __init__(self, card: SoftwareCard, arguments: Sequence[str], command: Sequence[str] = ()) -> None:
        """Start it.

        Args:
            card: The software sound card it plays on.
            arguments: What follows ``coach``, such as ``run ankle-pumps``.
            command: Program to start in place of ``python -m coach``.
        """
        self._card = card
        self._hiss = card.hiss()
        self.recording = card.record()
        self.told: list[Told] = []
        self.over = False
        """Whether everything it will ever print has been taken."""
        self._lines: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        self.started_s = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [*(command or (sys.executable, "-m", "coach")), *arguments],
            env=card.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        """Return the rig."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End whatever is left of it."""
        self.close()

    @property
    def core(self) -> int:
        """Return the number of the process that is the coach itself; its parent only waits.

        Raises:
            RigError: There is none.
        """
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            there = children(self.process.pid)
            if there:
                return there[0]
            if self.process.poll() is not None:
                break
            time.sleep(_POLL_S)
        raise self.missed("a process of the coach")

    def worker(self, name: str) -> int:
        """Return the number of one of the coach's processes by a part of its command line.

        Raises:
            RigError: There is none.
        """
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self.process.poll() is None:
            for child in children(self.core):
                with contextlib.suppress(OSError):
                    if name in Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8"):
                        return child
            time.sleep(_POLL_S)
        raise self.missed(f"a process '{name}'")

    def next_told(self, patience_s: float = PATIENCE_S) -> Told | None:
        """Return the next line the coach prints; None where none comes in time, or no more can come."""
        try:
            told = self._lines.get(timeout=max(0.0, patience_s))
        except queue.Empty:
            return None
        if told is None:
            self.over = True
        else:
            self.told.append(told)
        return told

    def next_line(
        self, start: str, wanted: Callable[[str], bool] = anything, patience_s: float = PATIENCE_S
    ) -> str | None:
        """Return what follows `start` in the next line that begins with it; None where none comes in time."""
        until = time.monotonic() + patience_s
        while (left := until - time.monotonic()) > 0:
            told = self.next_told(left)
            if told is None:
                return None
            if told.text.startswith(start) and wanted(told.text.removeprefix(start)):
                return told.text.removeprefix(start)
        return None

    def wait_for(self, start: str, wanted: Callable[[str], bool] = anything) -> str:
        """Return what follows `start` in the next line the coach prints that begins with it.

        Raises:
            RigError: None comes.
        """
        found = self.next_line(start, wanted)
        if found is None:
            raise self.missed(f"'{start}'")
        return found

    def wait_for_quiet(self, quiet_s: float) -> None:
        """Wait until it has been quiet in the room for so long.

        Raises:
            RigError: It never is.
        """
        count = round(quiet_s * SAMPLE_RATE)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if not np.any(np.abs(self.recording.so_far(-count)) > SILENT):
                return
            time.sleep(_POLL_S)
        raise self.missed("quiet")

    def wait_until_said(self, told: Told, quiet_s: float) -> None:
        """Wait until a line that was printed has sounded, and then until it has been quiet in the room for so long.

        Raises:
            RigError: It never is quiet.
        """
        printed = self.recording.length - round((time.monotonic() - told.at_s) * SAMPLE_RATE)
        with contextlib.suppress(RigError):  # one that was cut off before it sounded is over as well
            self.wait_for_sound(max(0, printed), _BEGINS_S)
        self.wait_for_quiet(quiet_s)

    def wait_for_sound(self, after: int = 0, patience_s: float = PATIENCE_S) -> int:
        """Return the place in the recording, in frames, at which something sounds first from a place on.

        Raises:
            RigError: Nothing does in time.
        """
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            loud = np.flatnonzero(np.abs(self.recording.so_far(after)) > SILENT)
            if len(loud):
                return after + int(loud[0])
            time.sleep(_POLL_S)
        raise self.missed("a sound")

    def say(self, samples: Samples) -> None:
        """Say something into the microphone: float32, 48 kHz."""
        self._card.say(samples)

    def end(self) -> int:
        """Ask it to end, as the system does, and return its exit code.

        Raises:
            RigError: It does not end.
        """
        self.process.send_signal(signal.SIGTERM)
        return self.code()

    def code(self) -> int:
        """Return its exit code once it has ended.

        Raises:
            RigError: It does not end.
        """
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise self.missed("the end") from None

    def close(self) -> None:
        """Kill what is left of it."""
        for child in children(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self._hiss.stop()
        self.recording.stop()

    def _read(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        for line in self.process.stdout:
            self._lines.put(Told(line.rstrip("\n"), time.monotonic()))
        self._lines.put(None)

    def missed(self, what: str) -> RigError:
        """Return the error that something never came, with all that the coach printed."""
        printed = "\n".join(told.text for told in self.told)
        return RigError(f"The coach never came to {what}; it printed:\n{printed}")


def children(process: int) -> tuple[int, ...]:
    """Return the numbers of a process's children that run, oldest first."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
                if int(parent) == process and state not in "ZX":
                    found.append(int(folder.name))
    return tuple(sorted(found))


def found_in(recorded: Samples, sound: Samples) -> tuple[int, float]:
    """Return where a sound is most likely to be in a recording, and how alike they are there (1: the same).

    Args:
        recorded: float32, shape (frames,), longer than the sound.
        sound: float32, shape (frames,), of the same rate.
    """
    size = 1 << (len(recorded) + len(sound)).bit_length()
    products = np.fft.irfft(np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(sound, size)), size)
    energy = np.concatenate((np.zeros(1), np.cumsum(np.square(recorded, dtype=np.float64))))
    count = len(recorded) - len(sound) + 1
    there = energy[len(sound) :] - energy[:count]
    own = float(np.sum(np.square(sound, dtype=np.float64)))
    likeness = products[:count] / np.sqrt(np.maximum(there, 0.01 * own) * own)
    at = int(np.argmax(likeness))
    return at, float(likeness[at])
