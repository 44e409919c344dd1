"""Measurements of this machine: what `coach bench` prints, as rows of figures."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import coach
from coach.audio.clip import Clip
from coach.listening.pace import Pace, pace_for
from coach.listening.registry import build_listener
from coach.rehearsal.hearing_bench.corpus import read_corpus
from coach.rehearsal.hearing_bench.kinds import Wanted
from coach.rehearsal.hearing_bench.peers import FIGURES, find_peers
from coach.rehearsal.hearing_bench.plan import QUICK, Trial, planned
from coach.rehearsal.hearing_bench.scene import Stage
from coach.rehearsal.hearing_bench.table import curve, misses, rows
from coach.rehearsal.hearing_bench.targets import targets
from coach.rehearsal.hearing_bench.trial import Kept, fingerprint
from coach.rehearsal.hearing_bench.trial import run as run_trials
from coach.rehearsal.runner import run
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import stage
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


LENIENCES: Final = (-4.0, -2.0, 1.0, 2.0, 4.0)
"""Nats by which "stop" and safety phrases are made stricter and more lenient for the curve."""
_LINES: Final = 24
"""How many of the coach's own lines it says over people."""


def hearing(house: House, wanted: Wanted, progress: BarMaker) -> dict[str, Any]:
    """Return what is heard in recordings of people and in synthetic voices, and what is heard wrongly.

    Returns:
        What it depended on, and lists of rows: ``targets``, ``recall``, ``false``, ``misses``, ``curve`` and ``peers``.

    Raises:
        InputError: There are no recordings, or the file of outcomes holds something else.
        ModelError: A machine on which a look takes that long cannot listen.
    """
    corpus = read_corpus(wanted.data, wanted.language)
    trials = planned(corpus, wanted.half, wanted.only, quick=wanted.quick, language=wanted.language)
    code = Path(coach.__file__).parent
    parts = (code / "listening", code / "language", house.paths.voices / wanted.language)
    pace = pace_for(wanted.look_s) if wanted.look_s else Pace()
    state = fingerprint(parts, f"{wanted.language} {wanted.engine}" + (f" {pace}" if wanted.look_s else ""))
    beside_coach = any(trial.scene.coach for trial in trials)
    where = Stage(_lines(house, wanted.language, progress) if beside_coach else ())
    listener = house.listener(wanted.language, wanted.engine)
    listener.keep(pace)
    found = run_trials(trials, listener, where, Kept(wanted.keep, state), progress("Listening"))
    leniences = {0.0: found} if wanted.curve else {}
    for nats in LENIENCES if wanted.curve else ():
        other = build_listener(wanted.engine, wanted.language, replace(house.bench, lenience=nats))
        other.keep(pace)
        kept = Kept(wanted.keep, f"{state} lenience {nats:+g}")
        leniences[nats] = run_trials(trials, other, where, kept, progress(f"Listening at {nats:+g} nats"))
    others, left_out = _peers(house, wanted, trials, progress) if wanted.peers else ([], ())
    return {
        "language": wanted.language,
        "engine": wanted.engine,
        "half": wanted.half.value,
        "sample": f"one trial of {QUICK}" if wanted.quick else "all",
        "state": state,
        "pace": pace.told,
        "targets": targets(found),
        "recall": rows(found, recall=True),
        "false": rows(found, recall=False),
        "misses": misses(found),
        "curve": curve(leniences),
        "peers": others,
        "peers left out": list(left_out),
    }


def _peers(
    house: House, wanted: Wanted, trials: Sequence[Trial], progress: BarMaker
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return how other recognizers stand to the same targets, and which are not installed."""
    model = house.bench.vosk_model(wanted.language)
    peers = find_peers(wanted.language, house.pack(wanted.language).commands, model.folder if model else None)
    chosen = [trial for trial in trials if trial.figure in FIGURES]
    told: list[dict[str, Any]] = []
    for peer in peers.ready:
        kept = Kept(wanted.keep, f"{peer.name} {wanted.language}")
        found = run_trials(chosen, peer, Stage(), kept, progress(f"Listening with {peer.name}"))
        told += [{"peer": peer.name} | row for row in targets(found)]
    return told, peers.left_out


def _lines(house: House, language: str, progress: BarMaker) -> list[Clip]:
    """Return some of the coach's own lines, each named by its words."""
    lines = house.lines(house.program(house.settings.program), language)
    chosen = lines[:: max(1, len(lines) // _LINES)]
    clips = house.render(chosen, house.voice(language), progress("Speaking the coach's lines"))
    return [Clip(line.text, clips[line].samples) for line in chosen]
