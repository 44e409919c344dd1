"""Intelligibility: every prompt of a pack spoken, and written down by an engine that did not make it.

1. English: the phoneme network writes down phones; they are compared with what the words are, as the dictionary of
   espeak-ng transcribes them for General American. Vowels that accents exchange count as one (`_FOLDED`): the coach
   speaks British English, the network learned American.
2. Korean: Vosk writes freely, without a grammar; the letters are compared without spaces and punctuation, each block of
   Hangul in its two or three letters: a vowel that is off by a shade is not a whole syllable misheard.
3. A free ear guesses words that were never said. So it is also told how many lines are nearer to what was written down
   than any line of another key: those she could tell from one another, knowing what the coach says.
4. How much of the errors is the ear's own is told by people: recordings with a transcript, and the same words in the
   coach's voice (`people`).
5. Voices and ears are synthetic: the figures rank wordings and voices, and say nothing of a person's hearing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coach.audio.clip import Samples
from coach.audio.recording import read_recording
from coach.audio.resampler import resample
from coach.errors import InputError, PackError
from coach.language.models import LanguagePack
from coach.language.template import parse_template
from coach.language.utterance import Form, Utterance
from coach.rehearsal.hearing_bench.corpus import Recording, read_corpus
from coach.runtime.wiring import BarMaker, House
from coach.speech.profile import VoiceProfile
from coach.units import LISTEN_RATE, SAMPLE_RATE

Units = tuple[str, ...]
"""Phones of English, letters of Korean."""
WORST: Final = 20
_QUIET: Final = np.zeros(LISTEN_RATE // 2, dtype=np.float32)
"""Quiet before and behind a line, as it has in a room: without it an engine misses first and last sounds."""
_NUMBER: Final = 3
_NAMES: Final = {"side": "side.left", "exercise": "ankle-pumps.name", "who": "person.name"}
_NAME: Final = {"ko": "김영희"}
"""Stands for her name; elsewhere `Mary`."""
_DIGITS: Final = "112"
_FOLDED: Final = {
    **dict.fromkeys(("i", "ɪ", "ᵻ"), "i"),
    **dict.fromkeys(("u", "ʊ"), "u"),
    **dict.fromkeys(("ə", "ʌ", "ɐ"), "ə"),
    **dict.fromkeys(("ɑ", "ɔ", "ɒ", "a"), "ɑ"),
    **dict.fromkeys(("ɝ", "ɚ", "ɜ"), "ɝ"),
    **dict.fromkeys(("o", "oʊ", "əʊ"), "oʊ"),
    **dict.fromkeys(("e", "ɛ"), "ɛ"),
    **dict.fromkeys(("t", "ɾ", "ʔ"), "t"),
    **dict.fromkeys(("g", "ɡ"), "g"),
    **dict.fromkeys(("l", "ɫ"), "l"),
}
"""Phones that count as one, on both sides: what differs between accents, or only in how it is written."""
_LONGEST: Final = ("tʃ", "dʒ", "aɪ", "aʊ", "ɔɪ", "oʊ", "eɪ", "əʊ")
_PHONE: Final = re.compile("|".join(_LONGEST) + r"|[^\W\d_]", re.UNICODE)
_MARKS: Final = re.compile(r"[ˈˌː\u0300-\u036f‿ʰʲʷ]")
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Ear:
    """Something that writes down what it hears, and what it should have written."""

    name: str
    measure: str
    """``phone error rate`` or ``character error rate``."""
    heard: Callable[[Samples], Units]
    """From sound, float32 at 16 kHz."""
    meant: Callable[[str], Units]
    """From the text."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One line in one voice."""

    key: str
    form: str
    text: str
    meant: Units
    heard: Units
    taken_for: str = ""
    """Text of a line of another key that is nearer to what was written down; empty where there is none."""

    @property
    def errors(self) -> int:
        """Units that would have to be changed, put in or taken out."""
        return distance(self.meant, self.heard)

    @property
    def rate(self) -> float:
        """Errors for each unit that was meant."""
        return self.errors / max(1, len(self.meant))


def prompts(pack: LanguagePack) -> Iterator[tuple[str, Form, Utterance]]:
    """Go through every line of a pack in every form and wording, slots filled with an example each."""
    called = pack.addressing(_NAME.get(pack.tag, "Mary"))
    seen: set[str] = set()
    for key, phrase in pack.phrases.phrases.items():
        for form in Form:
            for number, line in enumerate(phrase.lines(form)):
                names = {slot.name: slot for slot in parse_template(line).slots()}
                slots: dict[str, int | str] = {
                    name: _NAMES.get(name, _DIGITS if slot.style == "digits" else _NUMBER)
                    for name, slot in names.items()
                }
                utterance = called.utterance(key, form, number, **slots)
                if utterance.text not in seen:
                    seen.add(utterance.text)
                    yield key, form, utterance


def measured(
    house: House, voice: VoiceProfile, ear: Ear, lines: Sequence[tuple[str, Form, Utterance]], bar: BarMaker
) -> tuple[Judged, ...]:
    """Return lines as an ear wrote them down, spoken by a voice."""
    clips = house.render([line for _, _, line in lines], voice, bar(f"Speaking ({voice.id})"))
    shown, judged = bar(f"Listening ({voice.id})"), []
    for number, (key, form, line) in enumerate(lines, start=1):
        sound = resample(clips[line].samples, SAMPLE_RATE, LISTEN_RATE)
        judged.append(Judged(key, form.value, line.text, ear.meant(line.text), _heard(ear, sound)))
        shown(number, len(lines))
    return tuple(judged)


def told_apart(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """Return lines with what each would be taken for by somebody who knows all of them.

    A line of the same key means the same.
    """
    found = []
    lengths = np.array([max(1, len(line.meant)) for line in judged])
    for line in judged:
        rates = distances(line.heard, [other.meant for other in judged]) / np.maximum(lengths, len(line.heard))
        own = line.errors / max(1, len(line.meant), len(line.heard))
        strangers = (at for at in np.argsort(rates, kind="stable") if judged[at].key != line.key and rates[at] < own)
        nearer = next(strangers, None)
        found.append(line if nearer is None else replace(line, taken_for=judged[nearer].text))
    return tuple(found)


def recordings(data: Path, tag: str) -> tuple[Recording, ...]:
    """Return recordings of people of which is known word by word what they say, one of each text.

    Raises:
        InputError: There is none in the folder.
    """
    known: dict[str, Recording] = {}
    for one in read_corpus(data, tag).spoken:
        if not one.said.startswith("[") and letters(one.said):  # in brackets stands what is known instead of the words
            known.setdefault(one.said.casefold(), one)
    if not known:
        raise InputError(f"{data}: no recording for {tag} has a transcript; name another folder.")
    return tuple(known.values())


def _heard(ear: Ear, sound: Samples) -> Units:
    return ear.heard(np.concatenate((_QUIET, sound, _QUIET)))


def report(  # noqa: PLR0913 - what is measured, and how it is told
    house: House,
    languages: Iterable[str],
    voices: Sequence[str],
    bar: BarMaker,
    *,
    one_in: int = 1,
    people: Path | None = None,
    tell: Callable[[dict[str, Any]], None] = lambda _row: None,
) -> dict[str, Any]:
    """Return a row for each voice, and the worst lines of each language in the voice it is spoken with.

    Args:
        house: Where things are.
        languages: Tags of the packs.
        voices: Ids of profiles; none for every coach's voice of each language.
        bar: Makes progress bars.
        one_in: One of so many lines, and of people's texts, is measured; at least 1.
        people: Folder of recordings of people, to be compared with the coach saying the same; None for none.
        tell: Is given the row of each voice as soon as it is known; a language takes from minutes to an hour.

    Raises:
        InputError: A profile speaks none of the languages, or the folder holds no recording of known words.
        ModelError: The engine that is to listen is missing.
        PackError: No engine can write a language down.
    """
    rows: list[dict[str, Any]] = []
    worst: list[dict[str, Any]] = []
    for tag in languages:
        ear, lines = ear_for(house, tag), list(prompts(house.pack(tag)))[::one_in]
        named = [house.profile(name) for name in voices]
        spoken = [voice for voice in named if voice.speaks(tag)] if voices else house.coach_voices(tag)
        if not spoken:
            raise InputError(f"None of the voices {', '.join(voices)} speaks {tag}.")
        if people is not None:
            for row in _beside_people(house, tag, spoken[0], ear, recordings(people, tag)[::one_in], bar):
                rows.append(row)
                tell(row)
        for voice in spoken:
            judged = told_apart(measured(house, voice, ear, lines, bar))
            apart = sum(not line.taken_for for line in judged)
            rows.append(_row(tag, voice.id, ear, judged) | {"nearer to another line": len(judged) - apart})
            tell(rows[-1])
            if voice is spoken[0]:
                ranked = sorted(judged, key=lambda line: (-line.rate, line.key))[:WORST]
                worst += [_shown(tag, voice, line) for line in ranked]
    return {"sample": f"one line of {one_in}" if one_in > 1 else "every line", "voices": rows, "worst": worst}


def _beside_people(  # noqa: PLR0913, PLR0917 - what is measured, and how it is told
    house: House, tag: str, voice: VoiceProfile, ear: Ear, texts: Sequence[Recording], bar: BarMaker
) -> Iterator[dict[str, Any]]:
    """Go through two rows: people, and the same words in the coach's voice."""
    shown, judged = bar("Listening (people)"), []
    for number, one in enumerate(texts, start=1):
        judged.append(Judged("people", "full", one.said, ear.meant(one.said), _heard(ear, read_recording(one.path))))
        shown(number, len(texts))
    yield _row(tag, "people: " + ", ".join(dict.fromkeys(one.set for one in texts)), ear, judged)
    same = [("people", Form.FULL, Utterance(tag, "people.said", one.said)) for one in texts]
    yield _row(tag, f"{voice.id}, the same words", ear, measured(house, voice, ear, same, bar))


def _row(tag: str, voice: str, ear: Ear, judged: Sequence[Judged]) -> dict[str, Any]:
    units, errors = sum(len(line.meant) for line in judged), sum(line.errors for line in judged)
    return {
        "language": tag,
        "voice": voice,
        "written down by": ear.name,
        "lines": len(judged),
        ear.measure: round(errors / max(1, units), 3),
        "lines without error": sum(not line.errors for line in judged),
    }


def _shown(tag: str, voice: VoiceProfile, line: Judged) -> dict[str, Any]:
    joined = "" if tag == "ko" else " "
    return {
        "language": tag,
        "voice": voice.id,
        "rate": round(line.rate, 2),
        "key": f"{line.key} ({line.form})",
        "text": line.text if len(line.text) <= 60 else line.text[:59] + "…",
        "heard": unicodedata.normalize("NFC", joined.join(line.heard))[:60],
        "nearer to": line.taken_for[:60],
    }


def ear_for(house: House, tag: str) -> Ear:
    """Return what writes a language down.

    Raises:
        ModelError: It is missing.
        PackError: There is nothing for this language.
    """
    if house.bench.lexicon(tag) is not None:
        from coach.listening.recognizers.phonemes import Transcriber  # noqa: PLC0415 - an engine, only where it is used
        from coach.speech.synthesizers.espeak import EspeakSynthesizer  # noqa: PLC0415 - the same

        transcriber, espeak = Transcriber(), EspeakSynthesizer()
        return Ear(
            "phonemes",
            "phone error rate",
            lambda sound: folded(" ".join(transcriber.phones(sound))),
            lambda text: folded(espeak.transcription(text, "en-us")),
        )
    if house.pack(tag).recognizers:
        from coach.listening.registry import free_vosk  # noqa: PLC0415 - an engine, only where it is used

        dictate = free_vosk(house.bench, tag)
        return Ear("vosk", "character error rate", lambda sound: letters(dictate(sound)), letters)
    raise PackError(f"No engine can write {tag} down, so nothing can be said of how it is understood.")


def folded(ipa: str) -> Units:
    """Return phones as they are compared, from IPA with or without spaces."""
    phones = _PHONE.findall(_MARKS.sub("", ipa))
    return tuple(_FOLDED.get(phone, phone) for phone in phones)


def letters(text: str) -> Units:
    """Return the letters of a text, without spaces and punctuation; Hangul in its single letters."""
    return tuple(_LETTER.findall(unicodedata.normalize("NFD", text.casefold())))


def distance(meant: Units, heard: Units) -> int:
    """Return how many units must be changed, put in or taken out to make one of the other (Levenshtein)."""
    return int(distances(heard, [meant])[0])


def distances(heard: Units, many: Sequence[Units]) -> NDArray[np.int64]:
    """Return the distance of what was heard from each of many lines.

    Args:
        heard: What was written down.
        many: What it could have been, one at least.

    Returns:
        int64, shape (len(many),).
    """
    names = {unit: number for number, unit in enumerate(sorted({*heard, *(unit for line in many for unit in line)}))}
    longest = max(len(line) for line in many)
    units = np.full((len(many), longest), -1)
    for place, line in enumerate(many):
        units[place, : len(line)] = [names[unit] for unit in line]
    steps = np.arange(longest + 1)
    row = np.broadcast_to(steps, (len(many), longest + 1)).copy()
    for number, unit in enumerate(heard, start=1):
        best = row + 1
        best[:, 1:] = np.minimum(best[:, 1:], row[:, :-1] + (units != names[unit]))
        best[:, 0] = number
        # A unit put in costs one a step: the least of everything to the left, each a step dearer than its neighbor.
        row = np.minimum.accumulate(best - steps, axis=1) + steps
    return row[np.arange(len(many)), [len(line) for line in many]].astype(np.int64)
