"""What the steps of set-up share: the folders, the talk with the carer, the sound card, and ways into the world."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from coach.audio.clip import Samples
from coach.audio.devices.portaudio import SoundDevice
from coach.errors import CoachError, MissingError, PrescriptionError
from coach.journal.entries import Stamp
from coach.language.utterance import Utterance
from coach.listening.echo_report import EchoReport
from coach.plan.dosing import check_prescription
from coach.plan.prescription import Prescription
from coach.runtime.paths import Paths
from coach.runtime.pin_file import PinFile
from coach.runtime.settings import Settings
from coach.runtime.setup.desk import Desk
from coach.runtime.setup.dialogue import Dialogue, Screen
from coach.runtime.setup.downloads import Line
from coach.runtime.setup.own_prescription import OwnPrescription
from coach.runtime.setup.own_settings import OwnSettings
from coach.runtime.setup.texts import Texts, load_texts
from coach.runtime.trial import Tried
from coach.runtime.wiring import BarMaker, House
from coach.speech.profile import VoiceProfile

_KEY: Final = "setup"
"""Phrase key of everything set-up says, for messages."""


@dataclass(frozen=True, slots=True)
class World:
    """The ways into the world; the tests give others."""

    make_house: Callable[[Settings], House]
    screen: Screen
    desk: Desk
    devices: Callable[[], Sequence[SoundDevice]]
    bar: BarMaker
    line: Line
    pin: PinFile
    trial: Callable[[House, str, str, Samples], Tried]
    """Tries the recognizers of a language and an engine out on a sound."""
    echo: Callable[[Samples, Samples], EchoReport]
    """Says what kind of hardware it is, of what the microphone heard while the coach spoke, and of what it played."""
    show_level: Callable[[float], None]
    today: Callable[[], date]
    practise: Callable[[Paths, str], bool]
    """Practises stopping the coach in a language, live; returns whether she was heard often enough."""
    now: Callable[[], datetime]
    """Tells what the clock of the machine shows, with its zone."""
    stamp: Callable[[], Stamp]
    """Tells when it is by both clocks."""
    clock_kept: Callable[[], bool]
    """Tells whether somebody keeps the clock right."""
    send_test: Callable[[House, str], str]
    """Sends a test notice in a language; returns why it was not taken, empty where it was."""


class Setup:
    """Set-up under way."""

    def __init__(self, paths: Paths, world: World, *, model: Path | None = None, quiet: bool = False) -> None:
        """Begin; what is wrong with files there is told by `mend` first.

        Args:
            paths: Where things are.
            world: The ways into the world.
            model: A folder with a model that the carer gave by hand.
            quiet: Whether what is asked is only shown.
        """
        self.paths = paths
        self.world = world
        self.model = model
        self._quiet = quiet
        self.own = OwnSettings(paths)
        self.prescription = OwnPrescription(paths, self._check)
        settings = Settings() if self.own.fault else self.own.settings()
        self._house = world.make_house(settings)
        self.dialogue = Dialogue(self._texts(), world.screen, self)

    @property
    def desk(self) -> Desk:
        """Return the sound card."""
        return self.world.desk

    @property
    def house(self) -> House:
        """Return the house with the settings that hold now."""
        return self._house

    @property
    def language(self) -> str:
        """Return the language of the person's sessions."""
        return self._house.settings.language

    @property
    def today(self) -> date:
        """Return the day it is."""
        return self.world.today()

    def change_settings(self, **keys: object) -> None:
        """Change settings of the person's own; they hold at once.

        Raises:
            SettingsError: They would be wrong, or the disk refuses.
        """
        self.own.change(**keys)
        self._house = self.world.make_house(self.own.settings())
        self.dialogue.texts = self._texts()

    def refresh(self) -> None:
        """Read everything anew, after a file was put aside or written."""
        self._house = self.world.make_house(self.own.settings())

    def open_sound(self) -> bool:
        """Use the devices of the settings where none are in use yet; return whether sound can be played and heard."""
        if self.desk.name:
            return True
        try:
            self.desk.use(self._house.settings.audio)
        except MissingError:
            return False
        return True

    def speech(self, text: str, voice: VoiceProfile | None = None) -> Samples | None:
        """Return a text spoken: float32, shape (frames,), 48 kHz; None where no voice can speak it.

        Args:
            text: The words.
            voice: Who speaks; None for the coach's voice of the settings.
        """
        tag = self.language if self.language in self._house.packs else "en"
        line = Utterance(tag, _KEY, text)
        try:
            return self._house.render([line], voice or self._house.voice(tag))[line].samples
        except CoachError:
            return None  # the doctor tells why; the screen has it all

    def prepare_voice(self) -> None:
        """Have everything spoken that is asked, at once: question by question it would keep a carer waiting."""
        if self._quiet or not self.desk.name:
            return
        texts, tag = self.dialogue.texts, self.language
        spoken = [*(ask.ask for ask in texts.ask.values()), *texts.say.values()]
        lines = [Utterance(tag, _KEY, text) for text in spoken if "{" not in text]
        with suppress(CoachError):  # the screen has it all, and the doctor tells why
            self._house.render(lines, self._house.voice(tag), self.world.bar(texts.line("voice-prepares")))

    def speak(self, text: str) -> None:
        """Begin to say something, where something can be played."""
        if self.desk.name and not self._quiet:
            samples = self.speech(text)
            if samples is not None:
                self.desk.speak(samples)

    def say_through(self, key: str) -> None:
        """Show a sentence of the texts and say it to its end, so that what is heard next is not the coach itself.

        Raises:
            MissingError: The sound card is lost.
        """
        self.dialogue.tell(key)
        self.play(self.dialogue.texts.line(key))

    def play(self, text: str, voice: VoiceProfile | None = None) -> None:
        """Say something to its end, where something can be played.

        Raises:
            MissingError: The sound card is lost.
        """
        samples = None if self._quiet or not self.desk.name else self.speech(text, voice)
        if samples is not None:
            self.desk.play(samples)

    def hush(self) -> None:
        """Fall silent."""
        self.desk.hush()

    def show(self, sentence: str) -> None:
        """Show a sentence that did not come from the texts."""
        self.world.screen.show(sentence)

    def _texts(self) -> Texts:
        return load_texts(self.paths.voices, self._house.settings.language)

    def _check(self, prescription: Prescription) -> None:
        """Refuse what names something there is not.

        That nothing of the program may be done just now is no reason not to write it down: it is the answer that keeps
        the person safe. Every session, and the doctor, refuse it then.
        """
        house, source = self._house, str(self.paths.prescription)
        program = prescription.program
        if program is not None and program not in house.programs:
            there = ", ".join(sorted(house.programs))
            raise PrescriptionError(f'{source}, key program: "{program}" is not known; there are: {there}.')
        alone = prescription.model_copy(update={"program": None})
        check_prescription(alone, house.programs, house.exercises, house.packs, source=source)


Step = Callable[[Setup], None]
"""Asks and keeps one thing; raises `SkippedError` where it is left out."""
Steps = Mapping[str, Step]
