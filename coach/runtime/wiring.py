"""The composition root: folders and settings become the objects of a session."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from coach.audio.clip import Clip
from coach.audio.gain import limited
from coach.audio.mixer import Mixer
from coach.audio.wavefile import write_wav
from coach.errors import InputError, PackError, PrescriptionError, ProgramError
from coach.language.command_book import Mark
from coach.language.loader import load_packs
from coach.language.models import VOSK, LanguagePack
from coach.language.utterance import Expectation, Utterance
from coach.listening.listener import Listener
from coach.listening.registry import AUTO, Workbench, build_listener
from coach.notify.settings import load_notify_settings
from coach.plan.caring import care_of
from coach.plan.dosing import Tailored, sessions_per_day, tailored
from coach.plan.prescription import Prescription, load_prescription
from coach.plan.rules import left_out, unasked
from coach.program.dose import works
from coach.program.loader import load_exercises, load_program, load_programs
from coach.program.models import Exercise, Program
from coach.program.quantity import Frequency, Origin
from coach.runtime.chronicle import Chronicle
from coach.runtime.interpreter import Interpreter
from coach.runtime.library import Library, lengths
from coach.runtime.loop import Keep, Loop, keep_nothing
from coach.runtime.overview import program_row
from coach.runtime.paths import SETTINGS_FILE, Paths
from coach.runtime.recordings import spared_words
from coach.runtime.settings import Settings
from coach.score.compiler import Material, compile_score, utterances_needed
from coach.score.listing import listing
from coach.score.script import script
from coach.session.care import Care
from coach.session.lines import utterances as session_utterances
from coach.session.machine import initial
from coach.session.states import Screening
from coach.speech.engines import every_synthesizer
from coach.speech.profile import VoiceProfile, load_profiles
from coach.speech.renderer import Renderer
from coach.units import SAMPLE_RATE, amplitude, seconds

_PERSON: Final = "person-"
"""Begins the ids of the voices that play the person in rehearsals."""
_UNTOLD: Final = Care()

Bar = Callable[[int, int], None]
"""Shows progress: done, total."""
BarMaker = Callable[[str], Bar]
"""Makes a progress bar for something named."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A program with everything it takes to speak it."""

    material: Material
    clips: dict[Utterance, Clip]
    care: Care = _UNTOLD
    """What the session may know of the person."""
    voice_db: float = 0.0
    """Level of the voice against that of all clips, in decibels."""

    @property
    def spoken(self) -> LanguagePack:
        """Return the language pack with her name in it, for lines that say it; the session itself has none of them."""
        pack = self.material.pack
        return pack.addressing(self.care.name) if self.care.name else pack


@dataclass(frozen=True, slots=True)
class Coach:
    """The parts of one session, wired and at rest."""

    loop: Loop
    mixer: Mixer
    interpreter: Interpreter
    chronicle: Chronicle


def wire(  # noqa: PLR0913 - the ports of a session, each once
    prepared: Prepared,
    mixer: Mixer,
    library: Library,
    listen: Callable[[Expectation], None],
    *,
    screening: Screening,
    seed: int = 0,
    keep: Keep = keep_nothing,
    chronicle: Chronicle | None = None,
) -> Coach:
    """Return a coach for one session, at rest, put together from its parts."""
    chronicle = chronicle or Chronicle()
    interpreter = Interpreter(mixer, library, prepared.spoken, chronicle, listen, seed=seed)
    # Who has done it earlier today needs no long explanation, and no demonstration.
    material = replace(prepared.material, familiar=screening is Screening.LATER)
    state = initial(material, screening=screening, seed=seed, care=prepared.care)
    mixer.begin_with(prepared.voice_db, state.place.gain_db)
    return Coach(Loop(state, mixer, interpreter, chronicle, keep), mixer, interpreter, chronicle)


class House:
    """Everything that is read once and shared: settings, packs, exercises, programs, voices."""

    def __init__(
        self, paths: Paths, settings: Settings, detail: Callable[[str], None], notice: Callable[[str], None]
    ) -> None:
        """Take the folders, the settings, and where to tell details and notices."""
        self.paths = paths
        self.settings = settings
        self.detail = detail
        self.notice = notice

    @cached_property
    def prescription(self) -> Prescription:
        """Return what was prescribed; nothing where the person's folder has no prescription."""
        return load_prescription(self.paths.own)

    def knowing(self, prescription: Prescription) -> "House":
        """Return the same house for another person: everything is shared but what was prescribed."""
        other = House(self.paths, self.settings, self.detail, self.notice)
        other.prescription = prescription
        other.packs, other.exercises, other.programs = self.packs, self.exercises, self.programs
        other.profiles, other.renderer = self.profiles, self.renderer
        return other

    @property
    def usual_program(self) -> str:
        """Return the program that runs when none is named: the prescribed one, else that of the settings."""
        return self.prescription.program or self.settings.program

    @property
    def usual_language(self) -> str:
        """Return the language that is spoken when none is named: the prescribed one, else that of the settings."""
        return self.prescription.language or self.settings.language

    @cached_property
    def packs(self) -> dict[str, LanguagePack]:
        """Return the language packs by tag."""
        return load_packs(self.paths.voices)

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """Return the exercises by id; the person's own come on top of what ships."""
        return {
            name: exercise for folder in self._layers("exercises") for name, exercise in load_exercises(folder).items()
        }

    @cached_property
    def programs(self) -> dict[str, Program]:
        """Return the programs by id; the person's own come on top of what ships."""
        return {
            name: program
            for folder in self._layers("programs")
            for name, program in load_programs(folder, self.exercises).items()
        }

    @cached_property
    def profiles(self) -> dict[str, VoiceProfile]:
        """Return the voice profiles by id."""
        return load_profiles(self.paths.voices / "profiles")

    @cached_property
    def renderer(self) -> Renderer:
        """Return the one renderer of prompts."""
        spared = {tag: spared_words(pack) for tag, pack in self.packs.items()}
        same = self.paths.own_voices == self.paths.voices
        own = None if same else self.paths.own_voices
        return Renderer(self.paths.cache / "clips", every_synthesizer(self.paths.voices, own, spared))

    def pack(self, tag: str) -> LanguagePack:
        """Return the pack of a language.

        Raises:
            PackError: There is none; the message lists those there are.
        """
        if tag not in self.packs:
            there = ", ".join(sorted(self.packs))
            raise PackError(f"There is no language pack '{tag}' in {self.paths.voices}; there are: {there}.")
        return self.packs[tag]

    def program(self, name: str) -> Program:
        """Return a program by its id or by its file.

        Raises:
            ProgramError: It is neither.
        """
        if name in self.programs:
            return self.programs[name]
        if name.endswith(".toml") or "/" in name:
            return load_program(Path(name), self.exercises)
        there, folders = ", ".join(sorted(self.programs)), " or ".join(map(str, self._layers("programs")))
        raise ProgramError(f"There is no program '{name}' in {folders}; there are: {there}.")

    def _layers(self, kind: str) -> list[Path]:
        """Return the folders of exercises or programs; the person's own only where it has any."""
        first, *own = (folder / kind for folder in self.paths.layers)
        return [first, *(folder for folder in own if folder.is_dir())]

    def tailored(self, program: Program) -> Tailored:
        """Return a program as the person is to do it.

        Raises:
            PrescriptionError: The prescription forbids it.
        """
        return tailored(program, self.exercises, self.prescription, source=str(self.paths.prescription))

    @cached_property
    def notices_arrive(self) -> bool:
        """Return whether a way to a carer was set up.

        Raises:
            SettingsError: notify.toml is wrong.
        """
        return load_notify_settings(self.paths.own) is not None

    @property
    def meant_a_day(self) -> Frequency:
        """Return how many sessions a day are meant of the usual program; none where she must not do it."""
        try:
            done = self.tailored(self.program(self.usual_program))
        except PrescriptionError:
            return Frequency(origin=Origin.CLINICIAN, min=0, max=0, note="nothing of the program may be done")
        return sessions_per_day(done.program, self.exercises, self.prescription)

    def prescription_notes(self, program: Program) -> tuple[str, ...]:
        """Return what of a program is left out for this person, and what a carer should still be asked."""
        out = [f"Left out of {program.id}: {missing}." for missing in self.tailored(program).left_out]
        return (*out, *unasked(self.prescription))

    def hearing_notes(self, language: str, engine: str) -> tuple[str, ...]:
        """Return what is missing to hear a language: an engine of its own, or a second one beside the embedded one."""
        bench = self.bench
        lenders = bench.lenders(language)
        if engine == AUTO and lenders:
            names = " and ".join(self.pack(tag).name for tag in lenders)
            missing = f"No engine here can hear {self.pack(language).name}."
            return (f"{missing} The keys stop, and a few words of {names} are heard: stop, pause, yes, no, and harm.",)
        if engine != AUTO or bench.lexicon(language) is None or VOSK not in self.pack(language).recognizers:
            return ()
        fault = bench.vosk_fault(language)
        return (f"{fault}; until then the embedded engine hears alone.",) if fault else ()

    def profile(self, name: str) -> VoiceProfile:
        """Return a voice profile by its id.

        Raises:
            InputError: There is none; the message lists those there are.
        """
        if name not in self.profiles:
            there = ", ".join(sorted(self.profiles))
            folder = self.paths.voices / "profiles"
            raise InputError(f"There is no voice profile '{name}' in {folder}; there are: {there}.")
        return self.profiles[name]

    def voice(self, language: str, of_day: int | None = None) -> VoiceProfile:
        """Return the voice profile the coach speaks a language with.

        Args:
            language: Tag of the pack.
            of_day: Minutes since midnight at which a session begins; None for the voice of the day.

        Raises:
            InputError: There is no such profile, or it speaks another language.
        """
        voice = self.profile(self.settings.profile(language, of_day))
        if not voice.speaks(language):
            raise InputError(
                f"The voice profile '{voice.id}' speaks {voice.language}, not {language}; name another one for "
                f"{language} in {SETTINGS_FILE}, table [voice] or [evening]."
            )
        return voice

    def voices(self, language: str) -> tuple[VoiceProfile, ...]:
        """Return every voice sessions of a language may have: the one of the evening first, the usual one last."""
        evening = self.voice(language, self.settings.evening.hours.begin)
        return tuple(dict.fromkeys((evening, self.voice(language))))

    def coach_voices(self, language: str) -> tuple[VoiceProfile, ...]:
        """Return every voice the coach could have in a language, the usual one first."""
        there = (one for one in self.profiles.values() if one.speaks(language) and not one.id.startswith(_PERSON))
        return tuple(dict.fromkeys((self.voice(language), *there)))

    def render(
        self, lines: Sequence[Utterance], profile: VoiceProfile, bar: Bar | None = None
    ) -> dict[Utterance, Clip]:
        """Return the clip of every line, from the cache where it is there."""
        clips = self.renderer.fill(lines, profile, progress=bar)
        for sentence in self.renderer.notices:
            self.notice(sentence)
        return clips

    def prepare(
        self, program: Program, language: str, progress: BarMaker, voice: VoiceProfile | None = None
    ) -> Prepared:
        """Return a program with all its lines spoken into clips; by the voice of the day where none is given."""
        pack, done = self.pack(language), self.tailored(program)
        lines, voice = self.lines(program, language), voice or self.voice(language)
        clips = self.render(lines, voice, progress(f"Speaking the prompts ({pack.name})"))
        material = Material(done.program, done.works, pack, lengths(clips), marks=self._other_marks(language))
        return Prepared(material, clips, self._care(done, language), voice.gain_db)

    def lines(self, program: Program, language: str) -> tuple[Utterance, ...]:
        """Return every line a session of a program may need, each once."""
        pack, done = self.pack(language), self.tailored(program)
        needed = utterances_needed(done.program, done.works, pack)
        return tuple(dict.fromkeys((*needed, *session_utterances(pack, done.works, self._care(done, language)))))

    def _other_marks(self, language: str) -> dict[Mark, tuple[str, ...]]:
        """Return the words that mark a phrase of harm in all languages but one: harm is heard in every language."""
        others = [pack.commands.marks for tag, pack in self.packs.items() if tag != language]
        return {mark: tuple(word for marks in others for word in marks.get(mark, ())) for mark in Mark}

    def _care(self, done: Tailored, language: str) -> Care:
        care = care_of(self.prescription, done, notices_arrive=self.notices_arrive)
        return replace(care, unheard=bool(self.bench.lenders(language)))

    def coach(
        self,
        prepared: Prepared,
        listen: Callable[[Expectation], None],
        *,
        screening: Screening,
        seed: int = 0,
        keep: Keep = keep_nothing,
    ) -> Coach:
        """Return a coach for one session, wired and at rest."""
        return wire(prepared, Mixer(), Library(prepared.clips), listen, screening=screening, seed=seed, keep=keep)

    def listener(self, language: str, engine: str) -> Listener:
        """Return the chain from microphone to commands for a language."""
        self.pack(language)
        return build_listener(engine, language, self.bench)

    @property
    def bench(self) -> Workbench:
        """Return what recognizers are made from."""
        by_hand = {language: Path(folder).expanduser() for language, folder in self.settings.models.items()}
        return Workbench(self.packs, self.paths.voices, self.paths.models, by_hand)

    def say(self, text: str, language: str, out: Path) -> float:
        """Speak a line into a WAV file; return its length in seconds."""
        self.pack(language)
        if not text.strip():
            raise InputError("There is nothing to say; give the words in quotes.")
        line = Utterance(language, "say", text)
        voice = self.voice(language)
        clip = self.render([line], voice)[line]
        write_wav(out, limited(clip.samples * amplitude(voice.gain_db)), SAMPLE_RATE)
        return float(seconds(clip.length))

    def listing(self, name: str, language: str, progress: BarMaker, *, every_cue: bool = False) -> str:
        """Return a program's score as readable text: a script, or every segment and cue."""
        score = compile_score(self.prepare(self.program(name), language, progress).material)
        return listing(score) if every_cue else script(score)

    def program_rows(self, language: str) -> list[dict[str, Any]]:
        """Return one row a program: id, title, exercises with their doses, minutes all in all; see `overview`.

        What of it this person must not do stands under ``left_out``, a sentence each.
        """
        pack, voice = self.pack(language), self.voice(language)
        out = left_out(self.prescription, self.exercises)
        rows = []
        for program in self.programs.values():
            row = program_row(program, works(program, self.exercises), pack, voice)
            missing = dict.fromkeys(block.exercise for block in program.blocks if block.exercise in out)
            rows.append({**row, "left_out": [str(out[name]) for name in missing]})
        return rows
