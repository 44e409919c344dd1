"""The step for the carer: what a lock means, and the PIN that lifts it."""

from coach.errors import InputError
from coach.runtime.pin import Verdict
from coach.runtime.setup.context import Setup
from coach.runtime.setup.dialogue import WrongError


def pin(setup: Setup) -> None:
    """Say what a lock means and how it ends, and let a PIN be chosen."""
    asks, kept = setup.dialogue, setup.world.pin
    carer = setup.prescription.read().contact.carer
    asks.tell("lock-with" if carer else "lock-without", aloud=True, carer=carer or "")
    if kept.is_set:
        if not asks.yes("change-pin", kept=False):
            return
        asks.ask("old-pin", lambda typed: _proven(setup, typed), hidden=True)
    while True:
        chosen = asks.ask("new-pin", str, hidden=True)
        if chosen == asks.ask("pin-again", str, hidden=True):
            try:
                kept.set(str(chosen))
            except InputError as weak:
                setup.show(str(weak))
                continue
            asks.tell("pin-kept")
            return
        asks.tell("pins-differ")


def _proven(setup: Setup, typed: str) -> bool:
    verdict = setup.world.pin.attempt(typed)
    if verdict is Verdict.RIGHT:
        return True
    raise WrongError("wrong-pin" if verdict is Verdict.WRONG else "pin-wait")
