"""Whose turn it is among the variants of a line, told by the number of the session and of the use in it.

Nothing has to be remembered from one session to the next:

1. Each session begins a line with the next of its variants.
2. Within a session the variants take turns; those with which the sessions to come will begin are kept back,
   so that at least two are left to take turns.
3. Hence no variant is heard twice in a row, neither within a session nor from one session to the following ones,
   however often the line is said and wherever a session breaks off. This needs three variants; a line with two is
   one that is said at most once a session (`ONCE`), and a line that must be understood at once has one.
"""

import zlib
from typing import Final

from coach.language.utterance import Form

KEPT_BACK: Final = 3
"""For how many sessions to come the first variants are kept back, where a line has enough variants; chosen."""
VARIANTS_FOR_TURNS: Final = 3
"""Fewest variants of a line that may be said more than once in a session."""
ONCE: Final = frozenset({"welcome", "lets-begin", "completed", "outro-done", "outro-thanks"})
"""Lines, by the last part of their key, that are said at most once a session: two variants are enough."""
EACH_SET: Final = frozenset({"rest", "praise", "halfway", "last-rep"})
"""Lines that may be said in every set, and may be left out in any: only four variants never meet again."""
VARIANTS_EACH_SET: Final = 4


def too_few(key: str, count: int) -> int | None:
    """Return how many variants a line needs to have several at all; None where it has enough, or just one.

    Safety lines, faults and questions are said in one way, or repeated until they are understood: they are left alone.
    """
    table, _, moment = key.partition(".")
    if count == 1 or table in {"safety", "fault", "question"} or moment in ONCE:
        return None
    needed = VARIANTS_EACH_SET if moment in EACH_SET else VARIANTS_FOR_TURNS
    return needed if count < needed else None


def variant(key: str, form: Form, count: int, *, session: int, turn: int) -> int:
    """Return which variant of a line is said.

    Args:
        key: Phrase key; lines begin at different places.
        form: The form of it; each takes its own turns.
        count: How many variants it has, at least 1.
        session: How many sessions there were before this one.
        turn: Which use of the line in this session, from 0; where uses may be left out on the way, neighbors in time
            differ by 1 or 2.

    Returns:
        A number below `count`.
    """
    # A checksum, not hash(): that one differs from run to run.
    first = (zlib.crc32(f"{key} {form}".encode()) + session) % count
    if count < VARIANTS_FOR_TURNS:
        return (first + turn) % count
    kept_back = min(KEPT_BACK, max(1, count - 1 - VARIANTS_FOR_TURNS))
    place = turn % (count - kept_back)
    return first if place == 0 else (first + kept_back + place) % count
