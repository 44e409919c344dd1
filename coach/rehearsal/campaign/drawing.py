"""Drawing a rehearsal: a person, what she answers, and what breaks when. One seed, one scenario.

1. The first fault goes through the fault table in order of the seeds, so that every cell has its turn; any others, all
   moments and all lengths are drawn.
2. Most persons answer well, and half the faults come while the exercise should be going on: a session that never gets
   as far tells little of it.
3. What is said are words of the language pack, and sentences that only sound like one.
"""

from collections.abc import Mapping
from random import Random
from typing import Any, Final, get_args

from coach.commands import Command
from coach.language.models import LanguagePack
from coach.rehearsal.fault_table import CELLS, Act, Cell, named
from coach.rehearsal.scenario import Deed, Scenario

PROGRAM: Final = "ankle-pumps"
LIMIT_S: Final = 3600.0
"""Longer than anything lasts: a visit of half an hour, and the pause behind it."""
_SPAN_S: Final = 170.0
"""A whole session of a person who answers well; moments are drawn from it, and from a little behind it."""
_AFTER_S: Final = 40.0
_BEGINS_S: Final = 35.0
"""When the exercise has begun."""
_BEFORE_S: Final = 35.0
"""How long the longer screening of the day's first session takes beside the shorter one."""
_ANSWERS: Final = {"well": 16, "yes": 1, "no": 1, "silent": 1, "mumble": 1}
_HARM: Final = (Command.PAIN, Command.CALF_CLOT, Command.DIZZY_UNWELL, Command.BREATH_CHEST, Command.CALL_PERSON)
_MIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "no, it hurts",
        "it doesn't hurt any more",
        "yes but my calf hurts",
        "no stop",
        "mm hmm mm",
        "what did you say about the weather",
        "don't stop now",
    ),
    "ko": ("아니요 아파요", "이제 안 아파요", "음 흠 음"),
}
"""What is no command, or more than one."""
_MOMENTS: Final = (
    "cue:ankle-pumps.point",
    "cue:ankle-pumps.flex",
    "line:session.hello",
    "line:session.lets-begin",
    "line:fault.deaf",
    "line:session.paused",
    "question:screen-since",
    "question:screen-consent",
    "question:effort",
    "question:sharp",
    "question:stopped",
    "question:resume",
    "question:go-on",
    "question:triage-leg",
)
"""What somebody may answer to, or talk into."""
_CELLS: Final = tuple(CELLS)


def drawn(seed: int, pack: LanguagePack) -> Scenario:
    """Return the rehearsal of a seed.

    Args:
        seed: Names the rehearsal; the same seed and pack are the same rehearsal.
        pack: The language that is spoken.
    """
    random = Random(seed)  # noqa: S311 - a rehearsal, no secret
    screening = random.choice(("later", "later", "later", "first"))
    span_s = _SPAN_S + (_BEFORE_S if screening == "first" else 0.0)
    kinds = [_CELLS[seed % len(_CELLS)], *random.choices(_CELLS, k=random.choice((0, 0, 0, 0, 1, 1, 2)))]
    return Scenario.model_validate(
        {
            "program": PROGRAM,
            "language": pack.tag,
            "seed": seed,
            "answers": random.choices(tuple(_ANSWERS), tuple(_ANSWERS.values()))[0],
            "screening": screening,
            "begins": random.choice(("session",) * 14 + ("rest",)),
            "lock": random.choice(("none",) * 22 + ("caution", "urgent")),
            "notifier": random.choice(("works", "works", "none")),
            "limit_s": LIMIT_S,
            "person": [_entry(random, pack, span_s) for _ in range(random.choice((0, 0, 1, 1, 2, 4)))],
            "fault": [_fault(random, named(kind), CELLS[kind], span_s) for kind in kinds],
        }
    )


def _fault(random: Random, kind: str, cell: Cell, span_s: float) -> dict[str, Any]:
    first_s = random.choice((0.0, span_s - _SPAN_S + _BEGINS_S))
    at_s = 0.0 if cell.at_start else round(random.uniform(first_s, span_s), 3)
    shortest, longest = random.choice(((0.1, 3.0), (3.0, 40.0), (20.0, 200.0)))
    lasts = Act.POWER_CUT not in cell.acts and random.random() < 0.25
    until_s = LIMIT_S if lasts else round(at_s + random.uniform(shortest, longest), 3)
    return {"kind": kind, "at_s": at_s, "until_s": until_s}


def _entry(random: Random, pack: LanguagePack, span_s: float) -> dict[str, Any]:
    what: dict[str, Any] = {"say": _words(random, pack)}
    if random.random() < 0.2:
        what = {"does": random.choice(get_args(Deed))}
    if random.random() < 0.6:
        return what | {"at_s": round(random.uniform(0.0, span_s + _AFTER_S), 3)}
    moment = random.choice(_MOMENTS)
    times = random.randint(1, 8) if moment.startswith("cue:") else 1
    return what | {"after": moment, "nth": times, "delay_s": round(random.uniform(-1.5, 4.0), 3)}


def _words(random: Random, pack: LanguagePack) -> str:
    draw = random.random()
    if draw < 0.15 and pack.tag in _MIXED:
        return random.choice(_MIXED[pack.tag])
    commands = _HARM if draw < 0.4 else tuple(Command)
    phrases = pack.commands.phrases(random.choice(commands))
    return random.choice(phrases) if phrases else "mm hmm"
