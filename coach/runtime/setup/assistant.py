"""Goes through the steps of set-up with a carer: all of them, or one; says what leaving one out costs."""

from types import MappingProxyType
from typing import Final

from coach.errors import CoachError, InputError
from coach.runtime.setup import carer, interview, machine, outward, person
from coach.runtime.setup.context import Setup, Steps
from coach.runtime.setup.dialogue import LeftError, SkippedError

STEPS: Final[Steps] = MappingProxyType(
    {
        "language": person.language,
        "name": person.name,
        "sound": machine.sound,
        "models": machine.models,
        "coach-voice": machine.coach_voice,
        "voice": machine.voice,
        "echo": machine.echo,
        "history": interview.history,
        "baseline": interview.baseline,
        "times": person.times,
        "contact": person.contact,
        "clock": outward.clock,
        "notices": outward.notices,
        "pin": carer.pin,
        "prompts": machine.prompts,
        "practice": machine.practice,
    }
)
"""Every step, in the order in which they are gone through."""


def run(setup: Setup, only: str = "") -> bool:
    """Go through set-up; return whether nothing failed.

    Args:
        setup: What the steps share.
        only: A step to do alone; empty for all of them.

    Raises:
        InputError: There is no such step.
        LeftError: The carer left, or nobody is there; what was kept until then stays.
    """
    if only and only not in STEPS:
        raise InputError(f"There is no step '{only}'; there are: {', '.join(STEPS)}.")
    try:
        return _run(setup, (only,) if only else tuple(STEPS))
    finally:
        setup.desk.close()


def _run(setup: Setup, names: tuple[str, ...]) -> bool:
    setup.open_sound()
    asks = setup.dialogue
    if len(names) > 1:
        setup.prepare_voice()
        asks.tell("welcome", aloud=True)
        asks.tell("how-to-answer")
    if not setup.desk.name:
        setup.show(setup.desk.fault)
        asks.tell("no-sound-yet")
    _mend(setup)
    left_out: list[str] = []
    failed = False
    for number, name in enumerate(names, start=1):
        text = setup.dialogue.texts.step[name]
        setup.show("")
        setup.show(f"{number}/{len(names)} {text.title}" if len(names) > 1 else text.title)
        if text.about:
            setup.show(text.about)
        try:
            STEPS[name](setup)
        except SkippedError:
            setup.show(setup.dialogue.texts.step[name].cost)
            left_out.append(name)
        except LeftError:
            raise
        except CoachError as wrong:
            failed = True
            setup.show(str(wrong))
            setup.show(setup.dialogue.texts.step[name].cost)
            left_out.append(name)
    _tell_end(setup, left_out, all_of_them=len(names) > 1)
    return not failed


def _mend(setup: Setup) -> None:
    """Offer to put a file aside that cannot be read: until then nothing can be kept."""
    for own in (setup.own, setup.prescription):
        fault = own.fault
        if fault:
            setup.show(fault)
            if not setup.dialogue.yes("put-aside", kept=True):
                raise LeftError(setup.dialogue.texts.line("mend-first"))
            own.put_aside()
            setup.refresh()


def _tell_end(setup: Setup, left_out: list[str], *, all_of_them: bool) -> None:
    asks = setup.dialogue
    setup.show("")
    if left_out:
        asks.tell("left-for-later", steps=", ".join(f"coach setup {name}" for name in left_out))
    asks.tell("kept-in", folder=setup.paths.own)
    if all_of_them:
        asks.tell("done", aloud=True)
