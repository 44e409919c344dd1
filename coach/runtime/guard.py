"""The monitor over a live session: a session that contradicts its own rules is ended, and somebody is told.

1. The monitor sees each step once it is kept and its silence is carried out, before anything else of it is. A step that
   must not be is not followed: nothing it asked for is said or played.
2. A state that broke a rule is not to be trusted with anything more, not even with a fault of its own. The session
   ends as a breakdown: the coach leaves, and its parent chimes and says so.
3. While a safety stop is being dealt with, the advice is worth more than the rule: it goes on, and the journal knows.
"""

from collections.abc import Callable, Iterable

from coach.errors import CoachError
from coach.runtime.loop import Keep, Settled
from coach.session.effects import Effect
from coach.session.events import Event
from coach.session.machine import Step
from coach.session.monitor import Violation
from coach.session.states import CHAIN

Check = Callable[[Event, Iterable[Effect]], tuple[Violation, ...]]
"""Returns what must not be about an event and what it led to."""


class ContradictionError(CoachError):
    """A step of the session broke one of its rules."""


def guarded(keep: Keep, check: Check, tell: Callable[[Violation], None]) -> Keep:
    """Return what keeps each step, and ends the session at one that must not be.

    Args:
        keep: Keeps a step.
        check: The monitor.
        tell: Told of every rule that was broken, before the session ends.
    """

    def watch(event: Event, taken: Step) -> Settled | None:
        violations = check(event, taken.effects)
        settled = keep(event, taken)
        for violation in violations:
            tell(violation)
        if violations and taken.state.protocol.phase not in CHAIN:
            first = violations[0]
            raise ContradictionError(
                f"The coach was about to break a rule of its own ({first.clause}: {first.sentence}), so the session "
                "was ended; please report this with what coach replay says."
            )
        return settled

    return watch
