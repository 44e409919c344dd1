"""The loop: events in, effects out, in step with the frames played.

One thread owns it. A host (the rehearsal, later the sound card) calls `before_block`,
renders a block from the mixer, then calls `after_block`; whatever it hears or notices in
between it posts as events.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from coach.audio.lease import NO_LEASE, Lease
from coach.audio.mixer import Mixer
from coach.errors import CoachError
from coach.listening.hearing import Hearing, Unclear
from coach.runtime.chronicle import Chronicle, Decision, PhaseEntered
from coach.runtime.interpreter import Interpreter
from coach.session import events as ev
from coach.session.effects import Effect, Hush, Listen, Silence
from coach.session.machine import Step, step
from coach.session.states import SessionState
from coach.units import Frames, frames

SETTLING: Final = frames(0.25)
"""How long a step that safety rests on may take to be kept, while the coach is silent, before it is announced all the
same (protocol, section 6)."""
FLAPPING: Final = frames(600.0)
"""How long after a loss of hearing another one counts as the same that came back; chosen."""
_TRIAL: Final = frames(5.0)
_MOST_TRIALS: Final = 7
"""From here on the trial grows no longer: five minutes, while a session with a fault ends after two."""
Settled = Callable[[], bool]
"""Tells whether something is durable by now; returns at once."""
Keep = Callable[[ev.Event, Step], Settled | None]
"""Told every event and what it led to: before its effects are carried out, but for the silence it begins with. Where
they have to be durable before they are announced, it returns what tells whether they are."""


def keep_nothing(_event: ev.Event, _step: Step) -> None:
    """Remember nothing: for rehearsals."""


@dataclass(frozen=True, slots=True)
class _Held:
    """Effects that wait to be durable, while the sound goes on: what was sounding is fading by now."""

    event: ev.Event
    effects: tuple[Effect, ...]
    begun: int
    """How many of the effects were carried out already."""
    settled: Settled
    until: Frames


class Loop:
    """Feeds events to the session and has its effects carried out."""

    def __init__(
        self,
        state: SessionState,
        mixer: Mixer,
        interpreter: Interpreter,
        chronicle: Chronicle,
        keep: Keep = keep_nothing,
    ) -> None:
        """Take the session's first state, the ports, and what keeps each step; nothing happens until an event comes."""
        self.state = state
        self._keep = keep
        self._mixer = mixer
        self._interpreter = interpreter
        self._chronicle = chronicle
        self._events: deque[ev.Event] = deque()
        self._held: _Held | None = None
        self._deaf = False
        self._lost_at: Frames | None = None
        self._relapses = 0
        self._fresh_since: Frames | None = None
        self._doubt = ""
        self._last_heard: Hearing | Unclear | None = None
        self._phase = ""

    def post(self, event: ev.Event) -> None:
        """Queue an event; it is handled before the next block is rendered."""
        self._events.append(event)

    def hear(self, decision: Hearing | Unclear) -> bool:
        """Take what the listener decided, and return whether it is news: what was told already answers nothing again.

        A process that tells twice would otherwise answer the next question with the answer to the last.
        """
        if decision == self._last_heard:
            return False
        self._last_heard = decision
        now = self._mixer.frame
        if isinstance(decision, Unclear):
            self.post(ev.SpeechUnclear(now))
        else:
            self._chronicle.hearings.append((decision, now))
            self.post(ev.Heard.of(decision, now))
        return True

    def heard_until(self, frame: Frames) -> None:
        """Renew the hearing lease: sound captured up to this played frame has been through a recognizer."""
        if not self._doubt:
            self._mixer.lease = Lease.proved(frame)

    def doubt_hearing(self, cause: str) -> None:
        """Take the lease back: what comes from the microphone, or what becomes of it, is not to be believed.

        Nothing renews it until `trust_hearing`.

        Args:
            cause: What is wrong, in a word, for the journal.
        """
        self._doubt = self._doubt or cause
        self._mixer.lease = NO_LEASE

    def trust_hearing(self) -> None:
        """Let the next sound that goes through a recognizer renew the lease again."""
        self._doubt = ""

    def before_block(self) -> None:
        """Handle everything due before the next block is rendered."""
        now = self._mixer.frame
        self._watch_lease(now)
        for end in self._interpreter.advance(self._mixer.lease):
            self.post(ev.SegmentEnded(end.frame, end.segment))
        if self._interpreter.timer is not None and now >= self._interpreter.timer:
            self._interpreter.timer = None
            self.post(ev.TimerFired(now))
        while not self._waits(now) and self._events:
            self._decide(self._events.popleft())

    def after_block(self) -> None:
        """Account for what the block has played."""
        if self._interpreter.account():
            self.post(ev.UtteranceEnded(self._mixer.frame))

    @property
    def next_due(self) -> Frames | None:
        """Return the next frame at which `before_block` has something to do, if the lease is renewed until then.

        For hosts that jump over the time in which nothing happens; None where nothing is to come.
        """
        if self._events or self._held is not None:
            return self._mixer.frame
        due = self._interpreter.next_due
        if self._fresh_since is None:
            return due
        restored = Frames(self._fresh_since + self._trial)
        return restored if due is None else min(due, restored)

    def _watch_lease(self, now: Frames) -> None:
        """Tell that hearing is lost, and that it is back: at once at first, behind a trial where it comes and goes.

        Otherwise a loose plug would be a fault, a chime and a notice every few seconds, and end no session for ever.
        """
        if not self._mixer.lease.fresh(now):
            self._fresh_since = None
            if not self._deaf:
                self._deaf = True
                again = self._lost_at is not None and now - self._lost_at <= FLAPPING
                self._relapses = min(self._relapses + 1, _MOST_TRIALS) if again else 0
                self._lost_at = now
                self.post(ev.HearingLost(now, self._doubt) if self._doubt else ev.HearingLost(now))
        elif self._deaf:
            self._fresh_since = now if self._fresh_since is None else self._fresh_since
            if now - self._fresh_since >= self._trial:
                self._deaf, self._fresh_since = False, None
                self.post(ev.HearingRestored(now))

    @property
    def _trial(self) -> Frames:
        """Return how long hearing must have been well before it counts as being back."""
        return Frames(_TRIAL * 2 ** (self._relapses - 1)) if self._relapses else Frames(0)

    def _waits(self, now: Frames) -> bool:
        """Return whether effects still wait to be durable; those that waited long enough are carried out."""
        held = self._held
        if held is None:
            return False
        if now < held.until and not held.settled():
            return True
        self._held = None
        self._follow(held.event, held.effects, held.begun)
        return False

    def _decide(self, event: ev.Event) -> None:
        taken = step(self.state, event)
        self.state, effects = taken
        begun = 1 if effects and isinstance(effects[0], Silence | Hush) else 0
        if begun:
            self._carry_out(effects[0])
        settled = self._keep(event, taken)
        if settled is not None and not settled():
            self._held = _Held(event, effects, begun, settled, Frames(self._mixer.frame + SETTLING))
        else:
            self._follow(event, effects, begun)

    def _follow(self, event: ev.Event, effects: tuple[Effect, ...], begun: int) -> None:
        """Carry out the effects of an event from a place on."""
        if not effects and self._phase:
            return
        self._chronicle.decisions.append(Decision(event, self._mixer.frame, effects))
        question = ""
        for effect in effects[begun:]:
            if isinstance(effect, Listen) and effect.expectation.question:
                question = effect.expectation.question
            self._carry_out(effect)
        phase = self.state.protocol.phase.value
        if phase != self._phase or question:
            self._phase = phase
            self._chronicle.phases.append(PhaseEntered(phase, self._mixer.frame, question))

    def _carry_out(self, effect: Effect) -> None:
        try:
            self._interpreter.carry_out(effect)
        except CoachError as failure:
            self._chronicle.records.append((self._mixer.frame, "effect-failed", {"why": str(failure)}))
