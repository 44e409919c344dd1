"""The coach alone in a room: every line it says, in every room and at every loudness, and what it makes of itself.

1. Nobody but the coach speaks, so whatever is heard is a mistake. A *command* would change the session; an *ask* makes
   the coach fall silent and ask, which is a nuisance. An answer that the session reads back before it counts
   is a command all the same, and named.
2. A prompt is heard as live: the microphone hears the room's echo of it, the listener is given the frames that were
   played and the words that sound. A question is open from the moment it begins to be asked, as live.
3. A canceller that knows the room is not the hard case. After `A_START` prompts the coach starts anew with one that
   knows nothing, so that one prompt of so many is the first of a session.
4. Loudness is that of the coach's speech at the microphone, as everywhere: active-speech level against full scale. At
   0 dB the microphone is driven far beyond full scale; at -50 dB a prompt is 28 dB weaker than it was played.
5. The same tries in the same order in every run; a sample is chosen by a hash.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from coach.audio.clip import Clip
from coach.commands import SAFETY, Command
from coach.errors import InputError
from coach.language.models import LanguagePack
from coach.language.template import parse_template
from coach.language.utterance import Context, Expectation, Form, Utterance
from coach.listening.hear import heard_entries
from coach.listening.hearing import Decision, Hearing, Unclear
from coach.listening.listener import Listener
from coach.rehearsal.hearing_bench.chances import most_events
from coach.rehearsal.room import Room, RoomSpec
from coach.runtime.wiring import BarMaker, House
from coach.session.asked import Asking
from coach.session.questions import QUESTIONS
from coach.speech.earcons import CHIMES, TONES, chime, tone
from coach.units import BLOCK, LISTEN_BLOCK, LISTEN_RATE, LISTEN_RATIO, SAMPLE_RATE

LEVELS_DB: Final = (0.0, -10.0, -20.0, -30.0, -50.0)
"""Loudness of the coach's speech at the microphone."""
A_START: Final = 12
"""Prompts from one start to the next: a greeting, the questions of a first session and its first set."""
READ_BACK: Final = "read-back"
"""Stands for an answer that is read back before it counts."""
UNCLEAR: Final = "unclear"
"""Stands for an answer that was not clear, behind which the question is asked once more."""
ASKS: Final = frozenset({Command.MAYBE_PAIN.value, Command.VOCAL_DISTRESS.value, UNCLEAR})
_GAP: Final = round(0.3 * SAMPLE_RATE)
"""Between two prompts: as the interpreter leaves it."""
_ANSWERED: Final = round(1.0 * SAMPLE_RATE)
"""Behind a question, where somebody would answer."""
_OWN_VOICE_TAIL: Final = LISTEN_RATE // 2
"""Listening frames for which words that have just sounded still count as sounding, as in the runner."""
_QUESTION: Final = "question."
_OFTEN: Final = 8
_OF_ONE: Final = 4
"""Tones of a kind that sound one after the other, a second apart."""
_ROWS: Final = {row.id: row for row in QUESTIONS.values()}
_NUMBER: Final = 3
"""Fills the slots of lines that no session of the programs says."""


@dataclass(frozen=True, slots=True)
class Sample:
    """How much is tried."""

    data: Path | None = None
    """Folder with impulse responses; None: one room is made."""
    one_in: int = 1
    """One of so many prompts, rooms and levels."""
    late_s: float = 0.0
    """Seconds by which the loudspeaker is later than the sound card says; above 0.4 the hardware is half-duplex."""
    key: str = ""
    """Of what is said, only lines whose key begins so; none: every line, and the tones."""


@dataclass(frozen=True, slots=True)
class Try:
    """One prompt in one room."""

    room: str
    """Stem of the files of its impulse responses; empty: one that is made."""
    echo_db: float
    line: Utterance


@dataclass(frozen=True, slots=True)
class Told:
    """What the coach made of one of its own prompts."""

    one: Try
    heard: tuple[str, ...]
    """Commands, as `coach hear` prints them, `READ_BACK` and `UNCLEAR`."""
    seconds: float


def every_line(house: House, language: str) -> tuple[Utterance, ...]:
    """Return every line the coach may say in a language, each wording once: those of all programs, then the rest."""
    pack = house.pack(language)
    lines = [line for program in house.programs.values() for line in house.lines(program, language)]
    known = {line.key for line in lines}
    lines += [line for key in pack.phrases.phrases if key not in known for line in _filled(pack, key)]
    return tuple({line.text: line for line in lines}.values())


def sounds(language: str) -> dict[Utterance, Clip]:
    """Return the tones and chimes, each a few times over, as lines that say nothing."""
    made: dict[Utterance, Clip] = {}
    for clip in (*map(tone, TONES), *map(chime, CHIMES)):
        one = np.concatenate((clip.samples, np.zeros(SAMPLE_RATE, dtype=np.float32)))
        made[Utterance(language, clip.name, "")] = Clip(clip.name, np.tile(one, _OF_ONE))
    return made


def rooms_in(data: Path | None) -> tuple[str, ...]:
    """Return the rooms of a folder of recordings; one that is made where no folder is given.

    Raises:
        InputError: The folder holds no impulse responses.
    """
    if data is None:
        return ("",)
    files = sorted(data.glob("rir_*/*_loudspeaker.flac"))
    if not files:
        raise InputError(f"{data}: there are no impulse responses (rir_*/..._loudspeaker.flac) in it; name another.")
    return tuple(str(file).removesuffix("_loudspeaker.flac") for file in files)


def tries(lines: Iterable[Utterance], rooms: Sequence[str], *, one_in: int = 1) -> tuple[Try, ...]:
    """Return what is tried, room by room and level by level.

    Args:
        lines: What the coach says.
        rooms: As `rooms_in` gives them.
        one_in: Try one of so many, chosen by a hash of everything about it; of tones and questions eight times as many.
    """
    said = tuple(lines)
    everything = (
        Try(room, echo_db, line)
        for room in rooms
        for echo_db in LEVELS_DB
        for line in sorted(said, key=lambda line: _hash(f"{room}{echo_db}{line.text}"))
    )
    return tuple(one for one in everything if _hash(_named(one)) % max(1, one_in // _weight(one.line)) == 0)


def listen(
    chosen: Sequence[Try], listener: Listener, clips: Mapping[Utterance, Clip], late_s: float = 0.0
) -> Iterator[Told]:
    """Go through what the listener makes of the coach alone.

    Args:
        chosen: What is tried; those of one room and level stand together.
        listener: Used for this alone meanwhile.
        clips: Each line as it is spoken.
        late_s: As in `Sample`.
    """
    at = 0
    while at < len(chosen):
        here = chosen[at]
        start = [one for one in chosen[at : at + A_START] if (one.room, one.echo_db) == (here.room, here.echo_db)]
        yield from _session(start, listener, clips, late_s)
        at += len(start)


def rows(told: Iterable[Told], language: str) -> list[dict[str, Any]]:
    """Return how often the coach commanded itself, and how often it asked, by loudness."""
    everything = tuple(told)
    return [
        {
            "language": language,
            "echo dB": echo_db,
            "rooms": len({one.one.room for one in there}),
            "prompts": len(there),
            "lines": len({one.one.line for one in there}),
            "hours": round(sum(one.seconds for one in there) / 3600, 3),
            "commands": sum(bool(_commands(one)) for one in there),
            "commands under %": _most_percent(sum(bool(_commands(one)) for one in there), len(there)),
            "asks": sum(not ASKS.isdisjoint(one.heard) for one in there),
        }
        for echo_db in LEVELS_DB
        if (there := [one for one in everything if one.one.echo_db == echo_db])
    ]


def mistakes(told: Iterable[Told]) -> list[dict[str, Any]]:
    """Return each prompt in which something was heard."""
    return [
        {
            "heard": ", ".join(one.heard),
            "room": Path(one.one.room).name or "made",
            "echo dB": one.one.echo_db,
            "key": one.one.line.key,
            "line": one.one.line.text,
        }
        for one in told
        if one.heard
    ]


def self_trigger(house: House, language: str, engine: str, sample: Sample, progress: BarMaker) -> tuple[Told, ...]:
    """Return what the coach makes of every line of a language in every room.

    Raises:
        CoachError: An engine or a voice is missing, or there are no impulse responses, or no such lines.
    """
    lines = [line for line in every_line(house, language) if line.key.startswith(sample.key)]
    if not lines:
        raise InputError(f"--key {sample.key}: no line of the language '{language}' has a key that begins so.")
    clips = house.render(lines, house.voice(language), progress(f"Speaking the prompts ({language})"))
    if not sample.key:
        clips |= sounds(language)
    chosen = tries(clips, rooms_in(sample.data), one_in=sample.one_in)
    bar, told = progress(f"Listening to the coach ({language})"), []
    for one in listen(chosen, house.listener(language, engine), clips, sample.late_s):
        told.append(one)
        bar(len(told), len(chosen))
    return tuple(told)


def _session(
    start: Sequence[Try], listener: Listener, clips: Mapping[Utterance, Clip], late_s: float
) -> Iterator[Told]:
    """Go through the prompts from one start on, in one room."""
    here = start[0]
    echo = Path(f"{here.room}_loudspeaker.flac") if here.room else None
    room = Room(RoomSpec(rir_echo=echo, echo_db=here.echo_db, echo_delay_s=late_s))
    listener.move()
    for one in start:
        key, clip = one.line.key, clips[one.line]
        asked = key.startswith(_QUESTION)
        question = key.removeprefix(_QUESTION) if asked else None
        listener.expect(Expectation(Context.QUESTION, question) if asked else Expectation())
        texts = (one.line.text,) if one.line.text else ()
        quiet = _ANSWERED if asked else _GAP
        blocks = -(-(len(clip.samples) + quiet) // BLOCK)
        played = np.zeros(blocks * BLOCK, dtype=np.float32)
        played[: len(clip.samples)] = clip.samples
        sounds_until = len(clip.samples) // LISTEN_RATIO + _OWN_VOICE_TAIL
        began = listener.listened
        decisions: list[Decision] = []
        for at in range(0, blocks * LISTEN_BLOCK, LISTEN_BLOCK):
            mic, reference = room.hear(
                played[at * LISTEN_RATIO : (at + LISTEN_BLOCK) * LISTEN_RATIO], np.zeros(LISTEN_BLOCK, np.float32)
            )
            decisions += listener.accept(mic, reference, sounding=texts if at < sounds_until else ())
        if one is start[-1]:
            decisions += listener.finish()
        yield Told(one, _heard(decisions, began, question), blocks * BLOCK / SAMPLE_RATE)


def _heard(decisions: Sequence[Decision], began: int, question: str | None) -> tuple[str, ...]:
    """Return what was heard, one an utterance, as the session takes it to the question that is open."""
    last = {one.utterance: one for one in decisions if isinstance(one, Hearing)}
    entries = heard_entries(decisions, began)
    row = _ROWS.get(question or "")
    heard = [
        READ_BACK if row is not None and _read_back(hearing, row) else entry.command
        for entry, hearing in zip(entries, last.values(), strict=True)
    ]
    return (*heard, *(UNCLEAR for one in decisions if isinstance(one, Unclear)))


def _read_back(hearing: Hearing, row: Asking) -> bool:
    # Harm counts at once, whatever it answers.
    unsure = not hearing.sure and hearing.answer in row.answers and hearing.command not in SAFETY
    return unsure and hearing.answer is not None and row.reads_back(hearing.answer)


def _commands(told: Told) -> list[str]:
    return [command for command in told.heard if command not in ASKS]


def _most_percent(seen: int, of: int) -> float:
    """Return the largest share that is still likely, in percent: one-sided 95 % bound."""
    return round(min(100.0, 100 * most_events(seen) / of), 2)


def _filled(pack: LanguagePack, key: str) -> Iterator[Utterance]:
    """Go through the wordings of a line that no session of the programs says, its slots filled somehow."""
    names = dict.fromkeys(("side",), "side.left")
    for form in Form:
        for variant in range(pack.variants(key, form)):
            line = pack.phrases.phrases[key].lines(form)[variant]
            slots = {slot.name: names.get(slot.name, _NUMBER) for slot in parse_template(line).slots()}
            yield pack.utterance(key, form, variant, **slots)


def _weight(line: Utterance) -> int:
    """Return how much more often a line is tried in a sample: what sounds most, and what the coach could answer."""
    return _OFTEN if not line.text or line.key.startswith(_QUESTION) else 1


def _named(one: Try) -> str:
    return f"{Path(one.room).name}|{one.echo_db}|{one.line}"


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
