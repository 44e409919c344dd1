"""The doctor: looks at everything a session stands on, and says of each thing wrong what to do."""

import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach import __version__
from coach.audio.device import AudioDevice
from coach.audio.devices.portaudio import SoundDevice
from coach.disk import Disk
from coach.errors import CoachError, MissingError
from coach.journal.latch import FILE as LATCH_FILE
from coach.journal.latch import Latch
from coach.journal.sqlite import FILE as JOURNAL_FILE
from coach.journal.sqlite import SqliteJournal
from coach.journal.standing import standing_of
from coach.listening.registry import AUTO
from coach.runtime.host import level_db
from coach.runtime.live import JOURNAL
from coach.runtime.wiring import House
from coach.speech.synthesizers.espeak import INSTALL, installed_version
from coach.units import BLOCK

_LEAST_MB: Final = 50
"""A year of sessions takes about half of this in the journal (two rows a second, 300 bytes each)."""
_SPARE_MB: Final = 300
"""A language's prompts take about 100 MB, its model as much; below this the next one does not fit."""
_LISTENED_BLOCKS: Final = 75
"""Blocks for which the microphone is listened to: 1.5 s; the first tenths may be the card waking up."""
_ZEROS_DB: Final = -98.0
_CLIPPED: Final = 0.99
_QUIET_DB: Final = -75.0
"""Below this even a quiet room is too faint: its noise lies at -60 to -50 dB with a usable gain."""
_BUILT: Final = 2026
"""No clock that is set shows an earlier year than the one this was written in."""


class State(StrEnum):
    """How something is."""

    WELL = "well"
    NOTE = "note"
    """Worth knowing; a session works."""
    PROBLEM = "problem"
    """No session until it is mended."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How one thing is, and what to do about it."""

    subject: str
    state: State
    sentence: str

    def as_text(self) -> str:
        """Return it as one line."""
        return f"{self.state.value:<8} {self.subject:<12} {self.sentence}"

    def as_json(self) -> dict[str, Any]:
        """Return it for scripts."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Instruments:
    """What the doctor looks with."""

    devices: Callable[[], Sequence[SoundDevice]]
    """Lists the sound devices."""
    card: Callable[[], AudioDevice]
    """Makes the sound card a session would use."""
    espeak: Callable[[], str] = installed_version


def examine(house: House, language: str, instruments: Instruments) -> Iterator[Diagnosis]:
    """Go through everything a session in a language stands on; the slowest comes last."""
    yield Diagnosis("version", State.WELL, f"coach {__version__}, Python {platform.python_version()}")
    year = datetime.now().astimezone().year
    if year < _BUILT:
        yield Diagnosis("clock", State.NOTE, f"The clock shows the year {year}; set it, the journal goes by it.")
    yield from _settings(house)
    yield _espeak(instruments)
    yield from _space(house.paths.data)
    yield from _journal(house.paths.data / JOURNAL)
    yield from _sound(instruments)
    if language not in house.packs:
        there = ", ".join(sorted(house.packs))
        sentence = f"There is no language pack '{language}'; there are: {there}."
        yield Diagnosis("language", State.PROBLEM, sentence)
        return
    yield _prompts(house, language)
    for tag in sorted(house.packs):
        yield _hearing(house, tag, needed=tag == language)


def _settings(house: House) -> Iterator[Diagnosis]:
    try:
        house.tailored(house.program(house.usual_program))
        count = len(house.programs)
    except CoachError as wrong:
        yield Diagnosis("settings", State.PROBLEM, str(wrong))
        return
    yield Diagnosis("settings", State.WELL, f"{count} programs in {house.paths.config}")


def _espeak(instruments: Instruments) -> Diagnosis:
    version = instruments.espeak()
    if version == "none":
        return Diagnosis("voice", State.PROBLEM, f"No voice can be spoken; {INSTALL}")
    return Diagnosis("voice", State.WELL, f"espeak-ng {version}")


def _space(data: Path) -> Iterator[Diagnosis]:
    folder = next(folder for folder in (data, *data.parents) if folder.exists())
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < _LEAST_MB:
        yield Diagnosis("disk", State.PROBLEM, f"Only {free_mb} MB are free in {folder}; make room.")
    elif free_mb < _SPARE_MB:
        yield Diagnosis("disk", State.NOTE, f"{free_mb} MB are free in {folder}; another language will not fit.")
    else:
        yield Diagnosis("disk", State.WELL, f"{free_mb} MB free in {folder}")


def _journal(folder: Path) -> Iterator[Diagnosis]:
    try:
        latched = Latch(folder, Disk()).read() if (folder / LATCH_FILE).exists() else None
        lock = latched.standing.lock if latched is not None else 0
        if not (folder / JOURNAL_FILE).exists():
            yield Diagnosis("journal", State.WELL, f"None yet; it begins with the first session, in {folder}")
        else:
            with SqliteJournal(folder) as journal:
                rows, lock = journal.verify(), max(lock, standing_of(journal).lock)
            yield Diagnosis("journal", State.WELL, f"{rows} entries, every one as it was written")
    except CoachError as wrong:
        yield Diagnosis("journal", State.PROBLEM, f"{wrong}")
        return
    if lock:
        sentence = "Locked after a safety stop; once the care team agrees, run: coach unlock"
        yield Diagnosis("lock", State.PROBLEM, sentence)


def _sound(instruments: Instruments) -> Iterator[Diagnosis]:
    try:
        there = instruments.devices()
    except MissingError as missing:
        yield Diagnosis("sound card", State.PROBLEM, str(missing))
        return
    lacking = [
        what
        for what, some in (
            ("loudspeaker", any(device.outputs for device in there)),
            ("microphone", any(device.inputs for device in there)),
        )
        if not some
    ]
    if lacking:
        named = " and no ".join(lacking)
        yield Diagnosis("sound card", State.PROBLEM, f"There is no {named}; plug one in and run this again.")
        return
    used = [device for device in there if device.default_input or device.default_output]
    if any("blue" in device.name.lower() for device in used):
        sentence = "A Bluetooth device is the default: it is too late to be interrupted well; use a USB speakerphone."
        yield Diagnosis("sound card", State.NOTE, sentence)
    try:
        yield from _card(instruments.card())
    except MissingError as missing:
        yield Diagnosis("sound card", State.PROBLEM, str(missing))


def _card(card: AudioDevice) -> Iterator[Diagnosis]:
    """Play nothing for a moment and listen."""
    silence = np.zeros(BLOCK, dtype=np.float32)
    heard = [np.zeros(0, dtype=np.float32)]
    card.open()
    try:
        for _ in range(_LISTENED_BLOCKS):
            card.write(silence)
            heard.append(card.read().mic)
        name, latency, status = card.name, card.latency, card.status
    finally:
        card.close()
    if not status.output_alive:
        yield Diagnosis("loudspeaker", State.PROBLEM, f"{name} takes nothing to play; look at its plug and power.")
    else:
        told = f"{name}, {1000 * latency.output_s:.0f} ms out, {1000 * latency.input_s:.0f} ms in"
        yield Diagnosis("loudspeaker", State.WELL, told)
    yield _microphone(np.concatenate(heard))


def _microphone(mic: np.ndarray[Any, np.dtype[np.float32]]) -> Diagnosis:
    if not len(mic):
        return Diagnosis("microphone", State.PROBLEM, "Nothing comes from the microphone; look at its plug.")
    level = level_db(mic[len(mic) // 2 :])
    if level <= _ZEROS_DB:
        sentence = "The microphone gives nothing but zeros; look whether it is muted."
        return Diagnosis("microphone", State.NOTE, sentence)
    if float(np.max(np.abs(mic))) >= _CLIPPED:
        return Diagnosis("microphone", State.NOTE, "The microphone is overdriven; turn its gain down.")
    if level < _QUIET_DB:
        sentence = f"The microphone is very quiet ({level:.0f} dB); turn its gain up."
        return Diagnosis("microphone", State.NOTE, sentence)
    return Diagnosis("microphone", State.WELL, f"room at {level:.0f} dB")


def _prompts(house: House, language: str) -> Diagnosis:
    try:
        lines = house.lines(house.program(house.usual_program), language)
        missing = len(house.renderer.missing(lines, house.voice(language)))
    except CoachError as wrong:
        return Diagnosis("prompts", State.PROBLEM, str(wrong))
    if missing:
        sentence = f"{missing} of {len(lines)} lines have still to be spoken; the next session begins later for it."
        return Diagnosis("prompts", State.NOTE, sentence)
    return Diagnosis("prompts", State.WELL, f"{len(lines)} lines are ready")


def _hearing(house: House, language: str, *, needed: bool) -> Diagnosis:
    try:
        house.listener(language, AUTO)
    except CoachError as wrong:
        return Diagnosis(f"hearing {language}", State.PROBLEM if needed else State.NOTE, str(wrong))
    return Diagnosis(f"hearing {language}", State.WELL, "the recognizers load")
