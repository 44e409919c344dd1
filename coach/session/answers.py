"""What the place answers when it is asked: how many, how long, what next, how, why."""

from collections.abc import Callable, Mapping
from math import ceil
from types import MappingProxyType
from typing import Final

from coach.commands import Command
from coach.score.models import SegmentKind, Side
from coach.score.passages import limb_key
from coach.score.progress import Next, reps_left, time_left, what_comes_next
from coach.score.scheduler import locate
from coach.session.effects import Say
from coach.session.place import Place
from coach.units import Frames, seconds

MINUTES_MAX: Final = 30
"""Most minutes that are said; the longest session takes 20 and its questions a few."""


def tell(place: Place, command: Command, frame: Frames) -> Say:
    """Return the line that answers an information command.

    Args:
        place: Where the person is.
        command: What was asked; also `Command.SWITCH_FOOT` after a change of side.
        frame: Played frame of the question.
    """
    return _ANSWERS.get(command, _help)(place, frame)


def _segment(place: Place, frame: Frames) -> str:
    return locate(place.score, place.position, frame).segment if place.moving else place.position.segment


def _how_many(place: Place, frame: Frames) -> Say:
    left = reps_left(place.score, _segment(place, frame))
    if left > 1:
        return Say("session.how-many-left", {"n": left})
    return Say("session.last-one" if left else "session.none-left")


def _how_long(place: Place, frame: Frames) -> Say:
    left = time_left(place.score, place.position, frame if place.moving else place.position.anchor)
    minutes = min(ceil(seconds(left) / 60), MINUTES_MAX)
    return Say("session.how-long-left", {"n": minutes}) if minutes > 1 else Say("session.nearly-done")


def _next(place: Place, frame: Frames) -> Say:
    coming = what_comes_next(place.score, _segment(place, frame))
    match coming.kind:
        case Next.REST:
            return Say("session.whats-next-rest")
        case Next.SET if coming.exercise != place.segment.exercise:
            return Say("session.whats-next-exercise", {"exercise": f"{coming.exercise}.name"})
        case Next.SET if coming.side in {Side.LEFT, Side.RIGHT} and place.work is not None:
            return Say("session.whats-next-side", {"side": limb_key(place.work, coming.side)})
        case Next.SET:
            return Say("session.whats-next-set", {"n": coming.set_number})
        case Next.END:
            return Say("session.whats-next-end")


def _done(place: Place, _frame: Frames) -> Say:
    return Say("session.how-am-i-doing", {"n": place.done.total})


def _side(place: Place, _frame: Frames) -> Say:
    """Name the side about to be worked."""
    ahead = place.score.segments[place.score.place(place.position.segment) :]
    side = next((segment.side for segment in ahead if segment.kind is SegmentKind.REP), Side.LEFT)
    if place.work is None or side not in {Side.LEFT, Side.RIGHT}:
        return Say("session.cannot-switch")
    return Say("session.switched", {"side": limb_key(place.work, side)})


def _why(place: Place, _frame: Frames) -> Say:
    return _of_exercise(place, "why", "session.why")


def _how(place: Place, _frame: Frames) -> Say:
    return _of_exercise(place, "how", "session.commands-help")


def _help(_place: Place, _frame: Frames) -> Say:
    return Say("session.commands-help")


def _of_exercise(place: Place, moment: str, otherwise: str) -> Say:
    key = f"{place.segment.exercise}.{moment}"
    return Say(key if place.segment.exercise and place.material.pack.has(key) else otherwise)


_ANSWERS: Final[Mapping[Command, Callable[[Place, Frames], Say]]] = MappingProxyType(
    {
        Command.HOW_MANY_LEFT: _how_many,
        Command.HOW_LONG_LEFT: _how_long,
        Command.WHATS_NEXT: _next,
        Command.HOW_AM_I_DOING: _done,
        Command.SWITCH_FOOT: _side,
        Command.WHY: _why,
        Command.HOW_TO: _how,
        Command.COMMANDS_HELP: _help,
    }
)
