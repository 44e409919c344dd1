"""A sound card made of software: a PulseAudio server of its own, for machines without one.

PortAudio finds its devices ``pulse`` and ``default`` there, so the real way to a sound card is gone through: what the
coach plays can be recorded, and a person can be played in before its microphone. Nothing of the system's own sound is
touched. Needs the Debian packages of `PACKAGES`.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from coach.audio.clip import Samples
from coach.audio.wavefile import write_wav
from coach.errors import MissingError
from coach.units import SAMPLE_RATE

PACKAGES: Final = ("pulseaudio", "pulseaudio-utils", "libasound2-plugins")
"""Debian packages it is made of; the last lets ALSA, and so PortAudio, reach the server."""
LOUDSPEAKER: Final = "loudspeaker"
"""Where the coach plays; `LOUDSPEAKER + MONITOR` is what can be recorded of it."""
MICROPHONE: Final = "microphone"
"""What the coach hears."""
MONITOR: Final = ".monitor"
PERSON: Final = "person"
"""Where a person is played in; its monitor is the microphone."""
_TOOLS: Final = ("pulseaudio", "pactl", "paplay", "pacat", "parec")
_HISS_VOLUME: Final = 5800
"""Of 65,536, by PulseAudio's cube: 63 dB down. Bytes at random are -5 dBFS, a quiet room's microphone about -68."""
_FRAME: Final = 4
"""Bytes of a recorded frame."""
_START_S: Final = 10.0
"""How long the server may take to answer; it takes 0.2 s on two busy cores."""
_END_S: Final = 2.0


class SoftwareCard:
    """A loudspeaker and a microphone in a PulseAudio server of its own; a context manager."""

    def __init__(self) -> None:
        """Prepare; nothing is started yet."""
        self._folder = Path(tempfile.mkdtemp(prefix="coach-card-"))  # short: a socket's path has 107 characters
        self._server: subprocess.Popen[bytes] | None = None
        self._clips = 0

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables with which a program uses this card and no other."""
        home = str(self._folder)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
        return kept | {
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "XDG_CONFIG_HOME": home,
            "PULSE_RUNTIME_PATH": home,
            "PULSE_COOKIE": f"{home}/cookie",
            "PULSE_SERVER": f"unix:{home}/native",
        }

    def start(self) -> None:
        """Start the server; after `kill` a new one takes the place of the old.

        Raises:
            MissingError: A package is missing, or the server does not answer.
        """
        if missing := [tool for tool in _TOOLS if shutil.which(tool) is None]:
            raise MissingError(f"{', '.join(missing)} not found; please run: sudo apt install {' '.join(PACKAGES)}")
        sound = f"rate={SAMPLE_RATE} channels=2 format=float32le"
        # Without `norewinds` a null sink first plays out two seconds of silence it has made in advance.
        modules = (
            f"module-native-protocol-unix auth-anonymous=1 socket={self._folder}/native",
            f"module-null-sink sink_name={LOUDSPEAKER} norewinds=1 {sound}",
            f"module-null-sink sink_name={PERSON} norewinds=1 {sound}",
            f"module-remap-source master={PERSON}{MONITOR} source_name={MICROPHONE} remix=no",
        )
        settings = ("-n", "--daemonize=no", "--system=no", "--exit-idle-time=-1", "--use-pid-file=no")
        self._server = subprocess.Popen(  # noqa: S603 - a system program, no shell
            [*_command("pulseaudio"), *settings, *(f"--load={module}" for module in modules)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        until = time.monotonic() + _START_S
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > until:
                self.kill()
                raise MissingError("The PulseAudio server of the software sound card does not start.")
            time.sleep(0.02)
        self.control("set-default-sink", LOUDSPEAKER)
        self.control("set-default-source", MICROPHONE)

    def kill(self) -> None:
        """Kill the server, as a crash would."""
        server, self._server = self._server, None
        if server is not None:
            server.kill()
            server.wait()
        (self._folder / "native").unlink(missing_ok=True)

    def close(self) -> None:
        """End the server and remove its files."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def control(self, *command: str) -> None:
        """Give the server a command of pactl, such as ``suspend-source microphone 1``.

        Raises:
            MissingError: It did not carry it out.
        """
        done = self._pactl(*command)
        if done.returncode:
            raise MissingError(f"The software sound card refused '{' '.join(command)}': {done.stderr.strip()}")

    def say(self, samples: Samples) -> "Sounding":
        """Play a person's voice in before the microphone; returns at once.

        Args:
            samples: float32, shape (frames,), 48 kHz.
        """
        self._clips += 1
        path = self._folder / f"person-{self._clips}.wav"
        write_wav(path, samples, SAMPLE_RATE)
        return Sounding([*_command("paplay"), f"--device={PERSON}", "--latency-msec=20", str(path)], self.environment)

    def hiss(self) -> "Sounding":
        """Let the microphone hiss as every real one does, until it is stopped; without it, it gives exact zeros."""
        sound = ["--raw", "--format=u8", "--rate=16000", "--channels=1", f"--volume={_HISS_VOLUME}"]
        return Sounding([*_command("pacat"), f"--device={PERSON}", *sound, "/dev/urandom"], self.environment)

    def record(self, source: str = LOUDSPEAKER + MONITOR) -> "Recording":
        """Begin to record what the coach plays, or any other source; returns once it runs."""
        self._clips += 1
        return Recording(source, self._folder / f"recording-{self._clips}.raw", self.environment)

    def __enter__(self) -> Self:
        """Start the server; remove its files when it cannot be."""
        try:
            self.start()
        except MissingError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server."""
        self.close()

    def _answers(self) -> bool:
        return self._pactl("info").returncode == 0

    def _pactl(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - a system program, no shell
            [*_command("pactl"), *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_START_S,
        )


class Sounding:
    """A sound that is being played in."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        """Begin."""
        self._player = subprocess.Popen(  # noqa: S603 - a system program, no shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )

    @property
    def over(self) -> bool:
        """Return whether it has been played to its end."""
        return self._player.poll() is not None

    def stop(self) -> None:
        """End it at once."""
        self._player.kill()
        self._player.wait()


class Recording:
    """A recording that runs; a thread of its own takes in what comes."""

    def __init__(self, source: str, path: Path, environment: Mapping[str, str]) -> None:
        """Begin, and wait until the first frames have come.

        Raises:
            MissingError: Nothing comes.
        """
        self._path = path
        self._bytes = 0
        self._pieces: list[tuple[int, float]] = []
        # Both channels of the loudspeaker are the same, and a mono recording of twenty minutes is 230 MB.
        sound = ["--raw", "--format=float32le", f"--rate={SAMPLE_RATE}", "--channels=1", "--latency-msec=10"]
        path.touch()
        self._recorder = subprocess.Popen(  # noqa: S603 - a system program, no shell
            [*_command("parec"), f"--device={source}", *sound],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        self._thread = threading.Thread(target=self._take, name="recording", daemon=True)
        self._thread.start()
        until = time.monotonic() + _START_S
        while not self._bytes:
            if self._recorder.poll() is not None or time.monotonic() > until:
                self._recorder.kill()
                self._recorder.wait()
                raise MissingError(f"Nothing can be recorded from '{source}' of the software sound card.")
            time.sleep(0.005)

    @property
    def length(self) -> int:
        """Return how many frames have been recorded until now."""
        return self._bytes // _FRAME

    def time_of(self, frame: int) -> float:
        """Return when a frame was played, by the monotonic clock, in seconds.

        Of the pieces that came within a second of it the quickest counts: that is a millisecond or two late, and
        equally late in two recordings of one card.

        Args:
            frame: A frame that has been recorded.
        """
        first, last = (frame - SAMPLE_RATE) * _FRAME, (frame + SAMPLE_RATE) * _FRAME
        ends = [end for end, _ in self._pieces]
        near = self._pieces[bisect_left(ends, first) : bisect_right(ends, last)] or self._pieces[-1:]
        return frame / SAMPLE_RATE + min(came_s - end / (_FRAME * SAMPLE_RATE) for end, came_s in near)

    def so_far(self, begin: int = 0, count: int = -1) -> Samples:
        """Return what has been recorded until now, from a frame on: float32, shape (frames,), 48 kHz.

        Args:
            begin: First frame; a negative one counts from the end.
            count: Frames wanted at most; -1 for all there are.
        """
        length = self.length
        first = min(length, max(0, begin + length if begin < 0 else begin))
        wanted = length - first if count < 0 else min(count, length - first)
        samples: Samples = np.fromfile(self._path, dtype="<f4", count=wanted, offset=first * _FRAME)
        return samples.astype(np.float32, copy=False)

    def finish(self) -> Samples:
        """End the recording and return it."""
        self.stop()
        return self.so_far()

    def stop(self) -> None:
        """End the recording."""
        self._recorder.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._recorder.wait(_END_S)
        self._recorder.kill()
        self._recorder.wait()
        self._thread.join(_END_S)

    def _take(self) -> None:
        assert self._recorder.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        with self._path.open("wb", buffering=0) as file:
            while piece := os.read(self._recorder.stdout.fileno(), 1 << 16):
                came_s = time.monotonic()
                file.write(piece)
                self._bytes += len(piece)
                self._pieces.append((self._bytes, came_s))


def _command(tool: str) -> list[str]:
    return [shutil.which(tool) or tool]
