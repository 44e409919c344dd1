"""Every line the session may say, so that all of them are spoken into clips before a session may begin.

1. A phrase key that a handler says stands in `LINES`; the tests compare this table with what the
   whole machine ever says.
2. Lines with numbers are rendered for every number they may carry.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Final

from coach.language.models import LanguagePack
from coach.language.utterance import Form, Utterance
from coach.program.dose import Work
from coach.session.answers import MINUTES_MAX
from coach.session.care import Barred, Care
from coach.session.questions import CONFIRM, QUESTIONS, REPHRASED

_REPS_MAX: Final = 30
"""Absolute limit of repetitions in a set (design, section 12)."""
_SETS_MAX: Final = 5
"""Absolute limit of sets (design, section 12)."""

_SIDES: Final = ("side.left", "side.right", "side.left-leg", "side.right-leg")
_UNTOLD: Final = Care()

Slots = Mapping[str, tuple[int | str, ...]]
_PLAIN: Final[Slots] = MappingProxyType({})

LINES: Final[Mapping[str, Slots]] = MappingProxyType(
    {
        "session.hello": _PLAIN,
        "session.refused": _PLAIN,
        "session.unscreened": _PLAIN,
        "session.lets-begin": _PLAIN,
        "session.paused": _PLAIN,
        "session.paused-remind": _PLAIN,
        "session.left-out": _PLAIN,
        "session.going-on": _PLAIN,
        "session.going-on-yes": _PLAIN,
        "session.lie-flat": _PLAIN,
        "session.rest-longer": _PLAIN,
        "session.someone-here": _PLAIN,
        "session.half-duplex": _PLAIN,
        "session.going-on-gently": _PLAIN,
        "session.stopped": _PLAIN,
        "session.ended": _PLAIN,
        "session.no-answer": _PLAIN,
        "session.rest-a-moment": _PLAIN,
        "session.not-clear": _PLAIN,
        "session.slower": _PLAIN,
        "session.faster": _PLAIN,
        "session.slowest": _PLAIN,
        "session.fastest": _PLAIN,
        "session.easier": _PLAIN,
        "session.fewer": _PLAIN,
        "session.fewer-later": _PLAIN,
        "session.fewest": _PLAIN,
        "session.stays-even": _PLAIN,
        "session.rests-longer": _PLAIN,
        "session.longest-rest": _PLAIN,
        "session.stays-gentle": _PLAIN,
        "session.louder": _PLAIN,
        "session.quieter": _PLAIN,
        "session.loudest": _PLAIN,
        "session.quietest": _PLAIN,
        "session.speak-slower": _PLAIN,
        "session.speak-faster": _PLAIN,
        "session.speak-slowest": _PLAIN,
        "session.speak-fastest": _PLAIN,
        "session.skipped": _PLAIN,
        "session.passed-over": _PLAIN,
        "session.nothing-to-skip": _PLAIN,
        "session.switched": {"side": _SIDES},
        "session.cannot-switch": _PLAIN,
        "session.side-done": _PLAIN,
        "session.how-many-left": {"n": tuple(range(2, _REPS_MAX + 1))},
        "session.last-one": _PLAIN,
        "session.none-left": _PLAIN,
        "session.how-long-left": {"n": tuple(range(2, MINUTES_MAX + 1))},
        "session.nearly-done": _PLAIN,
        "session.whats-next-rest": _PLAIN,
        "session.whats-next-set": {"n": tuple(range(1, _SETS_MAX + 1))},
        "session.whats-next-side": {"side": _SIDES},
        "session.whats-next-end": _PLAIN,
        "session.commands-help": _PLAIN,
        "session.why": _PLAIN,
        "session.later": _PLAIN,
        "session.not-today": _PLAIN,
        "session.say-start": _PLAIN,
        "serve.moment": _PLAIN,
        "serve.unready": _PLAIN,
        "serve.morning": _PLAIN,
        "serve.rest-well": _PLAIN,
        "practice.hello": _PLAIN,
        "practice.counting": _PLAIN,
        "practice.heard": _PLAIN,
        "practice.missed": _PLAIN,
        "practice.pain": _PLAIN,
        "practice.passed": _PLAIN,
        "practice.failed": _PLAIN,
        "practice.ended": _PLAIN,
        "practice.key": _PLAIN,
        "safety.stopped": _PLAIN,
        "safety.emergency": _PLAIN,
        "safety.urgent": _PLAIN,
        "safety.caution": _PLAIN,
        "safety.bleeding": _PLAIN,
        "safety.heavy-bleeding": _PLAIN,
        "safety.your-number": _PLAIN,
        "safety.cannot-call": _PLAIN,
        "safety.told-carer": _PLAIN,
        "safety.minute": _PLAIN,
        "safety.cramp": _PLAIN,
        "safety.cramp-spared": _PLAIN,
        "safety.help-line": _PLAIN,
        "safety.locked-caution": _PLAIN,
        "safety.locked-urgent": _PLAIN,
        "safety.refused-locked": _PLAIN,
        "safety.unlocked": _PLAIN,
        "safety.wrong-pin": _PLAIN,
        "safety.pin-wait": _PLAIN,
        "safety.nobody-reached": _PLAIN,
        "safety.all-right-paused": _PLAIN,
        "fault.deaf": _PLAIN,
        "fault.mute": _PLAIN,
        "fault.journal": _PLAIN,
        "fault.recovered": _PLAIN,
        "fault.ended": _PLAIN,
        **{f"barred.{reason.value}": _PLAIN for reason in Barred},
        **{f"question.{row.id}": _PLAIN for row in (*QUESTIONS.values(), *REPHRASED.values())},
        **{f"question.{name}": _PLAIN for name in CONFIRM.values()},
    }
)
"""Phrase key to the values its slots may take, whatever the program."""

NUMBER: Final = "safety.number"
"""Says the emergency number; only where one was configured."""
UNHEARD: Final = "session.unheard"
"""Which words are heard where no engine can hear the session's language; only such a pack needs it."""
DONE: Final = "session.how-am-i-doing"
"""How many repetitions are done; how far it may count depends on the program."""
COMING: Final = "session.whats-next-exercise"
"""Which exercise comes next: one of those of the program."""
OF_EXERCISE: Final = ("how", "why")
"""Moments of an exercise that the session says by itself; one the pack does not have is not said."""


def utterances(pack: LanguagePack, works: Iterable[Work], care: Care = _UNTOLD) -> tuple[Utterance, ...]:
    """Return every line the session may say in a program, each once.

    Args:
        pack: The language.
        works: What the program asks for.
        care: What is known of the person.

    Raises:
        PackError: The pack lacks a line.
    """
    return tuple(dict.fromkeys(_spoken(pack, tuple(works), care)))


def _spoken(pack: LanguagePack, works: tuple[Work, ...], care: Care) -> Iterator[Utterance]:
    lines = {
        **LINES,
        DONE: {"n": tuple(range(_most_done(works) + 1))},
        COMING: {"exercise": tuple(dict.fromkeys(f"{work.exercise.id}.name" for work in works))},
    }
    if care.unheard:
        lines[UNHEARD] = _PLAIN
    if care.emergency_number:
        lines[NUMBER] = {"number": (care.emergency_number,)}
    for work in works:
        for moment in OF_EXERCISE:
            if pack.has(key := f"{work.exercise.id}.{moment}"):
                lines[key] = _PLAIN
    for key, slots in lines.items():
        for values in product(*slots.values()):
            filled = dict(zip(slots, values, strict=True))
            for variant in range(max(1, pack.variants(key, Form.FULL))):
                yield pack.utterance(key, Form.FULL, variant, **filled)


def _most_done(works: tuple[Work, ...]) -> int:
    """Return the most repetitions of one side: all of them, however the sides are changed on the way."""
    return sum(work.total_reps for work in works)
