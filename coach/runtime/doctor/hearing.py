"""Language, prompts, models, and whether the recognizers hear what the coach itself says."""

from collections.abc import Iterator

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import resample
from coach.commands import Command
from coach.errors import CoachError, PrescriptionError
from coach.language.models import VOSK
from coach.language.utterance import Utterance
from coach.listening.registry import AUTO
from coach.runtime.doctor.diagnosis import Diagnosis, note, problem, well
from coach.runtime.doctor.instruments import Instruments, Patient
from coach.runtime.recordings import Takes, familiar_lines
from coach.runtime.wiring import House
from coach.units import LISTEN_RATE, SAMPLE_RATE

_SHOWN = 12
"""Digits of a checksum that are shown."""


def examined(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Look at what speaks and hears the language, and at the models of the others."""
    house, language = patient.house, patient.language
    try:
        packs = house.packs
    except CoachError as wrong:
        yield problem("language", str(wrong))
        return
    if language not in packs:
        yield problem("language", f"There is no language pack '{language}'; there are: {', '.join(sorted(packs))}.")
        return
    yield from _prompts(house, language)
    for tag in sorted(packs):
        yield from _model(house, tag, needed=tag == language)
    yield from (
        note("hearing", sentence) for sentence in house.hearing_notes(language, AUTO) if house.bench.lenders(language)
    )
    yield _hearing(house, language, instruments)


def _prompts(house: House, language: str) -> Iterator[Diagnosis]:
    try:
        lines = house.lines(house.program(house.usual_program), language)
        missing = max(len(house.renderer.missing(lines, voice)) for voice in house.voices(language))
    except PrescriptionError:
        return  # told already
    except CoachError as wrong:
        yield problem("prompts", str(wrong))
        return
    takes = Takes(house.paths.own_voices, language)
    if takes.folder.is_dir():
        familiar = familiar_lines(house.pack(language), house.usual_program, house.prescription.name or "")
        told = tuple(takes.told(house.pack(language), (*lines, *familiar)))
        yield from (note("recordings", sentence) for sentence in told)
        if not told:
            yield well("recordings", f"{len(takes.kept())} lines are recorded")
    if missing:
        sentence = f"{missing} of {len(lines)} lines have still to be spoken; run: coach setup prompts"
        yield note("prompts", sentence)
    else:
        yield well("prompts", f"{len(lines)} lines are ready")


def _model(house: House, language: str, *, needed: bool) -> Iterator[Diagnosis]:
    """Look at the Vosk model of a language, every file of it."""
    bench, subject = house.bench, f"model {language}"
    if VOSK not in house.packs[language].recognizers:
        return
    fault = bench.vosk_fault(language, contents=True)
    embedded = bench.lexicon(language) is not None
    if fault and (embedded or not needed):
        serves = "; until then the embedded engine hears alone" if embedded else ""
        yield note(subject, f"{fault}{serves}")
    elif fault:
        yield problem(subject, fault)
    else:
        found = bench.vosk_model(language)
        if found is not None:
            manifest = bench.manifest(language)
            sum_ = manifest.archive_sha256 if manifest is not None else None
            whole = "every file as it was installed" if manifest is not None else "no manifest to compare with"
            told = f", sha256 {sum_[:_SHOWN]}…" if sum_ else ""
            yield well(subject, f"{found.folder.name}, {found.place.value}{told}, {whole}")


def _hearing(house: House, language: str, instruments: Instruments) -> Diagnosis:
    """Let the recognizers hear the coach's own "stop"."""
    heard_as = next(iter(house.bench.lenders(language)), language)
    phrase = next(iter(house.packs[heard_as].commands.phrases(Command.STOP)), "")
    sound = _said(house, heard_as, phrase)
    try:
        tried = instruments.trial(house, language, sound)
    except CoachError as wrong:
        return problem("hearing", str(wrong))
    if tried.fault:
        return problem("hearing", tried.fault)
    if not len(sound):
        return note("hearing", "The recognizers load; without a voice nothing could be said to them.")
    if Command.STOP not in tried.heard:
        return note("hearing", f'The recognizers load, but did not understand the coach\'s own "{phrase}".')
    if tried.slowness:
        return note("hearing", tried.slowness)
    return well("hearing", f'the recognizers load, and heard the coach\'s own "{phrase}"')


def _said(house: House, language: str, phrase: str) -> Samples:
    """Return a phrase in the coach's own voice at 16 kHz; nothing where no voice can speak it."""
    line = Utterance(language, "doctor.stop", phrase)
    try:
        clip = house.render([line], house.voice(language))[line].samples
    except CoachError:
        return np.zeros(0, dtype=np.float32)
    return resample(clip, SAMPLE_RATE, LISTEN_RATE)
