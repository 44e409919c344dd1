"""Steps about the machine: devices, models, the voice from the bed, the kind of hardware, the prompts."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.devices.portaudio import SoundDevice
from coach.commands import Command
from coach.errors import CoachError, MissingError, PrescriptionError
from coach.language.models import VOSK
from coach.listening.registry import AUTO, FoundModel
from coach.runtime.microphone import (
    VOICE_FAINT_DB,
    VOICE_OVER_ROOM_DB,
    Sound,
    assess,
    voice_level_db,
)
from coach.runtime.setup.context import Setup
from coach.runtime.setup.dialogue import SkippedError
from coach.runtime.setup.models import Installer
from coach.speech import earcons
from coach.units import SAMPLE_RATE

_DEFAULT: Final = ""
_TONES: Final = 3
_GAP_S: Final = 0.3
_QUIET_S: Final = 1.5
"""Seconds for which the room is listened to; the first half is left out: a card that wakes up brings anything."""
_TALK_S: Final = 4.0
_STOP_S: Final = 3.5
"""Seconds in which "stop" is said: time to take a breath."""
STOPS: Final = 3
STOPS_NEEDED: Final = 2
"""As in the practice of DESIGN 13.10: two of three heard."""


def sound(setup: Setup) -> None:
    """Let the loudspeaker and the microphone be chosen, play a tone, and show what the microphone brings."""
    there = _devices(setup)
    while True:
        chosen = setup.house.settings.audio
        output = _device(setup, "loudspeaker", [each.name for each in there if each.outputs], chosen.output)
        microphone = _device(setup, "microphone", [each.name for each in there if each.inputs], chosen.input)
        setup.desk.close()
        try:
            setup.desk.use(chosen.model_copy(update={"output": output, "input": microphone}))
            setup.show(f"  {setup.desk.name}")
            good = _tone_heard(setup) and _microphone_brings_sound(setup)
        except MissingError as missing:
            setup.show(str(missing))
            good = False
        if good or not setup.dialogue.yes("sound-again", kept=True):
            break
        there = _devices(setup)
    setup.change_settings(audio={"output": output, "input": microphone})


def models(setup: Setup) -> None:
    """Install the model that hears the language, or take the one a carer gave; say what hears without it."""
    tag, bench = setup.language, setup.house.bench
    needed = setup.house.pack(tag).recognizers.get(VOSK)
    installer = Installer(setup.paths.models, setup.world.line)
    if setup.model is not None:
        folder = installer.adopt(setup.model, lambda place: _trial(setup, tag, str(place)))
        setup.change_settings(models={tag: str(folder)})
        setup.dialogue.tell("model-adopted", folder=folder)
        return
    found, fault = bench.vosk_model(tag), bench.vosk_fault(tag, contents=True)
    if needed is None or not fault:
        setup.dialogue.tell("model-there", folder=_where(found))
        return
    embedded = bench.lexicon(tag) is not None
    if found is not None:
        setup.show(fault)
    setup.dialogue.tell("model-second" if embedded else "model-needed", name=needed.name)
    slots = {"address": needed.address or "-"}
    if not setup.dialogue.yes("fetch-model", kept=True, slots=slots):
        raise SkippedError
    if needed.sha256 is None:
        setup.dialogue.tell("model-unverified")
    folder = installer.install(needed, lambda place: _trial(setup, tag, str(place)))
    setup.change_settings(models={tag: None})  # what was given by hand and is broken no longer counts
    setup.dialogue.tell("model-installed", folder=folder)


def coach_voice(setup: Setup) -> None:
    """Let every voice the coach may have be heard, and one be chosen; the coach speaks in it from now on."""
    tag, house = setup.language, setup.house
    names = {one.id: one.name for one in house.coach_voices(tag)}
    if len(names) < 2:
        setup.dialogue.tell("one-voice", name=next(iter(names.values()), "-"))
        return
    setup.hush()
    for number, (voice_id, name) in enumerate(names.items(), start=1):
        setup.show(f"  {number:>2}  {name}")
        setup.play(setup.dialogue.texts.line("voice-sample"), house.profile(voice_id))
    kept = house.settings.profile(tag)
    chosen = setup.dialogue.choose("coach-voice", list(names), labels=names, kept=names.get(kept, kept))
    if chosen is not None and chosen != kept:
        setup.change_settings(voice={tag: chosen})
        setup.prepare_voice()


def prompts(setup: Setup) -> None:
    """Have every line of the usual program spoken, so that a session begins at once."""
    if not setup.dialogue.yes("speak-now", kept=True):
        raise SkippedError
    setup.refresh()  # what was told in the steps before has lines of its own
    house = setup.house
    program = house.program(house.usual_program)
    try:
        for voice in house.voices(setup.language):
            prepared = house.prepare(program, setup.language, setup.world.bar, voice)
    except PrescriptionError as forbidden:  # nothing of the program may be done, so there is nothing to be spoken
        setup.show(str(forbidden))
        raise SkippedError from None
    setup.dialogue.tell("prompts-ready", count=len(prepared.clips))


def practice(setup: Setup) -> None:
    """Let the person practise stopping the coach, in a session of nothing else."""
    _need_sound(setup)
    if not setup.dialogue.yes("practise-now", kept=True):
        raise SkippedError
    setup.desk.close()  # the practice has the card to itself
    if not setup.world.practise(setup.paths, setup.language):
        raise SkippedError


def voice(setup: Setup) -> None:
    """Let "stop" be said from the bed, three times; show how loud it is and whether it was heard."""
    _need_sound(setup)
    while True:
        setup.dialogue.ask("at-the-bed", str, kept="Enter")
        setup.hush()
        setup.dialogue.tell("be-quiet")
        room_db = assess(_room(setup)).level_db
        heard = sum(_one_stop(setup, number, room_db) for number in range(1, STOPS + 1))
        if heard >= STOPS_NEEDED:
            setup.dialogue.tell("voice-good", aloud=True, heard=heard, of=STOPS)
            return
        setup.dialogue.tell("voice-poor", aloud=True, heard=heard, of=STOPS)
        if not setup.dialogue.yes("voice-again", kept=True):
            raise SkippedError


def echo(setup: Setup) -> None:
    """Measure what comes back of the coach's own voice, and say what kind of hardware that is."""
    _need_sound(setup)
    samples = setup.speech(setup.dialogue.texts.line("echo-speech"))
    if samples is None:
        raise MissingError("No voice can be spoken, so its echo cannot be measured; run: coach doctor")
    setup.dialogue.ask("quiet-now", str, kept="Enter")
    capture = setup.desk.play(samples)
    report = setup.world.echo(capture.mic, capture.reference)
    setup.show(f"  {report.kind.value}: {report.sentence}")


def _devices(setup: Setup) -> Sequence[SoundDevice]:
    there = setup.world.devices()
    if not any(each.outputs for each in there) or not any(each.inputs for each in there):
        raise MissingError(
            "There is no loudspeaker, or no microphone; plug in a USB speakerphone and run: coach setup sound"
        )
    return there


def _device(setup: Setup, key: str, names: Sequence[str], kept: str) -> str:
    """Let one device be chosen; empty for the system's own choice."""
    there = list(dict.fromkeys(names))
    labels = {_DEFAULT: setup.dialogue.texts.line("system-choice")}
    known = kept if kept in there else _DEFAULT
    if kept and kept not in there:
        setup.dialogue.tell("device-gone", device=kept)
    chosen = setup.dialogue.choose(key, [_DEFAULT, *there], labels=labels, kept=known or labels[_DEFAULT])
    name = known if chosen is None else chosen
    if "blue" in name.lower():
        setup.dialogue.tell("bluetooth", aloud=True)
    return name


def _tone_heard(setup: Setup) -> bool:
    setup.dialogue.tell("tone-comes")
    gap = np.zeros(round(_GAP_S * SAMPLE_RATE), dtype=np.float32)
    pieces = [piece for _ in range(_TONES) for piece in (earcons.tone("rising").samples, gap)]
    setup.desk.play(np.concatenate(pieces))
    return setup.dialogue.yes("tone-heard", kept=True)


def _microphone_brings_sound(setup: Setup) -> bool:
    setup.hush()
    setup.dialogue.tell("be-quiet")
    brought = assess(_room(setup))
    if brought.sound is not Sound.WELL:
        setup.dialogue.tell(f"microphone-{brought.sound.value}", aloud=True, level=round(brought.level_db))
        return brought.sound is Sound.FAINT and setup.dialogue.yes("faint-all-right", kept=False)
    setup.dialogue.tell("room-level", level=round(brought.level_db))
    setup.say_through("say-something")
    talked = setup.desk.listen(_TALK_S, setup.world.show_level)
    level = voice_level_db(talked, brought.level_db)
    if level < brought.level_db + VOICE_OVER_ROOM_DB:
        setup.dialogue.tell("nobody-heard", aloud=True)
        return False
    setup.dialogue.tell("talk-level", level=round(level))
    return True


def _room(setup: Setup) -> Samples:
    heard = setup.desk.listen(_QUIET_S, setup.world.show_level)
    return heard[len(heard) // 2 :]


def _one_stop(setup: Setup, number: int, room_db: float) -> bool:
    """Let "stop" be said once; return whether it was heard."""
    setup.dialogue.tell("say-stop", number=number, of=STOPS)
    setup.desk.play(earcons.tone("rising").samples)
    said = setup.desk.listen(_STOP_S, setup.world.show_level)
    level = voice_level_db(said, room_db)
    tried = setup.world.trial(setup.house, setup.language, AUTO, said)
    if tried.fault:
        raise MissingError(tried.fault)
    if Command.STOP in tried.heard:
        setup.dialogue.tell("stop-heard", level=round(level))
        return True
    why = (
        "nobody-heard"
        if level < room_db + VOICE_OVER_ROOM_DB
        else "too-soft"
        if level < VOICE_FAINT_DB
        else "stop-missed"
    )
    setup.dialogue.tell(why, level=round(level))
    return False


def _need_sound(setup: Setup) -> None:
    if not setup.open_sound():
        raise MissingError(setup.desk.fault or "No sound card is in use; run: coach setup sound")


def _trial(setup: Setup, tag: str, folder: str) -> str:
    """Return why a model cannot be used; empty where it loads."""
    settings = setup.house.settings
    house = setup.world.make_house(settings.model_copy(update={"models": {**settings.models, tag: folder}}))
    try:
        return setup.world.trial(house, tag, VOSK, np.zeros(0, dtype=np.float32)).fault
    except CoachError as wrong:
        return str(wrong)


def _where(found: FoundModel | None) -> str:
    return "-" if found is None else f"{found.folder} ({found.place.value})"
