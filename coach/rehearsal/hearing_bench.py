"""What a listener hears in recordings of people, and what it takes for a command that was none.

Each set is a folder with a ``manifest.tsv`` (file, transcript, speaker). A recording whose whole
transcript is one of `ASKED` counts as right when that command is heard; any command in any other
recording is false. Only the reporting half of the speakers is measured: thresholds were chosen on
the other.
"""

import csv
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coach.commands import RULES, SAFETY, Command, Policy, Urgency
from coach.errors import InputError
from coach.language.utterance import Context, Expectation
from coach.listening.hear import hear_file
from coach.listening.listener import Listener

Bar = Callable[[int, int], None]
"""Shows progress: done, total."""

ASKED: Final[Mapping[str, Command]] = {
    "stop": Command.STOP,
    "yes": Command.YES,
    "no": Command.NO,
    "멈춰": Command.PAUSE,
    "그만": Command.STOP,
    "네": Command.YES,
    "아니요": Command.NO,
}
"""Transcripts that are commands, and which."""
_QUESTION: Final = Expectation(Context.QUESTION, "go-on")
"""Open while answers are measured; yes and no mean themselves to it."""
_OTHER: Final = "other"
_SCORE_OF_95: Final = 1.959964
"""Standard normal quantile of two-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of a set."""

    path: Path
    said: str
    """A key of `ASKED`, or ``other``."""


def measure(data: Path, listener: Listener, language: str, limit: int | None, progress: Bar) -> list[dict[str, Any]]:
    """Return one row for each set and each word that was asked for.

    Args:
        data: Folder of sets; those of the language and those without speech are measured.
        listener: Used for one recording after the other, each from a fresh state.
        language: BCP 47 tag; a set of it is named ``<tag>_...``.
        limit: Most recordings of a set, the first by name; None for all.
        progress: Told how many recordings are done.

    Returns:
        Rows with counts, the share that was right (or false) and its 95 % interval (Wilson 1927). "halts" are false
        stops and pauses, "harm" false safety commands, both in recordings.

    Raises:
        InputError: The folder holds no set that can be measured.
    """
    sets = {folder.name: recordings(folder, limit) for folder in _folders(data, language)}
    total = sum(map(len, sets.values()))
    if not total:
        raise InputError(f"{data}: there is no folder with a manifest.tsv for {language} in it; name another folder.")
    done = 0
    rows: list[dict[str, Any]] = []
    for name, chosen in sets.items():
        counts: dict[str, Counter[str]] = {}
        for recording in chosen:
            count = counts.setdefault(recording.said, Counter())
            _judge(recording, listener, count)
            done += 1
            progress(done, total)
        rows += [_row(name, said, count) for said, count in sorted(counts.items())]
    return rows


def recordings(folder: Path, limit: int | None = None) -> tuple[Recording, ...]:
    """Return the recordings of a set that belong to the reporting half, by name."""
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as opened:
        lines = sorted(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE), key=lambda line: line["file"])
    kept = [line for line in lines if reporting(line["speaker"], line["file"])]
    return tuple(
        Recording(folder / line["file"], line["transcript"] if line["transcript"] in ASKED else _OTHER)
        for line in kept[:limit]
    )


def reporting(speaker: str, file: str) -> bool:
    """Return whether a recording belongs to the half that is reported, by a hash of who speaks.

    Args:
        speaker: Id as the manifest has it; what stands behind the id in brackets does not matter.
        file: Name of the recording; stands for the speaker where that is unknown.
    """
    known = speaker.removeprefix("librispeech-").split(" ")[0]
    who = file.rsplit(".", maxsplit=1)[0] if known in ("", "unknown", "(none)") else known
    return int(hashlib.sha256(who.encode()).hexdigest(), 16) % 2 == 1


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), 0 to 1."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, _SCORE_OF_95**2 / of
    middle = share + spread / 2
    reach = math.sqrt(spread * (share * (1 - share) + spread / 4))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def _folders(data: Path, language: str) -> Iterator[Path]:
    for folder in sorted(data.iterdir()) if data.is_dir() else ():
        spoken = folder.name.startswith((f"{language}_", "vocal_", "noise_"))
        if spoken and (folder / "manifest.tsv").is_file():
            yield folder


def _judge(recording: Recording, listener: Listener, count: Counter[str]) -> None:
    wanted = ASKED.get(recording.said)
    answers = wanted is not None and RULES[wanted].policy is Policy.ANSWER
    heard = hear_file(recording.path, listener, _QUESTION if answers else None)
    commands = {Command(entry.command) for entry in heard.hearings}
    others = commands - {wanted}
    count["recordings"] += 1
    count["seconds"] += round(heard.duration_s)
    count["right"] += wanted in commands
    count["false"] += bool(others)
    count["halts"] += any(RULES[command].urgency is Urgency.HALT for command in others)
    count["harm"] += any(command in SAFETY for command in others)


def _row(name: str, said: str, count: Counter[str]) -> dict[str, Any]:
    hits = count["false" if said == _OTHER else "right"]
    low, high = interval(hits, count["recordings"])
    return {
        "set": name,
        "said": said,
        "recordings": count["recordings"],
        "minutes": round(count["seconds"] / 60, 1),
        "counted": "false" if said == _OTHER else "right",
        "percent": round(100 * hits / count["recordings"], 1),
        "from": round(100 * low, 1),
        "to": round(100 * high, 1),
        "false": count["false"],
        "halts": count["halts"],
        "harm": count["harm"],
    }
