"""A sound card, through PortAudio in a process of its own.

1. The process can be killed and started again at any time; this side owns no thread and waits for nothing without
   a limit. What it knows of the card are counters in shared memory: a direction whose counter stands still is lost.
2. This side reads no clock: how long a direction has stood still is told by what the other one did meanwhile, and
   by the waits that ended with nothing.
3. Devices go by their names, and are looked up in a fresh process whenever they are opened: PortAudio's list is
   frozen when it starts, and an index means another device after a plug was pulled.
4. `played` and `captured` go on over a restart.
5. A loudspeaker that falls asleep at digital silence is given noise of a single 16-bit step instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.device import Capture, Latency, Status
from coach.audio.devices.portaudio_line import NOTHING, Line, Losses
from coach.audio.devices.portaudio_process import OWN_CHILD, Request, SoundProcess, asleep, wait
from coach.errors import MissingError
from coach.units import BLOCK, SAMPLE_RATE, Frames, Seconds, seconds

LATENCY_S: Final = 0.05
"""Latency that is asked for, in seconds: 30 ms ran cleanly on a Pi (PortAudio #246), 5.8 ms did not."""
START_S: Final = 10.0
"""How long opening may take, in seconds: a sound server that wakes up takes two, an endless loop for ever."""


def hiss() -> Samples:
    """Return a block of noise of one 16-bit step up or down, -90 dB: no ear hears it, no loudspeaker sleeps over it."""
    steps = np.random.default_rng(1).integers(-1, 2, BLOCK)
    return (steps / 32_768).astype(np.float32)


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A sound device as the system lists it."""

    name: str
    host_api: str
    """Interface it is reached by, such as ALSA."""
    outputs: int
    """Channels it plays; 0 for a microphone."""
    inputs: int
    """Channels it captures; 0 for a loudspeaker."""
    default_output: bool
    """Whether it plays when no name is given."""
    default_input: bool
    """Whether it captures when no name is given."""


def sound_devices(environment: Mapping[str, str] | None = None, limit_s: float = START_S) -> tuple[SoundDevice, ...]:
    """Return the sound devices there are just now; empty when there is none.

    Raises:
        MissingError: PortAudio is not installed, or does not answer within `limit_s` seconds.
    """
    process = SoundProcess(None, environment)
    try:
        listed = process.devices(limit_s)
    finally:
        process.kill()
    return tuple(SoundDevice(**{name: device[name] for name in SoundDevice.__slots__}) for device in listed)


class PortAudioDevice:
    """Plays and captures on a sound card; see `coach/audio/device.py` for the rules."""

    def __init__(  # noqa: PLR0913 - each is a setting a carer may need
        self,
        output: str = "",
        microphone: str | None = "",
        host_api: str = "",
        *,
        latency_s: float = LATENCY_S,
        ahead: int = 2,
        awake: bool = False,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = OWN_CHILD,
        start_s: float = START_S,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            output: Name of the loudspeaker or a part of it; empty for the system's default.
            microphone: The same for the microphone; None opens none, and it counts as lost.
            host_api: Interface to reach them by, such as ALSA; empty for any.
            latency_s: Latency to ask for in each direction, in seconds.
            ahead: Blocks kept ready for the card, at least 2: one is being taken while the next is made.
            awake: Whether silence is played as inaudible noise, for loudspeakers that switch themselves off.
            environment: Environment variables of the sound process; None for the coach's own.
            command: The sound process and its arguments.
            start_s: How long `open` may take, in seconds.
        """
        self._request = Request(output, microphone, host_api, latency_s, ahead * BLOCK)
        self._hiss = hiss() if awake else None
        self._environment = environment
        self._command = command
        self._start_s = start_s
        self._open = False
        self._process: SoundProcess | None = None
        self._line: Line | None = None
        self._played = 0
        self._captured = 0
        self._past_losses = Losses()
        self.fault = ""
        """Why it could not be started again, in a sentence; empty while nothing is wrong with that."""

    @property
    def name(self) -> str:
        """Return the names of the loudspeaker and the microphone."""
        if self._line is None:
            return f"{self._request.output or 'default'} / {self._request.input or 'default'}"
        return f"{self._line.opened.output} / {self._line.opened.input}"

    @property
    def latency(self) -> Latency:
        """Return the granted latency, the blocks kept ready included; zeros while nothing is open."""
        if self._line is None:
            return Latency(Seconds(0.0), Seconds(0.0))
        opened = self._line.opened
        ready_s = self._request.ahead / SAMPLE_RATE
        return Latency(Seconds(opened.output_latency_s + ready_s), Seconds(opened.input_latency_s))

    @property
    def status(self) -> Status:
        """Return how it is doing, as the last `write` found it."""
        line = self._line
        if line is None:
            return Status(False, False, *self._losses())
        return Status(line.output_alive, line.input_alive, *self._losses(), *line.paces)

    @property
    def played(self) -> Frames:
        """Return how many frames it has taken to be played."""
        return Frames(self._played)

    @property
    def captured(self) -> int:
        """Return how many listening frames `read` has handed out."""
        return self._captured

    @property
    def process_id(self) -> int:
        """Return the number of the sound process, for the doctor; 0 while there is none."""
        return 0 if self._process is None else self._process.process_id

    def begin(self) -> None:
        """Start the sound process ahead of `open`, and return at once: it loads while the host does something else.

        Raises:
            MissingError: No process can be started.
        """
        if self._process is None:
            self._start()

    def open(self) -> None:
        """Begin to play and to capture.

        Raises:
            MissingError: PortAudio, the loudspeaker or the microphone is missing, in use, or does not answer; the
                message says what to do.
        """
        if self._open:
            return
        self._open, self._past_losses = True, Losses()
        try:
            if self._process is None:
                self._start()
            self._connect(self._start_s)
            if self._line is None:
                raise asleep()
        except MissingError:
            self.close()
            raise

    def restart(self) -> None:
        """Kill the sound process and look the devices up afresh; returns at once.

        `write` takes part in the start, a block's time at most a call. The counters go on; both directions are lost
        until the devices are there again, and `fault` says why when they are not.
        """
        self._stop()
        self.fault = ""
        if self._open:
            try:
                self._start()
            except MissingError as missing:
                self.fault = str(missing)

    def write(self, block: Samples) -> None:
        """Hand over the next frames to be played; waits until there is room for them.

        Waits half a second at most when the output is lost, then a block's time at a call; frames that it does not
        take are not counted as played.
        """
        if not self._open:
            return
        if self._line is None:
            self._await_line(seconds(len(block)))
        for begin in range(0, len(block), BLOCK):
            piece = block[begin : begin + BLOCK]
            if self._hiss is not None and not piece.any():
                piece = self._hiss[: len(piece)]
            if self._line is None or not self._line.write(piece):
                return
            self._played += len(piece)

    def read(self) -> Capture:
        """Return everything captured since the last call, at once; empty when there is nothing new."""
        if self._line is None:
            return Capture(NOTHING, NOTHING)
        capture = self._line.read()
        self._captured += len(capture.mic)
        return capture

    def close(self) -> None:
        """Stop at once and let the device go."""
        self._open = False
        self._stop()

    def _start(self) -> None:
        self._process = SoundProcess(self._request, self._environment, self._command)

    def _connect(self, limit_s: float) -> None:
        """Begin to use the process once it is ready; do nothing when that takes longer than `limit_s`."""
        if self._process is not None:
            opened = self._process.ready(limit_s)
            if opened is not None:
                self._line = Line(self._process, opened, self._request.ahead)

    def _await_line(self, limit_s: float) -> None:
        """Take part in a restart; without one, let as much time pass as the frames would have taken."""
        if self._process is None:
            wait(limit_s)
            return
        try:
            self._connect(limit_s)
        except MissingError as missing:
            self._stop()
            self.fault = str(missing)

    def _stop(self) -> None:
        self._past_losses = self._losses()
        process, self._process, self._line = self._process, None, None
        if process is not None:
            process.kill()

    def _losses(self) -> Losses:
        """Return what was lost since `open`."""
        return self._past_losses if self._line is None else self._past_losses.plus(self._line.losses)
