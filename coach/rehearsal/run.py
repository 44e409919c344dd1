"""Running a rehearsal from scenario to artefacts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coach.audio.resampler import resample
from coach.audio.wavefile import write_wav
from coach.errors import CoachError
from coach.rehearsal.expectation import mismatches
from coach.rehearsal.runner import run
from coach.rehearsal.scenario import Scenario, load_scenario
from coach.rehearsal.staging import stage
from coach.rehearsal.summary import Result, events, summary
from coach.rehearsal.timeline import timeline
from coach.rehearsal.transcript import transcript
from coach.runtime.wiring import BarMaker, House
from coach.units import LISTEN_RATE, SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Finished:
    """A rehearsal, its numbers and where it was put down."""

    result: Result
    summary: dict[str, Any]
    mismatches: list[str]
    out: Path | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    program: str | None = None
    """Program id or file; takes the place of the scenario's."""
    scenario: Path | None = None
    """Scenario file; None means a person who answers well and says nothing else."""
    language: str | None = None
    """Pack tag; takes the place of the scenario's."""
    engine: str = "auto"
    out: Path | None = None
    """Folder for the artefacts; None writes nothing."""


def rehearse_to(house: House, wanted: Wanted, progress: BarMaker) -> Finished:
    """Run one rehearsal and put its artefacts into a folder.

    Raises:
        ScenarioError: The scenario is wrong.
        CoachError: The folder cannot be written to, or a part of the coach is missing.
    """
    script = _script(house, wanted)
    if wanted.out is not None:
        _make_folder(wanted.out)
    result = run(stage(house, script, wanted.engine, progress))
    numbers = summary(result)
    if wanted.out is not None:
        put_down(result, numbers, wanted.out, title=f"{script.program} ({script.language})")
    return Finished(result, numbers, mismatches(result, script.expect), wanted.out)


def rehearse_all(house: House, wanted: Wanted, progress: BarMaker) -> Iterator[tuple[str, str, Finished]]:
    """Rehearse every program in every language, or in the wanted one, each into a folder of its own.

    Args:
        house: Where things are.
        wanted: The language, the engine, and the folder in which the folders are made; nothing else of it counts.
        progress: Makes progress bars.

    Yields:
        Program, language, and what came of it, as soon as it is known.

    Raises:
        CoachError: As `rehearse_to`.
    """
    for program in house.programs:
        for tag in [wanted.language] if wanted.language else sorted(house.packs):
            out = None if wanted.out is None else wanted.out / f"{program}.{tag}"
            one = Wanted(program=program, language=tag, engine=wanted.engine, out=out)
            yield program, tag, rehearse_to(house, one, progress)


def _script(house: House, wanted: Wanted) -> Scenario:
    if wanted.scenario is not None:
        script = load_scenario(wanted.scenario)
    else:
        script = Scenario(language=house.usual_language, program=house.usual_program)
    given = {"program": wanted.program, "language": wanted.language}
    return script.model_copy(update={name: value for name, value in given.items() if value is not None})


def put_down(result: Result, numbers: Mapping[str, Any], out: Path, *, title: str) -> None:
    """Write session.wav, transcript.txt, timeline.html, events.jsonl and summary.json."""
    heard = resample(result.microphone, LISTEN_RATE, SAMPLE_RATE)
    frames = max(len(result.played), len(heard))
    both = np.zeros((frames, 2), dtype=np.float32)
    both[: len(result.played), 0] = result.played
    both[: len(heard), 1] = heard
    try:
        write_wav(out / "session.wav", both, SAMPLE_RATE)
        (out / "transcript.txt").write_text(transcript(result), encoding="utf-8")
        (out / "timeline.html").write_text(timeline(result, title=title), encoding="utf-8")
        with (out / "events.jsonl").open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(event, ensure_ascii=False) + "\n" for event in events(result))
        (out / "summary.json").write_text(json.dumps(numbers, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as failure:
        raise CoachError(f"The rehearsal could not be written to {out}: {failure.strerror}.") from failure


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise CoachError(
            f"The folder {out} cannot be made: {failure.strerror}; choose another with --out."
        ) from failure
