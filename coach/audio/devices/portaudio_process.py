"""Starting, asking and killing the process PortAudio lives in; what it cannot do becomes one clear sentence."""

import json
import mmap
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coach.audio.devices.portaudio_child import Memory
from coach.errors import MissingError

OWN_CHILD: Final = (sys.executable, "-P", str(Path(__file__).with_name("portaudio_child.py")))
"""The coach's own child; -P keeps this folder out of its imports."""
_DEATH_S: Final = 1.0
"""How long a killed process is waited for; one that is stuck in a driver dies later, by itself."""
_ASLEEP: Final = "The sound system does not answer; plug the sound devices in again, or restart the computer."
_NOUNS: Final = {"output": "loudspeaker", "input": "microphone"}


@dataclass(frozen=True, slots=True)
class Request:
    """What the process is asked to open."""

    output: str
    """Name of the loudspeaker or a part of it; empty for the system's default."""
    input: str | None
    """The same for the microphone; None opens none."""
    host_api: str
    """Interface to reach them by, such as ALSA, or a part of its name; empty for any."""
    latency_s: float
    """Latency to ask for in each direction, in seconds."""
    ahead: int
    """Frames gathered before they are played."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened."""

    output: str
    """Name of the loudspeaker and its interface."""
    input: str
    """Name of the microphone and its interface."""
    input_rate: int
    """Frames a second the microphone gives."""
    output_latency_s: float
    """Latency that was granted to the output, in seconds."""
    input_latency_s: float
    """Latency that was granted to the microphone, in seconds."""


class SoundProcess:
    """One run of the process: started, perhaps ready, and killed."""

    def __init__(
        self,
        request: Request | None,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = OWN_CHILD,
    ) -> None:
        """Start it; whether it can do what is asked is told by `ready` or `devices`.

        Args:
            request: What to open; None only lists the devices.
            environment: The process's environment variables; None for the coach's own.
            command: Program and arguments; the request is appended as one more.

        Raises:
            MissingError: It cannot be started.
        """
        self._heard = b""
        self.room = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        """Becomes readable whenever the output has taken a block."""
        shared = os.memfd_create("coach-sound")  # vanishes with its last process, however that ends
        try:
            os.ftruncate(shared, Memory.SIZE)
            self.memory = Memory(mmap.mmap(shared, Memory.SIZE))
            asked: dict[str, object] = {"list": True}
            if request is not None:
                asked = {name: getattr(request, name) for name in Request.__slots__}
                asked |= {"memory": shared, "room": self.room}
            self._child = subprocess.Popen(  # noqa: S603 - our own program by its full path, no shell
                [*command, json.dumps(asked)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                pass_fds=(shared, self.room),
                process_group=0,  # Ctrl-C at the terminal is for the coach, which ends the child itself
            )
        except OSError as error:
            os.close(self.room)
            raise MissingError(f"The sound process does not start ({error.strerror}); please try again.") from None
        finally:
            os.close(shared)
        assert self._child.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        self._answers = self._child.stdout.fileno()

    @property
    def process_id(self) -> int:
        """Return its number in the system."""
        return self._child.pid

    def ready(self, limit_s: float) -> Opened | None:
        """Return what was opened, or None when that is not known within `limit_s` seconds.

        Raises:
            MissingError: It cannot be opened; the message says what to do.
        """
        told = self._answer(limit_s)
        return None if told is None else Opened(**told["ready"])

    def devices(self, limit_s: float) -> list[dict[str, Any]]:
        """Return the devices it lists.

        Raises:
            MissingError: The library is missing, or there was no answer within `limit_s` seconds.
        """
        told = self._answer(limit_s)
        if told is None:
            raise MissingError(_ASLEEP)
        listed: list[dict[str, Any]] = told["devices"]
        return listed

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(_DEATH_S)
        os.close(self.room)

    def _answer(self, limit_s: float) -> dict[str, Any] | None:
        """Return its next answer, None when there is none in time."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        while b"\n" not in self._heard:
            if not poll.poll(1_000 * limit_s):
                return None
            piece = os.read(self._answers, 65_536)
            if not piece:
                raise MissingError(_ASLEEP)
            self._heard += piece
        line, _, self._heard = self._heard.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise MissingError(_sentence(told))
        return told


def wait(limit_s: float) -> None:
    """Let time pass when there is nothing to wait for."""
    select.poll().poll(1_000 * limit_s)


def asleep() -> MissingError:
    """Return the error that the sound system does not answer."""
    return MissingError(_ASLEEP)


def _sentence(told: Mapping[str, str]) -> str:
    """Return what went wrong and what to do."""
    if told["error"] == "library":
        return f"The sound library PortAudio cannot be used ({told['why']}); please run: sudo apt install libportaudio2"
    noun = _NOUNS[told["direction"]]
    if told["error"] == "open":
        return (
            f"The {noun} '{told['name']}' cannot be opened ({told['why']}); close other programs that use it, "
            "or choose another one."
        )
    if not told["wanted"] or not told["there"]:
        return f"There is no {noun}; plug one in and try again."
    return f"There is no {noun} named '{told['wanted']}'; there are: {told['there']}."
