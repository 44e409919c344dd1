"""The machine as tables: for every phase, what follows every event and everything that can be heard.

Rules for editors:

1. Every pair of phase and event stands in exactly one of `EVENTS` and `IGNORED`; an ignored pair
   gives its reason. The same holds for what is heard (`HEARD`, `UNHEARD`) and for what is asked to
   be done (`COMMANDS`, `UNDONE`). What is ignored stands in `coach.session.ignored`. The tests count.
2. A pair in none of them would be an error; an ignored one changes nothing at all.
3. A handler falls silent first, then records, then latches, then tells the carer, then sounds and
   speaks, then arms its timer. Silence waits for nothing.
4. A handler that changes the phase or opens a question records it, and every phase that waits is
   entered with a timer armed; silence empties the timer too.
5. RUN is entered by an answer or a command of the person. A handler that would enter it for any
   other reason is wrong.
6. While a question is open, what is heard belongs to it: `answering.answered` comes before `HEARD`.
7. Safety first: where two rows might serve, take the one that stops.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from coach.commands import Command
from coach.session import answering, controls, faults, locks, pausing, practice, resting, running, safety, world
from coach.session import events as ev
from coach.session.heard import KIND, Follows, Kind, follows
from coach.session.states import CHAIN, Phase
from coach.session.turn import Handler, Now, Turn, nothing

Pair = tuple[Phase, type[ev.Event]]
HeardPair = tuple[Phase, Follows]
CommandPair = tuple[Phase, Command]

IN_SESSION: Final = (Phase.SCREEN, Phase.RUN, Phase.CHECKIN, Phase.PAUSED)
EVENT_KINDS: Final = tuple(
    kind for kind in vars(ev).values() if isinstance(kind, type) and issubclass(kind, ev.Event) and kind is not ev.Event
)
_LOSSES: Final = (ev.HearingLost, ev.VoiceLost, ev.JournalFailed)
_RECOVERIES: Final = (ev.HearingRestored, ev.VoiceRestored, ev.JournalRestored)


def heard(now: Now) -> Turn:
    """Let an open question read what was heard; else look it up by phase."""
    event = now.event
    if not isinstance(event, ev.Heard):
        return nothing(now)
    if now.protocol.question is not None:
        return answering.answered(now)
    return HEARD.get((now.protocol.phase, follows(event.command, event.certainty)), nothing)(now)


def stop_pressed(now: Now) -> Turn:
    """A key says what "stop" says."""
    return heard(Now(now.protocol, ev.Heard(now.event.frame, Command.STOP), now.facts))


def do(now: Now) -> Turn:
    """Look up a command that controls or asks."""
    if not isinstance(now.event, ev.Heard):
        return nothing(now)
    return COMMANDS.get((now.protocol.phase, now.event.command), nothing)(now)


def maybe_timer(now: Now) -> Turn:
    """Silence on a question, or nothing more of what was half heard."""
    return running.settle_late(now) if now.protocol.held else answering.silent(now)


def pause_timer(now: Now) -> Turn:
    """Silence on a question asked in a pause, or a pause that lasts."""
    return answering.silent(now) if now.protocol.question else pausing.pause_timer(now)


def lock_timer(now: Now) -> Turn:
    """Silence on the question that would unlock, or a reminder."""
    return answering.silent(now) if now.protocol.question else locks.lock_timer(now)


def stop_in_pause(now: Now) -> Turn:
    """The end of a half-heard "stop" is a stop; in a pause of longer standing it ends the session."""
    return safety.ask_stopped(now) if now.protocol.held else pausing.stop_for_good(now)


def pause_in_pause(now: Now) -> Turn:
    """The end of a half-heard "pause"; a pause of longer standing stays as it is."""
    return running.settle(now) if now.protocol.held else nothing(now)


def silence_in_pause(now: Now) -> Turn:
    """What was half heard before becomes graver; in a pause of longer standing there is nothing to hold."""
    return running.half_heard(now) if now.protocol.held else pausing.quieten(now)


def acknowledged_by_voice(now: Now) -> Turn:
    """A yes, or "fine", that was surely heard takes the advice in; a no does not, nor what sounds while it is said."""
    event = now.event
    taken = isinstance(event, ev.Heard) and event.sure and event.command in {Command.YES, Command.ALL_CLEAR}
    if not taken:
        return nothing(now)
    return safety.acknowledge_advice(now) if now.protocol.phase is Phase.ADVICE else locks.acknowledge(now)


def silence_in_chain(now: Now) -> Turn:
    """Half a "stop" silences; half a word of harm may not cut the advice short."""
    stops = isinstance(now.event, ev.Heard) and KIND[now.event.command] is Kind.STOP
    return safety.quiet(now) if stops else nothing(now)


def _rows(phases: tuple[Phase, ...], kinds: tuple[type[ev.Event], ...], handler: Handler) -> dict[Pair, Handler]:
    return {(phase, kind): handler for phase in phases for kind in kinds}


_ALL: Final = tuple(Phase)

EVENTS: Final[Mapping[Pair, Handler]] = MappingProxyType(
    {
        (Phase.BOOT, ev.Booted): resting.booted,
        (Phase.IDLE, ev.StartRequested): practice.start,
        (Phase.IDLE, ev.PracticeRequested): practice.begin,
        (Phase.IDLE, ev.SessionFellDue): resting.fell_due,
        (Phase.IDLE, ev.DayUnknown): resting.day_unknown,
        (Phase.IDLE, ev.SessionUnready): resting.unready,
        (Phase.LOCKED, ev.StartRequested): locks.refuse_locked,
        **_rows(tuple(phase for phase in _ALL if phase is not Phase.BOOT), (ev.Heard,), heard),
        **_rows(tuple(phase for phase in _ALL if phase is not Phase.BOOT), (ev.StopRequested,), stop_pressed),
        (Phase.PRACTICE, ev.StopRequested): practice.stop_pressed,
        (Phase.PRACTICE, ev.TimerFired): practice.timer,
        **_rows((Phase.PRACTICE,), _LOSSES, faults.lost_in_practice),
        (Phase.PRACTICE, ev.Untrusted): faults.untrusted_in_practice,
        **_rows((Phase.SCREEN, Phase.CHECKIN, Phase.MAYBE, Phase.TRIAGE), (ev.SpeechUnclear,), answering.unclear),
        **_rows((Phase.PAUSED, Phase.LOCKED, Phase.OFFER), (ev.SpeechUnclear,), answering.unclear),
        (Phase.RUN, ev.SegmentEnded): running.segment_ended,
        **_rows((Phase.PAUSED, Phase.MAYBE, Phase.FAULT), (ev.SegmentEnded,), running.late_segment_ended),
        (Phase.RUN, ev.UtteranceEnded): running.line_ended,
        (Phase.ACKLINE, ev.UtteranceEnded): safety.first_triage,
        (Phase.RUN, ev.TimerFired): running.line_ended,
        **_rows((Phase.SCREEN, Phase.CHECKIN, Phase.TRIAGE, Phase.OFFER), (ev.TimerFired,), answering.silent),
        (Phase.MAYBE, ev.TimerFired): maybe_timer,
        (Phase.PAUSED, ev.TimerFired): pause_timer,
        (Phase.FAULT, ev.TimerFired): faults.fault_timer,
        (Phase.ACKLINE, ev.TimerFired): safety.first_triage,
        (Phase.MINUTE, ev.TimerFired): safety.last_triage,
        (Phase.ADVICE, ev.TimerFired): safety.lock_up,
        (Phase.LOCKED, ev.TimerFired): lock_timer,
        **_rows(IN_SESSION, _LOSSES, faults.lost),
        **_rows((Phase.MAYBE,), _LOSSES, faults.lost_while_unsure),
        **_rows((Phase.OFFER,), _LOSSES, faults.lost_at_offer),
        **_rows((Phase.FAULT,), _LOSSES, faults.lost_in_fault),
        **_rows(CHAIN, _LOSSES, faults.noted_with_chime),
        **_rows((Phase.BOOT, Phase.IDLE), _LOSSES, faults.noted),
        **_rows(tuple(phase for phase in _ALL if phase is not Phase.FAULT), _RECOVERIES, faults.noted),
        **_rows((Phase.FAULT,), _RECOVERIES, faults.restored),
        (Phase.LOCKED, ev.CareAcknowledged): locks.unlock,
        (Phase.ADVICE, ev.CareAcknowledged): safety.acknowledge_advice,
        (Phase.PAUSED, ev.CareAcknowledged): locks.unlock_in_pause,
        **_rows((Phase.LOCKED, Phase.ADVICE, Phase.PAUSED), (ev.PinRefused,), locks.pin_refused),
        **_rows(_ALL, (ev.NoticeDelivered,), world.delivered),
        **_rows(_ALL, (ev.NoticeFailed,), world.undelivered),
        **_rows(_ALL, (ev.ClockJumped,), world.clock_jumped),
        **_rows(_ALL, (ev.EchoFound,), world.echo_found),
        **_rows((*IN_SESSION, Phase.FAULT), (ev.Untrusted,), faults.untrusted),
        (Phase.MAYBE, ev.Untrusted): faults.untrusted_while_unsure,
        **_rows(CHAIN, (ev.Untrusted,), faults.untrusted_in_chain),
        **_rows((Phase.BOOT, Phase.IDLE), (ev.Untrusted,), faults.untrusted_at_rest),
        (Phase.OFFER, ev.Untrusted): faults.untrusted_at_offer,
    }
)
"""What follows every event."""


def _hearings(phases: tuple[Phase, ...], rows: Mapping[Follows, Handler]) -> dict[HeardPair, Handler]:
    return {(phase, what): handler for phase in phases for what, handler in rows.items()}


_EXERCISING: Final = {
    Follows.SILENCE: running.half_heard,
    Follows.HUSH: running.half_heard,
    Follows.EMERGENCY: safety.emergency,
    Follows.CALLED: safety.called,
    Follows.URGENT: safety.urgent,
    Follows.PAIN: safety.pain,
    Follows.DIZZY: safety.dizzy,
    Follows.MAYBE: safety.maybe,
    Follows.GROAN: safety.groan,
    Follows.STOP: safety.ask_stopped,
    Follows.PAUSE: running.pause,
    Follows.PAUSE_UNSURE: running.pause_unsure,
    Follows.DO: do,
    Follows.TELL: do,
}
_PRACTISING: Final = {
    Follows.SILENCE: practice.half_heard,
    Follows.HUSH: practice.half_heard,
    Follows.EMERGENCY: resting.call_at_rest,
    Follows.CALLED: resting.call_at_rest,
    Follows.URGENT: resting.called_me,
    Follows.DIZZY: resting.called_me,
    Follows.GROAN: resting.called_me,
    Follows.PAIN: practice.hurt,
    Follows.MAYBE: practice.hurt,
    Follows.STOP: practice.stopped,
    Follows.PAUSE: practice.stopped,
    Follows.PAUSE_UNSURE: practice.stopped,
    Follows.DO: do,
    Follows.TELL: do,
}
_STOPPING: Final = {
    Follows.SILENCE: silence_in_chain,
    Follows.EMERGENCY: safety.alarm_emergency,
    Follows.URGENT: safety.again,
    Follows.PAIN: safety.again,
    Follows.DIZZY: safety.again,
    Follows.STOP: safety.quiet,
}

HEARD: Final[Mapping[HeardPair, Handler]] = MappingProxyType(
    {
        **_hearings((Phase.PRACTICE,), _PRACTISING),
        **_hearings((Phase.RUN,), _EXERCISING),
        (Phase.RUN, Follows.ANSWER): running.taken_back,
        **{(Phase.PAUSED, what): handler for what, handler in _EXERCISING.items() if what is not Follows.HUSH},
        (Phase.PAUSED, Follows.SILENCE): silence_in_pause,
        (Phase.PAUSED, Follows.STOP): stop_in_pause,
        (Phase.PAUSED, Follows.PAUSE): pause_in_pause,
        (Phase.PAUSED, Follows.PAUSE_UNSURE): pause_in_pause,
        (Phase.MAYBE, Follows.SILENCE): running.half_heard,
        (Phase.MAYBE, Follows.EMERGENCY): safety.emergency,
        (Phase.MAYBE, Follows.CALLED): safety.called,
        (Phase.MAYBE, Follows.URGENT): safety.urgent,
        (Phase.MAYBE, Follows.PAIN): safety.pain,
        (Phase.MAYBE, Follows.DIZZY): safety.dizzy,
        (Phase.MAYBE, Follows.MAYBE): running.settle,
        (Phase.MAYBE, Follows.GROAN): running.settle,
        (Phase.MAYBE, Follows.STOP): running.settle,
        (Phase.MAYBE, Follows.PAUSE): running.settle,
        (Phase.MAYBE, Follows.PAUSE_UNSURE): running.settle,
        (Phase.IDLE, Follows.SILENCE): resting.hush_up,
        (Phase.IDLE, Follows.HUSH): resting.hush_up,
        (Phase.IDLE, Follows.STOP): resting.hush_up,
        (Phase.IDLE, Follows.EMERGENCY): resting.call_at_rest,
        (Phase.IDLE, Follows.CALLED): resting.called_me,
        (Phase.IDLE, Follows.URGENT): resting.called_me,
        (Phase.IDLE, Follows.PAIN): resting.called_me,
        (Phase.IDLE, Follows.DIZZY): resting.called_me,
        (Phase.IDLE, Follows.MAYBE): resting.overheard,
        (Phase.IDLE, Follows.GROAN): resting.overheard,
        (Phase.IDLE, Follows.DO): do,
        (Phase.IDLE, Follows.TELL): do,
        (Phase.FAULT, Follows.EMERGENCY): safety.alarm_emergency,
        (Phase.FAULT, Follows.CALLED): safety.chain,
        (Phase.FAULT, Follows.URGENT): safety.urgent,
        (Phase.FAULT, Follows.PAIN): safety.chain,
        (Phase.FAULT, Follows.DIZZY): safety.chain,
        (Phase.FAULT, Follows.MAYBE): safety.chain,
        (Phase.FAULT, Follows.GROAN): safety.chain,
        (Phase.FAULT, Follows.STOP): pausing.stop_for_good,
        (Phase.FAULT, Follows.DO): do,
        **_hearings((Phase.ACKLINE, Phase.MINUTE, Phase.ADVICE, Phase.LOCKED), _STOPPING),
        **_hearings(
            (Phase.ACKLINE, Phase.MINUTE),
            {Follows.CALLED: safety.again, Follows.MAYBE: safety.again, Follows.GROAN: safety.again},
        ),
        **_hearings(
            (Phase.ADVICE, Phase.LOCKED),
            {
                Follows.CALLED: safety.help_line,
                Follows.MAYBE: safety.help_line,
                Follows.GROAN: safety.help_line,
                Follows.ANSWER: acknowledged_by_voice,
            },
        ),
        (Phase.LOCKED, Follows.DO): do,
    }
)
"""What follows what is heard while no question is open."""


COMMANDS: Final[Mapping[CommandPair, Handler]] = MappingProxyType(
    {
        **{(Phase.RUN, command): handler for command, handler in controls.DO.items()},
        (Phase.RUN, Command.SOMEONE_HERE): running.visited,
        (Phase.RUN, Command.LATER): safety.ask_stopped,
        (Phase.RUN, Command.NOT_TODAY): safety.ask_stopped,
        **{(Phase.PAUSED, command): pausing.unless_held(handler) for command, handler in controls.DO.items()},
        (Phase.PAUSED, Command.TIRED): pausing.unless_held(pausing.tired),
        (Phase.PAUSED, Command.EASIER): pausing.unless_held(pausing.easier),
        (Phase.PAUSED, Command.RESUME): pausing.resume,
        (Phase.PAUSED, Command.START): pausing.resume,
        (Phase.PAUSED, Command.SOMEONE_HERE): pausing.unless_held(pausing.someone_here),
        (Phase.PAUSED, Command.LATER): pausing.unless_held(controls.later),
        (Phase.PAUSED, Command.NOT_TODAY): pausing.unless_held(controls.later),
        (Phase.IDLE, Command.START): practice.start_by_voice,
        (Phase.IDLE, Command.WHATS_NEXT): resting.tell_plan,
        (Phase.IDLE, Command.HOW_AM_I_DOING): resting.tell_plan,
        (Phase.IDLE, Command.PRACTICE): practice.begin,
        (Phase.PRACTICE, Command.REPEAT): practice.again,
        (Phase.PRACTICE, Command.HOW_TO): practice.again,
        (Phase.PRACTICE, Command.COMMANDS_HELP): practice.again,
        (Phase.PRACTICE, Command.LOUDER): controls.louder,
        (Phase.PRACTICE, Command.QUIETER): controls.quieter,
        (Phase.PRACTICE, Command.SPEAK_SLOWER): controls.speak_slower,
        (Phase.PRACTICE, Command.SPEAK_FASTER): controls.speak_faster,
        (Phase.PRACTICE, Command.LATER): practice.later,
        (Phase.PRACTICE, Command.NOT_TODAY): practice.later,
        (Phase.IDLE, Command.LOUDER): controls.louder,
        (Phase.IDLE, Command.QUIETER): controls.quieter,
        (Phase.IDLE, Command.SPEAK_SLOWER): controls.speak_slower,
        (Phase.IDLE, Command.SPEAK_FASTER): controls.speak_faster,
        (Phase.IDLE, Command.COMMANDS_HELP): resting.say_start,
        (Phase.FAULT, Command.RESUME): faults.tell_fault,
        (Phase.FAULT, Command.START): faults.tell_fault,
        (Phase.LOCKED, Command.START): locks.refuse_locked,
        (Phase.LOCKED, Command.RESUME): locks.refuse_locked,
        (Phase.LOCKED, Command.REPEAT): locks.refuse_locked,
    }
)
"""What follows a command that controls or asks, while no question is open."""
