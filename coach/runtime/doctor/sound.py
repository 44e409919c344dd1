"""Sound devices: which there are, whether those of the settings are among them, what they play and bring."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.device import AudioDevice
from coach.audio.devices.portaudio import SoundDevice
from coach.errors import CoachError, MissingError
from coach.language.utterance import Utterance
from coach.runtime.doctor.diagnosis import Diagnosis, State, note, problem, well
from coach.runtime.doctor.instruments import Instruments, Patient
from coach.runtime.echo_check import echo_of
from coach.runtime.microphone import Sound, assess
from coach.runtime.setup.texts import load_texts
from coach.units import BLOCK

_LISTENED: Final = 75
"""Blocks for which the microphone is listened to: 1.5 s; the first half is left out, as cards wake up in it."""
_AFTER: Final = 25
"""Blocks of silence behind what is spoken aloud: half a second, longer than any room's echo."""
_HDMI: Final = re.compile(r"hdmi|vc4", re.IGNORECASE)
_SENTENCES: Final = {
    Sound.NOTHING: (State.PROBLEM, "Nothing comes from the microphone; look at its plug."),
    Sound.ZEROS: (State.PROBLEM, "The microphone gives nothing but zeros: it is muted; look for its switch."),
    Sound.STUCK: (State.PROBLEM, "The microphone stands still at one value; pull its plug and put it back."),
    Sound.OFFSET: (State.PROBLEM, "What the microphone brings lies off the middle; its cable or card is broken."),
    Sound.CLIPPED: (State.NOTE, "The microphone is overdriven; turn its gain down."),
    Sound.FAINT: (State.NOTE, "The microphone is very quiet ({level:.0f} dB); turn its gain up."),
}


def examined(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Look at the sound devices."""
    if instruments.barred():
        yield problem(
            "sound card", "This user may not use the sound cards; run: sudo usermod -aG audio $USER, and log in again."
        )
    try:
        there = instruments.devices()
    except MissingError as missing:
        yield problem("sound card", str(missing))
        return
    yield from _unseen(there, instruments)
    lacking = [
        what
        for what, some in (
            ("loudspeaker", any(device.outputs for device in there)),
            ("microphone", any(device.inputs for device in there)),
        )
        if not some
    ]
    if lacking:
        yield problem("sound card", f"There is no {' and no '.join(lacking)}; plug one in and run this again.")
        return
    chosen = patient.house.settings.audio
    gone = list(_gone(there, chosen.output, chosen.input))
    yield from gone
    if gone:
        return
    yield from _bluetooth(there, (chosen.output, chosen.input), instruments)
    try:
        yield from _card(patient, instruments)
    except MissingError as missing:
        yield problem("sound card", str(missing))


def _gone(there: Sequence[SoundDevice], output: str, microphone: str) -> Iterator[Diagnosis]:
    """Tell of devices that stand in the settings and are not there."""
    for name, what, names in (
        (output, "loudspeaker", [device.name for device in there if device.outputs]),
        (microphone, "microphone", [device.name for device in there if device.inputs]),
    ):
        if name and not any(name.casefold() in known.casefold() for known in names):
            known = ", ".join(dict.fromkeys(names))
            yield problem(
                "sound card",
                f'The {what} "{name}" of the settings is not there (there are: {known}); run: coach setup sound',
            )


def _unseen(there: Sequence[SoundDevice], instruments: Instruments) -> Iterator[Diagnosis]:
    """Tell of cards that the kernel knows and PortAudio does not."""
    try:
        listed = instruments.cards.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for short, name in re.findall(r"^\s*\d+\s+\[(\S+)\s*\]:\s*\S+\s+-\s+(.+)$", listed, re.MULTILINE):
        words = (short.casefold(), name.strip().casefold())
        if not any(word in device.name.casefold() for device in there for word in words) and not _HDMI.search(name):
            yield note(
                "sound card",
                f'The card "{name.strip()}" is there, but PortAudio does not see it; another program may hold it, or '
                "its plug sits loosely.",
            )


def _bluetooth(there: Sequence[SoundDevice], chosen: tuple[str, str], instruments: Instruments) -> Iterator[Diagnosis]:
    used = [device.name for device in there if device.default_input or device.default_output] + list(chosen)
    by_server = [line for line in instruments.server().splitlines() if line.startswith("Default S")]
    if any("blue" in name.casefold() for name in used) or any("bluez" in line for line in by_server):
        yield note(
            "sound card", "A Bluetooth device is in use: it is too late to be interrupted well; use a USB speakerphone."
        )


def _card(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Play nothing for a moment and listen; then, where that is allowed, speak and listen."""
    card = instruments.card(patient.house.settings.audio)
    spoken = _line(patient) if instruments.aloud else np.zeros(0, dtype=np.float32)
    card.open()
    try:
        quiet = _heard(card, np.zeros(_LISTENED * BLOCK, dtype=np.float32))[0]
        name, latency = card.name, card.latency
        mic, reference = _heard(card, spoken) if len(spoken) else (quiet[:0], quiet[:0])
        status = card.status
    finally:
        card.close()
    if not status.output_alive:
        yield problem("loudspeaker", f"{name} takes nothing to play; look at its plug and power.")
    else:
        yield well("loudspeaker", f"{name}, {latency}")
    yield _microphone(quiet)
    if len(mic):
        report = echo_of(mic, reference)
        state = note if not report.hears_while_speaking else well
        yield state("echo", f"{report.kind.value}: {report.sentence}")
    else:
        yield note("echo", "Not measured, as nothing was to be heard in the room; run: coach doctor --aloud")


def _heard(card: AudioDevice, played: Samples) -> tuple[Samples, Samples]:
    """Play something and return what the microphone brought meanwhile, and what was played, both at 16 kHz."""
    nothing = np.zeros(0, dtype=np.float32)
    mic, reference = [nothing], [nothing]
    for begin in range(0, len(played) - BLOCK + 1, BLOCK):
        card.write(played[begin : begin + BLOCK])
        capture = card.read()
        mic.append(capture.mic)
        reference.append(capture.reference)
    return np.concatenate(mic), np.concatenate(reference)


def _line(patient: Patient) -> Samples:
    """Return what is spoken to measure the echo; nothing where no voice can speak it."""
    house, tag = patient.house, patient.language
    try:
        text = load_texts(patient.paths.voices, tag).line("echo-speech")
        line = Utterance(tag, "setup.echo-speech", text)
        clip = house.render([line], house.voice(tag))[line].samples
    except CoachError:
        return np.zeros(0, dtype=np.float32)
    return np.concatenate((clip, np.zeros(_AFTER * BLOCK, dtype=np.float32)))


def _microphone(mic: Samples) -> Diagnosis:
    brought = assess(mic[len(mic) // 2 :])
    if brought.sound is Sound.WELL:
        return well("microphone", f"room at {brought.level_db:.0f} dB")
    state, sentence = _SENTENCES[brought.sound]
    return Diagnosis("microphone", state, sentence.format(level=brought.level_db))
