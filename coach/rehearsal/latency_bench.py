"""How soon a live coach is silent: `coach run` on a sound card made of software, and somebody who interrupts it.

Nothing is simulated but the air. For each word that stops, four moments are found:

1. when the word ended before the microphone: its sound is looked up in a recording of what the microphone was given;
2. when the coach decided: when it printed so, which is a little later than it was;
3. the frame at which it decided, by its journal, and the last frame that sounded, by a recording of the loudspeaker;
   a cue of known sound tells which frame of the recording is which of the coach;
4. when the loudspeaker fell silent, by the same recording.

So "decision to last sounding frame" counts frames handed to the sound card, whatever its latency; that is told apart,
and is part of "word end to silence".
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from coach.audio.clip import Clip
from coach.commands import Command
from coach.journal.entries import CuesPlayed, Happened
from coach.journal.sqlite import SqliteJournal
from coach.rehearsal.live_house import LiveHouse, live_house
from coach.rehearsal.live_person import LivePerson
from coach.rehearsal.live_rig import SILENT, LiveRig, RigError, Told, found_in
from coach.rehearsal.performer import speech_end
from coach.rehearsal.software_card import MONITOR, PERSON, Recording, SoftwareCard
from coach.rehearsal.usage import Sample, Usage
from coach.runtime.live import JOURNAL
from coach.runtime.wiring import Bar, BarMaker, House
from coach.session.events import Heard
from coach.units import SAMPLE_RATE

STARTS: Final = 3
"""How often the way from the command to the first word is timed."""
TIMES: Final = 6
"""Words that stop, where nothing else was asked for."""
STOPPING: Final = (Command.STOP, Command.STOP, Command.PAUSE)
"""What is said, in turn. Only behind a "stop" there is silence; a pause is answered at once."""
_TONES: Final = ("rising", "falling")
"""Names of the gliding tones, as they are printed."""
_INTO_S: Final = (0.15, 0.5)
"""How far into a cue somebody interrupts it, in seconds."""
_LONG_S: Final = 1.5
"""Spoken cues that last at least so long are interrupted, so that the word falls into the coach's own; and tones."""
_KNOWN_S: Final = 0.4
"""Seconds of a cue that are looked up in the recording."""
_LATE_S: Final = 1.5
"""By how much a cue may sound later than it was printed, or earlier."""
_ALIKE: Final = 0.9
"""Likeness from which a sound has been found: nothing but the coach is in the loudspeaker's recording."""
_SAID: Final = 3
"""How often a word is said until it is heard."""
_UNFINISHED: Final = "in mid-word"
"""How a printed hearing ends that acted before the word was over."""
_SAY_AGAIN_S: Final = 2.5
_PAUSE_S: Final = 0.25
"""Seconds of silence that end what sounded at the decision; no gap between two sounds of a word is so long."""
_AFTER_S: Final = 1.0
"""Seconds behind a decision in which the coach has fallen silent."""
_EVERY_S: Final = 20.0
"""Seconds of exercise between two interruptions of a session that is to last."""
_SOON_S: Final = 4.0
"""The same where the session need not last: longer than most cues, so that others are interrupted as well."""
_PRINTED_S: Final = 2.0
"""Nothing printed for so long: the coach waits for her."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A word that stopped the coach."""

    word: str
    said: int
    """How often it was said until it was heard."""
    decided_s: float | None
    """Seconds from its last audible part before the microphone to the decision, as it was printed; None where the busy
    machine played the word in with gaps, so that it was not found."""
    last_frame: int | None
    """Frames handed to the sound card from the decision to the last one that sounded; None where nothing sounded at the
    decision, or the coach answers at once."""
    silent_s: float | None
    """Seconds from its last audible part to the last sound in the air; None where the same holds."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What live sessions came to."""

    first_sound_s: tuple[float, ...]
    """Seconds from the command to the first sound, one for each start."""
    first_word_s: tuple[float, ...]
    trials: tuple[Trial, ...]
    card: str
    """What the coach told of the card when it began: names and granted latency."""
    losses: str
    """What it told of gaps when it ended."""
    samples: tuple[Sample, ...]
    lasted_s: float
    broke: str = ""
    """Why it went wrong in the middle, in a sentence; empty where it did not."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """A trial as the person knows it; recordings and journal are looked into once the session is over."""

    word: str
    command: Command
    said: int
    spoken_at: int
    """Frame of the microphone's recording before which nothing of the word was said."""
    told: Told


def measure(  # noqa: PLR0913 - as many as the command has options
    house: House, program: str, language: str, engine: str, progress: BarMaker, *, times: int, minutes: float
) -> Measured:
    """Run live sessions on a software card and measure them, in real time.

    Args:
        house: Programs, packs, voices and models; its journal and settings are not touched.
        program: Program of the session.
        language: Pack tag.
        engine: Recognizer to ask for.
        progress: Makes progress bars.
        times: How often the coach is interrupted at least.
        minutes: How long the session is to last at least; 0 ends it after the interruptions.

    Raises:
        MissingError: The software card cannot be made; the message says what to install.
        RigError: The coach did not do what it must; the message has what it printed.
    """
    with SoftwareCard() as card, live_house(house, program, language, engine, progress) as here:
        starts = [_started(card, here) for _ in range(STARTS)]
        return _session(card, here, starts, progress("Interrupting the coach"), times=times, minutes=minutes)


def longest(house: House, language: str) -> str:
    """Return the id of the program that takes longest."""
    return str(max(house.program_rows(language), key=lambda row: row["minutes"])["id"])


def _started(card: SoftwareCard, here: LiveHouse) -> tuple[float, float]:
    """Return the seconds from the command to the first sound, and to the first word."""
    with LiveRig(card, here.arguments) as rig:
        rig.wait_for("line: ")
        word_s = rig.told[-1].at_s
        heard_s = rig.recording.time_of(rig.wait_for_sound())
        rig.end()
        return heard_s - rig.started_s, word_s - rig.started_s


def _session(  # noqa: PLR0913 - what was asked for, and where
    card: SoftwareCard, here: LiveHouse, starts: Sequence[tuple[float, float]], bar: Bar, *, times: int, minutes: float
) -> Measured:
    with LiveRig(card, here.arguments) as rig:
        microphone = card.record(PERSON + MONITOR)
        usage = Usage(rig)
        try:
            go_on = here.house.pack(here.language).commands.phrases(Command.RESUME)[0]
            person = LivePerson(rig, here.voice, here.answers, go_on)
            done, broke = _interrupted(here, person, microphone, bar, times, rig.started_s + 60 * minutes)
            lasted_s = time.monotonic() - rig.started_s
            rig.end()
        finally:
            usage.close()
            microphone.stop()
        while rig.next_told(_PRINTED_S) is not None:
            pass
        return Measured(
            first_sound_s=tuple(sound for sound, _ in starts),
            first_word_s=tuple(word for _, word in starts),
            trials=tuple(judged(done, here, rig, microphone)),
            card=_line(rig, "sound card: ", " ms out, "),
            losses=_line(rig, "gaps: "),
            samples=tuple(usage.samples),
            lasted_s=lasted_s,
            broke=broke,
        )


def _interrupted(  # noqa: PLR0913, PLR0917 - everything a person beside a coach has to do with
    here: LiveHouse, person: LivePerson, microphone: Recording, bar: Bar, times: int, until_s: float
) -> tuple[list[Interruption], str]:
    """Interrupt the coach again and again, and go on each time; return that, and why it could not go on."""
    dice = random.Random(5)  # noqa: S311 - repeatable on purpose
    commands = here.house.pack(here.language).commands
    wanted = {text for text, clip in _clips(here).items() if clip.length > _LONG_S * SAMPLE_RATE} | {*_TONES}
    done: list[Interruption] = []
    due_s = 0.0

    def reached(text: str) -> bool:
        return person.phase == "run" and text.removeprefix("cue: ") in wanted and time.monotonic() > due_s

    try:
        while len(done) < times or time.monotonic() < until_s:
            bar(len(done), max(times, len(done) + 1))
            person.attend(reached)
            time.sleep(dice.uniform(*_INTO_S))
            command = STOPPING[len(done) % len(STOPPING)]
            done.append(interrupt(person, microphone, command, commands.phrases(command)[0]))
            person.attend(lambda _text: person.phase != "run")
            person.attend(lambda _text: person.phase == "run")
            due_s = time.monotonic() + (_EVERY_S if time.monotonic() < until_s else _SOON_S)
    except RigError as broke:
        if not done:
            raise
        return done, str(broke)
    return done, ""


def interrupt(person: LivePerson, microphone: Recording, command: Command, word: str) -> Interruption:
    """Say a word until it is heard, into a microphone that is recorded."""
    spoken_at, heard = microphone.length, f"heard: {command.value} "
    told, said = person.insist(word, lambda text: text.startswith(heard), _SAID, _SAY_AGAIN_S)
    return Interruption(word, command, said, spoken_at, told)


def judged(done: Sequence[Interruption], here: LiveHouse, rig: LiveRig, microphone: Recording) -> Iterator[Trial]:
    """Look each interruption up in the recordings and in the journal, once the coach has ended."""
    clips = _clips(here)
    cues = [told for told in rig.told if told.text.startswith("cue: ")]
    with SqliteJournal(here.house.paths.data / JOURNAL) as journal:
        kept = [row.entry for row in journal.read(kinds=(CuesPlayed, Happened))]
    played = [
        cue.played for entry in kept if isinstance(entry, CuesPlayed) for cue in entry.cues if cue.played is not None
    ]
    decided = [
        (entry.event.command, entry.event.frame)
        for entry in kept
        if isinstance(entry, Happened) and isinstance(entry.event, Heard)
    ]
    for each in done:
        ended_s = _word_end_s(microphone, each, here)
        place = max(
            at for at, cue in enumerate(cues) if cue.at_s < each.told.at_s and cue.text.removeprefix("cue: ") in clips
        )
        decision = next(frame for command, frame in decided if command is each.command and frame > played[place])
        began = _found(rig.recording, cues[place], clips[cues[place].text.removeprefix("cue: ")])
        at = None if began is None else began + decision - played[place]
        # Behind a pause, and a word that was heard at its end alone, the coach answers at once: there is no silence.
        silence = each.command is Command.STOP and each.told.text.endswith(_UNFINISHED)
        last = _last_sound(rig.recording, at) if silence and at is not None else None
        yield Trial(
            word=each.word,
            said=each.said,
            decided_s=None if ended_s is None else each.told.at_s - ended_s,
            last_frame=None if last is None or at is None else last - at,
            silent_s=None if last is None or ended_s is None else rig.recording.time_of(last) - ended_s,
        )


def _clips(here: LiveHouse) -> dict[str, Clip]:
    """Return every line that can be a cue of some length, by its words."""
    return {line.text: clip for line, clip in here.prepared.clips.items() if clip.length > _KNOWN_S * SAMPLE_RATE}


def _word_end_s(microphone: Recording, each: Interruption, here: LiveHouse) -> float | None:
    """Return when the last audible part of a word was before the microphone; None where it is not found whole."""
    sound = here.voice(each.word)
    count = round((each.said * _SAY_AGAIN_S + _LATE_S) * SAMPLE_RATE)
    heard = microphone.so_far(each.spoken_at, count)
    # Of a word that was said again the last one counts.
    found = [
        (begin + at, alike)
        for begin in range(0, max(1, len(heard) - len(sound)), SAMPLE_RATE)
        for at, alike in [found_in(heard[begin : begin + 2 * SAMPLE_RATE], sound)]
        if alike > _ALIKE
    ]
    if not found:
        return None
    return microphone.time_of(each.spoken_at + found[-1][0] + speech_end(sound))


def _found(recording: Recording, cue: Told, clip: Clip) -> int | None:
    """Return the frame of the recording at which a cue began; None where it is not there as it should sound."""
    near = round((cue.at_s - recording.time_of(0)) * SAMPLE_RATE)
    begin = max(0, near - round(_LATE_S * SAMPLE_RATE))
    heard = recording.so_far(begin, round(2 * _LATE_S * SAMPLE_RATE))
    at, alike = found_in(heard, clip.samples[: round(_KNOWN_S * SAMPLE_RATE)])
    return begin + at if alike > _ALIKE else None


def _last_sound(recording: Recording, at: int) -> int | None:
    """Return the last frame that sounded from a frame on before there was silence; None where there was silence."""
    pause = round(_PAUSE_S * SAMPLE_RATE)
    loud = at + np.flatnonzero(np.abs(recording.so_far(at, round(_AFTER_S * SAMPLE_RATE))) > SILENT)
    if not len(loud) or loud[0] - at > pause:
        return None
    gaps = np.flatnonzero(np.diff(loud) > pause)
    return int(loud[gaps[0]] if len(gaps) else loud[-1])


def _line(rig: LiveRig, start: str, within: str = "") -> str:
    """Return what the coach printed behind some words, in a line that has others within; empty where it did not."""
    texts = (told.text for told in rig.told if told.text.startswith(start) and within in told.text)
    return next(texts, "").removeprefix(start)
