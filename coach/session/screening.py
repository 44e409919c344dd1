"""Before the exercise: opening a session, its questions, and consent."""

from dataclasses import replace

from coach.session.asking import ask
from coach.session.effects import Chime, Hush, Outcome, Ring, Say
from coach.session.effects import Record as RecordEffect
from coach.session.ending import end
from coach.session.moves import Move
from coach.session.questions import FIRST_OF_DAY, LATER, Question, after
from coach.session.running import run
from coach.session.states import Ahead, Entry, Protocol, Record, Screening
from coach.session.turn import Now, Turn


def start(now: Now) -> Turn:
    """Open a session and ask the first question; a coach that is not well says why not."""
    protocol = now.protocol
    if not protocol.healthy:
        why = fault_line(protocol)
        return Turn(protocol, (RecordEffect("refused", {"reason": why}), Ring(Chime.FAULT), Say(why)))
    screening = Screening.FIRST if now.facts.screening_old else protocol.screening
    opened = replace(protocol, record=Record.OPEN, ahead=Ahead.SCREENING, screening=screening)
    opening = RecordEffect("opened", {"screening": screening.value})
    return ask(opened, _first(opened), Hush(), opening, Move.OPEN, Say("session.hello"))


def fault_line(protocol: Protocol) -> str:
    """Return the line that says what is wrong with the coach: the first of what keeps it from a session."""
    if not protocol.hearing:
        return "fault.deaf"
    return "fault.journal" if protocol.voice else "fault.mute"


def screen(protocol: Protocol, *before: RecordEffect) -> Turn:
    """Ask the questions before a session from the first one."""
    return ask(protocol, _first(protocol), *before)


def next_screening(now: Now) -> Turn:
    """Go on to the next question."""
    question = now.protocol.question
    coming = after(question) if question is not None else None
    return ask(now.protocol, coming or Question.CONSENT, Hush())


def refuse(now: Now) -> Turn:
    """A yes, or a pain word: no exercise today, kindly, and the carer is told."""
    lines = [Say("session.refused")]
    if now.protocol.question is Question.SCREEN_BREATH:  # the reference gives this answer the emergency advice
        lines.append(Say("safety.help-line"))
    question = now.protocol.question.value if now.protocol.question else ""
    return end(now.protocol, Outcome.REFUSED, *lines, reason=question, notice="refused")


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
    passed = replace(now.protocol, ahead=Ahead.EXERCISE, screening=Screening.FIRST)  # until it is completed
    return run(passed, Say("session.lets-begin"), Entry.SEGMENT, Hush(), RecordEffect("begun"), Move.SCREENED)


def _first(protocol: Protocol) -> Question:
    return (FIRST_OF_DAY if protocol.screening is Screening.FIRST else LATER)[0]
