"""What is asked for by hand, as events of the session.

1. Whoever is frightened presses more than once, and a key that is held repeats itself: stops that come within a second
   of each other are one stop, for the second would end the session before she was asked whether anything hurts.
2. A stop that is held down, such as a button whose wire is off, lets nothing go on.
3. "End" means the end: it stops until the session is at rest, and leaves soon whatever is being said.
4. While the coach is locked, digits and Enter are a PIN. It is tried on the side, for that takes longer than a block.
"""

from typing import Final

from coach.commands import Command
from coach.runtime.controls.control import Control, Controls, Note, Pressed, Typed
from coach.runtime.controls.pinpad import PinPad
from coach.runtime.loop import Loop
from coach.runtime.pin import Verdict
from coach.runtime.pin_desk import Pins
from coach.runtime.view import View
from coach.session import events as ev
from coach.session.states import Phase
from coach.units import Frames, frames

AT_REST: Final = frozenset({Phase.BOOT, Phase.IDLE, Phase.LOCKED})
ONE_STOP: Final = frames(1.0)
"""Stops that follow each other faster than this are one stop; chosen."""
_LEAVING: Final = frames(5.0)
"""How long the last line may take after a key or a signal has ended the session."""
_STOPS: Final = 3
"""Stops it takes at most from anywhere to the end: one asks whether anything hurts, the next one ends."""


class Hands:
    """Takes what is asked for by hand, once a block."""

    def __init__(self, loop: Loop, controls: Controls, view: View, pins: Pins | None) -> None:
        """Take the loop the events go to, where they come from, who is told, and who knows the PIN."""
        self._loop = loop
        self._controls = controls
        self._view = view
        self._pins = pins
        self._pinpad = PinPad()
        self._last_stop: Frames | None = None
        self._stops = 0
        self.ending = False
        """Whether a key or a signal wants the end."""
        self.leave_by: Frames | None = None
        """Played frame at which the session is left whatever is being said; None while nobody wants the end."""

    def follow(self, loop: Loop) -> None:
        """Post to another loop from now on."""
        self._loop = loop

    def take(self, now: Frames) -> None:
        """Post everything that was asked for since the last call.

        Args:
            now: The next frame to be played.
        """
        for given in self._controls.take():
            match given:
                case Note():
                    self._view.tell(given.sentence)
                case Pressed():
                    self._press(given, now)
                case Typed():
                    self._try(given)
                case Control():
                    self._obey(given, now)
        if self._controls.held and self._phase is Phase.RUN:
            self._loop.post(ev.StopRequested(now))
        if self._pins is not None:
            for verdict in self._pins.take():
                self._judge(verdict, now)
        if self.ending:
            self._end(now)

    @property
    def _phase(self) -> Phase:
        return self._loop.state.protocol.phase

    def _press(self, pressed: Pressed, now: Frames) -> None:
        locked = self._phase is Phase.LOCKED and self._pins is not None
        meant = self._pinpad.press(pressed, now, locked=locked)
        if isinstance(meant, Control):
            self._obey(meant, now)
        elif meant is not None and self._pins is not None:
            self._view.tell("keypad: a PIN was typed")
            self._pins.attempt(meant)

    def _try(self, typed: Typed) -> None:
        """Have a whole PIN tried; where nothing is locked it is for nothing."""
        if self._phase is Phase.LOCKED and self._pins is not None:
            self._view.tell("coach unlock: a PIN was typed")
            self._pins.attempt(typed.pin)
        else:
            self._view.tell("coach unlock: nothing is locked just now")

    def _judge(self, verdict: Verdict, now: Frames) -> None:
        self._view.tell(f"PIN: {verdict.value}")
        right = verdict is Verdict.RIGHT
        self._loop.post(ev.CareAcknowledged(now) if right else ev.PinRefused(now, verdict is Verdict.WAIT))

    def _obey(self, control: Control, now: Frames) -> None:
        self._view.tell(f"key: {control.value}")
        match control:
            case Control.STOP:
                if self._last_stop is None or now - self._last_stop > ONE_STOP:
                    self._loop.post(ev.StopRequested(now))
                self._last_stop = now
            case Control.PAUSE:
                self._loop.post(ev.Heard(now, Command.PAUSE))
            case Control.REPEAT:
                self._loop.post(ev.Heard(now, Command.REPEAT))
            case Control.END:
                if self.ending:
                    self.leave_by = now
                self.ending = True

    def _end(self, now: Frames) -> None:
        if self.leave_by is None:
            self.leave_by = Frames(now + _LEAVING)
        if self._stops < _STOPS and self._phase not in AT_REST:
            self._stops += 1
            self._loop.post(ev.StopRequested(now))
