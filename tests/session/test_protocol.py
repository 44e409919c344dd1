"""The whole protocol: every reachable value, every event, every fact."""

import sys
from dataclasses import replace

import pytest

from coach.language.utterance import Answer
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.lines import LINES, OF_EXERCISE
from coach.session.moves import Move
from coach.session.questions import Question
from coach.session.states import Entry, Lock, Phase
from coach.session.turn import Turn


def test_every_invariant_holds_on_every_transition(visited, capsys):
    with capsys.disabled():
        sys.stdout.write(f"\nprotocol: {len(visited.states):,} states, {visited.transitions:,} transitions\n")

    assert visited.wrong == {}


def test_every_phase_and_question_is_reached(visited):
    phases = {protocol.phase for protocol, _ in visited.states}
    questions = {protocol.question for protocol, _ in visited.states}

    assert phases == set(Phase)
    assert questions == {None, *Question}


def test_a_silent_person_is_at_rest_after_a_bounded_number_of_timers(visited, explorer, capsys):
    longest = max(explorer.timers_to_rest(protocol) for protocol, _ in visited.states)

    with capsys.disabled():
        sys.stdout.write(f"\nprotocol: a silent person is at rest after at most {longest} timers\n")
    # One each for what was half heard and never ended, "are you hurt?" (that silence was its first try), "I have
    # stopped", the first question of triage, and the advice.
    assert longest <= 5


def test_a_carer_gets_back_to_unlocked_rest_from_everywhere(visited):
    goals = {n for (p, _), n in visited.states.items() if p.phase is Phase.IDLE and p.lock is Lock.NONE and p.healthy}
    reached, frontier = set(goals), set(goals)
    before = [set() for _ in visited.edges]
    for number, targets in enumerate(visited.edges):
        for target in targets:
            before[target].add(number)
    while frontier:
        frontier = {source for number in frontier for source in before[number]} - reached
        reached |= frontier

    assert len(reached) == len(visited.states)


def test_every_line_that_is_ever_said_is_rendered_beforehand(visited):
    assert visited.said - set(LINES) == set()
    told = {key for key in LINES if key.startswith(("session.how", "session.whats", "session.last", "session.none"))}
    told |= {"session.nearly-done", "session.commands-help", "session.why", "session.switched"}
    told |= {key for key in LINES if key.startswith("barred.")}
    told |= {"session.left-out", "safety.cramp", "safety.cramp-spared", "safety.your-number"}
    told |= {"safety.cannot-call", "safety.told-carer"}
    assert set(LINES) - visited.said == told, "the rest is answered from the place"
    assert OF_EXERCISE == ("how", "why")


def _silence_wants_a_session(turn, protocol, event):
    offered = isinstance(event, ev.TimerFired) and protocol.question is Question.OFFER
    wanted = (fx.Hush(), fx.Record("wanted"), fx.Say("serve.moment"), fx.Prepare())
    return Turn(turn.protocol, (*turn.acts, *wanted[1:])) if offered else turn


def _without(kind):
    def planted(turn, _protocol, _event):
        return Turn(turn.protocol, tuple(act for act in turn.acts if not isinstance(act, kind)))

    return planted


def _into_run(turn, _protocol, event):
    recovered = isinstance(event, ev.HearingRestored) and turn.protocol.phase is Phase.PAUSED
    return Turn(replace(turn.protocol.cleared(), phase=Phase.RUN, entry=Entry.PHASE), turn.acts) if recovered else turn


def _lock_lost(turn, protocol, _event):
    lost = protocol.phase is Phase.ADVICE and turn.protocol.phase is Phase.LOCKED
    return Turn(replace(turn.protocol, lock=Lock.NONE), turn.acts) if lost else turn


def _silence_means_yes(turn, protocol, event):
    asked = isinstance(event, ev.TimerFired) and protocol.question is Question.RESUME
    running = replace(protocol.cleared(), phase=Phase.RUN)
    return Turn(running, (fx.Hush(), fx.Record("x"), Move.ENTER_PHASE)) if asked else turn


def _flag_forgotten(turn, protocol, event):
    asked = isinstance(event, ev.TimerFired) and protocol.phase is Phase.TRIAGE
    return Turn(replace(turn.protocol, red_flag=False, lock=Lock.CAUTION), turn.acts) if asked else turn


def _negation_ignored(turn, protocol, event):
    denied = isinstance(event, ev.Heard) and event.answer is Answer.NO and protocol.question is Question.HURT
    return Turn(replace(protocol.cleared(), phase=Phase.MAYBE, question=Question.SHARP), turn.acts) if denied else turn


def _ended_twice(turn, _protocol, _event):
    twice = [act for act in turn.acts if isinstance(act, fx.EndSession)]
    return Turn(turn.protocol, (*turn.acts, *twice))


def _half_a_word_goes_on(turn, protocol, event):
    held = isinstance(event, ev.TimerFired) and protocol.held
    running = replace(protocol.cleared(), phase=Phase.RUN)
    return Turn(running, (fx.Record("x"), Move.ENTER_PHASE)) if held else turn


@pytest.mark.parametrize(
    "planted",
    [
        _without(fx.Silence),
        _without(fx.ArmTimer),
        _without(fx.Latch),
        _without(fx.Notify),
        _without(fx.Ring),
        _without(fx.Say),
        _without(fx.Record),
        _without(fx.EndSession),
        _into_run,
        _lock_lost,
        _silence_means_yes,
        _flag_forgotten,
        _ended_twice,
        _negation_ignored,
        _half_a_word_goes_on,
        _silence_wants_a_session,
    ],
    ids=[
        "silence-dropped",
        "timer-dropped",
        "latch-dropped",
        "notice-dropped",
        "chime-dropped",
        "speech-dropped",
        "record-dropped",
        "end-dropped",
        "resumes-by-itself",
        "lock-lost",
        "silence-means-yes",
        "red-flag-forgotten",
        "ended-twice",
        "negation-ignored",
        "half-a-word-goes-on",
        "silence-wants-a-session",
    ],
)
def test_a_planted_fault_is_caught(planted, explorer):
    def faulty(protocol, event):
        return [(planted(turn, protocol, event), facts) for turn, facts in explorer.outcomes(protocol, event)]

    visited = explorer.Explorer(faulty).explore(first_only=True)

    assert visited.wrong
