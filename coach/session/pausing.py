"""In a pause: how it is entered, left, reminded of and ended.

1. "Continue" goes straight on after her own pause only; after anything uncertain a question comes
   first, and while a lock is set nothing goes on.
2. Nobody is reminded for ever: every pause ends.
"""

from dataclasses import replace

from coach.session.asking import ask
from coach.session.effects import ArmTimer, Hush, Latch, Notify, Outcome, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import end
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.resting import let_be
from coach.session.running import PAUSE_STEPS_S, paused, run, settle
from coach.session.safety import say
from coach.session.screening import screen
from coach.session.states import Ahead, Entry, Lock, Pause
from coach.session.turn import Handler, Now, Turn, nothing
from coach.units import frames


def all_right(now: Now) -> Turn:
    """A clear no: paused in a session, at rest without one."""
    if not now.protocol.in_session:
        return let_be(now)
    return paused(now, Pause.ASKING, say("safety.all-right-paused"), "all-right", first=Silence())


def stopped_well(now: Now) -> Turn:
    """Stopped, and nothing hurts: on when she likes."""
    return paused(now, Pause.ASKING, Say("session.stopped"), "stop", first=Silence())


def groaned(now: Now) -> Turn:
    """A groan and no answer: paused, a notice, and a caution lock."""
    if not now.protocol.in_session:
        return let_be(now)
    turn = paused(now, Pause.ASKING, say("safety.locked-caution"), "groan", first=Silence())
    locked = replace(turn.protocol, lock=Lock(max(Lock.CAUTION, turn.protocol.lock)))
    silence, halt, record, *said = turn.acts
    lock = (RecordEffect("locked", {"lock": int(locked.lock)}), Latch(int(locked.lock)), Move.LOCKED, Notify("groan"))
    return Turn(locked, (silence, halt, record, *lock, *said))


def resume(now: Now) -> Turn:
    """Go on after a pause, in the way this pause is left."""
    protocol = now.protocol
    if protocol.held:
        return nothing(now)
    if protocol.lock:
        return Turn(protocol, (RecordEffect("refused", {"reason": "locked"}), Say("safety.refused-locked")))
    if protocol.pause is Pause.MINUTE:
        return ask(protocol, Question.GO_ON, Hush())
    if protocol.pause is Pause.ASKING:
        return ask(protocol, Question.RESUME, Hush())
    return go_on(now)


def go_on(now: Now) -> Turn:
    """Take up what comes next: the questions, the effort question, or the exercise with full words."""
    protocol = now.protocol
    if protocol.ahead is Ahead.SCREENING:
        return screen(protocol, RecordEffect("going-on")).after(Hush())
    if protocol.ahead is Ahead.CHECKIN:
        return ask(protocol, Question.EFFORT, Hush(), RecordEffect("going-on"))
    line = Say("session.going-on")
    return run(protocol, line, Entry.PHASE, Hush(), RecordEffect("going-on"), Move.FRESHEN)


def go_on_gently(now: Now) -> Turn:
    """Go on after mild pain, slower and smaller."""
    if now.protocol.ahead is Ahead.SCREENING:
        return go_on(now)
    gently = replace(now.protocol, ahead=Ahead.EXERCISE)
    line = Say("session.going-on-gently")
    return run(gently, line, Entry.SEGMENT, Hush(), RecordEffect("going-on"), Move.EASIER, Move.FRESHEN)


def stay_paused(now: Now) -> Turn:
    """Not all right to go on yet: paused."""
    return paused(now, Pause.ASKING, say("safety.all-right-paused"), "not-yet")


def pause_timer(now: Now) -> Turn:
    """A pause has lasted: settle what was half heard, ask after the minute, remind, or end."""
    protocol = now.protocol
    if protocol.held:
        return settle(now)
    if protocol.pause is Pause.MINUTE:
        return ask(protocol, Question.GO_ON)
    if protocol.nags + 1 < len(PAUSE_STEPS_S):
        nagged = replace(protocol, nags=protocol.nags + 1)
        step_s = PAUSE_STEPS_S[nagged.nags]
        return Turn(
            nagged,
            (
                RecordEffect("reminded", {"times": nagged.nags}),
                Say("session.paused-remind"),
                ArmTimer(frames(step_s)),
            ),
        )
    return abandon(now)


def abandon(now: Now) -> Turn:
    """Nobody answered: the session ends and the carer is told."""
    return end(now.protocol, Outcome.NO_ANSWER, Say("session.no-answer"), notice="no-answer")


def stop_for_good(now: Now) -> Turn:
    """She has stopped: the session ends."""
    return end(now.protocol, Outcome.STOPPED, Say("session.ended"))


def quieten(now: Now) -> Turn:
    """Half a word of harm in a pause: whatever is being said falls silent, and the pause is timed anew."""
    return Turn(now.protocol, (Silence(), ArmTimer(frames(PAUSE_STEPS_S[now.protocol.nags]))))


def unless_held(handler: Handler) -> Handler:
    """Return a handler that waits for the end of what was half heard."""

    def settled(now: Now) -> Turn:
        return nothing(now) if now.protocol.held else handler(now)

    return settled
