"""Before the exercise: opening a session, its questions, and consent.

1. Only a clear no goes on, and consent is a clear yes behind all of them.
2. What the team knows already keeps nobody from exercising: only what has become worse does.
3. Whoever is turned away is told kindly, and what to do next; the carer is told too.
"""

from dataclasses import replace

from coach.session.asking import ask
from coach.session.effects import Chime, Hush, Outcome, Ring, Say
from coach.session.effects import Record as RecordEffect
from coach.session.ending import end
from coach.session.moves import Move
from coach.session.questions import FIRST_OF_DAY, LATER, Question, after
from coach.session.running import run
from coach.session.states import Ahead, Entry, Protocol, Record
from coach.session.turn import Act, Now, Turn


def start(now: Now) -> Turn:
    """Open a session and ask the first question; where none may begin, say why not and what to do."""
    protocol = now.protocol
    if not protocol.healthy:
        why = fault_line(protocol)
        return Turn(protocol, (RecordEffect("refused", {"reason": why}), Ring(Chime.FAULT), Say(why)))
    if now.facts.barred:
        return Turn(protocol, (Hush(), Move.BAR))
    return opening(now, Hush())


def opening(now: Now, *before: Act) -> Turn:
    """Open a session and ask the first question."""
    opened = replace(now.protocol, record=Record.OPEN, ahead=Ahead.SCREENING)
    record = RecordEffect("opened", {"first": int(now.facts.first_of_day)})
    return ask(opened, _first(now), *before, record, Move.OPEN, Say("session.hello"), Move.LEFT_OUT)


def fault_line(protocol: Protocol) -> str:
    """Return the line that says what is wrong with the coach: the first of what keeps it from a session."""
    if not protocol.hearing:
        return "fault.deaf"
    return "fault.journal" if protocol.voice else "fault.mute"


def screen(now: Now, *before: RecordEffect) -> Turn:
    """Ask the questions before a session from the first one."""
    return ask(now.protocol, _first(now), *before)


def next_screening(now: Now) -> Turn:
    """Go on to the next question."""
    question = now.protocol.question
    coming = after(question) if question is not None else None
    return ask(now.protocol, coming or Question.CONSENT, Hush())


def worse(now: Now) -> Turn:
    """A yes, or a pain word: where the team knows already, only what is worse counts; else no exercise today.

    Behind the one question of a later session the four single ones find out what is meant.
    """
    match now.protocol.question:
        case Question.SCREEN_LEGS if now.facts.known_legs:
            return ask(now.protocol, Question.WORSE_LEGS, Hush())
        case Question.SCREEN_BREATH if now.facts.known_breath:
            return ask(now.protocol, Question.WORSE_BREATH, Hush())
        case Question.SCREEN_BREATH:
            return ask_first(now)
        case Question.SCREEN_DIZZY if now.facts.known_dizzy:
            return ask(now.protocol, Question.WORSE_DIZZY, Hush())
        case Question.SCREEN_SINCE if now.facts.known_any:
            return ask(now.protocol, FIRST_OF_DAY[0], Hush())
        case _:
            return refuse(now)


def ask_first(now: Now) -> Turn:
    """Something about breath or chest: whether she needs somebody comes before anything else."""
    return ask(now.protocol, Question.PERSON_FIRST, Hush())


def refuse(now: Now) -> Turn:
    """No exercise today, kindly, and the carer is told."""
    question = now.protocol.question
    lines = [Say("session.refused")]
    if question is Question.PERSON_FIRST:
        lines.append(Say("safety.help-line"))
    return end(now.protocol, Outcome.REFUSED, *lines, reason=question.value if question else "", notice="refused")


def unscreened(now: Now) -> Turn:
    """No clear answer: no session, and nothing to worry about."""
    return end(now.protocol, Outcome.NO_ANSWER, Say("session.unscreened"), reason="unscreened")


def not_now(now: Now) -> Turn:
    """She does not want to begin just now."""
    return end(now.protocol, Outcome.REFUSED, Say("session.later"), reason="later")


def not_today(now: Now) -> Turn:
    """She does not want to exercise today."""
    return end(now.protocol, Outcome.REFUSED, Say("session.not-today"), reason="not-today")


def begin(now: Now) -> Turn:
    """Consent: the exercise begins."""
    passed = replace(now.protocol, ahead=Ahead.EXERCISE)
    return run(passed, Say("session.lets-begin"), Entry.SEGMENT, Hush(), RecordEffect("begun"), Move.SCREENED)


def _first(now: Now) -> Question:
    return (FIRST_OF_DAY if now.facts.first_of_day else LATER)[0]
