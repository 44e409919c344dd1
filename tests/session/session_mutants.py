"""Breaks the tables of the session one place at a time, and asks the checks whether they notice.

A mutant is one row of one table (or one number, or one list) made wrong: dropped, sent to another row's handler,
without one of its effects, with one of its facts negated, with a part of the state it should change left as it was.

1. `Bench` puts tables of its own in the place of the session's; they note which rows a decision looks up, and hand out
   the mutant's row instead of the right one. The monitor keeps the right tables: it shares none of them but `KIND`,
   which it took when it was loaded.
2. A mutant is looked for where its row is looked up, in every state the exploration reached; what it leads to beyond
   them is explored as well. A violation of the monitor, a state its records do not tell, an exception, or a silent
   person who does not come to rest kills it.
3. What survives that is put before the tests of the session (`mutate.py`).
"""

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType

from coach.audio.lanes import Lane
from coach.commands import Command
from coach.listening.hearing import Certainty
from coach.session import (
    advice,
    answering,
    asked,
    asking,
    ending,
    faults,
    heard,
    machine,
    pausing,
    practice,
    questions,
    running,
    safety,
    tables,
)
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.heard import Follows, Kind
from coach.session.moves import Move
from coach.session.states import Phase, Protocol
from coach.session.turn import Now, Turn

DROPPED = object()
"""The row is missing."""
TIMERS = 5
"""Within so many timers a silent person is at rest."""
BEYOND = 3_000
"""States that a mutant may open beyond the right ones before its exploration is broken off, without a verdict: a
counter that no longer ends opens them without end."""
WATCHING = ("monitor", "clauses", "following", "quieting", "expected", "seen", "account")
"""Modules that check, and are never broken."""
DISPATCH = (tables.heard, tables.stop_pressed, tables.do)
"""Handlers that only look something up in another table."""
FIELDS = tuple(Protocol.__dataclass_fields__)


@dataclass(frozen=True)
class Mutant:
    """One place made wrong."""

    table: str
    key: object
    how: str
    row: object = None
    """What stands there instead."""

    @property
    def name(self):
        """Return what it is called in lists: table, row, and what is wrong."""
        return f"{self.table} {_words(self.key)}: {self.how}"


def _words(key):
    if isinstance(key, tuple):
        return "/".join(_words(part) for part in key)
    return getattr(key, "value", None) or getattr(key, "__name__", None) or str(key)


@dataclass
class Row:
    """What a row was seen to do where nothing is wrong."""

    acts: dict = field(default_factory=dict)
    """Kinds of its effects and moves, in order of appearance."""
    fields: set = field(default_factory=set)
    facts: set = field(default_factory=set)
    used: set = field(default_factory=set)
    """(protocol, number of the event) in which it was looked up."""


class Table(dict):
    """A table that notes what is looked up, and hands out the mutant's row."""

    def __init__(self, name, rows, bench):
        super().__init__(rows)
        self.name, self.bench = name, bench

    def get(self, key, default=None):
        row = self.bench.row(self.name, key, super().get(key, DROPPED))
        return default if row is DROPPED else row

    def __getitem__(self, key):
        row = self.bench.row(self.name, key, super().get(key, DROPPED))
        if row is DROPPED:
            raise KeyError(key)
        return row

    def __contains__(self, key):
        return self.bench.row(self.name, key, super().get(key, DROPPED)) is not DROPPED


class Nested(dict):
    """The table of what follows: a row for each kind, a cell for each certainty."""

    def __init__(self, rows, bench):
        super().__init__(rows)
        self.bench = bench

    def __getitem__(self, kind):
        return _Cells(kind, super().__getitem__(kind), self.bench)


class _Cells(dict):
    def __init__(self, kind, cells, bench):
        super().__init__(cells)
        self.kind, self.bench = kind, bench

    def __getitem__(self, certainty):
        return self.bench.row("FOLLOWS", (self.kind, certainty), super().__getitem__(certainty))


class Bench:
    """The session with tables that can be broken."""

    def __init__(self):
        self.rows = {}
        """(table, key) to what was seen of it."""
        self.mutant = None
        self._noting = None
        self._looked_up = None

    # ------------------------------------------------------------------ tables

    @contextmanager
    def installed(self):
        """Put the tables in place, and the right ones back."""
        before = []
        for name, module, places, rows in self._tables():
            table = Nested(rows, self) if name == "FOLLOWS" else Table(name, rows, self)
            attribute = name if hasattr(module, name) else f"_{name}"
            for place in (module, *places):
                before.append((place, attribute, getattr(place, attribute)))
                setattr(place, attribute, table)
        try:
            yield self
        finally:
            for place, attribute, right in before:
                setattr(place, attribute, right)

    def _tables(self):
        return (
            ("EVENTS", machine, (), tables.EVENTS),
            ("HEARD", tables, (), tables.HEARD),
            ("COMMANDS", tables, (), tables.COMMANDS),
            ("THEN", answering, (), answering.THEN),
            ("READERS", answering, (), answering._READERS),
            ("ASIDE", answering, (), answering._ASIDE),
            ("FOLLOWS", heard, (), heard.FOLLOWS),
            ("KIND", heard, (tables, running, practice), heard.KIND),
            ("QUESTIONS", questions, (), questions.QUESTIONS),
            ("REPHRASED", questions, (), questions.REPHRASED),
            ("PHASE", asking, (), asking.PHASE),
            ("CONFIRM", questions, (asking, machine), questions.CONFIRM),
        )

    def row(self, table, key, right):
        """Return the row that is looked up: the mutant's where it is its place."""
        mutant = self.mutant
        if mutant is not None:
            return mutant.row if mutant.table == table and mutant.key == key else right
        if self._looked_up is not None:
            self._looked_up.add((table, key))
        if self._noting is None or right is DROPPED:
            return right
        row = self.rows.setdefault((table, key), Row())
        row.used.add(self._noting)
        return _noted(row, right) if callable(right) else right

    def noting(self, outcomes):
        """Return the explorer's step, noting what every decision looks up."""

        def step(protocol, event):
            self._noting = (protocol, event)
            try:
                return outcomes(protocol, event)
            finally:
                self._noting = None

        return step

    @contextmanager
    def noting_lookups(self):
        """Note every row that is looked up meanwhile, as (table, key)."""
        self._looked_up = set()
        try:
            yield self._looked_up
        finally:
            self._looked_up = None

    @contextmanager
    def broken(self, mutant):
        """Break one place."""
        if mutant.table != "NUMBER":
            self.mutant = mutant
            try:
                yield
            finally:
                self.mutant = None
            return
        module, name = mutant.key
        right = getattr(module, name)
        places = [place for place in _deciding() if getattr(place, name, None) is right]
        for place in places:
            setattr(place, name, mutant.row)
        try:
            yield
        finally:
            for place in places:
                setattr(place, name, right)

    # ------------------------------------------------------------------ looking for one

    def noticed(self, mutant, visited, explorer):
        """Return what notices a mutant: an invariant or "crash" or "rest"; "" where nothing does, None where it changes
        nothing at all."""
        with self.broken(mutant):
            try:
                if mutant.table == "NUMBER":
                    wrong = explorer.Explorer().explore(first_only=True).wrong
                    return next(iter(wrong), "")
                return self._look(mutant, visited, explorer)
            except (KeyError, AttributeError, TypeError, ValueError, IndexError, RecursionError) as crash:
                return f"crash: {type(crash).__name__}"

    def _look(self, mutant, visited, explorer):
        """Go through every state in which the row is looked up; then through what lies beyond."""
        changed, beyond = False, []
        deciding = explorer.Explorer()
        for protocol, event in self.rows[mutant.table, mutant.key].used:
            turns = explorer.outcomes(protocol, event)
            right = visited.decided[protocol, event]
            if turns == right:
                continue
            fresh = [turn for turn in turns if turn not in right]
            for account in visited.accounts[protocol]:
                if isinstance(event, ev.TimerFired) and not account.armed:
                    continue
                if _seen(turns, account) == _seen(right, account):
                    continue
                changed = True
                judged = [deciding.judged(protocol, account, event, turn) for turn, _facts in fresh]
                if wrong := next((wrong for _reached, wrong in judged if wrong), None):
                    return wrong[0]
                beyond += [reached for reached, _wrong in judged if reached not in visited.states]
            if any(_restless(turn.protocol, explorer) for turn, _facts in fresh):
                return "rest"
        return _wrong_beyond(deciding, beyond, visited) or ("" if changed else None)


def _wrong_beyond(deciding, beyond, visited):
    """Return what is broken in states that only the mutant reaches, or None; broken off where they do not end."""
    known = dict(visited.states)
    for state in dict.fromkeys(beyond):
        if state in known:
            continue
        further = deciding.explore(state, first_only=True, known=known, most=BEYOND)
        if further.wrong:
            return next(iter(further.wrong))
        known.update(further.states)
        if len(known) > len(visited.states) + BEYOND:
            return None
    return None


def _seen(turns, account):
    """Return decisions without what does nothing: there is nothing to halt where no score is followed."""
    if account.sounding:
        return turns
    return [(turn.protocol, tuple(act for act in turn.acts if act is not Move.HALT), facts) for turn, facts in turns]


def _restless(protocol, explorer):
    """Return whether a silent person does not come to rest from here in time."""
    return explorer.timers_to_rest(protocol, TIMERS + 1) > TIMERS


def _noted(row, handler):
    """Return a handler that notes what it does."""

    def noting(now, *rest):
        before = dict(getattr(now.facts, "asked", {}))
        turn = handler(now, *rest)
        for act in turn.acts:
            row.acts.setdefault(_kind(act))
        row.fields.update(name for name in FIELDS if getattr(turn.protocol, name) != getattr(now.protocol, name))
        row.facts.update(name for name in getattr(now.facts, "asked", {}) if name not in before)
        return turn

    return noting


def _kind(act):
    return act if isinstance(act, Move) else type(act)


def _deciding():
    """Return the modules of the session that decide."""
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name.startswith("coach.session.") and name.rpartition(".")[2] not in WATCHING
    ]


# ------------------------------------------------------------------ what is made wrong


def mutants(bench):
    """Return every mutant of the tables and numbers, each with its own name."""
    return tuple(
        chain(
            _of_handlers("EVENTS", tables.EVENTS, bench),
            _of_handlers("HEARD", tables.HEARD, bench),
            _of_handlers("COMMANDS", tables.COMMANDS, bench),
            _of_handlers("THEN", answering.THEN, bench),
            _of_handlers("ASIDE", answering._ASIDE, bench),
            _of_readers(bench),
            _of_cells(bench),
            _of_questions("QUESTIONS", questions.QUESTIONS, bench),
            _of_questions("REPHRASED", questions.REPHRASED, bench),
            _of_plain("PHASE", asking.PHASE, (Phase.RUN, Phase.PAUSED), bench),
            _of_plain("CONFIRM", questions.CONFIRM, ("confirm-yes", "confirm-no"), bench),
            _of_numbers(),
        )
    )


def _of_handlers(table, rows, bench):
    for key, handler in rows.items():
        seen = bench.rows.get((table, key))
        if seen is None:
            continue
        yield Mutant(table, key, "dropped", DROPPED)
        if handler in DISPATCH:
            continue
        for other in _neighbors(key, rows):
            yield Mutant(table, key, f"redirected to {other.__name__}", other)
        for kind in seen.acts:
            name = kind.value if isinstance(kind, Move) else kind.__name__
            yield Mutant(table, key, f"without {name}", _without(handler, kind))
        if fx.Silence in seen.acts:
            yield Mutant(table, key, "silence comes last", _late(handler))
        for name in sorted(seen.fields):
            yield Mutant(table, key, f"{name} stays as it was", _keeping(handler, name))
        for name in sorted(seen.facts):
            yield Mutant(table, key, f"{name} negated", _negated(handler, name))


def _neighbors(key, rows):
    """Return other handlers that stand in the same phase, and for the same word: the next one of each."""
    found = []
    parts = key if isinstance(key, tuple) else (key,)
    keys = list(rows)
    order = keys[keys.index(key) + 1 :] + keys[: keys.index(key)]
    for place in range(len(parts)):
        for other in order:
            same = not isinstance(key, tuple) or other[place] == parts[place]
            same = same and rows[other].__name__ != rows[key].__name__ and rows[other].__name__ != "settled"
            if same and rows[other] not in (*found, *DISPATCH):  # "settled" only waits for what was half heard
                found.append(rows[other])
                break
    return found


def _without(handler, kind):
    def broken(now, *rest):
        turn = handler(now, *rest)
        return Turn(turn.protocol, tuple(act for act in turn.acts if _kind(act) != kind))

    return broken


def _late(handler):
    def broken(now, *rest):
        turn = handler(now, *rest)
        quiet = tuple(act for act in turn.acts if isinstance(act, fx.Silence))
        return Turn(turn.protocol, (*(act for act in turn.acts if not isinstance(act, fx.Silence)), *quiet))

    return broken


def _keeping(handler, name):
    def broken(now, *rest):
        turn = handler(now, *rest)
        return Turn(replace(turn.protocol, **{name: getattr(now.protocol, name)}), turn.acts)

    return broken


def _negated(handler, name):
    def broken(now, *rest):
        return handler(Now(now.protocol, now.event, _Contrary(now.facts, name)), *rest)

    return broken


class _Contrary:
    """Facts of which one is told the wrong way round."""

    def __init__(self, facts, name):
        self._facts, self._name = facts, name

    def __getattr__(self, name):
        value = getattr(self._facts, name)
        return not value if name == self._name else value


def _of_readers(bench):
    rows = answering._READERS
    for key, reader in rows.items():
        if ("READERS", key) not in bench.rows:
            continue
        yield Mutant("READERS", key, "dropped", DROPPED)
        for other in dict.fromkeys(rows.values()):
            if other is not reader:
                yield Mutant("READERS", key, f"redirected to {other.__name__}", other)


def _of_cells(bench):
    kinds = list(Kind)
    for kind, certainty in ((kind, certainty) for kind in Kind for certainty in Certainty):
        right = heard.FOLLOWS[kind][certainty]
        others = [heard.FOLLOWS[kinds[(kinds.index(kind) + by) % len(kinds)]][certainty] for by in (1, 2, -1)]
        for other in dict.fromkeys((Follows.NOTHING, *others)):
            if other is not right and ("FOLLOWS", (kind, certainty)) in bench.rows:
                yield Mutant("FOLLOWS", (kind, certainty), f"{other.value}", other)
    for command, kind in heard.KIND.items():
        for other in dict.fromkeys((Kind.CONTROL, kinds[(kinds.index(kind) + 1) % len(kinds)])):
            if other is not kind:
                yield Mutant("KIND", command, f"{other.value}", other)


def _of_plain(table, rows, others, bench):
    for key, right in rows.items():
        for other in others:
            if other != right and (table, key) in bench.rows:
                yield Mutant(table, key, str(other), other)


def _of_questions(table, rows, bench):  # noqa: C901 - one flat loop a field
    for key, row in rows.items():
        if (table, key) not in bench.rows:
            continue

        def mutant(how, key=key, row=row, **update):
            return Mutant(table, key, how, replace(row, **update))

        meanings = {*row.answers.values(), row.unsafe, row.pain, row.stop} - {asked.Then.ASK_AGAIN}
        for answer, meaning in row.answers.items():
            fewer = {other: then for other, then in row.answers.items() if other is not answer}
            yield mutant(f"{answer.value} is no answer", answers=MappingProxyType(fewer))
            for other in sorted(meanings - {meaning}):
                answers = MappingProxyType({**row.answers, answer: other})
                yield mutant(f"{answer.value} means {other.value}", answers=answers)
        for name in ("unsafe", "pain", "stop", "dizzy"):
            right = getattr(row, name)
            for other in sorted(meanings - {right, row.pain if name == "dizzy" and right is None else right}):
                yield mutant(f"{name} means {other.value}", **{name: other})
        for name, values in (("tries", (1, 3)), ("silences", (1, 2, 3))):
            for value in values:
                if value != getattr(row, name):
                    yield mutant(f"{name} {value}", **{name: value})
        yield mutant("waits longer", waits_s=tuple(wait_s * 2 for wait_s in row.waits_s))
        yield mutant("other lane", lane=Lane.NOTICE if row.lane is Lane.SAFETY else Lane.SAFETY)
        yield mutant("louder negated", louder=not row.louder)
        yield mutant("other words", id="effort" if row.id != "effort" else "hurt")
        if row.says_yes:
            yield mutant("no word beside yes", says_yes=frozenset())
        elif row.answers.get(asked.Answer.YES) is not None:
            yield mutant("start means yes", says_yes=frozenset({Command.START}))


def _of_numbers():
    """Make every list and number of the tables wrong."""
    for module, name in (
        (questions, "FIRST_OF_DAY"),
        (questions, "LATER"),
        (questions, "TRIAGE"),
        (running, "PAUSE_STEPS_S"),
    ):
        right = getattr(module, name)
        for place, what in enumerate(right):
            yield Mutant("NUMBER", (module, name), f"without {what}", right[:place] + right[place + 1 :])
    yield Mutant("NUMBER", (questions, "TRIAGE"), "the first two change places", _turned(questions.TRIAGE))
    for meaning in sorted(asked._READ_BACK):
        fewer = asked._READ_BACK - {meaning}
        yield Mutant("NUMBER", (asked, "_READ_BACK"), f"without {meaning.value}", fewer)
    for module, name in (
        (questions, "WORSE"),
        (running, "_HELD"),
        (pausing, "_WAITS_S"),
        (faults, "_BITS"),
    ):
        right = getattr(module, name)
        for key in right:
            fewer = MappingProxyType({other: value for other, value in right.items() if other is not key})
            yield Mutant("NUMBER", (module, name), f"without {_words(key)}", fewer)
    for key, lines in advice._LINES.items():
        for place in range(len(lines)):
            fewer = MappingProxyType({**advice._LINES, key: lines[:place] + lines[place + 1 :]})
            yield Mutant("NUMBER", (advice, "_LINES"), f"{key.value} without line {place + 1}", fewer)
        longer = MappingProxyType({**advice.ADVICE_S, key: 2 * advice.ADVICE_S[key]})
        yield Mutant("NUMBER", (advice, "ADVICE_S"), f"{key.value} longer", longer)
    for module, name in (
        (advice, "UNHEARD_S"),
        (advice, "UNHEARD_TIMES"),
        (ending, "REMINDER_S"),
        (running, "_HELD_S"),
        (running, "VISIT_S"),
        (running, "_LEAD_IN_S"),
        (safety, "_LINE_S"),
        (safety, "_MINUTE_S"),
        (pausing, "_MINUTE_S"),
        (pausing, "_FLAT_S"),
        (faults, "_FAULT_S"),
        (practice, "_ROUND_S"),
        (practice, "_HELD_S"),
    ):
        right = getattr(module, name)
        yield Mutant("NUMBER", (module, name), "doubled", 2 * right)


def _turned(items):
    return (items[1], items[0], *items[2:])
