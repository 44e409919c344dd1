"""The port to a sound device: blocks to be played go in, blocks that were captured come out.

Rules for adapters, held by `tests/contracts/test_device_contract.py`:

1. An adapter owns no thread and reads no clock. `write` and `read` are called by one thread of the host.
2. `played` counts frames the device has taken, `captured` the listening frames handed out; both count by themselves,
   since a driver's stream time may be 0 behind some plug-ins. Neither ever falls.
3. What was captured comes with what was being played, at the same rate and of the same length: the reference of the
   echo canceller is the played frames themselves.
4. A direction that is lost stands still: its counter stops, its `Status` says so, nothing is raised. Ports do not
   decide what silence means; the watchdog does.
5. `latency` is what the device granted, not what was asked for.
6. Nothing is played or captured before `open` and after `close`; closing again does nothing.
"""

from dataclasses import dataclass
from typing import Protocol

from coach.audio.clip import Samples
from coach.units import Frames, Seconds


@dataclass(frozen=True, slots=True)
class Latency:
    """How late a device is, as it granted it."""

    output_s: Seconds
    """Seconds from a block written to its first frame in the air."""
    input_s: Seconds
    """Seconds from a frame in the air to the block that brings it."""

    def __str__(self) -> str:
        """Return it in words."""
        return f"{1000 * self.output_s:.0f} ms out, {1000 * self.input_s:.0f} ms in"


@dataclass(frozen=True, slots=True)
class Status:
    """How a device is doing."""

    output_alive: bool = True
    input_alive: bool = True
    underflows: int = 0
    """Blocks that came too late to be played without a gap, since `open`."""
    overflows: int = 0
    """Captured blocks that were lost, since `open`."""
    late: int = 0
    """Of the underflows, those in which the host had handed over nothing in time."""
    unread: int = 0
    """Of the overflows, those that the host did not read in time."""
    output_pace: float | None = None
    """How fast the output has lately run against a clock that never jumps, 1.0 being right; None while unknown."""
    input_pace: float | None = None
    """The same for the microphone."""

    @property
    def losses(self) -> str:
        """Return what was lost, and by whom, in words."""
        return (
            f"{self.underflows} in playing, {self.late} of them as the coach was late; "
            f"{self.overflows} in hearing, {self.unread} of them as it did not read in time"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """What was captured, and what was being played meanwhile."""

    mic: Samples
    """float32, shape (n,), 16 kHz, full scale ±1.0; n may be 0."""
    reference: Samples
    """float32, shape (n,), 16 kHz: the played frames, aligned with `mic` but for the device's own latency."""


class AudioDevice(Protocol):
    """Plays and captures at once."""

    @property
    def name(self) -> str:
        """Return what a person would call it, for the doctor and the journal."""
        ...

    @property
    def latency(self) -> Latency:
        """Return the latency that was granted; zeros before `open`."""
        ...

    @property
    def status(self) -> Status:
        """Return how it is doing just now."""
        ...

    @property
    def played(self) -> Frames:
        """Return how many frames it has taken to be played."""
        ...

    @property
    def captured(self) -> int:
        """Return how many listening frames `read` has handed out."""
        ...

    def open(self) -> None:
        """Begin to play and to capture.

        Raises:
            MissingError: There is no such device, or it is in use; the message says what to do.
        """
        ...

    def write(self, block: Samples) -> None:
        """Hand over the next frames to be played; waits until there is room for them.

        Args:
            block: float32, shape (n,), 48 kHz, n a multiple of 3.
        """
        ...

    def read(self) -> Capture:
        """Return everything captured since the last call, at once; empty when there is nothing new."""
        ...

    def close(self) -> None:
        """Stop at once and let the device go."""
        ...
