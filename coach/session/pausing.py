"""In a pause: how it is entered, left, reminded of and ended.

1. "Continue" goes straight on after her own pause only, and where it was surely heard; else, and after
   anything uncertain, a question comes first, and while a lock is set nothing goes on.
2. Nobody is reminded for ever: every pause ends.
"""

from dataclasses import replace
from typing import Final

from coach.language.utterance import Answer
from coach.session import controls
from coach.session.advice import say
from coach.session.asking import ask
from coach.session.effects import ArmTimer, Hush, Latch, Notify, Outcome, Say, Silence
from coach.session.effects import Record as RecordEffect
from coach.session.ending import end
from coach.session.events import Heard
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.resting import let_be
from coach.session.running import PAUSE_STEPS_S, VISIT_S, paused, run, settle, visited
from coach.session.screening import refuse, screen
from coach.session.states import Ahead, Entry, Lock, Pause, Phase
from coach.session.turn import Act, Handler, Now, Turn, nothing
from coach.units import frames

_MINUTE_S: Final = 60.0
"""A real minute's rest after mild pain (design, 13.3)."""
_FLAT_S: Final = 120.0
"""Two minutes flat before dizziness is asked about again (clinical reference, section 8; to be signed)."""
_WAITS_S: Final = {Pause.MINUTE: _MINUTE_S, Pause.FLAT: _FLAT_S, Pause.VISIT: VISIT_S}


def all_right(now: Now) -> Turn:
    """A clear no: paused in a session, at rest without one."""
    if not now.protocol.in_session:
        return let_be(now)
    return paused(now, Pause.ASKING, say("safety.all-right-paused"), "all-right", first=Silence())


def stopped_well(now: Now) -> Turn:
    """Stopped, and nothing hurts: on when she likes."""
    return paused(now, Pause.ASKING, Say("session.stopped"), "stop", first=Silence())


def minute(now: Now) -> Turn:
    """After mild pain: rest a real minute, cut short by "ready"; before the exercise it is a reason not to begin.

    She has said how it was, so the effort is not asked again. Behind a lock nothing goes on after the rest.
    """
    protocol = now.protocol
    if protocol.ahead is Ahead.SCREENING:
        return refuse(now)
    resting = replace(
        protocol.cleared(),
        phase=Phase.PAUSED,
        pause=Pause.ASKING if protocol.lock else Pause.MINUTE,
        ahead=Ahead.EXERCISE,
        hurt_before=True,
    )
    acts = (RecordEffect("rest", {"why": "pain"}), Say("session.rest-a-moment"), ArmTimer(frames(_MINUTE_S)))
    return Turn(resting, acts)


def lie_flat(now: Now) -> Turn:
    """Dizzy, but not badly: flat for two minutes, which nothing cuts short; before the exercise no reason to begin."""
    protocol = now.protocol
    if protocol.ahead is Ahead.SCREENING:
        return refuse(now)
    resting = replace(protocol.cleared(), phase=Phase.PAUSED, pause=Pause.FLAT, ahead=Ahead.EXERCISE, hurt_before=True)
    acts = (RecordEffect("rest", {"why": "dizzy"}), Say("session.lie-flat"), ArmTimer(frames(_FLAT_S)))
    return Turn(resting, acts)


def better(now: Now) -> Turn:
    """No longer dizzy: on slower and smaller, if she likes; behind a lock, paused."""
    if now.protocol.lock:
        return all_right(now)
    return ask(now.protocol, Question.GO_ON)


def groaned(now: Now) -> Turn:
    """A groan and no answer: paused, a notice, and a caution lock."""
    if not now.protocol.in_session:
        return let_be(now)
    turn = paused(now, Pause.ASKING, say("safety.locked-caution"), "groan", first=Silence())
    locked = replace(turn.protocol, lock=Lock(max(Lock.CAUTION, turn.protocol.lock)))
    silence, halt, record, *said = turn.acts
    lock = (
        RecordEffect("cautioned", {"lock": int(locked.lock)}),
        Latch(int(locked.lock)),
        Move.LOCKED,
        Notify("groan"),
    )
    return Turn(locked, (silence, halt, record, *lock, *said))


def resume(now: Now) -> Turn:
    """Go on after a pause, in the way this pause is left."""
    protocol = now.protocol
    if protocol.held:
        return nothing(now)
    if protocol.lock:
        return Turn(protocol, (RecordEffect("refused", {"reason": "locked"}), Say("safety.refused-locked")))
    if protocol.pause is Pause.FLAT:
        return Turn(protocol, (RecordEffect("refused", {"reason": "resting"}), Say("session.rest-longer")))
    if protocol.pause is Pause.OWN:
        return go_on(now) if _surely(now) else ask(protocol, Question.RESUME_OWN, Hush())
    # Once there was pain, whatever interrupts leads on only slower and smaller.
    return ask(protocol, Question.GO_ON if protocol.hurt_before else Question.RESUME, Hush())


def go_on(now: Now) -> Turn:
    """Take up what comes next: the questions, the effort question, or the exercise with full words."""
    protocol = now.protocol
    if protocol.ahead is Ahead.SCREENING:
        return screen(now, RecordEffect("going-on")).after(Hush())
    if protocol.ahead is Ahead.CHECKIN:
        return ask(protocol, Question.EFFORT, Hush(), RecordEffect("going-on"))
    # The last yes before moving on from a stop is always read back, and may be taken back.
    yes = None if protocol.pause is Pause.OWN else Answer.YES
    line = Say("session.going-on" if yes is None else "session.going-on-yes")
    record = RecordEffect("going-on", {"read-back": int(yes is not None)})
    return run(protocol, line, Entry.PHASE, Hush(), record, Move.FRESHEN, read_back=yes)


def go_on_gently(now: Now) -> Turn:
    """Go on after mild pain, slower and smaller."""
    gently = replace(now.protocol, ahead=Ahead.EXERCISE)
    line = Say("session.going-on-gently")
    record = RecordEffect("going-on", {"read-back": 1})
    return run(gently, line, Entry.SEGMENT, Hush(), record, Move.EASIER, Move.FRESHEN, read_back=Answer.YES)


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
    if protocol.pause is Pause.FLAT:
        return ask(protocol, Question.STILL_DIZZY, Silence())
    if protocol.pause is Pause.VISIT:
        return paused(now, Pause.ASKING, Say("session.paused-remind"), "visit-over")
    if protocol.nags + 1 < len(PAUSE_STEPS_S):
        nagged = replace(protocol, nags=protocol.nags + 1)
        reminder: tuple[Act, ...] = () if now.facts.asleep else (Say("session.paused-remind"),)
        record = RecordEffect("reminded", {"times": nagged.nags})
        return Turn(nagged, (record, *reminder, ArmTimer(frames(PAUSE_STEPS_S[nagged.nags]))))
    return abandon(now)


def someone_here(now: Now) -> Turn:
    """Somebody is with her: no reminders; but dizziness is asked about all the same."""
    return resume(now) if now.protocol.pause is Pause.FLAT else visited(now)


def tired(now: Now) -> Turn:
    """Tired in a pause: rest on; how the pause is left stays as it was."""
    return Turn(now.protocol, (Say("session.rest-a-moment"),))


def easier(now: Now) -> Turn:
    """Easier from here; where it cannot be, rest on."""
    return controls.easier(now) if now.facts.can_ease else tired(now)


def abandon(now: Now) -> Turn:
    """Nobody answered: the session ends and the carer is told."""
    return end(now.protocol, Outcome.NO_ANSWER, Say("session.no-answer"), notice="no-answer")


def stop_for_good(now: Now) -> Turn:
    """She has stopped: the session ends."""
    return end(now.protocol, Outcome.STOPPED, Say("session.ended"))


def quieten(now: Now) -> Turn:
    """Half a word of harm in a pause: whatever is being said falls silent, and the pause is timed anew."""
    protocol = now.protocol
    wait_s = _WAITS_S.get(protocol.pause, PAUSE_STEPS_S[protocol.nags])
    return Turn(protocol, (Silence(), ArmTimer(frames(wait_s))))


def _surely(now: Now) -> bool:
    """Return whether an order may be followed as it is: it was surely heard, or a question comes first all the same."""
    sure = isinstance(now.event, Heard) and now.event.sure
    return sure or now.protocol.ahead is not Ahead.EXERCISE


def unless_held(handler: Handler) -> Handler:
    """Return a handler that waits for the end of what was half heard."""

    def settled(now: Now) -> Turn:
        return nothing(now) if now.protocol.held else handler(now)

    return settled
