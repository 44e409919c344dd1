"""Three hundred random fault rehearsals, and that the oracle would find what is wrong with one."""

from dataclasses import replace

import pytest

from coach.journal.entries import SessionEnded
from coach.rehearsal.campaign.audio import stray, with_sound
from coach.rehearsal.campaign.campaign import Tally, Verdict, judged, without_sound
from coach.rehearsal.campaign.drawing import drawn
from coach.rehearsal.campaign.evidence import lived
from coach.rehearsal.campaign.oracle import QUIET, SLOWLY, findings
from coach.rehearsal.campaign.refusals import refused
from coach.rehearsal.campaign.trace import trace
from coach.rehearsal.fault_table import CELLS, Act, Owes, pair_of
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import Staging
from coach.rehearsal.trouble import Span
from coach.session import events as ev
from coach.session.monitor import Violation
from coach.units import Frames, frames

RUNS = 300
ONCE_WRONG = (3041, 10185, 13878)
"""Seeds of whole campaigns that found something: a disk that was well again too late to be waited for, a second session
whose opening was not kept, a wrong rate that hid behind another."""


@pytest.fixture(scope="module")
def staging(house):
    return Staging(house, lambda _what: lambda _done, _total: None)


@pytest.fixture(scope="module")
def evidence(staging):
    """Return what a session leaves that is paused for a moment, and goes wrong in nothing."""
    person = [{"at_s": 60.0, "say": "it hurts"}, {"after": "question:sharp", "say": "yes"}]
    return lived(staging.quiet_stage(Scenario.model_validate({"screening": "later", "person": person})))


def rules(evidence):
    return {finding.rule for finding in findings(evidence)}


def test_whatever_breaks_whenever_nothing_of_what_must_never_be_happens(house, staging):
    tally = Tally()
    for verdict in without_sound(house, house.pack("en"), staging, range(1, RUNS + 1)):
        tally.add(verdict)

    assert tally.failing == {}, "\n".join(tally.lines())
    assert tally.uncovered == ()
    assert tally.deafened[Owes.DEAF] >= RUNS // 20
    assert 0 < tally.slowest[Owes.DEAF] <= QUIET
    assert 0 < tally.slowest[Owes.DEAF_SLOWLY] <= SLOWLY
    assert tally.cues >= 10 * RUNS


def test_what_once_went_wrong_goes_well(house, staging):
    verdicts = list(without_sound(house, house.pack("en"), staging, ONCE_WRONG))

    assert [verdict.findings for verdict in verdicts] == [()] * len(ONCE_WRONG)


def test_a_session_in_which_nothing_is_wrong_is_found_to_be_so(evidence):
    assert findings(evidence) == []


def test_the_oracle_finds_a_coach_that_does_not_notice_a_fault(evidence):
    """The session was lived with a microphone that was well; the oracle is told that it was dead meanwhile."""
    for kind, rule in (("microphone-off", "deaf"), ("player-off", "deaf"), ("journal-off", "unwritten")):
        span = Span(pair_of(kind), frames(35.0), frames(55.0))
        assert rule in rules(replace(evidence, spans=(span,)))


def test_the_figure_told_is_the_worst_there_was_and_a_fault_that_is_over_sooner_does_not_count(evidence):
    cue = next(sound for sound in evidence.chronicle.sounds if sound.kind == "cue" and sound.played > frames(40.0))
    late = replace(cue, ended=Frames(cue.played + frames(9.0)))
    evidence = changed(evidence, sounds=[late])
    for kind, least_s, owes in (("microphone-off", 2.5, Owes.DEAF), ("microphone-wrong", 11.0, Owes.DEAF_SLOWLY)):
        for lasted_s, slowest in ((least_s, {owes: frames(9.0)}), (least_s - 0.1, {})):
            span = Span(pair_of(kind), cue.played, Frames(cue.played + frames(lasted_s)))
            tally = Tally()
            tally.add(Verdict(1, evidence.scenario, replace(evidence, spans=(span,)), ()))

            assert tally.slowest == slowest


def test_the_oracle_finds_cues_without_a_lease(evidence):
    stands_still = tuple((now, min(heard, frames(40.0))) for now, heard in evidence.heard)

    assert rules(replace(evidence, heard=tuple(stands_still))) == {"lease"}


def changed(evidence, **fields):
    chronicle = replace(evidence.chronicle, **fields)
    return replace(evidence, chronicle=chronicle)


def test_the_oracle_finds_a_cue_behind_a_safety_stop_and_one_that_goes_on_behind_a_stop(evidence):
    sounds = evidence.chronicle.sounds
    heard = [decision for decision in evidence.chronicle.decisions if isinstance(decision.event, ev.Heard)]
    stopped = next(decision.frame for decision in heard if decision.event.command == "pain")
    cue = max((s for s in sounds if s.kind == "cue" and s.played and s.played < stopped), key=lambda s: s.played)
    late = replace(cue, played=Frames(evidence.length - 2000), ended=evidence.length, cut=False)
    longer = replace(cue, ended=Frames(stopped + frames(0.2)))

    assert "alarm" in rules(changed(evidence, sounds=[*sounds, late]))
    assert "stop" in rules(changed(evidence, sounds=[longer if sound is cue else sound for sound in sounds]))


def test_the_oracle_finds_a_session_without_a_terminal_record_and_one_that_never_rests(evidence):
    kept = tuple(entry for entry in evidence.entries if not isinstance(entry, SessionEnded))
    endless = evidence.scenario.model_copy(update={"limit_s": 1.0})

    assert "rest" in rules(replace(evidence, entries=kept))
    assert "rest" in rules(replace(evidence, scenario=endless))


def test_the_oracle_finds_a_fault_that_nobody_was_told_of_and_what_goes_on_behind_it_by_itself(evidence):
    span = Span(pair_of("microphone-off"), frames(35.0), frames(58.0))
    decisions = list(evidence.chronicle.decisions)
    place = next(number for number, decision in enumerate(decisions) if decision.frame > frames(40.0))
    lost = replace(decisions[place], event=ev.HearingLost(frames(40.0)), effects=())
    answered = [*decisions[:place], lost, *decisions[place:]]

    assert "telling" in rules(replace(evidence, spans=(span,)))
    assert "recovery" in rules(changed(evidence, decisions=answered))


def test_the_oracle_finds_a_lock_that_a_power_cut_loosens_and_believes_the_monitor(evidence):
    boot = replace(evidence.chronicle.decisions[-1], event=ev.Booted(evidence.length, 0), effects=())
    violation = Violation("I4", "after an alarm, and behind a lock, no cue until it is acknowledged", "TimerFired")

    assert "lock" in rules(changed(evidence, decisions=[*evidence.chronicle.decisions, boot]))
    assert rules(replace(evidence, violations=(violation,))) == {"monitor"}


def test_the_same_seed_is_the_same_rehearsal_and_its_trace_can_be_read(house, staging):
    first, second = (next(without_sound(house, house.pack("en"), staging, [77])) for _ in range(2))

    told = trace(first)

    assert told == trace(second)
    assert told.startswith("# seed 77\n")
    assert "[[fault]]" in told
    assert "Outcome: " in told


@pytest.mark.parametrize("pair", [pair for pair, cell in CELLS.items() if Act.START_REFUSED in cell.acts])
def test_what_is_damaged_before_the_start_is_refused_in_one_sentence(house, pair):
    sentence = refused(house, pair, "ankle-pumps")

    assert sentence
    assert "\n" not in sentence


def test_a_program_that_is_there_after_all_is_accepted_and_found(house):
    there = house.knowing(house.prescription)
    there.programs = {**there.programs, "ankle-pumps-gone": there.programs["ankle-pumps"]}
    scenario = Scenario.model_validate({"fault": [{"kind": "program-off", "at_s": 0.0}]})

    def rehearsed(_scenario):
        pytest.fail("it was rehearsed")

    assert [finding.rule for finding in judged(1, scenario, there, rehearsed).findings] == ["refusal"]
    assert judged(1, scenario, house, rehearsed).findings == ()


def test_a_rehearsal_that_breaks_down_is_a_finding_and_no_end_of_the_campaign(house):
    def breaks(_scenario):
        raise ZeroDivisionError("nothing left")

    verdict = judged(1, Scenario(), house, breaks)

    assert [finding.sentence for finding in verdict.findings] == ["ZeroDivisionError: nothing left"]


AUDIO_SEEDS = (10, 34, 49)
"""The same half second again and again; a lost ear and a microphone cut off; a card that refuses."""


def test_with_real_voices_and_recognizers_it_holds_as_well(house, staging):
    told = list(with_sound(house, house.pack("en"), staging, "phonemes", AUDIO_SEEDS))

    assert [finding for verdict in told for finding in verdict.findings] == []
    assert all(verdict.evidence is not None for verdict in told)


def test_what_is_played_and_belongs_to_nothing_is_found(rehearse):
    result = rehearse(screening="later", limit_s=3.0)
    before = min(sound.played for sound in result.chronicle.sounds if sound.kind == "line" and sound.played)
    stray_sound = result.played.copy()
    stray_sound[before - 100] = 0.5

    assert list(stray(result)) == []
    assert [finding.rule for finding in stray(replace(result, played=stray_sound))] == ["stray"]


def test_korean_is_drawn_too(house):
    scenario = drawn(5, house.pack("ko"))

    assert scenario.language == "ko"


def test_a_power_cut_beside_a_disk_that_refuses_leaves_the_coach_off_until_the_disk_is_well(staging):
    def lived_with(until_s):
        faults = [
            {"kind": "journal-off", "at_s": 50.0, "until_s": until_s},
            {"kind": "power-cut", "at_s": 60.0, "until_s": 70.0},
        ]
        script = Scenario.model_validate({"screening": "later", "limit_s": 3000.0, "fault": faults})
        return lived(staging.quiet_stage(script))

    well_again, never = lived_with(120.0), lived_with(3000.0)

    boots = [frame for frame, kind, _ in well_again.chronicle.records if kind == "booted"]
    assert boots == [0, frames(120.0)]
    assert findings(well_again) == findings(never) == []
