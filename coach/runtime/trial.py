"""Tries the recognizers out in a process of their own: a broken model may take its process with it, or never answer.

What is tried is the whole chain, with a sound whose meaning is known: a line that the coach's own voice speaks.
"""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.commands import Command
from coach.errors import CoachError
from coach.language.utterance import Expectation
from coach.listening.hearing import Hearing
from coach.listening.listener import Listener
from coach.units import LISTEN_BLOCK, LISTEN_RATE

LIMIT_S: Final = 60.0
"""How long it may take: the largest model in use loads in 3 s here; a Raspberry Pi reads it ten times more slowly."""
_QUIET_S: Final = 1.0
"""Silence before and after the sound: engines need it to find its ends."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a trial."""

    fault: str
    """Why the recognizers cannot be used, in a sentence; empty where they can."""
    heard: tuple[Command, ...] = ()
    """Commands that were heard in the sound."""
    slowness: str = ""
    """What a slow machine costs, in a sentence; empty on a fast one."""


def try_listener(make: Callable[[], Listener], sound: Samples, limit_s: float = LIMIT_S) -> Tried:
    """Make the recognizers, let them hear a sound, and say what came of it.

    Args:
        make: Makes the listening chain; must survive pickling.
        sound: float32, shape (frames,), 16 kHz; empty to find out only whether they load.
        limit_s: Seconds after which they count as stuck.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_try, args=(theirs, make, sound), name="coach-trial", daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(limit_s):
            return Tried(f"The recognizers did not answer within {limit_s:.0f} s; install their model again.")
        tried = ours.recv()
    except EOFError:
        process.join()
        return Tried(
            f"The recognizers broke down while they were loaded (exit {process.exitcode}); install their model again."
        )
    finally:
        process.kill()
        process.join()
        ours.close()
    if not isinstance(tried, Tried):
        raise TypeError("the trial sends nothing else")
    return tried


def _try(answer: "Connection[Tried, Tried]", make: Callable[[], Listener], sound: Samples) -> None:
    try:
        listener = make()
        pace = listener.keep_pace(time.process_time)
    except CoachError as failure:
        answer.send(Tried(str(failure)))
        return
    heard: list[Command] = []
    if len(sound):
        quiet = np.zeros(round(_QUIET_S * LISTEN_RATE), dtype=np.float32)
        whole = np.concatenate((quiet, sound, quiet))
        listener.expect(Expectation())
        for begin in range(0, len(whole) - LISTEN_BLOCK + 1, LISTEN_BLOCK):
            decisions = listener.accept(whole[begin : begin + LISTEN_BLOCK], None)
            heard += [decision.command for decision in decisions if isinstance(decision, Hearing)]
    answer.send(Tried("", tuple(dict.fromkeys(heard)), pace.told))
