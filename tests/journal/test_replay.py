"""A session replayed from the journal decides as it did; where it does not, the first difference is told."""

from dataclasses import replace

import pytest

from coach.commands import Command
from coach.errors import JournalError
from coach.journal.entries import Happened, Kept, SessionEnded, SessionOpened
from coach.journal.keeper import open_keeper
from coach.journal.material import Opening, digest, opening_entries, pack_digest, rebuild
from coach.journal.replay import replay, session_entries, session_names
from coach.journal.sqlite import SqliteStore
from coach.journal.steps import entries_of
from coach.journal.store import MemoryStore
from coach.language.command_book import Mark
from coach.language.utterance import Answer
from coach.session import events as ev
from coach.session.machine import Step
from coach.session.states import Screening


def play(bedside, material, store, name, act):
    """Play a session by hand, and journal it as the coach does."""
    opening = Opening(name, Screening.LATER, seed=5, code="0.1.0")

    class Journaled(bedside.Bedside):
        def post(self, event):
            super().post(event)
            store.append(*entries_of(name, event, Step(self.state, self.effects)))
            return self

    store.append(*opening_entries(store, material, opening))
    act(Journaled(material, opening.screening, opening.seed))


def lively(coach):
    """Pause, change the tempo, ask, and stop."""
    coach.post(ev.Booted(0)).post(ev.StartRequested(0)).answer(Answer.NO, Answer.YES).line_ends().wait(60)
    coach.hear(Command.PAUSE).wait(5)
    coach.hear(Command.RESUME).line_ends().wait(20)
    coach.hear(Command.SLOWER).line_ends().wait(20)
    coach.hear(Command.HOW_MANY_LEFT).line_ends().wait(5)
    coach.hear(Command.PAIN).line_ends()


@pytest.fixture
def store(clock, bedside, material):
    made = MemoryStore(clock)
    play(bedside, material, made, "s1", lively)
    return made


@pytest.fixture
def rebuilt(store, material):
    return lambda opened: rebuild(opened, store, {"en": material.pack})


def test_a_session_replays_without_a_difference(store, rebuilt):
    differences = replay(session_entries(store), rebuilt)

    assert differences.first is None
    assert differences.events > 12


def test_material_is_made_again_exactly(store, rebuilt, material):
    opened = next(session_entries(store))

    assert rebuilt(opened) == material


def test_the_first_other_effect_is_told(store, rebuilt):
    entries = list(session_entries(store))
    place = next(n for n, entry in enumerate(entries) if isinstance(entry, Happened) and len(entry.effects) > 2)
    other = replace(entries[place], effects=(entries[place].effects[0], "say nothing", *entries[place].effects[2:]))
    entries[place] = other

    differences = replay(entries, rebuilt)

    assert "effect 2 was 'say nothing', and is '" in differences.first
    assert "of session s1, journaled by coach 0.1.0" in differences.first


def test_an_effect_too_many_or_too_few_is_told(store, rebuilt):
    entries = list(session_entries(store))
    entries[1] = replace(entries[1], effects=entries[1].effects[:-1])

    assert "was 'nothing more', and is 'ring" in replay(entries, rebuilt).first


def test_another_phase_is_told(store, rebuilt):
    entries = list(session_entries(store))
    entries[1] = replace(entries[1], phase="locked")

    assert "it led to the phase locked, and leads to idle now" in replay(entries, rebuilt).first


def test_a_missing_event_is_noticed(store, rebuilt):
    entries = list(session_entries(store))
    pause = next(n for n, entry in enumerate(entries) if isinstance(entry, Happened) and entry.phase == "paused")

    assert replay(entries[:pause] + entries[pause + 1 :], rebuilt).first


def test_a_reducer_that_decides_otherwise_is_noticed(store, rebuilt):
    """Another seed stands for a reducer that was changed."""
    first, *rest = session_entries(store)

    assert replay([replace(first, seed=first.seed + 1), *rest], rebuilt).first


def test_sessions_are_told_apart_by_name_and_the_last_is_meant_without_one(store, bedside, material, rebuilt):
    play(bedside, material, store, "s2", lambda coach: coach.post(ev.Booted(0)))

    assert next(session_entries(store)).session == "s2"
    assert next(session_entries(store, "s1")).session == "s1"
    assert not any(isinstance(entry, SessionOpened) for entry in list(session_entries(store, "s1"))[1:])
    assert replay(session_entries(store, "s1"), rebuilt).events > 12
    assert replay(session_entries(store, "s2"), rebuilt).events == 1


def test_an_unknown_session_is_named(store):
    with pytest.raises(JournalError, match="does not know the session 's9'"):
        next(session_entries(store, "s9"))


def test_an_empty_journal_has_no_session(clock):
    with pytest.raises(JournalError, match="does not know a session"):
        next(session_entries(MemoryStore(clock)))


def test_entries_without_an_opening_are_refused(rebuilt):
    with pytest.raises(JournalError, match="begins with the opening"):
        replay([SessionEnded("s1", "completed")], rebuilt)


def test_what_is_heavy_in_another_language_is_kept_with_the_session(clock, bedside, material):
    store, other = MemoryStore(clock), replace(material, marks={Mark.HEAVY: ("철철",)})

    def bleeds(coach):
        coach.post(ev.Booted(0)).post(ev.StartRequested(0)).hear(Command.BLEEDING, phrase="피가 철철 나요")
        assert coach.said()[0] == "safety.heavy-bleeding"

    play(bedside, other, store, "s1", bleeds)
    differences = replay(session_entries(store), lambda opened: rebuild(opened, store, {"en": material.pack}))

    assert rebuild(next(session_entries(store)), store, {"en": material.pack}) == other
    assert differences.first is None


def test_texts_are_kept_once(store, bedside, material):
    play(bedside, material, store, "s2", lambda coach: coach.post(ev.Booted(0)))

    assert len(list(store.read(kinds=(Kept,)))) == 2


def test_a_changed_pack_is_told_instead_of_false_differences(store, material):
    phrases = material.pack.phrases
    changed = {**phrases.phrases, "session.hello": phrases.phrases["session.paused"]}
    pack = material.pack.model_copy(update={"phrases": phrases.model_copy(update={"phrases": changed})})
    opened = next(session_entries(store))

    with pytest.raises(JournalError, match="The language pack 'en' has changed since session s1"):
        rebuild(opened, store, {"en": pack})


def test_a_pack_that_is_gone_is_told(store):
    with pytest.raises(JournalError, match="the language pack 'en', which is not there"):
        rebuild(next(session_entries(store)), store, {})


def test_where_a_packs_files_lie_does_not_count(material):
    moved = material.pack.phrases.model_copy(update={"source": "/elsewhere/phrases.toml"})

    assert pack_digest(material.pack.model_copy(update={"phrases": moved})) == pack_digest(material.pack)


def test_a_lost_text_is_told(store, rebuilt):
    opened = next(session_entries(store))

    with pytest.raises(JournalError, match="is not in the journal; it cannot be replayed"):
        rebuilt(replace(opened, dose=digest("another")))


def test_a_dose_kept_in_another_form_is_told(store, rebuilt):
    store.append(Kept(digest("{}"), "{}"))
    opened = next(session_entries(store))

    with pytest.raises(JournalError, match="in a form this one cannot read"):
        rebuilt(replace(opened, dose=digest("{}")))


def test_every_session_replays_exactly_also_through_migrations(tmp_path, clock, bedside, material, lives):
    from coach.journal.sqlite import _SCHEMAS  # noqa: PLC0415 - the inside of the store: the tables of today

    newer = (*_SCHEMAS, ("CREATE TABLE later (note TEXT) STRICT", "CREATE INDEX by_wall ON entry (wall)"))
    with open_keeper(tmp_path, clock) as keeper:
        play(bedside, material, keeper.store, "s1", lively)
        lives.completed(keeper, lives.HandClock(), "s2", material)
    with SqliteStore(tmp_path, clock, schemas=newer) as store:
        play(bedside, material, store, "s3", lively)
        found = {
            name: replay(session_entries(store, name), lambda opened: rebuild(opened, store, {"en": material.pack}))
            for name in session_names(store)
        }

    assert list(found) == ["s1", "s2", "s3"]
    assert all(differences.first is None and differences.events > 12 for differences in found.values())
