"""What a step of the session leaves in the journal."""

import json
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256

from coach.journal.entries import (
    Entry,
    Happened,
    LockLifted,
    LockSet,
    NoticeQueued,
    Practised,
    Recorded,
    SessionEnded,
    VoiceKept,
)
from coach.journal.form import canonical
from coach.journal.nested import kebab
from coach.language.utterance import Expectation
from coach.score.models import Position, Score
from coach.session import effects as fx
from coach.session.events import CareAcknowledged, Event
from coach.session.machine import Step


def entries_of(session: str, event: Event, step: Step) -> tuple[Entry, ...]:
    """Return what is to be journaled of one step, together and before its effects but `Silence` are carried out.

    Args:
        session: Name under which the session was opened.
        event: What happened; also where it led to nothing, because a replay needs it.
        step: What `coach.session.machine.step` made of it.
    """
    told: list[Entry] = [Happened(event, step.state.protocol.phase.value, described(step))]
    for effect in step.effects:
        match effect:
            case fx.Record():
                told.append(Recorded(event.frame, effect.kind, dict(effect.detail)))
            case fx.Latch(lock=0):
                told.append(LockLifted("carer" if isinstance(event, CareAcknowledged) else "person"))
            case fx.Latch():
                told.append(LockSet(effect.lock, step.state.protocol.red_flag))
            case fx.Notify():
                name = f"{session}/{event.frame}/{kebab(type(event).__name__)}/{effect.kind}"
                told.append(NoticeQueued(name, effect.kind))
            case fx.KeepScore():
                told.append(Practised(effect.heard, effect.of, effect.pain, effect.passed, effect.margin))
            case fx.KeepVoice():
                told.append(VoiceKept(effect.gain_db, effect.pace))
            case fx.EndSession():
                told.append(SessionEnded(session, effect.outcome, event.frame))
    return tuple(told)


def described(step: Step) -> tuple[str, ...]:
    """Return each effect of a step in words, such as ``say phrase="session.paused" slots={} lane=3``."""
    return tuple(_described(effect) for effect in step.effects)


def _described(effect: fx.Effect) -> str:
    told = [f"{field.name}={_value(getattr(effect, field.name))}" for field in fields(effect)]
    return " ".join([kebab(type(effect).__name__), *told])


def _value(value: object) -> str:
    match value:
        case Score():
            return _score_digest(value)
        case Position():
            return f"{value.segment}+{value.offset}@{value.anchor}"
        case Expectation():
            return value.context.value if value.question is None else f"{value.context.value}/{value.question}"
        case Mapping():
            return canonical(dict(value))
        case _:
            return json.dumps(value, ensure_ascii=False)


def _score_digest(score: Score) -> str:
    """Return a short name that only scores with the same segments and cues at the same frames share."""
    told = [
        [
            segment.id,
            segment.length,
            segment.waits,
            list(segment.re_entries),
            [
                [cue.id, cue.offset, cue.length, cue.tone, cue.utterance.text if cue.utterance else None]
                for cue in segment.cues
            ],
        ]
        for segment in score.segments
    ]
    return sha256(canonical([score.program, score.language, told]).encode()).hexdigest()[:16]
