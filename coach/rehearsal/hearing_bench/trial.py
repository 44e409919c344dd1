"""Trying: one trial after the other through the listener, kept so that a run can be taken up again."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Protocol

from coach.audio.clip import Samples
from coach.audio.recording import read_recording
from coach.errors import InputError
from coach.language.utterance import Context, Expectation
from coach.listening.hear import heard_entries
from coach.listening.hearing import Decision, Hearing
from coach.rehearsal.hearing_bench.plan import Trial
from coach.rehearsal.hearing_bench.scene import Stage, Staged
from coach.rehearsal.hearing_bench.voices import spoken
from coach.units import LISTEN_BLOCK, LISTEN_RATE

Bar = Callable[[int, int], None]
"""Shows progress: done, total."""

QUESTION: Final = Expectation(Context.QUESTION, "go-on")
"""Open while answers are measured; yes and no mean themselves to it."""


class Hears(Protocol):
    """What listens: the coach's own `Listener`, or a peer in its place."""

    @property
    def listened(self) -> int:
        """Return how many frames it was given."""

    def move(self) -> None:
        """Begin anew, in a room it does not know."""

    def expect(self, expectation: Expectation) -> None:
        """Say what is expected."""

    def settle(self, mic: Samples) -> None:
        """Learn a room in which nobody speaks."""

    def accept(self, mic: Samples, reference: Samples | None, *, sounding: tuple[str, ...] = ()) -> Sequence[Decision]:
        """Take the next block and return what it completed."""

    def finish(self) -> Sequence[Decision]:
        """Return what was still on its way."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was heard in one trial."""

    commands: tuple[str, ...]
    """As `coach hear` prints them, in order."""
    seconds: float
    """Length of the sound without what was added to it."""
    delay_s: float | None = None
    """From the end of the voice to the first decision; None where nothing was heard."""
    unsure: bool = False
    """Whether what was heard first would have to be confirmed."""


def run(
    trials: Iterable[Trial], listener: Hears, stage: Stage, kept: "Kept", progress: Bar
) -> tuple[tuple[Trial, Outcome], ...]:
    """Return what the listener makes of every trial; those that were kept are not tried again."""
    everything = tuple(trials)
    found: list[tuple[Trial, Outcome]] = []
    for trial in everything:
        outcome = kept.get(trial)
        if outcome is None:
            outcome = attempt(trial, listener, stage)
            kept.add(trial, outcome)
        found.append((trial, outcome))
        progress(len(found), len(everything))
    return tuple(found)


def attempt(trial: Trial, listener: Hears, stage: Stage) -> Outcome:
    """Return what a listener, from a fresh state, makes of one trial."""
    voice = spoken(trial.said, trial.voice) if isinstance(trial.voice, str) else read_recording(trial.voice)
    staged = stage.put(voice, trial.scene, trial.key)
    listener.move()
    listener.expect(QUESTION if trial.asked else Expectation())
    began = listener.listened
    listener.settle(staged.microphone[: staged.lead])
    decisions = tuple(_listened(staged, listener))
    entries = heard_entries(decisions, began)
    hearings = [decision for decision in decisions if isinstance(decision, Hearing)]
    return Outcome(
        commands=tuple(entry.command for entry in entries),
        seconds=round(len(voice) / LISTEN_RATE, 3),
        delay_s=round(entries[0].decided_s - staged.ends / LISTEN_RATE, 3) if entries else None,
        unsure=bool(hearings) and not hearings[-1].sure,
    )


def _listened(staged: Staged, listener: Hears) -> Iterator[Decision]:
    """Go through what a listener makes of a scene."""
    for at in range(staged.lead, len(staged.microphone), LISTEN_BLOCK):
        block = slice(at, at + LISTEN_BLOCK)
        reference = None if staged.reference is None else staged.reference[block]
        words = tuple(words for first, last, words in staged.sounding if first < at + LISTEN_BLOCK and at < last)
        yield from listener.accept(staged.microphone[block], reference, sounding=words)
    yield from listener.finish()


class Kept:
    """Outcomes in a file, one JSON line each; those of another state of the code do not count.

    Args:
        path: The file; None keeps nothing.
        state: What the outcomes depend on, as `fingerprint` tells it.

    Raises:
        InputError: The file is there and holds something else.
    """

    def __init__(self, path: Path | None, state: str) -> None:
        self._path, self._state = path, state
        self._known: dict[str, Outcome] = {}
        if path is None or not path.exists():
            return
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                if row["state"] == state:
                    outcome = row["outcome"]
                    self._known[row["trial"]] = Outcome(**{**outcome, "commands": tuple(outcome["commands"])})
        except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as wrong:
            raise InputError(f"{path}: this holds no outcomes of a run ({wrong}); name another file.") from wrong

    def get(self, trial: Trial) -> Outcome | None:
        """Return what was kept of a trial."""
        return self._known.get(trial.key)

    def add(self, trial: Trial, outcome: Outcome) -> None:
        """Keep what was heard."""
        if self._path is None:
            return
        line = {"state": self._state, "trial": trial.key, "outcome": asdict(outcome)}
        with self._path.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(line, ensure_ascii=False) + "\n")


def fingerprint(folders: Iterable[Path], more: str = "") -> str:
    """Return a short hash of what outcomes depend on: every Python and TOML file of some folders.

    Args:
        folders: Searched with everything below them.
        more: What else they depend on, such as the engine.
    """
    told = hashlib.sha256(more.encode())
    for folder in folders:
        for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.toml"))):
            told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]
