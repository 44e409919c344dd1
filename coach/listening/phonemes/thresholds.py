"""What a phrase must reach to count, by what it means and by how many phones it has.

Scores are excess per phone (`coach.listening.phonemes.ctc`), leads are nats. Those of whole utterances were chosen on
the tuning half of the human recordings (speakers by hash); those within talk and before the end of an utterance were
set on recordings of both halves, so that no figure for them is held out.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from coach.commands import EMERGENCIES, RULES, SAFETY, Command, Policy, Urgency
from coach.language.utterance import Expectation
from coach.listening.vocabulary import Term

_WHOLE: Final = (-0.5, -0.9, -1.3, -1.7, -1.7, -1.5, -1.3, -1.2, -1.1, -1.0)
"""Least excess per phone of a whole utterance of 1, 2, 3 ... phones. Short ones are met by chance; long ones must not
explain a sentence that only resembles them ("that does not hurt at all" for "that hurts a lot" scored -1.46)."""
_WHOLE_SAFETY: Final = -1.5
"""The same for safety phrases of six phones and more: asked once too often is better than missed."""
ANSWER_LEAST: Final = -1.5
"""The same for words that answer the open question: one that leads but fits badly is unsure, and read back where it
matters, instead of being asked for again from nothing."""
_ANYWHERE: Final = {4: -0.25, 5: -0.3, 6: -0.35}
"""The same within other talk, by the phones from which on it holds; shorter phrases never count there. Of twelve
false hits that -0.6 let through in some of the talk, ten scored below -0.35 ("held me" for "help me": -0.16)."""
_CERTAIN: Final = {4: -0.12, 7: -0.15, 9: -0.35}
"""The same from which on it is believed; what lies between is asked about when the talk is over. In 0.42 h of talk five
hits of phrases of six and seven phones scored -0.16 to -0.33; synthetic ones that were meant scored -0.35 to 0.3. A
single word ("dizzy" for "busy": -0.08) is always asked about there."""
_PARTIAL: Final = -0.5
"""The same for the words that halt, while the utterance still goes on."""
_PARTIAL_SAFETY: Final = {1: -0.15, 7: -0.3}
"""The same for safety phrases, by phones: they can be met by the beginning of something else ("held me to": -0.19).
What is missed here is heard half a second later, when the utterance is over."""
_PARTIAL_MARGIN: Final = 1.0
"""Nats by which "stop" must lead while the utterance goes on: sneezes and laughs that had passed led by 0.2-0.9."""
_PARTIAL_MARGIN_LONGER: Final = 2.5
"""The same for everything else: in 0.76 h of talk "end the session" and "hang on" led by 1.9 and 2.02."""
ALONE_LEAST: Final = -1.2
ALONE_MARGIN: Final = 2.0
"""Least score, and nats by which it must lead, of a word that halts which was cut out of talk: remnants of the talk
around it cost some score."""
HALT_NEAR: Final = 2.5
"""Nats by which a word that halts may lose in the first reading and still be read in two more ways at the first
silence: further behind they never brought it back (13 missed words in noise, tuned half)."""
HALT_LEAD: Final = 1.0
"""Nats by which it must lead to be told at that first silence; what leads by less waits for the end of the utterance.
Five of 103 human "stop"s that were told there led by less (tuned half). In 0.42 h of reading "wait" led by 0.4 and
"stop" by 0.8 where a sentence paused for a moment (held-out half, so that no figure for talk is held out). Among the
coach's own words whatever leads by less is its echo more often than somebody else (`Hypothesis.narrow`): so led three
of four commands that it heard in 1,765 lines of its own."""
PARTIAL_PHONES: Final = 4
"""Shorter words ("ow") wait for the end: too many others begin with them ("house")."""
_PARTIAL_AFTER: Final = 2
"""Rows that must follow such a phrase: 40 ms, so that "star-" is not taken for "stop"."""
_PARTIAL_AFTER_SAFETY: Final = 6
"""The same for safety phrases: 0.12 s, so that "held me to" is not taken for "help me"."""
DOUBT: Final = 1.0
_DOUBT_LEAST: Final = (0.7, 0.6, 0.15)
"""By how many nats a safety phrase may lose, and by how much a phone one of 1, 2, 3 ... phones may miss its least
score, and still be asked about: "oh" and "ow" are one sound to the network. On the tuned half 26 of 313 other words,
laughs and coughs; with 0.6 for one phone 23, and 24 instead of 27 of 30 synthetic cries; with 0.6 for long phrases too,
half the questions in talk came from there."""
SHORT: Final = 2
"""Words of so few phones are asked about only where a word explains the sound: else clicks and breaths were "ow"."""
LONE: Final = 110
"""Rows of an utterance, 0.4 s before its onset among them, from which on (2.2 s) a safety word that short is doubted:
it is a pant ("ow", tuned half), not a word; the slowest synthetic "ow" has 88."""
_LASTING: Final = 6
"""Phones from which on a safety phrase of several words is long (chosen: "it hurts" has six)."""
OUTLASTING: Final = 3.5
SHORTER: Final = 0.75
_OUTLASTING_LEAST: Final = -1.0
"""Nats by which a long safety phrase may lose to one that has at most this share of its phones, and its least score:
"eleven" cannot be all of "my leg is swollen". Chosen on a quarter of the synthetic voices, where 454 instead of 445 of
470 phrases were heard and no more of people's words, laughs, coughs and talk was taken for harm (tuned half, 2026-11);
`coach bench hearing --only distress` prints what all of them come to."""
_OUTLASTING_EMERGENCY: Final = -0.5
"""The least score of a call for help: "move on" was "I've fallen" with -0.85, "hurry up" "help me" with -0.66, a sneeze
"get help" with -0.94; a "chest pain" said slowly has -0.44 (synthetic voices, and a held-out sneeze, 2026-11)."""
WRITTEN: Final = 0.2
"""Phones that the network itself must write while a long safety phrase is said, as a share of its own, for it to be
believed; else it is doubted. Of 458 synthetic ones none had less than 0.29; a moan that was "I'm in pain" had none."""
STOP: Final = "stop"
BLUR: Final = 3.5
"""Nats by which a word that halts may lose to a word that a hard room makes of it, and still be guessed."""
BLUR_LEAST: Final = -1.8
BLUR_CLEAR: Final = -1.65
"""Least score of such a guess over the coach's own voice, where whoever speaks means the coach, and in a silent room. A
clean "so" has -1.76. Of 105 human "stop"s over the coach through simulated bedrooms 97 instead of 91 were noticed with
-1.65 at its own loudness, 86 instead of 76 at 10 dB below; in a silent room, of 267 other words and 46 coughs and
laughs none more was taken for one (at -1.7 "seven" was; tuned half, 2026-11)."""
_STOP_PRIOR: Final = 3.15
"""Nats by which "stop" may lose to another word: of 105 on the tuned half 103 are heard, with 2.0 100, and of 259 other
words 1 is taken for it either way. From 3.2 on a clear "step" is taken for it."""
_HALT_PRIOR: Final = 0.5
"""The same for all else that halts: "pause" and "pours" sound alike in half of Britain. With 1.5 "eight" was "wait"."""
_CONTROL_PRIOR: Final = -1.0
"""The same for commands and questions to the coach: they must lead clearly. With 0 of 259 other words 5 were taken for
a command on the tuned half, so 3."""
_SAFETY_PRIOR: Final = 1.5
"""The same for safety phrases: "out" and "ouch", "it's pulling" and "it's burning" are near each other."""
_ANSWER_PRIOR: Final = 1.5
"""The same for words that answer the open question; 1.0 lost 1 of 69 "no" more, 2.0 took 3 % more of other words."""
EVERYDAY_PRIOR: Final = -0.5
"""The same for words that are no decoys of the pack's own: 0 lost 2 of 58 "yes", -2 let twice as many words in."""


def importance(term: Term) -> tuple[int, int]:
    """Return what decides which term keeps a pronunciation that several share."""
    return (int(not term.decoy), -1 if term.command is None else RULES[term.command].urgency)


def meaning(term: Term) -> object:
    """Return what a term commands or answers; decoys all mean the same: nothing."""
    return term.questions if term.command is None else term.command


def is_safety(term: Term) -> bool:
    """Return whether a term means that somebody may be hurt."""
    return term.command in SAFETY


def stands_firm(term: Term, expectation: Expectation) -> bool:
    """Return whether no long safety phrase may take a hit from a term: what halts, means harm or none, or answers."""
    return is_safety(term) or halts(term) or term.command is Command.ALL_CLEAR or answers(term, expectation)


def lasts(term: Term, length: int) -> bool:
    """Return whether a safety phrase is long: several words, and at least so many phones."""
    return is_safety(term) and " " in term.phrase and length >= _LASTING


def outlasting_least(term: Term) -> float:
    """Return the least score of a phrase that takes the hit from a word too short to be all that was said."""
    return _OUTLASTING_EMERGENCY if term.command in EMERGENCIES else _OUTLASTING_LEAST


def acts_early(term: Term) -> bool:
    """Return whether a term may be told before the utterance is over."""
    return term.command is not None and RULES[term.command].acts_on_partial


def halts(term: Term) -> bool:
    """Return whether a term means nothing but that the exercise must halt."""
    return term.command is not None and RULES[term.command].urgency is Urgency.HALT


def halts_at_once(term: Term) -> bool:
    """Return whether a term may halt at the first silence behind it: single words.

    Talk that pauses within a sentence resembles the beginning of a longer phrase ("can we have a" for "can we have a
    rest", 1 in 0.15 h of talk).
    """
    return halts(term) and " " not in term.phrase


def counts_inside(term: Term) -> bool:
    """Return whether a term is looked for within other talk: safety phrases, and "stop" between two pauses."""
    return term.policy is Policy.ANYWHERE or term.phrase == STOP


def guards(term: Term) -> bool:
    """Return whether a term may take a hit from a phrase it contains: decoys and "no pain"."""
    return term.decoy or term.command is Command.ALL_CLEAR


def opens(term: Term) -> bool:
    """Return whether other words may follow a phrase at the beginning of an utterance."""
    opening = term.policy is Policy.OPEN or term.command is Command.ALL_CLEAR or term.decoy
    return opening and " " in term.phrase


def answers(term: Term, expectation: Expectation) -> bool:
    """Return whether a term answers the open question."""
    return term.policy is Policy.ANSWER and term.live(expectation)


def prior(term: Term, expectation: Expectation) -> float:
    """Return by how many nats a term may lose to another one."""
    if term.phrase == STOP:
        return _STOP_PRIOR
    if halts(term):
        return _HALT_PRIOR
    if term.policy is Policy.ANYWHERE:
        return _SAFETY_PRIOR
    if term.policy is Policy.ANSWER:
        return _ANSWER_PRIOR if answers(term, expectation) else EVERYDAY_PRIOR
    return 0.0 if term.command is None or is_safety(term) else _CONTROL_PRIOR


def whole_least(term: Term, length: int) -> float:
    """Return the least score of a phrase that is all of an utterance."""
    least = _WHOLE[min(length, len(_WHOLE)) - 1]
    return min(least, _WHOLE_SAFETY) if length >= 6 and term.policy is Policy.ANYWHERE else least


def inside_least(length: int) -> float:
    """Return the least score within other talk; one that cannot be reached for phrases that are too short."""
    return _by_length(_ANYWHERE, length)


def partial_least(term: Term, length: int) -> float:
    """Return the least score of a phrase that is told before the utterance is over."""
    return _by_length(_PARTIAL_SAFETY, length) if is_safety(term) else _PARTIAL


def rows_after(term: Term) -> int:
    """Return how many rows must follow a phrase that is told before the utterance is over."""
    return _PARTIAL_AFTER_SAFETY if is_safety(term) else _PARTIAL_AFTER


def certain_least(term: Term, length: int) -> float:
    """Return the least score within other talk from which on a phrase is believed without asking."""
    single = is_safety(term) and " " not in term.phrase
    return np.inf if single else _by_length(_CERTAIN, length)


def doubt_least(term: Term, length: int) -> float:
    """Return the least score of a safety phrase that is asked about."""
    return whole_least(term, length) - _DOUBT_LEAST[min(length, len(_DOUBT_LEAST)) - 1]


def partial_lead(term: Term) -> float:
    """Return by how many nats a phrase must lead that is told before the utterance is over."""
    return _PARTIAL_MARGIN if term.phrase == STOP else _PARTIAL_MARGIN_LONGER


def _by_length(leasts: Mapping[int, float], length: int) -> float:
    """Return the least score for so many phones; one that cannot be reached where there are too few."""
    reached = [least for phones, least in leasts.items() if length >= phones]
    return reached[-1] if reached else np.inf
