"""A live coach killed at any moment: the next start knows, keeps the lock, and never goes on by itself.

In the tests one moment, behind a cry for help; COACH_RIG=whole kills a hundred sessions at random moments.
"""

import contextlib
import math
import os
import random
import signal
import sys
import time

import pytest

from coach.disk import Disk
from coach.journal.entries import Happened, Recorded, SessionEnded, SessionOpened
from coach.journal.keeper import open_keeper
from coach.journal.latch import FILE, Latch
from coach.journal.material import rebuild
from coach.journal.replay import replay, session_entries
from coach.journal.sqlite import SqliteJournal
from coach.journal.standing import standing_of
from coach.rehearsal.live_house import live_house
from coach.rehearsal.live_person import LivePerson
from coach.rehearsal.live_rig import LiveRig, children
from coach.runtime.clock import SystemClock
from coach.runtime.live import JOURNAL
from coach.session.effects import Outcome
from coach.units import Frames

WHOLE = os.environ.get("COACH_RIG") == "whole"
KILLS = 100 if WHOLE else 1
URGENT = 2
OVER = ("advice", "locked", "idle", "boot")
"""Phases in which nothing is under way."""
CRIES = "she cries for help"
WELL = "she is well"
WITHIN_S = {CRIES: (0.2, 16.0), WELL: (0.2, 36.0)}
"""Moments of a session, in seconds after the command: from the loading to the lock, and into the exercise."""
SAMPLE = (CRIES, 11.0)
"""The one moment of the tests: she has cried, whatever has become of it."""
CRY = "I can't breathe"
"""What she says once the coach knows its own echo, and again and again."""
AGAIN_S = 3.0
FAULTY = "chime: fault"
BEGUN = ("phase: locked", "phase: screen", FAULTY)
"""What a start comes to; a machine too busy to hear holds no session, and says so."""


def chosen(number):
    """Return what happens in a session, and when it is killed."""
    if not WHOLE:
        return SAMPLE
    dice = random.Random(number)  # noqa: S311 - repeatable on purpose
    story = (CRIES, WELL)[number % 2]
    return story, dice.uniform(*WITHIN_S[story])


@pytest.fixture
def here(house):
    """Return a house whose last session was completed just now, so that little is asked before the exercise."""
    with live_house(house, "ankle-pumps", "en", "auto", lambda _what: lambda _done, _total: None) as made:
        with open_keeper(made.house.paths.data / JOURNAL, SystemClock()) as keeper:
            keeper.note(SessionEnded("before", Outcome.COMPLETED, Frames(0)))
        yield made


@pytest.mark.parametrize("number", range(KILLS))
def test_a_session_killed_at_any_moment_is_known_kept_locked_and_never_gone_on_with(card, here, number):
    story, moment_s = chosen(number)
    printed = lived_until_killed(card, here, story, moment_s)
    opened, exercising, locked = left_behind(here)

    again, after = started_again(card, here)

    ended = [entry for entry in after if isinstance(entry, SessionEnded)]
    if WHOLE:
        state = "under way" if exercising else "over, advice given" if opened else "not begun"
        sys.stdout.write(
            f"\n{number:3}  {story}, killed after {moment_s:.1f} s in '{last(printed, 'phase: ')}': {state}, "
            f"lock {locked}; then '{last(again, 'phase: ')}', first said: '{last(again[::-1], 'line: ')[:50]}'"
        )
    # What was told is on the disk: a phase is printed once the session's opening is durable, advice once its lock is.
    assert opened or not any(text.startswith("phase: ") for text in printed)
    assert locked == URGENT or not any(text.startswith(("phase: advice", "phase: locked")) for text in printed)
    # The next start knows.
    assert any(text.startswith("The last session was cut off") for text in again) == exercising
    assert [entry.outcome for entry in ended[1 : 1 + opened]] == [Outcome.INTERRUPTED] * opened
    if exercising:
        interrupted = here.house.pack("en").utterance("safety.interrupted").text
        assert next(text for text in again if text.startswith("line: ")) == f"line: {interrupted}"
    # It keeps the lock, and never goes on by itself.
    assert left_behind(here)[2] == locked
    assert [text for text in again if text.startswith(("phase: run", "cue: "))] == []
    assert any(text.startswith("phase: locked") for text in again) == bool(locked)
    if exercising and not locked and FAULTY not in again:
        assert "phase: screen screen-legs" in again  # every question, from the beginning


def lived_until_killed(card, here, story, moment_s):
    """Run a session until it is killed, and return what it printed."""
    for words in {CRY, *here.answers.values()}:
        here.voice(words)  # spoken beforehand, so that it takes no time
    with LiveRig(card, here.arguments) as rig:
        person = LivePerson(rig, here.voice, here.answers if story == WELL else {})
        until_s, cries_s = rig.started_s + moment_s, math.inf
        while (left_s := until_s - time.monotonic()) > 0 and not rig.over:
            told = person.follow(min(left_s, AGAIN_S))
            if story == CRIES and told is not None and told.text.startswith("echo: "):
                cries_s = time.monotonic()
            if time.monotonic() >= cries_s:
                person.speak(CRY)
                cries_s = time.monotonic() + AGAIN_S
        everything = [rig.process.pid, *descendants(rig.process.pid)]
        for process in everything:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        rig.process.wait()
        while rig.next_told(1.0) is not None:
            pass
        return [told.text for told in rig.told]


def started_again(card, here):
    """Start the coach again, hear its first line, and end it; return what it printed, and what is journaled."""
    with LiveRig(card, here.arguments) as rig:
        rig.wait_for("line: ")
        if not any(told.text.startswith(BEGUN) for told in rig.told):
            rig.next_line("", lambda text: text.startswith(BEGUN))
        rig.end()
        printed = [told.text for told in rig.told]
        while (told := rig.next_told(1.0)) is not None:
            printed.append(told.text)
    with SqliteJournal(here.house.paths.data / JOURNAL) as journal:
        assert journal.verify() > 0
        first = next(row.entry for row in journal.read(kinds=(SessionOpened,)))
        found = replay(
            list(session_entries(journal, first.session)), lambda opened: rebuild(opened, journal, here.house.packs)
        )
        assert found.first is None
        return printed, [row.entry for row in journal.read(kinds=(SessionOpened, SessionEnded))]


def left_behind(here):
    """Return whether a session is open in the journal, whether she was in it, and the stricter lock.

    Killed between its opening and its first step she was in none, nor behind its end (a machine too busy to hear ends
    it); once advice is given the exercise is over, and what is told at the next start is the lock.
    """
    folder = here.house.paths.data / JOURNAL
    latched = Latch(folder, Disk()).read() if (folder / FILE).exists() else None
    with SqliteJournal(folder) as journal:
        opened = {row.entry.session for row in journal.read(kinds=(SessionOpened,))}
        ended = {row.entry.session for row in journal.read(kinds=(SessionEnded,))}
        happened, opening = journal.latest(Happened), journal.latest(SessionOpened)
        steps = journal.read(opening.seq if opening is not None else 0, kinds=(Recorded,))
        bounds = [row.entry.kind for row in steps if row.entry.kind in ("opened", "ended")]
        begun = bounds[-1:] == ["opened"]
        lock = standing_of(journal).lock
    advised = happened is not None and happened.entry.phase in OVER
    still_open = bool(opened - ended)
    return (
        still_open,
        still_open and begun and not advised,
        max(lock, latched.standing.lock if latched is not None else 0),
    )


def descendants(process):
    for child in children(process):
        yield child
        yield from descendants(child)


def last(printed, start):
    """Return what follows some words in the last line that begins with them; empty where none does."""
    return next((text.removeprefix(start) for text in reversed(printed) if text.startswith(start)), "")
