"""What a rehearsal came to, as numbers: the contents of summary.json and events.jsonl."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.commands import RULES, Urgency
from coach.listening.hearing import Certainty, Hearing
from coach.rehearsal.performer import Spoken
from coach.runtime.chronicle import Chronicle, Sound
from coach.session import effects as fx
from coach.session.events import Heard
from coach.units import LISTEN_RATE, SAMPLE_RATE, Frames

_PLACES: Final = 4
"""Decimal places of seconds: a tenth of a millisecond, finer than a block."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One time the coach fell silent because of something it heard."""

    cause: str
    spoken_end: Frames | None
    """Played frame at which the person's words ended; None when nobody spoke (a key, a fault)."""
    decided: Frames
    silent: Frames
    """One past the last frame that was not silence."""


@dataclass(frozen=True, slots=True)
class Result:
    """A finished rehearsal."""

    chronicle: Chronicle
    spoken: tuple[Spoken, ...]
    played: Samples
    """What the coach played: float32, shape (frames,), 48 kHz."""
    microphone: Samples
    """What its microphone heard: float32, shape (listening frames,), 16 kHz."""
    start: Frames
    """Played frame at which the session was asked for: second 0 of every artefact."""
    reps_done: Mapping[str, int]
    realtime_factor: float
    lock: int = 0
    """The lock at the end: 0 none, 1 caution, 2 urgent."""


def stops(result: Result) -> tuple[Stop, ...]:
    """Return every time a word that stops silenced the coach, with the frame of the last sound."""
    found: list[Stop] = []
    for decision in result.chronicle.decisions:
        event = decision.event
        if not isinstance(event, Heard) or RULES[event.command].urgency < Urgency.HALT:
            continue
        if not any(isinstance(effect, fx.Silence | fx.Hush) for effect in decision.effects):
            continue
        said = [spoken for spoken in result.spoken if spoken.start <= decision.frame]
        found.append(
            Stop(
                cause=event.command.value,
                spoken_end=said[-1].end if said else None,
                decided=decision.frame,
                silent=_silent_after(result, decision.frame),
            )
        )
    return tuple(found)


def summary(result: Result) -> dict[str, Any]:
    """Return the contents of summary.json; times in seconds from the start of the session, null where none."""
    chronicle = result.chronicle
    return {
        "outcome": chronicle.outcome.value if chronicle.outcome is not None else "interrupted",
        "reps_done": dict(result.reps_done),
        "cues": [
            {
                "id": cue.id,
                "segment": cue.segment,
                "form": cue.form,
                "anchor_frame": cue.anchor,
                "planned_frame": cue.planned,
                "played_frame": cue.played,
                "cut_frame": cue.ended if cue.cut and cue.played is not None else None,
            }
            for cue in cues(chronicle)
        ],
        "hearings": [hearing_entry(hearing, result.start) for hearing in told_once(chronicle)],
        "phases": [{"phase": entered.phase, "frame": entered.frame} for entered in chronicle.phases],
        "stops": [
            {
                "cause": stop.cause,
                "spoken_end_s": _seconds(stop.spoken_end, result.start),
                "decided_s": _seconds(stop.decided, result.start),
                "silent_s": _seconds(stop.silent, result.start),
            }
            for stop in stops(result)
        ],
        "duration_s": _seconds(Frames(len(result.played)), result.start),
        "realtime_factor": round(result.realtime_factor, 1),
    }


def cues(chronicle: Chronicle) -> Iterator[Sound]:
    """Return the cues that were handed over and not taken back before they began."""
    return (sound for sound in chronicle.sounds if sound.kind == "cue" and sound.played is not None)


def told_once(chronicle: Chronicle) -> tuple[Hearing, ...]:
    """Return one hearing an utterance and command: decided at its partial, worded as its final."""
    merged: dict[tuple[int, str], Hearing] = {}
    for hearing, _ in chronicle.hearings:
        key = (hearing.utterance, hearing.command.value)
        if key not in merged:
            merged[key] = hearing
        elif hearing.certainty is Certainty.FINAL:
            merged[key] = _with_decision(hearing, merged[key].decided)
    return tuple(merged.values())


def hearing_entry(hearing: Hearing, start: Frames) -> dict[str, Any]:
    """Return one hearing as `coach hear` prints it, counted from the start of the session."""
    lag = start / SAMPLE_RATE
    return {
        "command": hearing.command.value,
        "phrase": hearing.phrase,
        "engine": hearing.engine,
        "score": round(hearing.score, 3),
        "start_s": round(hearing.first / LISTEN_RATE - lag, _PLACES),
        "end_s": round(hearing.last / LISTEN_RATE - lag, _PLACES),
        "decided_s": round(hearing.decided / LISTEN_RATE - lag, _PLACES),
    }


def events(result: Result) -> Iterator[dict[str, Any]]:
    """Return the lines of events.jsonl: each event, the frame it was handled at, and its effects."""
    for decision in result.chronicle.decisions:
        yield {
            "frame": decision.frame,
            "event": _plain(decision.event),
            "effects": [_plain(effect) for effect in decision.effects],
        }


def _silent_after(result: Result, decided: Frames) -> Frames:
    later = [
        sound.played
        for sound in result.chronicle.sounds
        if sound.played is not None and sound.played >= decided and sound.planned >= decided
    ]
    until = min(later, default=Frames(len(result.played)))
    span = np.flatnonzero(result.played[decided:until])
    return Frames(decided + int(span[-1]) + 1) if len(span) else decided


def _with_decision(hearing: Hearing, decided: int) -> Hearing:
    values = {item.name: getattr(hearing, item.name) for item in fields(hearing)}
    return Hearing(**{**values, "decided": decided})


def _seconds(frame: Frames | None, start: Frames) -> float | None:
    return None if frame is None else round((frame - start) / SAMPLE_RATE, _PLACES)


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    if isinstance(value, fx.FollowScore):
        return {
            "type": "FollowScore",
            "segment": value.position.segment,
            "offset": value.position.offset,
            "anchor": value.position.anchor,
        }
    if is_dataclass(value) and not isinstance(value, type):
        named = {"type": type(value).__name__}
        return named | {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(item) for item in value]
    return value
