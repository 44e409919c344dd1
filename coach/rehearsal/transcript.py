"""The transcript: what was said, heard and done, for reading aloud."""

from dataclasses import dataclass
from typing import Final

from coach.listening.hearing import Certainty
from coach.rehearsal.summary import Result, stops
from coach.runtime.chronicle import Sound
from coach.units import SAMPLE_RATE, Frames

_DONE: Final = {
    "SCREEN": "asks the questions before a session",
    "RUN": "guides the exercise",
    "CHECKIN": "asks how it was",
    "PAUSED": "has paused",
    "FAULT": "is quiet: something is broken",
    "MAYBE": "is quiet and asks",
    "ACKLINE": "has stopped for safety",
    "TRIAGE": "asks the safety questions",
    "ADVICE": "gives advice",
    "LOCKED": "is locked until the lock is lifted",
    "IDLE": "is at rest",
}


@dataclass(frozen=True, slots=True)
class _Row:
    frame: Frames
    rank: int
    who: str
    what: str


def transcript(result: Result) -> str:
    """Return the session as text, one line for each thing said, heard or done."""
    rows = sorted(
        (*_coach(result), *_person(result), *_heard(result), *_phases(result), *_silences(result)),
        key=lambda row: (row.frame, row.rank),
    )
    lines = [f"{_clock(row.frame - result.start)}  {row.who:<8} {row.what}" for row in _gather_tones(rows)]
    outcome = result.chronicle.outcome
    lines.append("")
    lines.append(f"Outcome: {outcome.value if outcome is not None else 'interrupted'}.")
    done = ", ".join(f"{count} {side}" for side, count in result.reps_done.items())
    lines.append(f"Repetitions done: {done}.")
    return "\n".join(lines) + "\n"


def _coach(result: Result) -> list[_Row]:
    return [
        _Row(sound.played, 3, "coach", _sounds_like(sound))
        for sound in result.chronicle.sounds
        if sound.played is not None
    ]


def _sounds_like(sound: Sound) -> str:
    cut = "  (cut short)" if sound.cut else ""
    if sound.text:
        return f"“{sound.text}”{cut}"
    if sound.kind == "chime":
        return f"({sound.id} chime){cut}"
    return f"♪ {sound.id}{cut}"


def _person(result: Result) -> list[_Row]:
    return [_Row(spoken.start, 0, "person", f"“{spoken.text}”") for spoken in result.spoken]


def _heard(result: Result) -> list[_Row]:
    rows = []
    for hearing, frame in result.chronicle.hearings:
        answer = f", as the answer {hearing.answer.value}" if hearing.answer is not None else ""
        early = {Certainty.PARTIAL: " (not finished yet)", Certainty.UNCONFIRMED: " (not borne out)"}.get(
            hearing.certainty, ""
        )
        what = f"“{hearing.phrase}” → {hearing.command.value}{answer}{early}  [{hearing.engine} {hearing.score:.2f}]"
        rows.append(_Row(frame, 1, "heard", what))
    return rows


def _phases(result: Result) -> list[_Row]:
    rows: list[_Row] = []
    last = "IDLE"
    for entered in result.chronicle.phases:
        if entered.phase.upper() != last and entered.phase.upper() in _DONE:
            rows.append(_Row(entered.frame, 2, "does", _DONE[entered.phase.upper()]))
        last = entered.phase.upper()
    return rows


def _silences(result: Result) -> list[_Row]:
    rows = []
    for stop in stops(result):
        fade_ms = round((stop.silent - stop.decided) * 1000 / SAMPLE_RATE)
        if fade_ms > 0:
            rows.append(_Row(stop.decided, 2, "does", f"falls silent within {fade_ms} ms"))
    return rows


def _gather_tones(rows: list[_Row]) -> list[_Row]:
    """Draw a run of tones together into one line."""
    gathered: list[_Row] = []
    for row in rows:
        is_tone = row.what.startswith("♪") and not row.what.endswith(")")
        if is_tone and gathered and gathered[-1].what.startswith("♪") and not gathered[-1].what.endswith(")"):
            before = gathered[-1]
            gathered[-1] = _Row(before.frame, before.rank, before.who, f"{before.what} · {row.what[2:]}")
        else:
            gathered.append(row)
    return gathered


def _clock(frame: int) -> str:
    tenths = max(0, round(frame * 10 / SAMPLE_RATE))
    return f"{tenths // 600:02d}:{tenths // 10 % 60:02d}.{tenths % 10}"
