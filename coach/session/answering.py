"""An open question hears answers first.

1. An utterance is first read as an answer to the question that is open. Only an emergency and
   "stop" go past it, and urgent words where the question is no question about harm itself.
2. A pain word that was not negated never counts as an answer that goes on, whatever else was said
   with it: the question's own row says what it means.
3. An unclear answer is asked again while tries remain, then it means the unsafe answer; so does
   silence.
4. What was only half heard silences the question and changes nothing: its end, or the timer, decides.
5. An offer at rest is no matter of safety: every word of harm goes past it, and is asked about as at rest.
6. An answer that would go on and was not surely heard is read back, and counts on a clear yes; anything else
   asks the question again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from coach.commands import Command
from coach.language.utterance import Answer
from coach.session import controls, locks, pausing, resting, running, safety, screening
from coach.session.asking import ask_again, interruption, read_back, say_again, wait
from coach.session.effects import Effect, Hush, Record, Say, Silence
from coach.session.events import Heard
from coach.session.heard import Follows, follows
from coach.session.questions import Question, Then, asking
from coach.session.states import Phase
from coach.session.turn import Handler, Now, Turn, nothing

THEN: Final[Mapping[Then, Handler]] = MappingProxyType(
    {
        Then.NEXT_SCREENING: screening.next_screening,
        Then.WORSE: screening.worse,
        Then.ASK_FIRST: screening.ask_first,
        Then.REFUSE: screening.refuse,
        Then.UNSCREENED: screening.unscreened,
        Then.BEGIN: screening.begin,
        Then.NOT_NOW: screening.not_now,
        Then.NEXT_SET: running.next_set,
        Then.NOT_HURT: running.next_set,
        Then.ASK_REALLY_HURT: running.ask_really_hurt,
        Then.ABANDON: pausing.abandon,
        Then.PAIN: safety.pain,
        Then.CHAIN: safety.chain,
        Then.MINUTE: pausing.minute,
        Then.LIE_FLAT: pausing.lie_flat,
        Then.BETTER: pausing.better,
        Then.ALL_RIGHT: pausing.all_right,
        Then.GROANED: pausing.groaned,
        Then.ASK_STOPPED: safety.ask_stopped,
        Then.STOPPED_WELL: pausing.stopped_well,
        Then.END: pausing.stop_for_good,
        Then.GO_ON: pausing.go_on,
        Then.GO_ON_GENTLY: pausing.go_on_gently,
        Then.STAY_PAUSED: pausing.stay_paused,
        Then.EMERGENCY: safety.alarm_emergency,
        Then.ASK_PERSON: safety.ask_person,
        Then.LET_BE: resting.let_be,
        Then.CALL_UNANSWERED: resting.call_unanswered,
        Then.NEXT_TRIAGE: safety.next_triage,
        Then.FLAG_EMERGENCY: safety.flag_emergency,
        Then.FLAG_URGENT: safety.flag_urgent,
        Then.WANT: resting.want,
        Then.PUT_OFF: resting.put_off,
        Then.MORNING: resting.morning,
        Then.NO_MORNING: resting.no_morning,
        Then.ASK_CALLED_ME: resting.called_me,
        Then.UNLOCK: locks.unlock,
        Then.STAY_LOCKED: locks.stay_locked,
    }
)
"""What follows an answer; `Then.ASK_AGAIN` is worked out here, with the tries."""

_ABOUT_HELP: Final = frozenset({Question.CALLED, Question.PERSON})
_HARM: Final = frozenset({Phase.SCREEN, Phase.TRIAGE})
"""Phases whose questions are about harm: an urgent word is their "yes"."""


def answered(now: Now) -> Turn:
    """Read what was heard against the open question."""
    question, event = now.protocol.question, now.event
    if question is None or not isinstance(event, Heard):
        return nothing(now)
    what = follows(event.command, event.certainty)
    denied = what in {Follows.MAYBE, Follows.GROAN} and event.answer is not None  # "it doesn't hurt" may be an answer
    if now.protocol.phase is Phase.OFFER and what in _PAST_OFFERS and not denied:
        return _noted(_PAST_OFFERS[what](now), question, what.value, Silence())
    return _READERS.get(what, _spoken)(now, question)


def unclear(now: Now) -> Turn:
    """Somebody spoke, and it was no answer: ask again, or take the unsafe meaning."""
    question = now.protocol.question
    if question is None:
        return nothing(now)
    if now.protocol.tries < asking(question).tries:
        return ask_again(
            now.protocol, question, interruption(question), Say("session.not-clear", lane=asking(question).lane)
        )
    return _unsafe(now, question, "unclear")


def silent(now: Now) -> Turn:
    """Nobody answered: ask again, or take the unsafe meaning."""
    question = now.protocol.question
    if question is None:
        return nothing(now)
    if now.protocol.tries < asking(question).silences:
        return ask_again(now.protocol, question)
    return _unsafe(now, question, "silence")


def _too_weak(now: Now, _question: Question) -> Turn:
    return nothing(now)


def _quieted(now: Now, question: Question) -> Turn:
    """Half of something that stops: the question falls silent and stays open."""
    return Turn(now.protocol, (Silence(), wait(now.protocol, question)))


def _emergency(now: Now, question: Question) -> Turn:
    """An emergency goes past every question; at rest it is still asked about first."""
    at_rest = now.protocol.phase is Phase.MAYBE and not now.protocol.in_session
    if not at_rest:
        return safety.urgent(now) if safety.bleeds(now) else safety.emergency(now)
    return safety.ask_person(now) if question is Question.CALLED_ME else safety.alarm_emergency(now)


def _called(now: Now, question: Question) -> Turn:
    """Half of an emergency: asked about in a session, unless that is being asked already."""
    if now.protocol.in_session and question not in _ABOUT_HELP:
        return safety.called(now)
    return unclear(now)


def _stopped(now: Now, question: Question) -> Turn:
    return _follow(now, asking(question).stop, question, "stop")


def _hurts(now: Now, question: Question) -> Turn:
    return _follow(now, asking(question).pain, question, "pain")


def _dizzy(now: Now, question: Question) -> Turn:
    row = asking(question)
    return _follow(now, row.pain if row.dizzy is None else row.dizzy, question, "dizzy")


def _urgent(now: Now, question: Question) -> Turn:
    """Urgent words end a session, and are the yes of a question about harm; heavy bleeding is an emergency."""
    if safety.bleeds(now) and now.facts.heavy:
        return _emergency(now, question)
    return _hurts(now, question) if now.protocol.phase in _HARM else safety.urgent(now)


def _spoken(now: Now, question: Question) -> Turn:
    """Read words that mean no harm as far as they go."""
    row, event = asking(question), now.event
    if not isinstance(event, Heard):
        return nothing(now)
    answer = event.answer or Answer.UNCLEAR
    if event.command in row.says_yes and answer is Answer.UNCLEAR:
        answer = Answer.YES
    if now.protocol.read_back is not None and answer in {Answer.YES, Answer.NO}:
        return _confirmed(now, question, answer)
    if answer in row.answers:
        if not event.sure and row.reads_back(answer):
            return read_back(now.protocol, question, answer, interruption(question))
        return _counted(now, question, answer)
    places = (question, now.protocol.phase, None)
    return next((_ASIDE[place, event.command] for place in places if (place, event.command) in _ASIDE), unclear)(now)


def _confirmed(now: Now, question: Question, answer: Answer) -> Turn:
    """A yes lets the answer that was read back count; a no asks the question again."""
    counts = now.protocol.read_back
    if answer is Answer.YES and counts is not None:
        return _counted(now, question, counts)
    return unclear(now)


def _counted(now: Now, question: Question, answer: Answer) -> Turn:
    said = replace(now.event, answer=answer) if isinstance(now.event, Heard) else now.event
    then = THEN[asking(question).answers[answer]]
    return _noted(then(replace(now, event=said)), question, answer.value, interruption(question))


def _repeated(now: Now) -> Turn:
    """She wished to hear the question once more: that is no try."""
    question = now.protocol.question
    return say_again(now.protocol, question, interruption(question)) if question else nothing(now)


def _louder(now: Now) -> Turn:
    return _in_between(controls.louder(now))


def _quieter(now: Now) -> Turn:
    return _in_between(controls.quieter(now))


def _speak_slower(now: Now) -> Turn:
    return _in_between(controls.speak_slower(now))


def _speak_faster(now: Now) -> Turn:
    return _in_between(controls.speak_faster(now))


def _told(now: Now) -> Turn:
    """What she asks behind a set is answered; who asks is there, but how it was is still to be said."""
    return _in_between(controls.told(now))


def _in_between(done: Turn) -> Turn:
    """Do something, and ask the question once more."""
    question = done.protocol.question
    return say_again(done.protocol, question, interruption(question), *done.acts) if question else done


def _follow(now: Now, then: Then, question: Question, word: str) -> Turn:
    """Return what follows a word that stops, whatever was asked: silence comes first."""
    if then is Then.ASK_AGAIN:
        return unclear(now).after(Silence())
    return _noted(THEN[then](now), question, word, Silence())


def _unsafe(now: Now, question: Question, answer: str) -> Turn:
    return _noted(THEN[asking(question).unsafe](now), question, answer, interruption(question))


def _noted(turn: Turn, question: Question, answer: str, quiet: Effect) -> Turn:
    """End the sound of the question and journal the answer, before what follows from it."""
    first, *others = turn.acts
    rest = others if isinstance(first, Silence | Hush) else [first, *others]
    firmer = first if isinstance(first, Silence) else quiet
    return Turn(turn.protocol, (firmer, Record("answered", {"question": question.value, "answer": answer}), *rest))


_READERS: Final[Mapping[Follows, Callable[[Now, Question], Turn]]] = MappingProxyType(
    {
        Follows.NOTHING: _too_weak,
        Follows.SILENCE: _quieted,
        Follows.HUSH: _quieted,
        Follows.EMERGENCY: _emergency,
        Follows.CALLED: _called,
        Follows.STOP: _stopped,
        Follows.PAIN: _hurts,
        Follows.DIZZY: _dizzy,
        Follows.URGENT: _urgent,
    }
)
"""What is read past the answers of a question; everything else is read as an answer."""

_PAST_OFFERS: Final[Mapping[Follows, Handler]] = MappingProxyType(
    {
        Follows.EMERGENCY: resting.call_at_rest,
        Follows.CALLED: resting.called_me,
        Follows.URGENT: resting.called_me,
        Follows.PAIN: resting.called_me,
        Follows.DIZZY: resting.called_me,
        Follows.MAYBE: resting.called_me,
        Follows.GROAN: resting.called_me,
    }
)
"""Words of harm are no answer to an offer: they are heard as at rest."""

_ASIDE: Final[Mapping[tuple[Question | Phase | None, Command], Handler]] = MappingProxyType(
    {
        (None, Command.REPEAT): _repeated,
        (None, Command.HOW_TO): _repeated,
        (None, Command.LOUDER): _louder,
        (None, Command.QUIETER): _quieter,
        (None, Command.SPEAK_SLOWER): _speak_slower,
        (None, Command.SPEAK_FASTER): _speak_faster,
        (Phase.SCREEN, Command.PAUSE): running.pause,
        (Phase.SCREEN, Command.TIRED): running.tired,
        (Phase.SCREEN, Command.SOMEONE_HERE): running.visited,
        (Phase.SCREEN, Command.LATER): screening.not_now,
        (Phase.SCREEN, Command.NOT_TODAY): screening.not_today,
        **{(Question.EFFORT, command): _told for command in controls.INFORMS},
        (Question.EFFORT, Command.PAUSE): running.pause,
        (Question.EFFORT, Command.TIRED): running.tired,
        (Question.EFFORT, Command.SOMEONE_HERE): running.visited,
        (Question.EFFORT, Command.LATER): controls.later,
        (Question.EFFORT, Command.NOT_TODAY): controls.later,
        (Phase.PAUSED, Command.PAUSE): pausing.stay_paused,
        (Phase.PAUSED, Command.TIRED): pausing.stay_paused,
        (Phase.PAUSED, Command.SOMEONE_HERE): running.visited,
        (Phase.PAUSED, Command.LATER): controls.later,
        (Phase.PAUSED, Command.NOT_TODAY): controls.later,
    }
)
"""What may be said without answering: to one question, in one phase, or to every question. A pain word that is being
asked about is not put off by a pause."""
