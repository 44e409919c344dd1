"""What is heard in recordings of people, and what is heard wrongly, with honest bounds.

A set is a folder with a manifest.tsv (file, transcript, speaker, source). Thresholds are chosen on
one half of the speakers and reported on the other; the halves are told apart by a hash of the
speaker's id (of the file's, where the speaker is unknown), the same in every command.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Any, Final

from coach.commands import RULES, Command, Urgency
from coach.errors import InputError
from coach.language.utterance import Context, Expectation
from coach.listening.hear import HeardFile, hear_file
from coach.listening.listener import Listener

_Z: Final = 1.96
"""Standard normal quantile of a 95 % interval."""
_WORDS: Final = {"stop": Context.SESSION, "yes": Context.QUESTION, "no": Context.QUESTION}
"""Single words that are commands or answers, and where they are listened for."""
_QUESTION: Final = "hurt"
"""The question that is open while answers are listened for."""
_SINGLE: Final = ("en_gsc_commands", "en_gsc_other", "en_wakewords")
_NOISES: Final = ("vocal_noises_deeply", "noise_gsc_background", "noise_room_felixchenfy")
_TALK: Final = {"en": ("en_librispeech", "en_coffee_orders"), "ko": ("ko_deeply_read", "ko_parent_child")}


@dataclass(frozen=True, slots=True)
class Recording:
    """One row of a manifest."""

    path: Path
    transcript: str
    speaker: str

    @property
    def half(self) -> str:
        """Return ``tuned`` or ``held-out``: the half of the speakers it belongs to."""
        known = self.speaker if self.speaker and not self.speaker.startswith(("unknown", "(")) else self.path.name
        return "tuned" if sha256(known.encode()).digest()[0] % 2 == 0 else "held-out"


@dataclass(slots=True)
class Tally:
    """Counts of one row of the table."""

    what: str
    hits: int = 0
    of: int = 0
    seconds: float = 0.0
    examples: list[str] = field(default_factory=list)

    def row(self, half: str) -> dict[str, Any]:
        """Return the row: rate with its 95 % interval, or hits an hour for continuous sound."""
        low, high = wilson(self.hits, self.of)
        row: dict[str, Any] = {"what": self.what, "speakers": half, "count": f"{self.hits}/{self.of}"}
        row["percent"] = round(100 * self.hits / self.of, 1) if self.of else None
        row["95 %"] = f"{100 * low:.1f}-{100 * high:.1f}"
        if self.seconds:
            row["an hour"] = round(self.hits / self.seconds * 3600, 1)
            row["hours"] = round(self.seconds / 3600, 2)
        if self.examples:
            row["such as"] = ", ".join(self.examples[:6])
        return row


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a rate (Wilson 1927); (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    rate, spread = hits / of, _Z * _Z / of
    middle = (rate + spread / 2) / (1 + spread)
    half = _Z * sqrt(rate * (1 - rate) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def recordings(folder: Path) -> list[Recording]:
    """Return the rows of a set's manifest, in its order.

    Raises:
        InputError: The folder has no manifest.tsv.
    """
    manifest = folder / "manifest.tsv"
    if not manifest.is_file():
        raise InputError(f"{folder}: there is no manifest.tsv; give a folder of sets to --data.")
    with manifest.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [Recording(folder / row["file"], row["transcript"], row["speaker"]) for row in rows]


def measure(
    data: Path, listener: Listener, language: str, limit: int | None, progress: Callable[[int, int], None]
) -> list[dict[str, Any]]:
    """Return a table of what is heard in the sets of a folder.

    Args:
        data: Folder of sets.
        listener: The chain to be measured.
        language: Tag of its language; decides which continuous speech it is tried on.
        limit: At most this many recordings of a set, evenly taken; None for all.
        progress: Told the recordings done and of all.

    Raises:
        InputError: The folder holds none of the known sets.
    """
    names = [*(_SINGLE if language == "en" else ()), *_NOISES, *_TALK.get(language, ())]
    sets = {name: _evenly(recordings(data / name), limit) for name in names if (data / name).is_dir()}
    if not sets:
        raise InputError(f"{data}: there is no known set in this folder; there should be such as {', '.join(names)}.")
    total = sum(map(len, sets.values()))
    tallies: dict[tuple[str, str], Tally] = {}
    done = 0
    for name, rows in sets.items():
        for recording in rows:
            for tally, hit, heard in _judged(name, recording, listener):
                found = tallies.setdefault((tally, recording.half), Tally(tally))
                _count(found, recording, heard, hit=hit, timed=name not in _SINGLE)
            done += 1
            progress(done, total)
    return [tally.row(half) for (_, half), tally in sorted(tallies.items())]


def _judged(name: str, recording: Recording, listener: Listener) -> Iterator[tuple[str, bool, HeardFile]]:
    """Return the rows of the table a recording counts in, and whether it is a hit there."""
    context = _WORDS.get(recording.transcript) if name == "en_gsc_commands" else None
    if context is not None:
        expectation = Expectation(context, _QUESTION if context is Context.QUESTION else None)
        heard = hear_file(recording.path, listener, expectation)
        yield f"{recording.transcript}: heard", recording.transcript in _commands(heard), heard
        return
    heard = hear_file(recording.path, listener, Expectation(Context.SESSION))
    commands = _commands(heard)
    yield f"{name}: taken for any command", bool(commands), heard
    yield f"{name}: taken for stop or pause", bool({"stop", "pause"} & set(commands)), heard
    yield f"{name}: taken for a safety phrase", any(RULES[Command(c)].urgency >= Urgency.MAYBE for c in commands), heard


def _commands(heard: HeardFile) -> list[str]:
    return [entry.command for entry in heard.hearings]


def _count(tally: Tally, recording: Recording, heard: HeardFile, *, hit: bool, timed: bool) -> None:
    tally.hits += hit
    tally.of += 1
    tally.seconds += heard.duration_s if timed else 0.0
    wanted = tally.what.endswith(": heard")
    if hit != wanted:
        said = "/".join(entry.phrase for entry in heard.hearings) or "nothing"
        tally.examples.append(f"{recording.transcript[:20] or recording.path.stem}: {said}")


def _evenly(rows: Sequence[Recording], limit: int | None) -> list[Recording]:
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[place * len(rows) // limit] for place in range(limit)]
