"""Writes a journal in a process of its own, which is killed between two of its breaths."""

import os
import signal

from coach.journal.entries import LockSet, Recorded
from coach.journal.keeper import open_keeper


def killed_after(folder, clock, acknowledged):
    """Start a writer, kill it once it has acknowledged so many rows, and return the last number that was told."""
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(told)
            _write_forever(folder, clock, telling)
        finally:
            os._exit(1)
    os.close(telling)
    with os.fdopen(told, "rb") as lines:
        last = 0
        for _ in range(acknowledged):
            last = int(lines.readline())
        os.kill(child, signal.SIGKILL)
        for line in lines:  # what it acknowledged between the last line read and the kill
            last = int(line) if line.endswith(b"\n") else last
    os.waitpid(child, 0)
    return last


def _write_forever(folder, clock, telling):
    keeper = open_keeper(folder, clock)
    number = 0
    while True:
        number += 1
        entry = LockSet(number % 2 + 1) if number % 3 == 0 else Recorded(number, "rep", {"note": "x" * (number % 900)})
        os.write(telling, b"%d\n" % keeper.note(entry))
