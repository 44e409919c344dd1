"""The supervisor: a parent that only waits, so that somebody is left to tell when the coach itself dies.

`coach run` splits in two before anything heavy is loaded. The child is the coach; the parent

1. passes signals on, and ends as the coach ends;
2. sees the coach's pulse, a number in shared memory that moves with every block. One that stands still while a session
   runs is a coach that is stuck, whatever the reason: it is killed, and with it the sound, which ends with its cushion;
3. plays the alarm when a session was running and the coach has died of anything but its own end. The sound of it lies
   in the shared memory since the session began: no voice, no cache and no language pack is needed for it;
4. puts the terminal right.

If the parent dies, the coach is told to end as by any other signal.
"""

import ctypes
import mmap
import os
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import Any, Final

from coach.errors import CoachError

SOUND_S: Final = 30.0
"""Longest alarm, in seconds: three pulses, a sentence, and both once more."""
_RATE: Final = 48_000
_HEADER: Final = 4096
_NUMBERS: Final = 64
"""Bytes for the numbers; the card of the session stands behind them."""
_SIZE: Final = _HEADER + round(SOUND_S * _RATE) * 2
_LOOK_S: Final = 0.25
"""How often the pulse is looked at, in seconds."""
STUCK_LOOKS: Final = 16
"""How many looks in a row may find no pulse: 4 s. A coach that waits for a card, or starts its recognizers anew, is
never silent for longer than one; a parent that was itself held up counts only the looks it took."""
ENDING_LOOKS: Final = 80
"""The same once the session is over: the disk may take five seconds to close the journal, the card one to let go."""
_PASSED_ON: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
_PR_SET_PDEATHSIG: Final = 1
"""From linux/prctl.h: which signal this process gets when its parent has died."""


class State(IntEnum):
    """What the coach is doing, as far as the parent cares."""

    PREPARING = 0
    """Nobody has been spoken to yet."""
    RUNNING = 1
    ENDING = 2
    """The session is over."""
    RESTING = 3
    """By the bed, and nobody counts on it just now."""


class Pulse:
    """Memory that the coach and its parent share; each number has one writer, the coach."""

    def __init__(self) -> None:
        """Share it with every process forked from now on."""
        self._memory = mmap.mmap(-1, _SIZE)
        self._numbers = memoryview(self._memory)[:_NUMBERS].cast("q")

    @property
    def beats(self) -> int:
        """Return how often it has moved."""
        return self._numbers[0]

    @property
    def state(self) -> State:
        """Return what the coach is doing."""
        return State(self._numbers[1])

    @property
    def sound(self) -> memoryview:
        """Return the alarm: 16-bit samples, 48 kHz; empty before the session."""
        return memoryview(self._memory)[_HEADER : _HEADER + 2 * self._numbers[2]]

    @property
    def card(self) -> bytes:
        """Return the settings of the sound card as they were left; empty before the session."""
        return self._memory[_NUMBERS : _NUMBERS + self._numbers[3]]

    def beat(self) -> None:
        """Show that the coach lives; takes a fraction of a microsecond."""
        self._numbers[0] += 1

    def begin(self, sound: bytes, card: bytes) -> None:
        """Say that a session begins, and leave what the alarm needs: it reads no settings once the coach is dead.

        Args:
            sound: 16-bit samples, 48 kHz; what is beyond `SOUND_S` is left out.
            card: Settings of the sound card that it is played on, as whoever plays it reads them; at most 4 kB.
        """
        self._memory[_NUMBERS : _NUMBERS + len(card)] = card
        self._numbers[3] = len(card)
        kept = sound[: _SIZE - _HEADER]
        self._memory[_HEADER : _HEADER + len(kept)] = kept
        self._numbers[2] = len(kept) // 2
        self._numbers[1] = State.RUNNING

    def rest(self) -> None:
        """Say that nothing is going on: dying is no alarm, being stuck is looked for all the same."""
        self._numbers[1] = State.RESTING

    def end(self) -> None:
        """Say that the session is over; dying is no alarm any more."""
        self._numbers[1] = State.ENDING


Alarm = Callable[[memoryview, bytes], None]
"""Plays 16-bit samples at 48 kHz, whatever it takes, on the card whose settings are given."""


def supervised(alarm: Alarm) -> Pulse:
    """Split in two, and return in the child alone: the coach. The parent waits for it and leaves as it has left.

    To be called before any thread runs.

    Args:
        alarm: Plays the alarm, in the parent, once the coach is dead.

    Raises:
        CoachError: In the parent: the coach died in the middle of a session, or did not end by itself.
        SystemExit: In the parent: with the coach's own exit code.
    """
    pulse = Pulse()
    watched = {*_PASSED_ON, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    terminal = _terminal()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return pulse
    status = _Parent(child, pulse, watched).wait()
    died_running = pulse.state is State.RUNNING
    if died_running or os.WIFSIGNALED(status):
        _put_right(terminal)
    if died_running:
        alarm(pulse.sound, pulse.card)
        raise CoachError("The coach broke down in the middle of the session; it is closed at the next start.")
    if os.WIFSIGNALED(status):
        raise CoachError("The coach did not end by itself; please try again.")
    sys.exit(os.WEXITSTATUS(status))


class _Parent:
    """Waits for the coach."""

    def __init__(self, child: int, pulse: Pulse, watched: set[signal.Signals]) -> None:
        self._child = child
        self._pulse = pulse
        self._watched = watched
        self._beats = 0
        self._missed = 0

    def wait(self) -> int:
        """Return the status the coach has ended with."""
        while True:
            came = signal.sigtimedwait(self._watched, _LOOK_S)
            if came is None:
                self._look()
            elif came.si_signo != signal.SIGCHLD and came.si_code <= 0:
                # Sent by a process; what a key at the terminal sends has reached the coach as well.
                os.kill(self._child, came.si_signo)
            ended, status = os.waitpid(self._child, os.WNOHANG)
            if ended:
                return status

    def _look(self) -> None:
        beats, state = self._pulse.beats, self._pulse.state
        self._missed = 0 if beats != self._beats or state is State.PREPARING else self._missed + 1
        self._beats = beats
        if self._missed >= (ENDING_LOOKS if state is State.ENDING else STUCK_LOOKS):
            os.kill(self._child, signal.SIGKILL)


def _terminal() -> list[Any] | None:
    """Return how the terminal is set; None where there is none."""
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    with suppress(termios.error):
        return termios.tcgetattr(sys.stdin.fileno())
    return None


def _put_right(terminal: list[Any] | None) -> None:
    """Set the terminal as it was, and show its cursor."""
    if terminal is not None:
        with suppress(termios.error):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, terminal)
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[?25h\n")
        sys.stdout.flush()
