"""What can break in a rehearsal: every component by every kind of fault, as one table.

1. A fault of a scenario is named ``<component>-<fault>``, such as ``microphone-off``. Every pair stands in `CELLS` or
   in `IMPOSSIBLE`; an impossible one is refused with its sentence.
2. A cell says in words what happens at the coach's ports (`Act`); `coach.rehearsal.trouble` makes it happen, with sound
   and without.
3. A cell also says what the coach owes the person (`Owes`): the oracle of `coach campaign` holds it to that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final


class Component(StrEnum):
    """What a session stands on."""

    MICROPHONE = "microphone"
    CAPTURE = "capture"
    """The process that takes blocks from the sound card."""
    CANCELLER = "canceller"
    RECOGNIZER = "recogniser"
    MODEL = "model"
    LEASE_CLOCK = "lease-clock"
    """The count of played frames, by which the lease runs out."""
    SPEECH = "speech"
    """The clips of the coach's lines."""
    PLAYER = "player"
    """The side of the sound card that plays."""
    SPEAKER = "speaker"
    """The loudspeaker, in the air."""
    CHIME = "chime"
    JOURNAL = "journal"
    LATCH = "latch"
    CONFIG = "config"
    PROGRAM = "program"
    CLOCK = "clock"
    """The wall clock."""
    CPU = "cpu"
    NOTIFIER = "notifier"
    SUPERVISOR = "supervisor"
    """What starts a dead part again."""
    POWER = "power"


class Fault(StrEnum):
    """How something breaks: the kinds of PX4's failure injection, and three of programs."""

    OFF = "off"
    STUCK = "stuck"
    GARBAGE = "garbage"
    SLOW = "slow"
    INTERMITTENT = "intermittent"
    LATE = "late"
    DUPLICATE = "duplicate"
    WRONG = "wrong"
    """Wrong but valid."""
    EXCEPTION = "exception"
    HANG = "hang"
    CRASH = "crash"


class Act(Enum):
    """What happens at the ports while a fault lasts."""

    __hash__ = object.__hash__  # asked for many times a block; the order of a set of them decides nothing

    MIC_NONE = "no block comes"
    MIC_ZERO = "zeros"
    MIC_CLIPPED = "cut off at full scale"
    MIC_HALF = "half the frames"
    MIC_GAPS = "a third of the blocks are zeros"
    MIC_TWICE = "every block twice"
    MIC_FAINT = "40 dB fainter"
    MIC_REPEATS = "the same half second again and again"
    MIC_NOISE = "noise at full scale"
    MIC_BURSTS = "nothing for 1.3 s, then all of it"
    MIC_44100 = "44.1 kHz taken for 48"
    CLEANED_ZERO = "nothing is left behind the canceller"
    CLEANED_NOISE = "noise behind the canceller"
    ECHO_BACK = "the coach's own voice comes back whole"
    NEAR_LOST = "nobody is heard while the coach sounds"
    EAR_DEAD = "the recognizers' process is gone"
    EAR_HUNG = "the recognizers stand still"
    EAR_SLOW = "the recognizers take twice as long as the sound lasts"
    EAR_PAUSES = "the recognizers stand still for 1.4 s, again and again"
    EAR_LATE = "the recognizers are 0.8 s behind"
    EAR_TWICE = "every hearing is told twice"
    EAR_SAME = "the same word again and again"
    EAR_RANDOM = "words that nobody said"
    EAR_MISTAKES = "other words than were said"
    EAR_NEVER = "the recognizers cannot be loaded"
    PLAY_NONE = "nothing can be played"
    PLAY_GAPS = "playing stops for half a second, again and again"
    AIR_NONE = "nothing of it reaches the air"
    AIR_LATE = "it reaches the air 0.6 s late"
    AIR_NOISE = "it crackles"
    LINE_MISSING = "a line has no clip"
    LINE_LONG = "a line takes three times as long"
    LINE_EMPTY = "a clip is empty"
    CHIME_MISSING = "no chime can be made"
    JOURNAL_REFUSES = "nothing can be written to the journal"
    JOURNAL_HANGS = "the disk does not answer"
    JOURNAL_SLOW = "the disk takes half a second for an entry"
    LATCH_REFUSES = "the latch file cannot be written"
    LATCH_DAMAGED = "the latch file is not what was written"
    START_REFUSED = "what was read at the start is wrong"
    CLOCK_SET = "the wall clock is set"
    NOTICES_FAIL = "no notice is delivered"
    NOTICES_LATE = "notices take a minute"
    NOTICES_TWICE = "notices are told delivered twice"
    NO_RESTARTS = "nothing is started again"
    SLOW_RESTARTS = "it takes 20 s until something is started again"
    NEEDLESS_RESTART = "recognizers that are well are killed and started again"
    POWER_CUT = "the power is gone, and comes back"


DISK: Final = frozenset({Act.JOURNAL_REFUSES, Act.JOURNAL_HANGS, Act.JOURNAL_SLOW, Act.LATCH_REFUSES})
"""Acts that keep what happens from being written down."""


class Owes(Enum):
    """What the coach owes the person once a fault is there."""

    DEAF = "silence within 2.5 s, a chime, a line, a record, a notice; nothing goes on without an answer"
    DEAF_SLOWLY = "the same within 11 s: what is wrong can be told from a quiet night only then"
    MUTE = "nothing of the exercise sounds on: it is paused, recorded, and told once it can be"
    UNWRITTEN = "the same as when deaf: no exercise without a journal"
    NOTHING = "nothing but its own rules: the exercise may go on"
    REFUSAL = "no session: one sentence says why"
    BOOT = "the session is closed as interrupted, the lock is kept, nothing goes on by itself"


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault of one component."""

    what: str
    """What it is in the world, in a few words."""
    acts: frozenset[Act]
    owes: Owes
    at_start: bool = False
    """It can only be there from the start: the part is read once."""


def _cell(what: str, owes: Owes, *acts: Act, at_start: bool = False) -> Cell:
    return Cell(what, frozenset(acts), owes, at_start)


Pair = tuple[Component, Fault]
_C, _F, _A, _O = Component, Fault, Act, Owes

CELLS: Final[Mapping[Pair, Cell]] = MappingProxyType(
    {
        (_C.MICROPHONE, _F.OFF): _cell("unplugged: no block comes, and nobody says so", _O.DEAF, _A.MIC_NONE),
        (_C.MICROPHONE, _F.STUCK): _cell("muted: zeros", _O.DEAF, _A.MIC_ZERO),
        (_C.MICROPHONE, _F.GARBAGE): _cell("full gain: cut off at full scale", _O.DEAF, _A.MIC_CLIPPED),
        (_C.MICROPHONE, _F.SLOW): _cell("opened at half its rate", _O.DEAF, _A.MIC_HALF),
        (_C.MICROPHONE, _F.INTERMITTENT): _cell("a loose plug: gaps of zeros", _O.DEAF, _A.MIC_GAPS),
        (_C.MICROPHONE, _F.DUPLICATE): _cell("every block comes twice", _O.DEAF, _A.MIC_TWICE),
        (_C.MICROPHONE, _F.WRONG): _cell("another microphone, too faint for a voice", _O.DEAF_SLOWLY, _A.MIC_FAINT),
        (_C.MICROPHONE, _F.EXCEPTION): _cell("reading it fails", _O.DEAF, _A.MIC_NONE),
        (_C.MICROPHONE, _F.HANG): _cell("reading it never returns", _O.DEAF, _A.MIC_NONE),
        (_C.CAPTURE, _F.OFF): _cell("it was stopped", _O.DEAF, _A.MIC_NONE),
        (_C.CAPTURE, _F.STUCK): _cell("the same half second again and again", _O.DEAF, _A.MIC_REPEATS),
        (_C.CAPTURE, _F.GARBAGE): _cell("noise of another format", _O.DEAF, _A.MIC_NOISE),
        (_C.CAPTURE, _F.SLOW): _cell("every other block is lost", _O.DEAF, _A.MIC_HALF),
        (_C.CAPTURE, _F.INTERMITTENT): _cell("blocks come in bursts", _O.DEAF, _A.MIC_BURSTS),
        (_C.CAPTURE, _F.DUPLICATE): _cell("every block comes twice", _O.DEAF, _A.MIC_TWICE),
        (_C.CAPTURE, _F.WRONG): _cell("44.1 kHz taken for 48", _O.DEAF_SLOWLY, _A.MIC_44100),
        (_C.CAPTURE, _F.EXCEPTION): _cell("an exception ends it", _O.DEAF, _A.MIC_NONE),
        (_C.CAPTURE, _F.HANG): _cell("stopped in mid-air", _O.DEAF, _A.MIC_NONE),
        (_C.CAPTURE, _F.CRASH): _cell("killed", _O.DEAF, _A.MIC_NONE),
        (_C.CANCELLER, _F.OFF): _cell("the coach's own voice comes back whole", _O.NOTHING, _A.ECHO_BACK),
        (_C.CANCELLER, _F.STUCK): _cell("it leaves nothing", _O.DEAF, _A.CLEANED_ZERO),
        (_C.CANCELLER, _F.GARBAGE): _cell("it has diverged", _O.DEAF, _A.CLEANED_NOISE),
        (_C.CANCELLER, _F.LATE): _cell("reference and microphone are apart", _O.NOTHING, _A.ECHO_BACK),
        (_C.CANCELLER, _F.WRONG): _cell("it takes the person out too", _O.NOTHING, _A.NEAR_LOST),
        (_C.CANCELLER, _F.EXCEPTION): _cell("an exception ends the recognizers' process", _O.DEAF, _A.EAR_DEAD),
        (_C.CANCELLER, _F.HANG): _cell("it never returns", _O.DEAF, _A.EAR_HUNG),
        (_C.RECOGNIZER, _F.OFF): _cell("its process was stopped", _O.DEAF, _A.EAR_DEAD),
        (_C.RECOGNIZER, _F.STUCK): _cell("the same word again and again", _O.DEAF_SLOWLY, _A.EAR_SAME),
        (_C.RECOGNIZER, _F.GARBAGE): _cell("words that nobody said", _O.DEAF_SLOWLY, _A.EAR_RANDOM),
        (_C.RECOGNIZER, _F.SLOW): _cell("half as fast as it should be", _O.DEAF, _A.EAR_SLOW),
        (_C.RECOGNIZER, _F.INTERMITTENT): _cell("it stands still for 1.4 s, again and again", _O.DEAF, _A.EAR_PAUSES),
        (_C.RECOGNIZER, _F.LATE): _cell("0.8 s behind", _O.NOTHING, _A.EAR_LATE),
        (_C.RECOGNIZER, _F.DUPLICATE): _cell("every hearing is told twice", _O.NOTHING, _A.EAR_TWICE),
        (_C.RECOGNIZER, _F.WRONG): _cell("it hears other words than were said", _O.NOTHING, _A.EAR_MISTAKES),
        (_C.RECOGNIZER, _F.EXCEPTION): _cell("an exception ends its process", _O.DEAF, _A.EAR_DEAD),
        (_C.RECOGNIZER, _F.HANG): _cell("it never returns", _O.DEAF, _A.EAR_HUNG),
        (_C.RECOGNIZER, _F.CRASH): _cell("killed", _O.DEAF, _A.EAR_DEAD),
        (_C.MODEL, _F.OFF): _cell("not there", _O.REFUSAL, _A.EAR_NEVER, at_start=True),
        (_C.MODEL, _F.GARBAGE): _cell("truncated", _O.REFUSAL, _A.EAR_NEVER, at_start=True),
        (_C.MODEL, _F.WRONG): _cell("of another version", _O.REFUSAL, _A.EAR_NEVER, at_start=True),
        (_C.MODEL, _F.HANG): _cell("loading never ends", _O.REFUSAL, _A.EAR_NEVER, at_start=True),
        (_C.MODEL, _F.CRASH): _cell("loading it ends the process", _O.REFUSAL, _A.EAR_NEVER, at_start=True),
        (_C.LEASE_CLOCK, _F.STUCK): _cell("no frame is taken any more", _O.MUTE, _A.PLAY_NONE, _A.MIC_NONE),
        (_C.LEASE_CLOCK, _F.INTERMITTENT): _cell("frames are taken in jerks", _O.NOTHING, _A.PLAY_GAPS),
        (_C.SPEECH, _F.OFF): _cell("a line was never spoken into a clip", _O.NOTHING, _A.LINE_MISSING),
        (_C.SPEECH, _F.GARBAGE): _cell("an empty clip", _O.NOTHING, _A.LINE_EMPTY),
        (_C.SPEECH, _F.SLOW): _cell("a clip three times as long", _O.NOTHING, _A.LINE_LONG),
        (_C.PLAYER, _F.OFF): _cell("the sound card is gone", _O.MUTE, _A.PLAY_NONE),
        (_C.PLAYER, _F.INTERMITTENT): _cell("gaps in what is played", _O.NOTHING, _A.PLAY_GAPS),
        (_C.PLAYER, _F.EXCEPTION): _cell("writing to it fails", _O.MUTE, _A.PLAY_NONE),
        (_C.PLAYER, _F.HANG): _cell("writing to it never returns", _O.MUTE, _A.PLAY_NONE),
        (_C.PLAYER, _F.CRASH): _cell("its process is killed", _O.MUTE, _A.PLAY_NONE, _A.MIC_NONE),
        (_C.SPEAKER, _F.OFF): _cell("switched off", _O.NOTHING, _A.AIR_NONE),
        (_C.SPEAKER, _F.GARBAGE): _cell("it crackles", _O.NOTHING, _A.AIR_NOISE),
        (_C.SPEAKER, _F.LATE): _cell("Bluetooth: 0.6 s late", _O.NOTHING, _A.AIR_LATE),
        (_C.SPEAKER, _F.WRONG): _cell("another loudspeaker, in another room", _O.NOTHING, _A.AIR_NONE),
        (_C.CHIME, _F.OFF): _cell("it cannot be made", _O.NOTHING, _A.CHIME_MISSING),
        (_C.CHIME, _F.EXCEPTION): _cell("making it fails", _O.NOTHING, _A.CHIME_MISSING),
        (_C.JOURNAL, _F.OFF): _cell("read-only", _O.UNWRITTEN, _A.JOURNAL_REFUSES),
        (_C.JOURNAL, _F.STUCK): _cell("full", _O.UNWRITTEN, _A.JOURNAL_REFUSES),
        (_C.JOURNAL, _F.SLOW): _cell("half a second an entry", _O.NOTHING, _A.JOURNAL_SLOW),
        (_C.JOURNAL, _F.EXCEPTION): _cell("an input/output error", _O.UNWRITTEN, _A.JOURNAL_REFUSES),
        (_C.JOURNAL, _F.HANG): _cell("the disk does not answer", _O.UNWRITTEN, _A.JOURNAL_HANGS),
        (_C.LATCH, _F.OFF): _cell("it cannot be written", _O.UNWRITTEN, _A.LATCH_REFUSES),
        (_C.LATCH, _F.STUCK): _cell("the old one stays", _O.UNWRITTEN, _A.LATCH_REFUSES),
        (_C.LATCH, _F.GARBAGE): _cell("damaged, and the power goes", _O.BOOT, _A.LATCH_DAMAGED, _A.POWER_CUT),
        (_C.CONFIG, _F.GARBAGE): _cell("cut off in the middle", _O.REFUSAL, _A.START_REFUSED, at_start=True),
        (_C.CONFIG, _F.WRONG): _cell("a value beyond its range", _O.REFUSAL, _A.START_REFUSED, at_start=True),
        (_C.PROGRAM, _F.OFF): _cell("not there", _O.REFUSAL, _A.START_REFUSED, at_start=True),
        (_C.PROGRAM, _F.GARBAGE): _cell("cut off in the middle", _O.REFUSAL, _A.START_REFUSED, at_start=True),
        (_C.PROGRAM, _F.WRONG): _cell("500 repetitions", _O.REFUSAL, _A.START_REFUSED, at_start=True),
        (_C.CLOCK, _F.STUCK): _cell("the wall clock stands still", _O.NOTHING, _A.CLOCK_SET),
        (_C.CLOCK, _F.GARBAGE): _cell("1970", _O.NOTHING, _A.CLOCK_SET),
        (_C.CLOCK, _F.WRONG): _cell("set by an hour", _O.NOTHING, _A.CLOCK_SET),
        (_C.CPU, _F.SLOW): _cell("starved: the recognizers fall behind", _O.DEAF, _A.EAR_SLOW),
        (_C.CPU, _F.INTERMITTENT): _cell("starved again and again", _O.DEAF, _A.EAR_PAUSES, _A.PLAY_GAPS),
        (_C.CPU, _F.HANG): _cell("everything stands still but the card", _O.DEAF, _A.EAR_HUNG, _A.PLAY_GAPS),
        (_C.NOTIFIER, _F.OFF): _cell("nobody can be reached", _O.NOTHING, _A.NOTICES_FAIL),
        (_C.NOTIFIER, _F.SLOW): _cell("a minute late", _O.NOTHING, _A.NOTICES_LATE),
        (_C.NOTIFIER, _F.DUPLICATE): _cell("delivered twice", _O.NOTHING, _A.NOTICES_TWICE),
        (_C.NOTIFIER, _F.WRONG): _cell("says it failed, though it did not", _O.NOTHING, _A.NOTICES_FAIL),
        (_C.NOTIFIER, _F.EXCEPTION): _cell("an exception ends it", _O.NOTHING, _A.NOTICES_FAIL),
        (_C.NOTIFIER, _F.HANG): _cell("it never says anything", _O.NOTHING, _A.NOTICES_LATE),
        (_C.NOTIFIER, _F.CRASH): _cell("killed", _O.NOTHING, _A.NOTICES_FAIL),
        (_C.SUPERVISOR, _F.OFF): _cell("a dead part stays dead", _O.DEAF, _A.EAR_DEAD, _A.NO_RESTARTS),
        (_C.SUPERVISOR, _F.SLOW): _cell("a dead part comes back late", _O.DEAF, _A.EAR_DEAD, _A.SLOW_RESTARTS),
        (_C.SUPERVISOR, _F.WRONG): _cell("it kills what is well", _O.NOTHING, _A.NEEDLESS_RESTART),
        (_C.POWER, _F.OFF): _cell("a power cut, and a boot when it comes back", _O.BOOT, _A.POWER_CUT),
    }
)
"""Every fault that can be rehearsed."""

IMPOSSIBLE: Final[Mapping[Component, str]] = MappingProxyType(
    {
        Component.MICROPHONE: "a microphone has no program that could end, and what it holds back shows only in "
        "when the coach's own voice comes back: see capture-crash and speaker-late",
        Component.CAPTURE: "sound that is held back cannot be told from sound that is made later but by the "
        "coach's own voice: see speaker-late",
        Component.CANCELLER: "it runs in the recognizers' process, block by block: see recogniser-slow, "
        "-intermittent, -duplicate and -crash",
        Component.MODEL: "a model is read once, at the start, and is whole or not: see model-off, -garbage, "
        "-wrong, -hang and -crash",
        Component.LEASE_CLOCK: "frames are counted as they are handed over, so that the count can only stand still "
        "(lease-clock-stuck) or jerk (lease-clock-intermittent)",
        Component.SPEECH: "lines are spoken into clips before a session, so that a clip can only be missing "
        "(speech-off), empty (speech-garbage) or long (speech-slow)",
        Component.PLAYER: "a sound card takes frames or it does not: see player-off and player-intermittent; "
        "what becomes of them in the air is the speaker's",
        Component.SPEAKER: "a loudspeaker has no program and no memory: see player-hang, player-crash and speaker-late",
        Component.CHIME: "a chime is made of numbers in a moment: it is there (and right, see tests/speech) or "
        "it is not: see chime-off",
        Component.JOURNAL: "what is on the disk is damaged between sessions and not in one: see latch-garbage, "
        "and tests/journal for every write and every byte",
        Component.LATCH: "it is one small file that is written as a whole: see latch-off, -stuck and -garbage",
        Component.CONFIG: "settings are read once, at the start, and what is not there has a default: see "
        "config-garbage and config-wrong",
        Component.PROGRAM: "a program is read once, at the start: see program-off, -garbage and -wrong",
        Component.CLOCK: "the wall clock is a label that decides nothing in a session, and can only be wrong: "
        "see clock-wrong, -stuck and -garbage",
        Component.CPU: "a processor that is wrong is no coach any more; it can only be too slow: see "
        "cpu-slow, -intermittent and -hang",
        Component.NOTIFIER: "a notice is a fixed line with a number of its own: see notifier-off, -slow, "
        "-duplicate, -wrong, -exception, -hang and -crash",
        Component.SUPERVISOR: "it only starts parts again: it can fail to (supervisor-off), be slow "
        "(supervisor-slow) or do so without need (supervisor-wrong)",
        Component.POWER: "power is there or not: see power-off",
    }
)
"""Why the pairs of a component that are not in `CELLS` cannot be rehearsed."""

ALIASES: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "microphone-lost": (_C.MICROPHONE, _F.OFF),
        "microphone-zero": (_C.MICROPHONE, _F.STUCK),
        "recogniser-stalled": (_C.RECOGNIZER, _F.HANG),
        "output-lost": (_C.PLAYER, _F.OFF),
        "clock-jump": (_C.CLOCK, _F.WRONG),
        "power-cut": (_C.POWER, _F.OFF),
    }
)
"""Plain names of a few of them, which scenarios may use as well."""


def named(pair: Pair) -> str:
    """Return the name of a pair in scenario files, such as ``microphone-off``."""
    return f"{pair[0].value}-{pair[1].value}"


_BY_NAME: Final = {named((component, fault)): (component, fault) for component in Component for fault in Fault}


def pair_of(name: str) -> Pair:
    """Return the component and the fault that a name stands for.

    Raises:
        ValueError: There is no such component or fault, or the two cannot go together; a sentence says why.
    """
    pair = ALIASES.get(name) or _BY_NAME.get(name)
    if pair is None:
        components = ", ".join(component.value for component in Component)
        faults = ", ".join(fault.value for fault in Fault)
        raise ValueError(
            f"there is no fault '{name}': it is a component ({components}) and how it fails ({faults}),"
            " such as 'microphone-off'"
        )
    if pair not in CELLS:
        raise ValueError(f"'{named(pair)}' cannot be rehearsed: {IMPOSSIBLE[pair[0]]}")
    return pair
