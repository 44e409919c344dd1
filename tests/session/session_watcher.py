"""A watcher of the protocol that believes only what is recorded and asked of the world, and the events.

Each invariant is a sentence; a transition that breaks it is reported by it. The protocol's own
flags are looked at only to be compared with what the records say.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.asking import PHASE
from coach.session.heard import KIND, Kind
from coach.session.moves import Move
from coach.session.questions import TRIAGE, Question, asking
from coach.session.states import Advice, Ahead, Entry, Held, Lock, Phase, Protocol, Record

WAITING = frozenset(
    {Phase.SCREEN, Phase.CHECKIN, Phase.PAUSED, Phase.FAULT, Phase.MAYBE, Phase.ACKLINE, Phase.TRIAGE, Phase.ADVICE}
)
CHAIN = frozenset({Phase.ACKLINE, Phase.TRIAGE, Phase.ADVICE, Phase.LOCKED})
SESSION = frozenset({Phase.SCREEN, Phase.RUN, Phase.CHECKIN, Phase.PAUSED, Phase.FAULT})
REST = frozenset({Phase.IDLE, Phase.LOCKED})
ENTERING = frozenset({Move.ENTER_PHASE, Move.ENTER_SEGMENT})
HARM = frozenset({Kind.EMERGENCY, Kind.URGENT, Kind.PAIN})
INTERRUPTS = frozenset({"paused", "fault", "maybe", "call", "pain", "stop", "rest"})
"""Records of what interrupts an exercise."""
HALTS = HARM | {Kind.STOP, Kind.PAUSE}
ORDER = [fx.Silence, fx.Record, fx.Latch, fx.Notify, fx.Say]


@dataclass(frozen=True)
class Watch:
    """What the watcher remembers."""

    opened: bool = False
    """A session record is open in the journal."""
    alive: bool = False
    """A session was opened whose end has not been told to the world."""
    alarmed: bool = False
    """A safety record without an acknowledgement behind it."""
    lock: int = 0
    armed: bool = False
    """The timer is armed."""
    sore: bool = False
    """Mild pain was rested, and she has not yet said that it may go on slower and smaller."""
    own: bool = False
    """The last interruption was her own pause."""


@dataclass(frozen=True)
class Transition:
    """One event and what it led to."""

    before: Protocol
    event: ev.Event
    after: Protocol
    acts: tuple

    @cached_property
    def moved(self):
        return self.before.phase is not self.after.phase

    @cached_property
    def kind(self):
        return KIND[self.event.command] if isinstance(self.event, ev.Heard) else None

    @cached_property
    def certainty(self):
        return self.event.certainty if isinstance(self.event, ev.Heard) else None

    @cached_property
    def final(self):
        return self.certainty is Certainty.FINAL

    @cached_property
    def answer(self):
        return self.event.answer if isinstance(self.event, ev.Heard) else None

    @cached_property
    def human(self):
        """Whether the person answered, or asked for something."""
        return self.final and self.kind not in HARM and (self.kind is Kind.CONTROL or self.answer is not None)

    @cached_property
    def entries(self):
        """Return the moves that enter the score."""
        return [act for act in self.acts if isinstance(act, Move) and act in ENTERING]

    @cached_property
    def asked(self):
        """Whether a question was opened, or asked once more."""
        was = (self.before.question, self.before.tries)
        return self.after.question is not None and was != (self.after.question, self.after.tries)

    def has(self, *kinds):
        return any(isinstance(act, kinds) for act in self.acts)

    def recorded(self, kind):
        return any(isinstance(act, fx.Record) and act.kind == kind for act in self.acts)

    def opens_with(self, *kinds):
        return bool(self.acts) and isinstance(self.acts[0], kinds)

    def told(self, *kinds):
        return isinstance(self.event, kinds)


class Watcher:
    """Holds the invariants; `see` returns what it remembers now and the sentences that were broken."""

    def see(self, watch, t):
        now, wrong = self._remember(watch, t)
        if t.after.phase is Phase.RUN and t.moved:
            now = replace(now, sore=False)
            if watch.sore and t.before.question is not Question.GO_ON:
                wrong.append("behind pain the exercise goes on only after it was asked about")
            if t.before.question is None and not watch.own:
                wrong.append("without a question the exercise goes on only after her own pause")
        for group in (silence, cues, running, questions, records, locks, triage, faults, half_heard, duties, notices):
            wrong += [sentence for sentence, held in group(t, now) if not held]
        return now, wrong

    def _remember(self, watch, t):
        now = replace(watch, armed=False) if t.told(ev.TimerFired) else watch
        if t.told(ev.Booted) and t.recorded("booted"):
            now = replace(now, lock=t.event.lock, alarmed=t.event.lock > 0)
        wrong = []
        for act in t.acts:
            now, broken = _after(now, act)
            wrong += broken
        return now, wrong


def _after(watch, act):
    """Return what is remembered after one act, and what is wrong with it."""
    if isinstance(act, Move):
        sound = act not in ENTERING or (watch.opened and not watch.alarmed and not watch.lock)
        now = replace(watch, armed=False) if act in ENTERING else watch
        return now, [] if sound else ["a cue only in an open session, and none after an alarm"]
    if isinstance(act, fx.Record):
        return _recorded(watch, act)
    if isinstance(act, fx.EndSession):
        sound = watch.alive and not watch.opened
        return replace(watch, alive=False), [] if sound else ["an end is told once, behind its record"]
    if isinstance(act, fx.Silence | fx.CancelTimer | fx.ArmTimer):
        return replace(watch, armed=isinstance(act, fx.ArmTimer)), []
    return (replace(watch, lock=act.lock) if isinstance(act, fx.Latch) else watch), []


def _recorded(watch, record):
    """Return what is remembered after a record, and what is wrong with it."""
    if record.kind in INTERRUPTS:
        watch = replace(watch, own=record.detail.get("why") in {"own", "tired"})
    match record.kind:
        case "opened":
            sound = not watch.opened and not watch.alive
            return replace(watch, opened=True, alive=True), [] if sound else ["one session at a time"]
        case "ended":
            return replace(watch, opened=False, sore=False, own=False), [] if watch.opened else [
                "an end only of an open session"
            ]
        case "safety" | "acknowledged":
            return replace(watch, alarmed=record.kind == "safety"), []
        case "rest":
            return replace(watch, sore=True), []
        case _:
            return watch, []


def silence(t, _watch):
    """Stopping comes first."""
    stops = t.told(ev.StopRequested) or (t.final and (t.kind is Kind.STOP or t.kind in HARM))
    if stops and t.before.phase is not Phase.BOOT:
        yield "stop and harm are silenced first", t.opens_with(fx.Silence)
        yield "stop and harm never lead to the exercise", not t.entries and t.after.phase is not Phase.RUN
    yield "silence stands first", not any(isinstance(act, fx.Silence) for act in t.acts[1:])
    if t.before.phase is Phase.RUN and t.moved and not t.told(ev.SegmentEnded):
        yield "leaving the exercise falls silent first", t.opens_with(fx.Silence, fx.Hush)


def cues(t, _watch):
    """When the score may be entered."""
    if not t.entries:
        return
    yield "one cue a transition, and it comes last", len(t.entries) == 1 and t.acts[-1] is t.entries[0]
    yield "a cue only in RUN, with nothing awaited", t.after.phase is Phase.RUN and t.after.entry is Entry.NONE
    yield "a cue only while well", t.after.healthy
    yield "a cue never while a question is open", t.after.question is None
    led = t.before.entry is not Entry.NONE and t.told(ev.UtteranceEnded, ev.TimerFired)
    by_score = t.before.phase is Phase.RUN and (led or t.told(ev.SegmentEnded))
    yield (
        "a cue by an answer, behind a line she led to, or by the score",
        by_score or (t.human and t.answer is not None),
    )


def running(t, _watch):
    """What RUN takes."""
    if t.after.phase is not Phase.RUN:
        return
    yield "RUN only while well", t.after.healthy
    yield "RUN only in an open session without a lock", t.after.in_session and t.after.lock is Lock.NONE
    yield "RUN only with the exercise ahead", t.after.ahead is Ahead.EXERCISE
    yield "RUN holds nothing open", t.after.question is None and t.after.held is Held.NOTHING
    if t.moved:
        yield "RUN is entered by the person", t.human
        yield "RUN is never entered past what was half heard", t.before.held is Held.NOTHING
    if t.before.phase is Phase.SCREEN:
        yield "RUN from screening only by consent", t.before.question is Question.CONSENT and t.human


def questions(t, watch):
    """Every question is said, recorded and timed, and silence never answers it well."""
    if t.after.phase in WAITING or (t.after.phase is Phase.RUN and t.after.entry is not Entry.NONE):
        yield "waiting is timed", watch.armed
    if t.moved and t.after.phase is Phase.LOCKED:
        yield "a lock is entered with its reminder armed", watch.armed
    if t.after.question is not None:
        yield "a question is open in its own phase", PHASE[t.after.question] is t.after.phase
    if t.asked:
        key = f"question.{asking(t.after.question).id}"
        yield "a question is said", any(isinstance(act, fx.Say) and act.phrase == key for act in t.acts)
        yield "a question is recorded", t.recorded("asked")
    if t.before.question is not None and t.told(ev.TimerFired, ev.SpeechUnclear):
        yield "silence and mumbling never go on", not t.entries and t.after.phase is not Phase.RUN
    if t.after.question is Question.CONSENT and t.before.question is not Question.CONSENT:
        last = t.before.question in {Question.SCREEN_UNWELL, Question.SCREEN_SINCE}
        yield "consent only behind a clear no", last and t.answer is Answer.NO


def records(t, watch):
    """The journal tells what happened, and the state says nothing else."""
    if t.moved or t.asked:
        yield "a change is recorded", t.has(fx.Record)
    if t.moved and t.after.phase not in {Phase.RUN, Phase.IDLE}:
        yield "no silent change into a phase of the session", t.has(fx.Say) or t.after.held is not Held.NOTHING
    ends = [act for act in t.acts if isinstance(act, fx.EndSession)]
    if ends:
        yield "an end leads to rest", t.after.phase in REST
        yield "an end is announced", t.has(fx.Say) or ends[0].outcome is fx.Outcome.COMPLETED
    yield "a session is open where the journal says so", (t.after.record is Record.OPEN) == watch.opened
    yield "a session lives until its end is told", (t.after.record is not Record.NONE) == watch.alive
    yield "at rest nothing is open", t.after.phase not in REST or t.after.record is Record.NONE
    yield "a phase of the session has an open session", t.after.phase not in SESSION or t.after.in_session
    if t.told(ev.ClockJumped):
        only = [act.kind for act in t.acts if isinstance(act, fx.Record)] == ["clock"] and len(t.acts) == 1
        yield "a clock jump changes nothing", t.after == t.before and only


def locks(t, watch):
    """An alarm locks, and little unlocks."""
    yield "the lock is the latch's", int(t.after.lock) == watch.lock
    yield "an alarm keeps to the chain", not watch.alarmed or t.after.phase in CHAIN
    if t.after.phase in CHAIN and t.before.phase not in CHAIN | {Phase.BOOT}:
        earlier = t.before.lock is not Lock.NONE and t.after.phase is Phase.LOCKED
        yield "the chain is entered by an alarm", earlier or t.recorded("safety")
    if t.recorded("safety"):
        kinds = [type(act) for act in t.acts if isinstance(act, tuple(ORDER))]
        yield "silence, record, latch, notice, words", list(dict.fromkeys(kinds)) == ORDER
        yield "an alarm locks at once", t.after.lock is not Lock.NONE
    if t.after.lock < t.before.lock:
        clear = t.before.phase is Phase.ADVICE and t.before.advice is Advice.CAUTION and not t.before.red_flag
        yield "a lock is lowered by clear triage or an acknowledgement", clear or t.recorded("acknowledged")
        carer = not t.recorded("acknowledged") or t.told(ev.CareAcknowledged)
        yield "an urgent lock is lifted by a carer", carer or t.before.lock is not Lock.URGENT


def triage(t, _watch):
    """Triage goes forward only, and at a clear no only."""
    if t.before.red_flag and t.before.phase in {Phase.TRIAGE, Phase.ADVICE}:
        kept = t.after.red_flag or t.after.phase is Phase.LOCKED
        yield "a red flag is not forgotten", kept and t.after.lock is Lock.URGENT
    if t.before.phase is not Phase.TRIAGE:
        return
    if t.after.question in TRIAGE and t.before.question is not t.after.question:
        forward = TRIAGE.index(t.after.question) == TRIAGE.index(t.before.question) + 1
        yield "triage goes forward at a clear no", forward and t.answer is Answer.NO
    if t.after.advice is Advice.CAUTION:
        yield "caution only behind the last clear no", t.before.question is TRIAGE[-1] and t.answer is Answer.NO
    if t.told(ev.TimerFired):
        yield "silence in triage is a red flag", t.after.red_flag or t.after.phase is Phase.TRIAGE


def faults(t, _watch):
    """Deaf, mute and without a journal are one thing: quiet, and told."""
    if t.after.phase is Phase.FAULT and t.moved:
        told = t.has(fx.Ring) and t.has(fx.Notify) and t.has(fx.Say)
        yield "a fault is silenced, chimed, said and told", told and t.opens_with(fx.Silence)
    if t.told(ev.HearingLost, ev.VoiceLost, ev.JournalFailed):
        yield "a loss is remembered", not t.after.healthy
        yield "a loss never leaves the exercise going", t.after.phase is not Phase.RUN
    if t.told(ev.HearingRestored, ev.VoiceRestored, ev.JournalRestored):
        still = t.after.phase in {t.before.phase, Phase.PAUSED}
        yield "recovery never acts by itself", still and not t.entries


def half_heard(t, _watch):
    """Half a word silences; it never goes on."""
    if t.certainty is Certainty.PARTIAL:
        quiet = not t.has(fx.Say) and t.after.phase in {t.before.phase, Phase.PAUSED, Phase.MAYBE}
        yield "half a word only silences", quiet
    if t.certainty in {Certainty.PARTIAL, Certainty.UNCONFIRMED}:
        yield "only a final result goes on", not t.entries and (t.after.phase is not Phase.RUN or not t.moved)


def duties(t, _watch):
    """What must happen: nothing that matters is let pass."""
    exercising = t.before.phase is Phase.RUN
    if exercising and t.certainty is Certainty.PARTIAL and t.kind in HALTS:
        yield "half of what stops leaves the exercise", t.after.phase is not Phase.RUN
    if exercising and t.certainty is Certainty.UNCONFIRMED and t.kind in HALTS:
        yield "an unconfirmed word that stops leaves the exercise", t.after.phase is not Phase.RUN
    if t.final and t.kind is Kind.PAUSE and t.before.phase in {Phase.RUN, Phase.SCREEN, Phase.CHECKIN}:
        answered = t.answer not in {None, Answer.UNCLEAR}
        doubtful = t.before.question is Question.REALLY_HURT
        yield "a pause pauses", t.after.phase is Phase.PAUSED or answered or doubtful
    if t.final and t.kind in {Kind.MAYBE, Kind.GROAN} and t.before.phase in {Phase.RUN, Phase.PAUSED}:
        unasked = t.before.question is None
        yield (
            "maybe pain is silenced and asked about",
            not unasked or (t.opens_with(fx.Silence) and t.after.phase is Phase.MAYBE),
        )
    if exercising and t.moved and t.before.entry is Entry.NONE:
        yield "leaving the exercise remembers the place", Move.HALT in t.acts or Move.COUNT in t.acts
    if t.after.phase is Phase.RUN and t.moved:
        led = t.after.entry is not Entry.NONE and t.has(fx.Say)
        yield "RUN begins with a line or a cue", led or len(t.entries) == 1
    if exercising and t.before.entry is not Entry.NONE and t.told(ev.UtteranceEnded, ev.TimerFired):
        yield "behind its line the exercise goes on", len(t.entries) == 1
    if t.before.question is not None and t.told(ev.Heard) and (t.moved or t.before.question is not t.after.question):
        kinds = {act.kind for act in t.acts if isinstance(act, fx.Record)} - {"asked"}
        yield "a human decision is recorded", bool(kinds)
    if t.before.phase in {Phase.IDLE, Phase.LOCKED} and t.told(ev.StartRequested):
        yield "asked to start, it starts or says why not", t.has(fx.Say) and t.has(fx.Record)


def notices(t, _watch):
    """The carer is told, and the person when nobody could be reached."""
    for act in t.acts:
        if isinstance(act, fx.EndSession) and act.outcome is fx.Outcome.FAULT:
            yield "an end by a fault is told", t.has(fx.Notify)
        if isinstance(act, fx.Record) and act.kind == "red-flag":
            yield "a red flag is told", t.has(fx.Notify) and t.has(fx.Say)
    abandoned = t.has(fx.EndSession) and any(isinstance(a, fx.Say) and a.phrase == "session.no-answer" for a in t.acts)
    yield "an abandoned session is told", not abandoned or t.has(fx.Notify)
    if t.before.question is Question.GROAN and t.after.lock > t.before.lock:
        yield "a lock after a groan is told", t.has(fx.Notify) and t.has(fx.Latch)
    if t.told(ev.NoticeFailed) and t.before.phase in CHAIN and t.before.failures == 1:
        yield "the person is told that nobody was reached", t.has(fx.Say)
    if t.told(ev.NoticeFailed, ev.NoticeDelivered):
        yield "a notice moves nothing", not t.moved and t.recorded("notice")
