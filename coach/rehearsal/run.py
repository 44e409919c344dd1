"""Running a rehearsal from scenario to artefacts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.recording import read_recording
from coach.audio.resampler import resample
from coach.audio.wavefile import write_wav
from coach.commands import Command
from coach.errors import CoachError
from coach.language.models import LanguagePack
from coach.language.questions import QUESTION_KINDS, QuestionKind
from coach.language.utterance import Answer, Utterance
from coach.listening.registry import AUTO
from coach.rehearsal.expectation import mismatches
from coach.rehearsal.performer import Line, Performer, at_level, speech_end
from coach.rehearsal.runner import Stage, run
from coach.rehearsal.scenario import Entry, Scenario, load_scenario
from coach.rehearsal.summary import Result, events, summary
from coach.rehearsal.timeline import timeline
from coach.rehearsal.transcript import transcript
from coach.runtime.wiring import BarMaker, House
from coach.units import LISTEN_RATE, SAMPLE_RATE

_WELL: Final = {
    QuestionKind.SCREEN: Answer.NO,
    QuestionKind.HARM: Answer.NO,
    QuestionKind.CONSENT: Answer.YES,
    QuestionKind.EFFORT: Answer.ALL_RIGHT,
}
"""What somebody answers who is well."""
_BARE: Final = {Answer.YES: Command.YES, Answer.NO: Command.NO}
_MUMBLE: Final = {"en": "mm hmm mm", "ko": "음 흠 음"}
"""What a person who cannot be understood says; any voice reads it as a hum."""


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


def _script(house: House, wanted: Wanted) -> Scenario:
    if wanted.scenario is not None:
        script = load_scenario(wanted.scenario)
    else:
        script = Scenario(language=house.usual_language, program=house.usual_program)
    given = {"program": wanted.program, "language": wanted.language}
    return script.model_copy(update={name: value for name, value in given.items() if value is not None})


def stage(house: House, script: Scenario, engine: str, progress: BarMaker) -> Stage:
    """Return everything a rehearsal needs, rendered and wired."""
    prepared = house.prepare(house.program(script.program), script.language, progress)
    pack = house.pack(script.language)
    voice = house.profile(f"person-{script.language}") if f"person-{script.language}" in house.profiles else None
    # Where nothing can hear her language, she answers in one that is heard, as she was told to.
    lenders = house.bench.lenders(script.language) if engine == AUTO else ()
    answers = _answers(script, house.pack(lenders[0]) if lenders else pack)
    wanted = {entry.say for entry in script.person if entry.say is not None} | set(answers.values())
    lines = [Utterance(script.language, "person", text) for text in sorted(wanted)]
    spoken = house.render(lines, voice or house.voice(script.language), progress("Speaking for the person"))
    nominal = script.room.echo_db
    voices = {line.text: resample(clip.samples, SAMPLE_RATE, LISTEN_RATE) for line, clip in spoken.items()}
    entries = [(entry, entry.does or _line(script, entry, voices, nominal)) for entry in script.person]
    replies = {question: _voiced(text, voices[text], nominal) for question, text in answers.items()}
    return Stage(house=house, scenario=script, prepared=prepared, engine=engine, performer=Performer(entries, replies))


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


def _answers(script: Scenario, pack: LanguagePack) -> dict[str, str]:
    """Return what the person answers to each question id, in words."""
    if script.answers == "silent":
        return {}
    if script.answers == "mumble":
        return dict.fromkeys(QUESTION_KINDS, _MUMBLE.get(script.language, _MUMBLE["en"]))
    fixed = {"yes": Answer.YES, "no": Answer.NO}.get(script.answers)
    return {
        question: _words(pack, question, _WELL[kind] if fixed is None or kind is QuestionKind.EFFORT else fixed)
        for question, kind in QUESTION_KINDS.items()
    }


def _words(pack: LanguagePack, question: str, answer: Answer) -> str:
    """Return the plainest words for an answer: a bare yes or no where that answers, else the first the pack gives."""
    words = pack.commands.questions[question].words[answer]
    bare = pack.commands.phrases(_BARE[answer])[0] if answer in _BARE else ""
    return bare if bare in words else words[0]


def _line(script: Scenario, entry: Entry, voices: Mapping[str, Samples], nominal: float) -> Line:
    if entry.say is not None:
        return _voiced(entry.say, voices[entry.say], nominal + entry.level_db)
    recording = script.path(entry.audio or Path())
    return _voiced(f"[{recording.name}]", read_recording(recording), nominal + entry.level_db)


def _voiced(text: str, samples: Samples, level_db: float) -> Line:
    leveled = at_level(samples, level_db)
    return Line(text, leveled, speech_end(leveled))
