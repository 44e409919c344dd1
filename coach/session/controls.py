"""What a person asks for while exercising or paused: tempo, loudness, what is left, what comes next.

1. Loudness changes at once, without breaking off anything; how quickly the voice speaks, from the next session on.
2. Everything else said between the repetitions breaks off, answers, and goes on from the start of
   the repetition, which then counts once. In a rest with time to spare the answer is simply said.
3. Words start over in full where they help: after "repeat" and "how do I do it?", and at another tempo.
4. In a pause everything is done and said, and the pause stays a pause.
"""

from dataclasses import replace
from typing import Final

from coach.commands import Command
from coach.session.effects import Hush, Outcome, Say
from coach.session.effects import Record as RecordEffect
from coach.session.ending import end
from coach.session.events import Heard
from coach.session.facts import Facts
from coach.session.moves import Move, Tell
from coach.session.running import interject, tired
from coach.session.states import Entry, Phase, Protocol
from coach.session.turn import Act, Handler, Now, Turn


def inform(now: Now) -> Turn:
    """Answer a question about the exercise."""
    return _answered(now, Tell(_command(now)))


def told(now: Now) -> Turn:
    """Answer a question about the exercise while none is under way."""
    return Turn(now.protocol, (Tell(_command(now)),))


def repeat(now: Now) -> Turn:
    """Explain again in full, then begin the repetition anew with full words."""
    if now.facts.explaining:
        return _changed(now, Tell(Command.HOW_TO), Entry.PHASE)
    return _changed(now, Tell(Command.HOW_TO), Entry.SEGMENT, Move.FRESHEN)


def how_to(now: Now) -> Turn:
    """Explain how it is done; in the exercise that is to repeat, in a rest with time to spare it is simply said."""
    return inform(now) if _between(now.protocol, now.facts) else repeat(now)


def skip(now: Now) -> Turn:
    """Leave out what is in hand, if something comes behind it.

    "Skip this one" among several exercises means the exercise; "next", or either in a session of one, the part in hand.
    Where that is an explanation or a rest, no exercise is left out, and she does not hear that one was.
    """
    if not now.facts.can_skip:
        return _answered(now, Say("session.nothing-to-skip"))
    skipped = replace(now, protocol=replace(now.protocol, entry=Entry.NONE))
    line = "session.passed-over" if now.facts.passes_over else "session.skipped"
    return _changed(skipped, Say(line), Entry.SEGMENT, Move.LEAVE_OUT if now.facts.skips_exercise else Move.SKIP)


def slower(now: Now) -> Turn:
    """One step slower, within what the exercise allows."""
    if not now.facts.can_slow:
        return _answered(now, Say("session.slowest"))
    return _changed(now, Say("session.slower"), Entry.SEGMENT, Move.SLOWER, Move.FRESHEN)


def faster(now: Now) -> Turn:
    """One step quicker, within what the exercise allows; after pain never."""
    if now.protocol.hurt_before:
        return _answered(now, Say("session.stays-gentle"))
    if not now.facts.can_quicken:
        return _answered(now, Say("session.fastest"))
    return _changed(now, Say("session.faster"), Entry.SEGMENT, Move.FASTER, Move.FRESHEN)


def easier(now: Now) -> Turn:
    """Slower and fewer; where neither can be, a rest."""
    if not now.facts.can_ease:
        return tired(now)
    eased = RecordEffect("eased", {"why": "wish"})
    return _changed(now, Say("session.easier"), Entry.SEGMENT, eased, Move.EASIER, Move.FRESHEN)


def fewer(now: Now) -> Turn:
    """Fewer repetitions at the same tempo; where there can be none, she hears why, and what she may do instead."""
    if not now.facts.can_do_fewer:
        return _answered(now, Say("session.stays-even" if now.facts.held_even else "session.fewest"))
    line = "session.fewer" if now.facts.fewer_at_once else "session.fewer-later"
    return _changed(now, Say(line), Entry.SEGMENT, Move.FEWER, Move.FRESHEN)


def rest_longer(now: Now) -> Turn:
    """Longer rests between the sets, up to a bound; a pause is as long as she likes."""
    if not now.facts.can_rest_longer:
        return _answered(now, Say("session.longest-rest"))
    return _changed(now, Say("session.rests-longer"), Entry.SEGMENT, Move.REST_LONGER)


def switch_foot(now: Now) -> Turn:
    """Work the other side, or one side at a time."""
    if not now.facts.can_switch:
        return _answered(now, Say("session.side-done" if now.facts.takes_sides else "session.cannot-switch"))
    return _changed(now, Tell(Command.SWITCH_FOOT), Entry.SEGMENT, Move.SWITCH)


def louder(now: Now) -> Turn:
    """One step louder, up to a bound."""
    return _voice(now, now.facts.can_louder, Move.LOUDER, "session.louder", "session.loudest")


def quieter(now: Now) -> Turn:
    """One step quieter, down to a bound."""
    return _voice(now, now.facts.can_quieter, Move.QUIETER, "session.quieter", "session.quietest")


def speak_slower(now: Now) -> Turn:
    """One step slower to listen to, from the next session on."""
    return _voice(now, now.facts.can_speak_slower, Move.SPEAK_SLOWER, "session.speak-slower", "session.speak-slowest")


def speak_faster(now: Now) -> Turn:
    """One step quicker to listen to, from the next session on."""
    return _voice(now, now.facts.can_speak_faster, Move.SPEAK_FASTER, "session.speak-faster", "session.speak-fastest")


def later(now: Now) -> Turn:
    """She would rather go on another time: the session ends politely."""
    line = "session.not-today" if _command(now) is Command.NOT_TODAY else "session.later"
    return end(now.protocol, Outcome.STOPPED, Say(line), reason=_command(now).value)


def _voice(now: Now, possible: bool, move: Move, done: str, limit: str) -> Turn:
    if not possible:
        return Turn(now.protocol, (Say(limit),))
    return Turn(now.protocol, (RecordEffect("done", {"command": _command(now).value}), move, Say(done)))


def _changed(now: Now, line: Act, entry: Entry, *moves: Act) -> Turn:
    """Do something to the exercise and say so; on in the exercise, or still paused."""
    record = RecordEffect("done", {"command": _command(now).value})
    if now.protocol.phase is Phase.RUN:
        return interject(now, line, entry, record, *moves)
    return Turn(now.protocol, (Hush(), record, *moves, line))


def _answered(now: Now, line: Act) -> Turn:
    """Say something that changes nothing."""
    if now.protocol.phase is Phase.RUN and not _between(now.protocol, now.facts):
        return interject(now, line, Entry.SEGMENT)
    return Turn(now.protocol, (line,))


def _between(protocol: Protocol, facts: Facts) -> bool:
    """Return whether an answer disturbs nothing: in a rest with time to spare."""
    return protocol.entry is Entry.NONE and facts.may_talk_over


def _command(now: Now) -> Command:
    return now.event.command if isinstance(now.event, Heard) else Command.COMMANDS_HELP


INFORMS: Final = (
    Command.HOW_MANY_LEFT,
    Command.HOW_LONG_LEFT,
    Command.WHATS_NEXT,
    Command.COMMANDS_HELP,
    Command.WHY,
    Command.HOW_AM_I_DOING,
)
"""Questions about the exercise that are answered in the same way wherever it is under way."""

DO: dict[Command, Handler] = {
    Command.REPEAT: repeat,
    Command.SKIP: skip,
    Command.NEXT: skip,
    Command.SLOWER: slower,
    Command.FASTER: faster,
    Command.EASIER: easier,
    Command.FEWER: fewer,
    Command.REST_LONGER: rest_longer,
    Command.LOUDER: louder,
    Command.QUIETER: quieter,
    Command.SPEAK_SLOWER: speak_slower,
    Command.SPEAK_FASTER: speak_faster,
    Command.SWITCH_FOOT: switch_foot,
    Command.TIRED: tired,
    Command.HOW_TO: how_to,
    **dict.fromkeys(INFORMS, inform),
}
"""What is done in the same way while exercising and while paused."""
