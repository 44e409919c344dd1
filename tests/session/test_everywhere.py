"""A word does the same wherever it is said: in the exercise, in a pause, in practice, at rest, half heard before."""

from dataclasses import replace
from pathlib import Path

import pytest

from coach.commands import Command
from coach.language.command_book import MARKED, Mark
from coach.language.loader import load_pack
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.program.dose import works
from coach.program.loader import load_exercises, load_programs
from coach.score.compiler import Material, utterances_needed
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.care import Barred, Care, Known
from coach.session.place import Screening
from coach.session.questions import Question
from coach.session.states import Lock, Phase
from coach.units import frames

NAME = {"ids": lambda value: str(getattr(value, "value", value))}
ROOT = Path(__file__).parents[2]
LAST = "ankle-pumps/set1/both/rep06"


@pytest.fixture
def make(bedside, material):
    """Return a function that gives a session before its self test, watched by the monitor."""
    made = []

    def makes(screening=Screening.LATER, care=Care(), of=material):  # noqa: B008 - frozen
        made.append(bedside.Bedside(of, screening, care=care))
        return made[-1]

    yield makes
    assert [wrong for session in made for wrong in session.wrong] == []


def booted(session, **how):
    return session.post(ev.Booted(session.frame, **how))


def stop(session, margin=0.5):
    session.post(ev.Heard(session.frame, Command.STOP, Certainty.PARTIAL))
    return session.post(ev.Heard(session.frame, Command.STOP, margin=margin))


def asleep(session):
    return session.post(ev.QuietHours(session.frame, quiet=True))


def recorded(session, kind):
    return [dict(effect.detail) for effect in session.effects if isinstance(effect, fx.Record) and effect.kind == kind]


# ------------------------------------------------------------------ the first question


def _practise(session):
    stop(stop(stop(session.hear(Command.START))))
    return session


def _pause_of_the_questions(session):
    return session.hear(Command.START).hear(Command.PAUSE)


def _fault_in_the_questions(session):
    session.hear(Command.START).post(ev.HearingLost(session.frame)).post(ev.HearingRestored(session.frame))
    return session.hear(Command.RESUME)


WAYS = {
    "asked for": (False, lambda session: session.post(ev.StartRequested(session.frame))),
    "by voice": (False, lambda session: session.hear(Command.START)),
    "behind a practice that timed out": (True, lambda session: _practise(session).time_out()),
    "behind a practised pain word": (True, lambda session: _practise(session).hear(Command.PAIN)),
    "behind half a practised pain word": (True, lambda session: _practise(session).hear(Command.MAYBE_PAIN)),
    "by the key": (True, lambda session: session.hear(Command.START).post(ev.StopRequested(session.frame))),
    "continue behind a pause": (False, lambda session: _pause_of_the_questions(session).hear(Command.RESUME)),
    "start behind a pause": (False, lambda session: _pause_of_the_questions(session).hear(Command.START)),
    "a yes behind a fault": (False, lambda session: _fault_in_the_questions(session).answer(Answer.YES)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("screening", "question"),
    [(Screening.FIRST, Question.SCREEN_LEGS), (Screening.LATER, Question.SCREEN_SINCE)],
    **NAME,
)
def test_whichever_way_a_session_begins_its_first_question_is_the_right_one(make, screening, question, way):
    due, begin = WAYS[way]

    session = begin(booted(make(screening, Care(practice_due=due))))

    assert session.question is question
    opened = [effect.detail for _, effect in session.all if isinstance(effect, fx.Record) and effect.kind == "opened"]
    assert opened == [{"first": int(question is Question.SCREEN_LEGS)}]


def test_whoever_must_not_is_told_so_when_she_says_start(make):
    session = booted(make(care=Care(barred=Barred.CLOT))).hear(Command.START)

    assert session.said() == ["barred.clot"]
    assert session.phase is Phase.IDLE


def test_dizziness_the_team_knows_of_is_asked_about_once_more(make):
    session = booted(make(Screening.FIRST, Care(baseline=(Known.DIZZINESS,)))).hear(Command.START)

    session.answer(Answer.NO, Answer.NO, Answer.YES)

    assert session.question is Question.WORSE_DIZZY


# ------------------------------------------------------------------ in the exercise and in a pause

WHERE = {"run": lambda session: session.exercise(), "paused": lambda session: session.exercise().hear(Command.PAUSE)}
PACES = {Command.SPEAK_SLOWER: -1, Command.SPEAK_FASTER: 1}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(
    ("command", "cycle_s", "reps", "rest_s"),
    [
        (Command.SLOWER, 0.5, 0, 0),
        (Command.FASTER, -0.5, 0, 0),
        (Command.EASIER, 0.5, -2, 0),
        (Command.FEWER, 0, -2, 0),
        (Command.REST_LONGER, 0, 0, 15),
    ],
    **NAME,
)
def test_the_exercise_is_changed_where_she_asks_for_it(  # noqa: PLR0917 - the row
    make, bedside, where, command, cycle_s, reps, rest_s
):
    session = WHERE[where](make(of=bedside.short_material(reps=10)))
    before = session.place.work

    session.hear(command)

    after = session.place.work
    changed = (after.cycle_s - before.cycle_s, after.reps - before.reps, after.rest_s - before.rest_s)
    assert changed == (cycle_s, reps, rest_s)
    assert {"command": command.value} in recorded(session, "done")


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(
    "command",
    [Command.REPEAT, Command.HOW_TO, Command.SLOWER, Command.FASTER, Command.EASIER, Command.FEWER],
    **NAME,
)
def test_words_start_over_in_full_where_they_help(make, bedside, where, command):
    session = WHERE[where](make(of=bedside.short_material(reps=10)))
    fresh = session.place.fresh

    session.hear(command)

    assert session.place.fresh - fresh == {session.place.position.segment}


ONWARD = {
    "continue": lambda session: session.hear(Command.PAUSE).hear(Command.RESUME),
    "start": lambda session: session.hear(Command.PAUSE).hear(Command.START),
    "a yes behind a stop": lambda session: (
        session.hear(Command.STOP).answer(Answer.NO).hear(Command.RESUME).answer(Answer.YES)
    ),
    "a yes behind mild pain": lambda session: (
        session.hear(Command.PAIN).answer(Answer.NO).time_out().answer(Answer.YES)
    ),
}


@pytest.mark.parametrize("way", ONWARD)
def test_whichever_way_the_exercise_goes_on_its_words_are_in_full(session, way):
    ONWARD[way](session.exercise())

    assert session.phase is Phase.RUN
    assert session.place.fresh == {session.place.position.segment}


PLACES = {
    "idle": booted,
    "practice": lambda session: booted(session).hear(Command.PRACTICE),
    "asked": lambda session: booted(session).hear(Command.START),
    **WHERE,
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("command", [*PACES, Command.LOUDER, Command.QUIETER], **NAME)
def test_how_she_is_spoken_to_changes_wherever_she_asks_for_it(session, where, command):
    PLACES[where](session).hear(command)

    assert session.place.pace == PACES.get(command, 0)
    assert recorded(session, "done") == [{"command": command.value}]


# ------------------------------------------------------------------ where no more can be done


def _resting(session):
    return session.start().until(LAST).wait(5).answer(Answer.EASY).wait(4)


AT_LIMITS = {
    "run": (lambda session: session.exercise(), True),
    "rest": (_resting, False),
    "paused": (lambda session: session.exercise().hear(Command.PAUSE), False),
}


@pytest.fixture
def used_up(bedside):
    """Return material of which nothing can be changed: one tempo, no repetition to spare, no longer rest, no sides."""
    made = bedside.short_material()
    work = made.works[0]
    exercise = work.exercise
    dose = exercise.model_copy(update={"sides": exercise.sides.model_copy(update={"allowed": (work.sides,)})})
    while work.longer_rests_s:
        work = work.rested()
    return replace(made, works=(replace(work, exercise=dose),))


@pytest.mark.parametrize("where", AT_LIMITS)
@pytest.mark.parametrize(
    ("command", "line"),
    [
        (Command.SLOWER, "session.slowest"),
        (Command.FASTER, "session.fastest"),
        (Command.FEWER, "session.fewest"),
        (Command.REST_LONGER, "session.longest-rest"),
        (Command.SWITCH_FOOT, "session.cannot-switch"),
    ],
    **NAME,
)
def test_where_no_more_can_be_done_that_is_simply_said(make, used_up, where, command, line):
    reach, breaks_off = AT_LIMITS[where]
    session = make(of=used_up)
    session = reach(session)
    while line in {"session.slowest", "session.fastest", "session.fewest"} and session.hear(command).said() != [line]:
        assert session.frame < frames(3600)
        if where == "run":
            session.line_ends()
    if where == "rest":
        session.line_ends().wait(1)

    session.hear(command)

    assert session.said() == [line]
    assert session.kinds()[0] == ("Hush" if breaks_off else "Say")


def test_at_the_end_there_is_nothing_to_skip_and_it_is_begun_anew(session):
    for command in (Command.SKIP, Command.NEXT):
        session.exercise("ankle-pumps/set2/both/rep02").hear(command).line_ends().wait(1).hear(command)

        assert session.said() == ["session.nothing-to-skip"]
        assert session.kinds()[0] == "Hush"
        session.hear(Command.STOP).time_out()


# ------------------------------------------------------------------ several exercises


@pytest.fixture(scope="module")
def several():
    exercises = load_exercises(ROOT / "config" / "exercises")
    program = load_programs(ROOT / "config" / "programs", exercises)["first-days-in-bed"]
    pack, done = load_pack(ROOT / "voices" / "en"), works(program, exercises)
    lengths = {line.text: frames(0.4 + len(line.text) / 16) for line in utterances_needed(program, done, pack)}
    return Material(program, done, pack, lengths)


@pytest.mark.parametrize("where", ["run", "paused"])
@pytest.mark.parametrize(("command", "leaves"), [(Command.SKIP, True), (Command.NEXT, False)], **NAME)
def test_skip_this_one_leaves_the_exercise_and_next_the_part(make, several, where, command, leaves):
    session = make(of=several).start()
    first = session.place.position.segment.partition("/")[0]
    session.until(next(one.id for one in session.place.score.segments if one.id.startswith(f"{first}/set1")))
    if where == "paused":
        session.hear(Command.PAUSE)

    session.hear(command)

    assert (session.place.position.segment.partition("/")[0] != first) is leaves


def test_behind_a_pause_a_breath_is_begun_anew_and_not_kept(make, several):
    session = make(of=several).start().until("deep-breathing/set1/none/rep02").wait(4.5)

    session.hear(Command.PAUSE).hear(Command.RESUME).line_ends()

    assert session.entered().segment == "deep-breathing/set1/none/rep02"
    assert session.entered().offset == 0


@pytest.mark.parametrize("command", [Command.SKIP, Command.NEXT], **NAME)
def test_in_the_rest_behind_an_exercise_only_the_rest_is_passed_over(make, several, command):
    session = make(of=several).start()
    rest = next(one.id for one in session.place.score.segments if one.id.endswith("/rest"))
    session.until(rest.replace("rest", "rep04")).wait(11).answer(Answer.EASY).wait(2)
    behind = session.place.position.segment

    session.hear(command)

    assert behind == rest
    assert session.said() == ["session.passed-over"]
    assert session.place.position.segment == "ankle-pumps/lead-in"
    assert not session.place.material.left_out


# ------------------------------------------------------------------ what words say beside their command


def _phrase(session, mark, *, marked=True):
    book = session.place.material.pack.commands
    return next(e.phrase for e in book.entries if e.command is MARKED[mark] and book.marked(e.phrase, mark) is marked)


def _help(session, *, bare):
    entries = session.place.material.pack.commands.entries
    return next(e.phrase for e in entries if e.command is Command.CALL_PERSON and e.bare_help is bare)


SAID = {
    "a bare help": (Command.CALL_PERSON, lambda session: _help(session, bare=True), "question.person"),
    "a cry for help": (Command.CALL_PERSON, lambda session: _help(session, bare=False), "safety.emergency"),
    "heavy bleeding": (Command.BLEEDING, lambda session: _phrase(session, Mark.HEAVY), "safety.heavy-bleeding"),
    "bleeding": (Command.BLEEDING, lambda session: _phrase(session, Mark.HEAVY, marked=False), "safety.bleeding"),
    "a cramp": (Command.PAIN, lambda session: _phrase(session, Mark.CRAMP), "safety.cramp"),
    "pain": (Command.PAIN, lambda session: _phrase(session, Mark.CRAMP, marked=False), "question.sharp"),
}


@pytest.mark.parametrize("where", [*WHERE, "half heard"])
@pytest.mark.parametrize("words", SAID)
def test_words_mean_the_same_in_the_exercise_in_a_pause_and_half_heard_before(session, where, words):
    command, phrase, line = SAID[words]
    WHERE.get(where, WHERE["run"])(session)
    if where == "half heard":
        session.hear(command, Certainty.PARTIAL)

    session.hear(command, phrase=phrase(session))

    assert session.said()[0] == line


# ------------------------------------------------------------------ practice


@pytest.mark.parametrize(
    ("command", "certainty"),
    [
        (Command.STOP, Certainty.FINAL),
        (Command.PAUSE, Certainty.FINAL),
        (Command.PAUSE, Certainty.UNCONFIRMED),
        (Command.STOP, Certainty.UNCONFIRMED),
    ],
    **NAME,
)
def test_every_word_that_stops_the_counting_is_kept_in_the_score(session, command, certainty):
    booted(session).hear(Command.PRACTICE)
    for margin in (0.9, 0.4, 0.7):
        session.post(ev.Heard(session.frame, command, certainty, margin=margin))

    session.time_out()

    kept = [effect for effect in session.effects if isinstance(effect, fx.KeepScore)]
    assert kept == [fx.KeepScore(3, 3, pain=False, passed=True, margin=0.4)]


def test_a_round_that_half_a_word_silenced_is_kept_in_the_score(session):
    booted(session).hear(Command.PRACTICE)
    for _ in range(3):
        session.hear(Command.STOP, Certainty.PARTIAL).time_out()

    session.time_out()

    kept = [effect for effect in session.effects if isinstance(effect, fx.KeepScore)]
    assert kept == [fx.KeepScore(3, 3, pain=False, passed=True, margin=None)]


@pytest.mark.parametrize("where", ["idle", "practice"])
def test_dizziness_out_of_a_session_asks_whether_she_called(session, where):
    PLACES[where](session).hear(Command.DIZZY_UNWELL)

    assert session.question is Question.CALLED_ME
    assert recorded(session, "maybe") == [{"source": "rest"}]


# ------------------------------------------------------------------ by day and in a quiet hour


@pytest.mark.parametrize(("lock", "line"), [(1, "safety.locked-caution"), (2, "safety.locked-urgent")])
def test_a_lock_that_was_found_is_told_at_once_by_day(session, lock, line):
    booted(session, lock=lock)

    assert session.said() == [line]


@pytest.mark.parametrize("quiet", [False, True])
def test_a_pause_is_reminded_of_by_day_and_wakes_nobody(session, quiet):
    session.exercise().hear(Command.PAUSE)
    if quiet:
        session.frame = frames(3600) + session.frame
        asleep(session)

    session.time_out()

    assert session.said() == ([] if quiet else ["session.paused-remind"])
    assert session.timer == frames(180)


@pytest.mark.parametrize("command", [Command.WHATS_NEXT, Command.HOW_AM_I_DOING], **NAME)
def test_what_comes_next_and_how_she_is_doing_is_told_by_the_bed_to_whoever_is_awake(make, command):
    by_the_bed, elsewhere, at_night = make(), make(), make()
    booted(by_the_bed, bedside=True).hear(command)
    booted(elsewhere).hear(command)
    asleep(booted(at_night, bedside=True)).hear(command)

    assert by_the_bed.effects == (fx.Inform(command),)
    assert elsewhere.effects == ()
    assert at_night.effects == ()


# ------------------------------------------------------------------ behind a lock


@pytest.mark.parametrize("minutes", [29, 30])
@pytest.mark.parametrize("command", [Command.START, Command.RESUME, Command.REPEAT], **NAME)
def test_a_caution_that_has_rested_half_an_hour_is_asked_about_whatever_she_asks_for(session, command, minutes):
    booted(session, lock=int(Lock.CAUTION))
    session.frame = frames(60 * minutes)

    session.hear(command)

    asked = session.question is Question.UNLOCK
    assert asked is (minutes == 30)
    assert asked or session.said() == ["safety.refused-locked"]
    assert asked or [effect.lane.name for effect in session.effects if isinstance(effect, fx.Say)] == ["SAFETY"]
