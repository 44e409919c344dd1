"""The ear: the listener in a process of its own, so that hearing never holds up the sound.

1. While somebody speaks, the engines may need longer than a block lasts; the sound card waits for nobody.
2. At most `IN_FLIGHT` blocks are on their way at a time, so that handing over never waits. The rest waits here, at most
   `MOST_WAITING` blocks; of more than that the oldest are dropped, as somebody who was deaf would miss them.
3. What comes back names the played frame up to which sound has been through the recognizers. Only that renews the
   hearing lease: a process that is dead, stuck or behind is deaf, whatever else it may be.
4. It can be killed and started again at any time; what is expected is told it anew.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Protocol

from coach.audio.clip import Samples
from coach.errors import CoachError, MissingError
from coach.language.utterance import Expectation
from coach.listening.echo_report import EchoReport
from coach.listening.health.complaint import Complaint
from coach.listening.hearing import Decision
from coach.listening.listener import Listener
from coach.runtime.memory import settle
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.units import Frames

IN_FLIGHT: Final = 12
"""Blocks handed to the process and not come back: 35 kB, which fits into any system's pipe."""
MOST_WAITING: Final = 400
"""Blocks that wait at most: 8 s, longer than the engines take to load while the greeting is spoken."""
_CHILD: Final = Path(__file__).with_name("ear_child.py")
_DEATH_S: Final = 1.0
"""How long a killed process is waited for; one that is stuck in the system dies later, by itself."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A block that has been through the recognizers."""

    frame: Frames
    """The played frame up to which its sound was captured."""
    decisions: tuple[Decision, ...]
    complaint: Complaint | None = None
    """What is wrong with the sound behind the canceller; None while it is well."""
    echo: EchoReport | None = None
    """What comes back of the coach's own voice, where another kind of hardware has just been found."""


class Ear(Protocol):
    """Listens on the side."""

    @property
    def backlog(self) -> int:
        """Return how many blocks have been given and have not come back."""

    @property
    def alive(self) -> bool:
        """Return whether it runs, or is on its way up."""

    @property
    def fault(self) -> str:
        """Return why it cannot hear at all, in a sentence; empty while it can."""

    @property
    def slowness(self) -> str:
        """Return what a slow machine costs in hearing, in a sentence; empty on a fast one, or while it is unknown."""

    def expect(self, expectation: Expectation) -> None:
        """Say what the session expects of words in the blocks that follow."""

    def give(self, frame: Frames, mic: Samples, reference: Samples, sounding: tuple[str, ...]) -> None:
        """Give it the next block; returns at once.

        Args:
            frame: The played frame up to which it was captured.
            mic: float32, shape (320,), 16 kHz.
            reference: What was played meanwhile, in the same shape.
            sounding: Texts of the coach's own lines that sound in this block.
        """

    def take(self) -> tuple[Returned, ...]:
        """Return the blocks that have come back, at once."""

    def restart(self) -> None:
        """Kill it and start it anew; returns at once. What was on its way is lost."""

    def close(self) -> None:
        """End it."""


@dataclass(frozen=True, slots=True)
class _Block:
    frame: Frames
    mic: Samples
    reference: Samples
    sounding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Failed:
    why: str


@dataclass(frozen=True, slots=True)
class _Loaded:
    slowness: str


@dataclass(frozen=True, slots=True)
class ListenerWanted:
    """Makes the listener, in whichever process it is called."""

    paths: Paths
    settings: Settings
    language: str
    engine: str

    def __call__(self) -> Listener:
        """Return the listener.

        Raises:
            CoachError: An engine, its model or the language pack is missing or broken.
        """
        from coach.runtime.wiring import House  # noqa: PLC0415 - needed over there only; here it would cost time

        return House(self.paths, self.settings, _say_nothing, _say_nothing).listener(self.language, self.engine)


class ProcessEar:
    """Listens in a process of its own; see the module's rules."""

    def __init__(self, make: Callable[[], Listener], environment: Mapping[str, str] | None = None) -> None:
        """Start the process at once; it loads its engines while others do something else.

        Args:
            make: Makes the listener over there; must survive pickling.
            environment: The process's environment variables; None for the coach's own.

        Raises:
            MissingError: No process can be started.
        """
        self._make = make
        self._environment = environment
        self._expected: Expectation | None = None
        self._waiting: deque[_Block | Expectation] = deque()
        self._blocks_waiting = 0
        self._in_flight = 0
        self._fault = ""
        self._slowness = ""
        self._start()

    @property
    def backlog(self) -> int:
        """Return how many blocks have been given and have not come back."""
        return self._blocks_waiting + self._in_flight

    @property
    def alive(self) -> bool:
        """Return whether the process runs."""
        return self._process.poll() is None

    @property
    def fault(self) -> str:
        """Return why it cannot hear at all, in a sentence; empty while it can."""
        return self._fault

    @property
    def slowness(self) -> str:
        """Return what a slow machine costs in hearing, in a sentence; empty on a fast one, or while it is unknown."""
        return self._slowness

    @property
    def process_id(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def expect(self, expectation: Expectation) -> None:
        """Say what the session expects of words in the blocks that follow."""
        self._expected = expectation
        self._waiting.append(expectation)
        self._hand_over()

    def give(self, frame: Frames, mic: Samples, reference: Samples, sounding: tuple[str, ...]) -> None:
        """Give it the next block; returns at once."""
        self._waiting.append(_Block(frame, mic, reference, sounding))
        self._blocks_waiting += 1
        if self._blocks_waiting > MOST_WAITING:
            self._drop_oldest()
        self._hand_over()

    def take(self) -> tuple[Returned, ...]:
        """Return the blocks that have come back, at once."""
        taken: list[Returned] = []
        try:
            while self._connection.poll():
                message = self._connection.recv()
                if isinstance(message, _Failed):
                    self._fault = message.why
                elif isinstance(message, _Loaded):
                    self._slowness = message.slowness
                elif isinstance(message, Returned):
                    self._in_flight -= 1
                    taken.append(message)
        except (EOFError, OSError):
            pass  # it has died; `alive` says so
        self._hand_over()
        return tuple(taken)

    def restart(self) -> None:
        """Kill the process and start a new one; returns at once."""
        self.close()
        self._waiting.clear()
        self._blocks_waiting = self._in_flight = 0
        if self._expected is not None:
            self._waiting.append(self._expected)
        self._start()

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_DEATH_S)
        self._connection.close()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program by its full path, no shell
                [sys.executable, "-P", str(_CHILD), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                env=self._environment,
                pass_fds=(theirs.fileno(),),
                process_group=0,  # Ctrl-C at the terminal is for the coach, which ends its ear itself
            )
        except OSError as error:
            ours.close()
            raise MissingError(f"The recognizers' process does not start ({error.strerror}); try again.") from None
        finally:
            theirs.close()
        self._connection: Connection[object, object] = Connection(ours.detach())
        self._send((os.getpid(), sys.path))
        self._send(self._make)

    def _drop_oldest(self) -> None:
        """Forget the oldest block; what is expected is never forgotten with it."""
        for place, waiting in enumerate(self._waiting):
            if isinstance(waiting, _Block):
                del self._waiting[place]
                self._blocks_waiting -= 1
                return

    def _hand_over(self) -> None:
        while self._waiting and self._in_flight < IN_FLIGHT:
            message = self._waiting.popleft()
            if isinstance(message, _Block):
                self._blocks_waiting -= 1
                self._in_flight += 1
            self._send(message)

    def _send(self, message: object) -> None:
        with suppress(OSError):  # it has died; `alive` says so, and the lease is not renewed
            self._connection.send(message)


def serve(connection: "Connection[object, object]") -> None:
    """Listen until the other side is gone; what the process does."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the coach ends its ear itself, after it has fallen silent
        signal.signal(number, signal.SIG_IGN)
    try:
        make = connection.recv()
        assert callable(make)  # noqa: S101 - for the type checker: it is the first message
        listener: Listener = make()
        pace = listener.keep_pace(time.process_time)  # the machine's own speed, whatever else runs just now
        settle()
    except CoachError as failure:
        connection.send(_Failed(str(failure)))
        return
    kind = listener.echo.kind
    try:
        connection.send(_Loaded(pace.told))
        while True:
            message = connection.recv()
            if isinstance(message, Expectation):
                listener.expect(message)
            elif isinstance(message, _Block):
                decisions = listener.accept(message.mic, message.reference, sounding=message.sounding)
                found = listener.echo if listener.echo.kind is not kind else None
                kind = listener.echo.kind
                connection.send(Returned(message.frame, decisions, listener.complaint, found))
    except (EOFError, OSError):
        return


def _say_nothing(_sentence: str) -> None:
    """Keep details to ourselves."""
