"""Properties of the mixer over scripts of calls: what is scheduled, hushed, silenced and leased, and when."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coach.audio.clip import Clip
from coach.audio.lanes import Lane
from coach.audio.lease import Lease
from coach.audio.mixer import Ended, Mixer, Started

FADE = 480
SPAN = 6_000


@dataclass(frozen=True)
class Call:
    """Something done to the mixer once `frames` more frames have been rendered."""

    frames: int
    kind: str
    lane: Lane = Lane.CUE
    at: int = 0
    length: int = 0
    level: float = 0.0
    gain_db: float = 0.0


frames = st.integers(0, 1_500)
lanes = st.sampled_from(Lane)
levels = st.floats(-1.0, 1.0, width=32)
schedules = st.builds(
    Call,
    frames=frames,
    kind=st.just("schedule"),
    lane=lanes,
    at=st.integers(0, SPAN),
    length=st.integers(0, 2_500),
    level=levels,
    gain_db=st.floats(-30.0, 30.0),
)
hushes = st.builds(Call, frames=frames, kind=st.just("hush"), lane=lanes, at=st.integers(0, 2_000))
forgets = st.builds(Call, frames=frames, kind=st.just("forget"), length=st.integers(0, 13))
silences = st.builds(Call, frames=frames, kind=st.just("silence"))
gains = st.builds(Call, frames=frames, kind=st.just("gain"), gain_db=st.floats(-30.0, 12.0))
leases = st.builds(Call, frames=frames, kind=st.just("lease"), at=st.integers(0, SPAN))
scripts = st.lists(st.one_of(schedules, schedules, hushes, forgets, silences, gains, leases), max_size=14)


def do(mixer, call, token):
    match call.kind:
        case "schedule":
            wave = np.sin(np.arange(call.length, dtype=np.float32) * np.float32(0.1) + np.float32(1.0))
            clip = Clip("a clip", wave * np.float32(call.level))
            if call.lane in {Lane.CUE, Lane.BED}:
                lease = Lease(10**9)
                mixer.instruct(clip, call.at, call.lane, lease, token=token, epoch=mixer.epoch, gain_db=call.gain_db)
            else:
                mixer.schedule(clip, call.at, call.lane, token=token, gain_db=call.gain_db)
        case "hush":
            mixer.hush(call.lane, fade_s=call.at / 48_000)
        case "forget":
            mixer.forget({call.length, call.length + 1})
        case "silence":
            mixer.silence()
        case "gain":
            mixer.set_gain(call.gain_db)
        case "lease":
            mixer.lease = Lease(call.at)


def render(mixer, count, sizes, turn):
    """Render a number of frames in blocks whose sizes go round."""
    blocks = [np.zeros(0, dtype=np.float32)]
    while count:
        size = min(count, sizes[turn % len(sizes)])
        blocks.append(mixer.render(size))
        turn += 1
        count -= size
    return np.concatenate(blocks)


def pass_over(mixer, count, sizes, turn):
    """Pass over a number of frames in blocks whose sizes go round."""
    while count:
        size = min(count, sizes[turn % len(sizes)])
        mixer.pass_over(size)
        turn += 1
        count -= size


def play(script, sizes, tail=9_000):
    """Carry out a script and return everything rendered and reported."""
    mixer = Mixer()
    mixer.lease = Lease(SPAN)
    played = []
    for token, call in enumerate(script):
        played.append(render(mixer, call.frames, sizes, token))
        do(mixer, call, token)
    played.append(render(mixer, tail, sizes, 0))
    return np.concatenate(played), mixer.reports()


@given(scripts, st.lists(st.integers(1, 2_000), min_size=1, max_size=4))
def test_the_size_of_the_blocks_changes_no_sample_and_no_report(script, sizes):
    in_blocks, reports = play(script, sizes)

    at_once, expected = play(script, [10**6])

    assert np.array_equal(at_once, in_blocks)
    assert Counter(expected) == Counter(reports)
    assert [report.frame for report in reports] == sorted(report.frame for report in reports)


@given(scripts, st.lists(st.integers(1, 2_000), min_size=1, max_size=4))
def test_passing_over_reports_what_rendering_reports(script, sizes):
    silent = Mixer()
    silent.lease = Lease(SPAN)
    for token, call in enumerate(script):
        pass_over(silent, call.frames, sizes, token)
        do(silent, call, token)
    pass_over(silent, 9_000, sizes, 0)

    _, expected = play(script, sizes)

    assert silent.reports() == expected


@given(scripts)
def test_no_sample_goes_beyond_full_scale(script):
    played, _ = play(script, [960])

    assert played.dtype == np.float32
    assert np.abs(played).max() <= 1.0


@given(scripts)
def test_after_a_silence_nothing_sounds_once_it_has_faded(script):
    mixer = Mixer()
    mixer.lease = Lease(SPAN)
    for token, call in enumerate(script):
        render(mixer, call.frames, [960], 0)
        do(mixer, call, token)

    mixer.silence()
    rest = mixer.render(20_000)

    assert not rest[FADE:].any()
    assert mixer.busy_until() == mixer.frame


@given(scripts)
def test_every_clip_ends_exactly_once_and_one_that_never_began_is_cut(script):
    _, reports = play(script, [960], tail=20_000)

    accepted = {token: call for token, call in enumerate(script) if call.kind == "schedule"}
    started = {report.token: report.frame for report in reports if isinstance(report, Started)}
    ended = {report.token: report for report in reports if isinstance(report, Ended)}
    assert len(reports) == len(started) + len(ended)
    assert set(ended) == set(accepted)
    assert set(started) <= set(accepted)
    for token, end in ended.items():
        if token in started:
            assert end.cut == (end.frame < started[token] + accepted[token].length)
        else:
            assert end.cut


@given(
    st.lists(schedules.filter(lambda call: call.lane in {Lane.CUE, Lane.BED}), max_size=8),
    st.lists(st.tuples(st.integers(1, 1_500), st.integers(0, SPAN)), min_size=1, max_size=8),
)
def test_no_cue_and_no_bed_is_rendered_at_or_past_its_lease(script, leases):
    mixer = Mixer()
    for token, call in enumerate(script):
        do(mixer, call, token)

    for length, until in leases:
        mixer.lease = Lease(until)
        first = mixer.frame
        block = mixer.render(length)

        assert not block[max(0, until - first) :].any()


@given(scripts)
def test_a_clip_is_reported_where_its_first_sample_is(script):
    played, reports = play(script, [960])

    sounding = np.zeros(len(played) + 1, dtype=np.int64)
    for report in reports:
        if isinstance(report, Started):
            sounding[report.frame] += 1
    for report in reports:
        if isinstance(report, Ended) and any(
            isinstance(other, Started) and other.token == report.token for other in reports
        ):
            sounding[report.frame] -= 1
    assert not played[np.cumsum(sounding)[:-1] == 0].any()
