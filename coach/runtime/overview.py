"""What there is to do: one row a program, with what it takes all in all, before a single line is spoken."""

from typing import Any

from coach.language.models import LanguagePack
from coach.language.utterance import Form
from coach.program.dose import SideMode, Work
from coach.program.models import Program
from coach.score.compiler import Material, compile_score, utterances_needed
from coach.speech.pace import expected_seconds
from coach.speech.profile import VoiceProfile
from coach.units import frames, seconds


def program_row(program: Program, works: tuple[Work, ...], pack: LanguagePack, voice: VoiceProfile) -> dict[str, Any]:
    """Return what a list of programs says of one.

    Args:
        program: The program.
        works: Its blocks with nothing left open.
        pack: The language.
        voice: Whose rate decides how long the words take.
    """
    title = f"{program.id}.title"
    return {
        "id": program.id,
        "title": pack.utterance(title).text if pack.has(title) else program.title,
        "name": " · ".join(dict.fromkeys(pack.utterance(f"{work.exercise.id}.name").text for work in works)),
        "regime": program.regime.value,
        "per_day": None if program.per_day is None else [program.per_day.min, program.per_day.max],
        "minutes": round(seconds(compile_score(_reckoned(program, works, pack, voice)).starts[-1]) / 60, 1),
        "exercises": [_dose(work, pack) for work in works],
    }


def _reckoned(program: Program, works: tuple[Work, ...], pack: LanguagePack, voice: VoiceProfile) -> Material:
    """Return the material of a session whose clips are as long as their words should take."""
    lines = utterances_needed(program, works, pack)
    lengths = {line.text: frames(expected_seconds(line.text, pack.tag, voice.rate_wpm)) for line in lines}
    return Material(program, works, pack, lengths)


def _dose(work: Work, pack: LanguagePack) -> str:
    """Return an exercise and how much of it, such as ``ankle pumps 2 x 10``."""
    key = f"{work.exercise.id}.name"
    name = pack.utterance(key, Form.SHORT if pack.variants(key, Form.SHORT) else Form.FULL).text
    sets = f"{work.sets} x " if work.sets > 1 else ""
    ways = f" x {len(work.directions)}" if len(work.directions) > 1 else ""
    sides = " L+R" if work.sides is SideMode.EACH else ""
    return f"{name} {sets}{work.reps}{ways}{sides}"
