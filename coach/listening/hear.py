"""What the coach would hear in a recording: the listening chain without a session."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.recording import recording_blocks
from coach.commands import RULES, Command
from coach.language.utterance import Expectation
from coach.listening.acceptance import DENIABLE
from coach.listening.hearing import Certainty, Decision, Hearing
from coach.listening.listener import TAIL, Listener
from coach.units import LISTEN_BLOCK, LISTEN_RATE

_DIGITS: Final = 3
"""Times are given to the millisecond, scores to a thousandth."""


@dataclass(frozen=True, slots=True)
class HeardEntry:
    """One utterance that was taken for a command; times in seconds from the recording's start."""

    command: str
    phrase: str
    engine: str
    score: float
    """Compares only within an engine."""
    start_s: float
    end_s: float
    decided_s: float
    """When the coach first acted; may lie behind the recording's end, in the second that is appended."""


@dataclass(frozen=True, slots=True)
class HeardFile:
    """What was heard in one recording."""

    file: str
    duration_s: float
    hearings: tuple[HeardEntry, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it in the shape of the `coach hear` contract."""
        return asdict(self)

    def as_text(self) -> str:
        """Return it as one readable line."""
        said = ", ".join(f"{entry.command} ({entry.phrase!r} at {entry.start_s:.2f} s)" for entry in self.hearings)
        return f"{self.file}: {said or 'nothing'}"


def hear_file(path: Path, listener: Listener, expectation: Expectation | None = None) -> HeardFile:
    """Return what a listener makes of a recording, from a fresh state.

    Args:
        path: Any format, rate and length; channels are mixed to one. A second of silence is appended.
        listener: Used for this recording alone while this runs.
        expectation: What is expected meanwhile; default: a session with no question open.

    Raises:
        RecordingError: The file cannot be read as audio.
    """
    began = listener.listened
    decisions = hear_sound(recording_blocks(path), listener, expectation)
    length = listener.listened - began - TAIL
    return HeardFile(str(path), round(length / LISTEN_RATE, _DIGITS), heard_entries(decisions, began))


def hear_sound(
    sound: Iterable[Samples], listener: Listener, expectation: Expectation | None = None
) -> tuple[Decision, ...]:
    """Return what a listener makes of a sound and a second of silence after it, from a fresh state.

    Args:
        sound: Pieces of any length, float32, 16 kHz, full scale ±1.0.
        listener: Used for this sound alone while this runs.
        expectation: What is expected meanwhile; default: a session with no question open.
    """
    listener.reset()
    listener.expect(expectation or Expectation())
    decisions: list[Decision] = []
    for block in _blocks(sound):
        decisions += listener.accept(block, None)
    decisions += listener.finish()
    return tuple(decisions)


def _blocks(sound: Iterable[Samples]) -> Iterator[Samples]:
    """Go through a sound in blocks of the listening chain; the last one may be shorter."""
    rest = np.zeros(0, dtype=np.float32)
    for piece in sound:
        rest = np.concatenate((rest, piece)) if len(rest) else piece
        whole = len(rest) - len(rest) % LISTEN_BLOCK
        for at in range(0, whole, LISTEN_BLOCK):
            yield rest[at : at + LISTEN_BLOCK]
        rest = rest[whole:]
    if len(rest):
        yield rest


def heard_entries(decisions: Sequence[Decision], began: int = 0) -> tuple[HeardEntry, ...]:
    """Return one entry an utterance, in the order in which they were first acted upon.

    What was told as a partial and again as a final is one entry: the words of the last
    telling, the time of the first.

    Args:
        decisions: What a listener gave, in its order.
        began: Listening frame that counts as zero.
    """
    told: dict[int, Hearing] = {}
    for hearing in (decision for decision in decisions if isinstance(decision, Hearing)):
        before = told.get(hearing.utterance)
        told[hearing.utterance] = hearing if before is None else replace(hearing, decided=before.decided)
    return tuple(_entry(hearing, began) for hearing in told.values())


def _entry(hearing: Hearing, began: int) -> HeardEntry:
    def second(frame: int) -> float:
        return round((frame - began) / LISTEN_RATE, _DIGITS)

    return HeardEntry(
        command=_lasting(hearing).value,
        phrase=hearing.phrase,
        engine=hearing.engine,
        score=round(hearing.score, _DIGITS),
        start_s=second(hearing.first),
        end_s=second(hearing.last),
        decided_s=second(hearing.decided),
    )


def _lasting(hearing: Hearing) -> Command:
    """Return what an utterance comes to: harm that was not borne out is a maybe."""
    if hearing.certainty is Certainty.UNCONFIRMED and RULES[hearing.command].urgency in DENIABLE:
        return Command.MAYBE_PAIN
    return hearing.command
