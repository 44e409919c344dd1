"""Fitting a session to her while it goes on: tempo, repetitions, rests, sides, loudness and the pace of the words.

Each returns the place as it is then, and the effects that go with it; the place as it was where the exercise allows no
more. Rests, loudness and pace have no such end here: whether there is more of them is asked before.
"""

from dataclasses import replace

from coach.score.changing import eased, turned
from coach.score.models import SegmentKind
from coach.session import effects as fx
from coach.session.facts import GAIN_STEP_DB, TEMPO_STEP_S
from coach.session.place import Place

Moved = tuple[Place, tuple[fx.Effect, ...]]
"""What a move comes to."""


def slower(place: Place) -> Moved:
    """A slower tempo, as far as the exercise allows."""
    return _paced(place, TEMPO_STEP_S), ()


def faster(place: Place) -> Moved:
    """A faster tempo, as far as the exercise allows."""
    return _paced(place, -TEMPO_STEP_S), ()


def _paced(place: Place, step_s: float) -> Place:
    work = place.work
    if work is None:
        return place
    fastest, slowest = work.tempo_range
    if not fastest <= work.cycle_s + step_s <= slowest:
        return place
    return place.reworked(work.paced(work.cycle_s + step_s))


def easier(place: Place) -> Moved:
    """One step slower and fewer repetitions, as far as either can be."""
    slower = _paced(place, TEMPO_STEP_S)
    work = slower.work
    if work is None:
        return slower, ()
    fewer = eased(slower.score, slower.ended, slower.working.id, work)
    return (slower if fewer is work else slower.reworked(fewer)), ()


def fewer(place: Place) -> Moved:
    """Fewer repetitions at the same tempo, as far as they can be."""
    work = place.work
    fewer = work if work is None else eased(place.score, place.ended, place.working.id, work)
    return (place if fewer is None or fewer is work else place.reworked(fewer)), ()


def rest_longer(place: Place) -> Moved:
    """Longer rests between the sets of every exercise, the one under way among them."""
    works = tuple(work.rested() for work in place.material.works)
    longer = place.recompiled(replace(place.material, works=works), place.fresh)
    if place.segment.kind is SegmentKind.REST:  # she is as far in it as she was
        longer = replace(longer, position=place.position)
    return longer, ()


def switch(place: Place) -> Moved:
    """Both together become one at a time from here on; one at a time goes over to the other side of the set."""
    work, here = place.work, place.segment
    turn = turned(place.score, place.ended, place.working.id, work) if work else None
    if work is None or turn is None:
        return place, ()
    if here.kind is SegmentKind.REST and turn.set_number == here.set_number:  # the other side is next anyhow
        return place, ()
    changed = place.reworked(work.with_turn(turn))
    if (
        turn.set_number != here.set_number
    ):  # the set behind this rest, or behind the explanation, begins on another side
        return changed, ()
    begins = next(
        segment
        for segment in changed.score.segments
        if (segment.block, segment.set_number, segment.side) == (here.block, here.set_number, turn.first)
    )
    return changed.at(begins), ()


def louder(place: Place) -> Moved:
    """One step louder, now and in every later session."""
    return _at_gain(place, GAIN_STEP_DB)


def quieter(place: Place) -> Moved:
    """One step quieter, now and in every later session."""
    return _at_gain(place, -GAIN_STEP_DB)


def _at_gain(place: Place, step_db: float) -> Moved:
    gain_db = place.gain_db + step_db
    return replace(place, gain_db=gain_db), (fx.SetGain(gain_db), fx.KeepVoice(gain_db, place.pace))


def speak_slower(place: Place) -> Moved:
    """Spoken more slowly from the next time on."""
    return _at_pace(place, -1)


def speak_faster(place: Place) -> Moved:
    """Spoken more quickly from the next time on."""
    return _at_pace(place, 1)


def _at_pace(place: Place, step: int) -> Moved:
    pace = place.pace + step
    return replace(place, pace=pace), (fx.KeepVoice(place.gain_db, pace),)
