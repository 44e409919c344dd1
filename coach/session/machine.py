"""The session: one pure, total step.

1. `step` decides by the tables, works out the moves on the place, and adds what follows from the
   state alone: what the listener is to expect, and how loud a repeated question is.
2. It knows no clock, no thread and no file. Equal states and events give equal results.
3. An event that means nothing in a state leaves it as it is, with no effects.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from coach.language.utterance import Context, Expectation
from coach.listening.hearing import Certainty
from coach.score.compiler import Material
from coach.session.care import Care
from coach.session.effects import Effect, Listen, SetGain
from coach.session.events import Event, Heard, QuietHours
from coach.session.facts import GAIN_RANGE_DB, Facts
from coach.session.heard import KIND, Kind
from coach.session.moves import Move, Tell, move
from coach.session.place import Place, Screening, first_place
from coach.session.questions import CONFIRM, asking
from coach.session.states import Phase, Protocol, SessionState
from coach.session.tables import EVENTS
from coach.session.turn import Now, Turn, nothing

_RAISED_DB: Final = 6.0
"""How much louder a question of safety is asked the second time: plainly louder, not twice as loud; chosen."""
_OWN: Final = frozenset({Kind.CONTROL, Kind.INFO, Kind.ANSWER, Kind.PAUSE})
_ADVISING: Final = frozenset({Phase.ADVICE, Phase.LOCKED})
_UNTOLD: Final = Care()
_AT_REST: Final = frozenset({Phase.BOOT, Phase.IDLE, Phase.LOCKED})


class Step(NamedTuple):
    """What one event led to."""

    state: SessionState
    effects: tuple[Effect, ...]


def initial(
    material: Material, *, screening: Screening = Screening.FIRST, seed: int = 0, care: Care = _UNTOLD
) -> SessionState:
    """Return the state before the self test.

    Args:
        material: What the session is made of.
        screening: Whether the next session is the day's first (four questions) or a later one.
        seed: Where variants of a line take turns from.
        care: What is known of the person.

    Raises:
        PackError: The pack lacks a line.
        ScoreError: The program cannot be laid out in time.
    """
    return SessionState(Protocol(), first_place(material, seed, care, screening))


def step(state: SessionState, event: Event) -> Step:
    """Return the state after an event, and the effects in the order in which they are carried out."""
    turn = decide(state.protocol, event, Facts(state.place, event))
    place = _listened(state.place, event)
    effects: list[Effect] = []
    for act in turn.acts:
        if isinstance(act, Move | Tell):
            place, moved = move(place, act, event)
            effects += moved
        else:
            effects.append(act)
    effects = _with_loudness(state.protocol, turn.protocol, place, effects)
    expected = expectation(turn.protocol)
    if expected != expectation(state.protocol):
        effects.append(Listen(expected))
    return Step(SessionState(turn.protocol, place), tuple(effects))


def decide(protocol: Protocol, event: Event, facts: Facts) -> Turn:
    """Return what an event leads to, seen by the protocol alone."""
    return EVENTS.get((protocol.phase, type(event)), nothing)(Now(protocol, event, facts))


def expectation(protocol: Protocol) -> Expectation:
    """Return what the listener is to expect."""
    if protocol.read_back is not None:
        return Expectation(Context.QUESTION, CONFIRM[protocol.read_back])
    if protocol.question is not None:
        return Expectation(Context.QUESTION, asking(protocol.question).id)
    if protocol.phase in _ADVISING and not protocol.acknowledged:
        return Expectation(Context.QUESTION)  # a yes takes the advice in
    return Expectation(Context.IDLE if protocol.phase in _AT_REST else Context.SESSION)


def reps_done(state: SessionState) -> Mapping[str, int]:
    """Return the repetitions done in the session by side; those of an exercise without sides count for both."""
    done = state.place.done
    return {"left": done.left + done.neither, "right": done.right + done.neither}


def _listened(place: Place, event: Event) -> Place:
    """Return the place knowing when she last said something that meant no harm, and whether it is a quiet hour."""
    if isinstance(event, QuietHours):
        return replace(place, quiet=event.quiet)
    if isinstance(event, Heard) and event.certainty is Certainty.FINAL and KIND[event.command] in _OWN:
        return replace(place, spoke=event.frame)
    return place


def _with_loudness(before: Protocol, after: Protocol, place: Place, effects: list[Effect]) -> list[Effect]:
    """Return the effects with a question asked again louder, and the old loudness behind it."""
    if _raised(before) == _raised(after):
        return effects
    raised = min(place.gain_db + _RAISED_DB, max(GAIN_RANGE_DB[1], place.gain_db))
    gain = SetGain(raised if _raised(after) else place.gain_db)
    return [*effects[:1], gain, *effects[1:]]


def _raised(protocol: Protocol) -> bool:
    question = protocol.question
    return question is not None and protocol.tries > 1 and asking(question).louder
