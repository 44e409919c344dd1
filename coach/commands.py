"""The closed list of what a person can say, how urgent each is, and how it must be said.

The ids are closed here; the phrases are open data in `voices/<tag>/commands.toml`.
Adding a command: one member, one row in `RULES`; red tests then name what is missing.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class Command(StrEnum):
    """What was meant. The value is the id in packs, scripts and the journal."""

    PAUSE = "pause"
    RESUME = "resume"
    REPEAT = "repeat"
    SKIP = "skip"
    NEXT = "next"
    START = "start"
    STOP = "stop"
    SLOWER = "slower"
    FASTER = "faster"
    EASIER = "easier"
    FEWER = "fewer"
    REST_LONGER = "rest-longer"
    LOUDER = "louder"
    QUIETER = "quieter"
    SPEAK_SLOWER = "speak-slower"
    SPEAK_FASTER = "speak-faster"
    HOW_MANY_LEFT = "how-many-left"
    HOW_LONG_LEFT = "how-long-left"
    WHATS_NEXT = "whats-next"
    COMMANDS_HELP = "commands-help"
    HOW_TO = "how-to"
    WHY = "why"
    HOW_AM_I_DOING = "how-am-i-doing"
    SWITCH_FOOT = "switch-foot"
    LATER = "later"
    NOT_TODAY = "not-today"
    SOMEONE_HERE = "someone-here"
    PRACTICE = "practice"
    YES = "yes"
    NO = "no"
    ALL_CLEAR = "all-clear"
    TIRED = "tired"
    PAIN = "pain"
    CALF_CLOT = "calf-clot"
    DIZZY_UNWELL = "dizzy-unwell"
    BREATH_CHEST = "breath-chest"
    NUMB = "numb"
    BLEEDING = "bleeding"
    CALL_PERSON = "call-person"
    MAYBE_PAIN = "maybe-pain"
    VOCAL_DISTRESS = "vocal-distress"


class Urgency(IntEnum):
    """How fast the coach must act; when several match, the highest wins."""

    ANSWER = 0
    INFO = 1
    CONTROL = 2
    HALT = 3
    MAYBE = 4
    STOP = 5
    URGENT = 6
    EMERGENCY = 7


class Policy(StrEnum):
    """Where in an utterance a phrase must stand to count."""

    WHOLE = "whole"
    """The utterance, fillers stripped, is the phrase."""
    OPEN = "open"
    """The phrase may also open the utterance."""
    ANYWHERE = "any"
    """The phrase may stand anywhere, after the guards; safety only."""
    ANSWER = "answer"
    """Counts only while a question is open."""
    DERIVED = "derived"
    """Never matched from phrases: concluded by the guards or from the sound itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one command is heard."""

    urgency: Urgency
    policy: Policy
    acts_on_partial: bool = False
    """True where the coach falls silent on an unfinished recognition."""


_CONTROL_WHOLE = Rule(Urgency.CONTROL, Policy.WHOLE)
_CONTROL_OPEN = Rule(Urgency.CONTROL, Policy.OPEN)
_INFO = Rule(Urgency.INFO, Policy.OPEN)
_ANSWER = Rule(Urgency.ANSWER, Policy.ANSWER)
_STOP = Rule(Urgency.STOP, Policy.ANYWHERE, acts_on_partial=True)
_URGENT = Rule(Urgency.URGENT, Policy.ANYWHERE, acts_on_partial=True)
_EMERGENCY = Rule(Urgency.EMERGENCY, Policy.ANYWHERE, acts_on_partial=True)

RULES: Final[dict[Command, Rule]] = {
    Command.PAUSE: Rule(Urgency.HALT, Policy.OPEN, acts_on_partial=True),
    Command.RESUME: _CONTROL_WHOLE,
    Command.REPEAT: _CONTROL_WHOLE,
    Command.SKIP: _CONTROL_OPEN,
    Command.NEXT: _CONTROL_WHOLE,
    Command.START: _CONTROL_WHOLE,
    Command.STOP: Rule(Urgency.HALT, Policy.WHOLE, acts_on_partial=True),
    Command.SLOWER: _CONTROL_OPEN,
    Command.FASTER: _CONTROL_OPEN,
    Command.EASIER: _CONTROL_OPEN,
    Command.FEWER: _CONTROL_OPEN,
    Command.REST_LONGER: _CONTROL_OPEN,
    Command.LOUDER: _CONTROL_OPEN,
    Command.QUIETER: _CONTROL_OPEN,
    Command.SPEAK_SLOWER: _CONTROL_OPEN,
    Command.SPEAK_FASTER: _CONTROL_OPEN,
    Command.HOW_MANY_LEFT: _INFO,
    Command.HOW_LONG_LEFT: _INFO,
    Command.WHATS_NEXT: _INFO,
    Command.COMMANDS_HELP: _INFO,
    Command.HOW_TO: _INFO,
    Command.WHY: _INFO,
    Command.HOW_AM_I_DOING: _INFO,
    Command.SWITCH_FOOT: _CONTROL_WHOLE,
    Command.LATER: _CONTROL_WHOLE,
    Command.NOT_TODAY: _CONTROL_WHOLE,
    Command.SOMEONE_HERE: _CONTROL_WHOLE,
    Command.PRACTICE: _CONTROL_WHOLE,
    Command.YES: _ANSWER,
    Command.NO: _ANSWER,
    Command.ALL_CLEAR: _ANSWER,
    Command.TIRED: _CONTROL_OPEN,
    Command.PAIN: _STOP,
    Command.CALF_CLOT: _URGENT,
    Command.DIZZY_UNWELL: _STOP,
    Command.BREATH_CHEST: _EMERGENCY,
    Command.NUMB: _URGENT,
    Command.BLEEDING: _URGENT,
    Command.CALL_PERSON: _EMERGENCY,
    Command.MAYBE_PAIN: Rule(Urgency.MAYBE, Policy.DERIVED),
    Command.VOCAL_DISTRESS: Rule(Urgency.MAYBE, Policy.DERIVED),
}
"""One row a command: urgency and policy from the reviewed command vocabulary; "pause" hushes on a partial as well."""

LENT: Final = frozenset(
    {
        Command.STOP,
        Command.PAUSE,
        Command.RESUME,
        Command.START,
        Command.REPEAT,
        Command.TIRED,
        Command.YES,
        Command.NO,
        Command.ALL_CLEAR,
    }
)
"""What is heard beside `SAFETY` in the words of another language, where no engine can hear a session's own: enough to
answer, to halt and to go on."""

SAFETY: Final = frozenset(command for command, rule in RULES.items() if rule.urgency >= Urgency.MAYBE)
"""Commands that may mean harm: heard in every context and in every language an engine can hear."""
EMERGENCIES: Final = frozenset(command for command, rule in RULES.items() if rule.urgency is Urgency.EMERGENCY)
"""Commands that call for somebody at once: they go past every question."""
