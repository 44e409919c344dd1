"""What holds for every entry, every chain, every latch and every walk through a session."""

import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coach.commands import Command
from coach.disk import Disk
from coach.errors import JournalError
from coach.journal.entries import (
    ClockSet,
    Happened,
    Kept,
    LockLifted,
    LockSet,
    NoticeDelivered,
    NoticeQueued,
    Recorded,
    Stamp,
)
from coach.journal.form import kind_of, present_format, read_entry, write_entry
from coach.journal.keeper import open_keeper
from coach.journal.latch import FILE as LATCH
from coach.journal.latch import Latch
from coach.journal.material import Opening, opening_entries, rebuild
from coach.journal.replay import replay, session_entries
from coach.journal.standing import Standing
from coach.journal.steps import entries_of
from coach.journal.store import MemoryStore
from coach.language.loader import load_pack
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.program.dose import works
from coach.program.loader import load_exercises, load_programs
from coach.score.compiler import Material, utterances_needed
from coach.session import events as ev
from coach.session.machine import initial, step
from coach.session.states import Screening
from coach.units import frames

ROOT = Path(__file__).parents[2]
FRAME = st.integers(0, 10**12)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
HEARD = st.builds(
    ev.Heard,
    FRAME,
    st.sampled_from(Command),
    st.sampled_from(Certainty),
    st.none() | st.sampled_from(Answer),
    TEXT,
)
PLAIN = [
    event
    for event in vars(ev).values()
    if isinstance(event, type) and issubclass(event, ev.Event) and event not in (ev.Event, ev.Heard)
]
EVENT = HEARD | st.sampled_from(PLAIN).flatmap(st.builds)
LASTING = st.one_of(
    st.builds(LockSet, st.sampled_from([1, 2]), st.booleans()),
    st.builds(LockLifted, st.sampled_from(["carer", "person"])),
    st.builds(NoticeQueued, st.sampled_from("abc"), st.just("pain")),
    st.builds(NoticeDelivered, st.sampled_from("abc")),
)
ENTRY = st.one_of(
    st.builds(Kept, TEXT, TEXT),
    st.builds(Recorded, FRAME, TEXT, st.dictionaries(TEXT, st.integers() | TEXT, max_size=3)),
    st.builds(ClockSet, st.floats(allow_nan=False, allow_infinity=False)),
    st.builds(Happened, EVENT, TEXT, st.lists(TEXT, max_size=3).map(tuple)),
    LASTING,
)


class CountingClock:
    def __init__(self):
        self._ticks = itertools.count()

    def now(self):
        return Stamp("2026-11-23T07:30:00+01:00", "boot-1", next(self._ticks))


@pytest.fixture(scope="module")
def material():
    exercises = load_exercises(ROOT / "config" / "exercises")
    program = load_programs(ROOT / "config" / "programs", exercises)["ankle-pumps"]
    pack, doses = load_pack(ROOT / "voices" / "en"), works(program, exercises)
    lengths = {line.text: frames(0.4 + len(line.text) / 16) for line in utterances_needed(program, doses, pack)}
    return Material(program, doses, pack, lengths)


@given(ENTRY)
def test_every_entry_comes_back_as_it_was(entry):
    text = write_entry(entry)

    again = read_entry(kind_of(entry), present_format(), text)

    assert again == entry
    assert write_entry(again) == text


@given(st.lists(st.lists(ENTRY, max_size=3), max_size=6))
def test_every_chain_holds_and_has_its_entries_in_order(batches):
    store = MemoryStore(CountingClock())

    for batch in batches:
        store.append(*batch)

    entries = [entry for batch in batches for entry in batch]
    assert store.verify() == len(entries)
    assert [row.entry for row in store.read()] == entries


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(LASTING, max_size=3), max_size=4), st.binary(max_size=300), st.booleans())
def test_whatever_happens_to_the_latch_no_start_is_less_strict_than_the_journal(batches, garbage, gone):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_keeper(folder, CountingClock()) as keeper:
            for batch in batches:
                keeper.note(*batch)
            before = keeper.standing
        (folder / LATCH).unlink() if gone else (folder / LATCH).write_bytes(garbage)

        with open_keeper(folder, CountingClock()) as keeper:
            assert keeper.standing.stricter(before) == keeper.standing
            assert gone or keeper.standing.lock == 2


@settings(max_examples=40, deadline=None)
@given(st.lists(LASTING, max_size=8))
def test_journal_and_latch_agree_after_every_life(entries):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_keeper(folder, CountingClock()) as keeper:
            for entry in entries:
                keeper.note(entry)

        assert Latch(folder, Disk()).read().standing == Standing().after(*entries)
        with open_keeper(folder, CountingClock()) as keeper:
            assert keeper.found.standing == Standing().after(*entries)
            assert keeper.found.told == ()


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(Screening), st.integers(0, 5))
def test_every_walk_through_a_session_replays_without_a_difference(material, data, screening, seed):
    store = MemoryStore(CountingClock())
    store.append(*opening_entries(store, material, Opening("s1", screening, seed, "0.1.0")))
    state, frame = initial(material, screening=screening, seed=seed), 0
    begin = [ev.Booted(0), ev.StartRequested(0), *[ev.Heard(0, Command.NO, answer=Answer.NO)] * 4]
    for event in [*begin, ev.Heard(0, Command.YES, answer=Answer.YES), *data.draw(st.lists(EVENT, max_size=25))]:
        frame += data.draw(st.integers(0, 96_000))
        happened = _at(event, frame, state)
        taken = step(state, happened)
        state = taken.state
        store.append(*entries_of("s1", happened, taken))

    differences = replay(session_entries(store), lambda opened: rebuild(opened, store, {"en": material.pack}))

    assert differences.first is None
    assert differences.events == len(list(store.read(kinds=(Happened,))))


def _at(event, frame, state):
    """Return an event at a later frame; the end of a segment is that of the one in hand, so that things move on."""
    fields = {name: getattr(event, name) for name in type(event).__dataclass_fields__}
    fields["frame"] = frame
    if isinstance(event, ev.SegmentEnded):
        fields["segment"] = state.place.position.segment
    return type(event)(**fields)


@given(st.binary(max_size=200))
def test_no_garbage_is_taken_for_an_entry(garbage):
    text = garbage.decode("latin-1")
    assume(text.strip() != "{}")

    with pytest.raises(JournalError):
        read_entry("lock-set", 1, text)
