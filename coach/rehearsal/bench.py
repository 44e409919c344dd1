"""Measurements of this machine: what `coach bench` prints, as rows of figures."""

from pathlib import Path
from typing import Any

from coach.listening.listener import Listener
from coach.rehearsal.hearing_bench import measure
from coach.rehearsal.run import stage
from coach.rehearsal.runner import run
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.summary import cues
from coach.runtime.wiring import BarMaker, House

_ROUNDS = 3
"""Rehearsals of each kind; the middle one is quoted, since a shared machine has bad moments."""


def rhythm(house: House, progress: BarMaker) -> list[dict[str, Any]]:
    """Return drift and speed of whole rehearsals, with the scripted recognizer and with the embedded one.

    Speeds are seconds of session for each second of computing, on this machine.
    """
    script = Scenario(program=house.settings.program, language=house.settings.language)
    rows = []
    for engine, rounds in (("scripted", _ROUNDS), (house.settings.engine, 1)):
        results = [run(stage(house, script, engine, progress)) for _ in range(rounds)]
        played = list(cues(results[0].chronicle))
        late = [abs(cue.played - cue.planned) for cue in played if cue.played is not None]
        factors = sorted(result.realtime_factor for result in results)
        rows.append(
            {
                "recognizer": engine,
                "program": script.program,
                "cues": len(played),
                "most frames off plan": max(late, default=0),
                "times real time": round(factors[len(factors) // 2], 1),
            }
        )
    return rows


def hearing(
    listener: Listener, language: str, data: Path, limit: int | None, progress: BarMaker
) -> list[dict[str, Any]]:
    """Return what is heard in recordings of people, and what is heard wrongly; see `hearing_bench`."""
    return measure(data, listener, language, limit, progress("Listening to recordings"))
