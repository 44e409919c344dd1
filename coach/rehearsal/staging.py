"""The stage of a rehearsal: program, prompts, and what the person says, put together once and shared by many.

A rehearsal without sound needs no voice for the person, only the lengths of her words: see `Staging.quiet_stage`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.recording import read_recording
from coach.audio.resampler import resample
from coach.commands import Command
from coach.language.models import LanguagePack
from coach.language.questions import QUESTION_KINDS, QuestionKind
from coach.language.utterance import Answer, Utterance
from coach.listening.registry import AUTO
from coach.plan.prescription import read_prescription
from coach.rehearsal.performer import Line, Performer, at_level, speech_end
from coach.rehearsal.scenario import Entry, Scenario
from coach.rehearsal.stage import INTERRUPTED, Stage
from coach.runtime.wiring import BarMaker, House, Prepared
from coach.units import LISTEN_BLOCK, LISTEN_RATE, SAMPLE_RATE

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
_WORD_S: Final = 0.4
"""How long a word lasts where nobody speaks it: 150 words a minute, the slow pace of the coach's own voice."""


class Staging:
    """Sets the stage for one rehearsal after another; what several need is read and spoken once."""

    def __init__(self, house: House, progress: BarMaker) -> None:
        """Take where things are, and what makes progress bars."""
        self._house = house
        self._progress = progress
        self._houses: dict[Path, House] = {}
        self._prepared: dict[tuple[House, str, str], Prepared] = {}
        self._voices: dict[Utterance, Samples] = {}

    def stage(self, script: Scenario, engine: str) -> Stage:
        """Return everything a rehearsal needs, rendered and wired.

        Raises:
            CoachError: A part of it is missing, or forbidden by the prescription.
        """
        # Where nothing can hear her language, she answers in one that is heard, as she was told to.
        lenders = self._house.bench.lenders(script.language) if engine == AUTO else ()
        answers = answers_of(script, self._house.pack(lenders[0] if lenders else script.language))
        self._speak(script, {entry.say for entry in script.person if entry.say is not None} | set(answers.values()))
        return self._staged(script, engine, answers, self._voiced)

    def quiet_stage(self, script: Scenario) -> Stage:
        """Return what a rehearsal without sound needs: of what the person says only the words and their length.

        Raises:
            CoachError: A part of it is missing, or forbidden by the prescription.
        """
        answers = answers_of(script, self._house.pack(script.language))
        return self._staged(script, "scripted", answers, _mute)

    def _staged(
        self, script: Scenario, engine: str, answers: Mapping[str, str], say: Callable[[Scenario, str, float], Line]
    ) -> Stage:
        house = self._house_of(script)
        key = (house, script.program, script.language)
        if key not in self._prepared:
            self._prepared[key] = self._prepare(house, script)
        entries = [(entry, entry.does or _line(script, entry, say)) for entry in script.person]
        replies = {question: say(script, text, 0.0) for question, text in answers.items()}
        return Stage(house, script, self._prepared[key], engine, Performer(entries, replies))

    def _prepare(self, house: House, script: Scenario) -> Prepared:
        """Return the program with every line spoken, and the one that is said behind a power cut."""
        prepared = house.prepare(house.program(script.program), script.language, self._progress)
        line = prepared.spoken.utterance(INTERRUPTED)
        clips = house.render([line], house.voice(script.language))
        return replace(prepared, clips={**prepared.clips, **clips})

    def _house_of(self, script: Scenario) -> House:
        """Return the house of the person of a scenario."""
        if script.prescription is None:
            return self._house
        path = script.path(script.prescription)
        if path not in self._houses:
            self._houses[path] = self._house.knowing(read_prescription(path))
        return self._houses[path]

    def _speak(self, script: Scenario, texts: set[str]) -> None:
        """Speak for the person whatever she has not said before."""
        named = f"person-{script.language}"
        voice = self._house.profile(named) if named in self._house.profiles else self._house.voice(script.language)
        lines = [Utterance(script.language, "person", text) for text in sorted(texts)]
        missing = [line for line in lines if line not in self._voices]
        spoken = self._house.render(missing, voice, self._progress("Speaking for the person")) if missing else {}
        for line, clip in spoken.items():
            self._voices[line] = resample(clip.samples, SAMPLE_RATE, LISTEN_RATE)

    def _voiced(self, script: Scenario, text: str, level_db: float) -> Line:
        samples = self._voices[Utterance(script.language, "person", text)]
        return _leveled(text, samples, script.room.echo_db + level_db)


def stage(house: House, script: Scenario, engine: str, progress: BarMaker) -> Stage:
    """Return everything one rehearsal needs, rendered and wired; see `Staging.stage`."""
    return Staging(house, progress).stage(script, engine)


def _line(script: Scenario, entry: Entry, say: Callable[[Scenario, str, float], Line]) -> Line:
    if entry.say is not None:
        return say(script, entry.say, entry.level_db)
    recording = script.path(entry.audio or Path())
    return _leveled(f"[{recording.name}]", read_recording(recording), script.room.echo_db + entry.level_db)


def _leveled(text: str, samples: Samples, level_db: float) -> Line:
    leveled = at_level(samples, level_db)
    return Line(text, leveled, speech_end(leveled))


def _mute(_script: Scenario, text: str, _level_db: float) -> Line:
    """Return words that only last."""
    blocks = round(len(text.split()) * _WORD_S * LISTEN_RATE / LISTEN_BLOCK)
    length = max(1, blocks) * LISTEN_BLOCK
    return Line(text, np.broadcast_to(np.float32(0.0), length), length)


def answers_of(script: Scenario, pack: LanguagePack) -> dict[str, str]:
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
