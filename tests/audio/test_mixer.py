import numpy as np
import pytest

from coach.audio.clip import Clip
from coach.audio.gain import RAMP
from coach.audio.lanes import Lane
from coach.audio.lease import LEASE, Lease
from coach.audio.mixer import SAFETY_FLOOR_DB, Ended, Mixer, Started
from coach.units import BLOCK, amplitude

FADE = 480
FOR_EVER = 10**9


def a_clip(length=4_800, level=0.25):
    return Clip("a clip", np.full(length, level, dtype=np.float32))


def a_mixer():
    mixer = Mixer()
    mixer.lease = Lease(FOR_EVER)
    return mixer


def play(mixer, clip, at, lane, *, token, gain_db=0.0, epoch=None):
    """Schedule a clip in whatever lane; what instructs is handed over with a lease that holds."""
    if lane in {Lane.CUE, Lane.BED}:
        asked = mixer.epoch if epoch is None else epoch
        return mixer.instruct(clip, at, lane, Lease(FOR_EVER), token=token, epoch=asked, gain_db=gain_db)
    return mixer.schedule(clip, at, lane, token=token, gain_db=gain_db, epoch=epoch)


def test_nothing_scheduled_is_silence():
    block = a_mixer().render(BLOCK)

    assert block.dtype == np.float32
    assert block.shape == (BLOCK,)
    assert not block.any()


@pytest.mark.parametrize("at", [0, 1, 959, 960, 1_500])
def test_a_clip_sounds_from_exactly_its_frame_and_sample_for_sample(at):
    mixer = a_mixer()
    clip = Clip("noise", np.random.default_rng(6).uniform(-0.7, 0.7, 1_111).astype(np.float32))
    play(mixer, clip, at, Lane.CUE, token=7)

    played = mixer.render(4_000)

    assert np.array_equal(played[at : at + 1_111], clip.samples)
    assert not played[:at].any()
    assert not played[at + 1_111 :].any()
    assert mixer.reports() == (Started(7, at), Ended(7, at + 1_111, cut=False))


def test_a_clip_whose_frame_has_passed_starts_at_once_and_says_so():
    mixer = a_mixer()
    mixer.render(BLOCK)

    play(mixer, a_clip(), 10, Lane.CUE, token=1)
    played = mixer.render(BLOCK)

    assert played[0] == 0.25
    assert mixer.reports() == (Started(1, BLOCK),)


def test_a_clip_without_samples_begins_and_ends_at_once():
    mixer = a_mixer()

    play(mixer, a_clip(0), 100, Lane.CUE, token=1)
    mixer.render(BLOCK)

    assert mixer.reports() == (Started(1, 100), Ended(1, 100, cut=False))


def test_reports_are_told_once():
    mixer = a_mixer()
    play(mixer, a_clip(10), 0, Lane.CUE, token=1)
    mixer.render(BLOCK)

    assert len(mixer.reports()) == 2
    assert mixer.reports() == ()


def test_clips_of_one_lane_sound_together():
    mixer = a_mixer()
    play(mixer, a_clip(), 0, Lane.NOTICE, token=1)
    play(mixer, a_clip(), 0, Lane.NOTICE, token=2)

    assert mixer.render(BLOCK)[500] == 0.5


def test_a_clip_has_its_own_gain():
    mixer = a_mixer()
    play(mixer, a_clip(), 0, Lane.NOTICE, token=1, gain_db=-6.0)

    assert mixer.render(BLOCK)[500] == pytest.approx(0.25 * amplitude(-6.0))


@pytest.mark.parametrize(
    ("above", "below", "lowered_db"),
    [
        (Lane.SAFETY, Lane.NOTICE, -18.0),
        (Lane.SAFETY, Lane.CUE, -18.0),
        (Lane.SAFETY, Lane.BED, -18.0),
        (Lane.NOTICE, Lane.CUE, -12.0),
        (Lane.NOTICE, Lane.BED, -12.0),
        (Lane.CUE, Lane.BED, -12.0),
        (Lane.BED, Lane.CUE, 0.0),
        (Lane.CUE, Lane.SAFETY, 0.0),
    ],
)
def test_a_higher_lane_ducks_a_lower_one_over_a_ramp(above, below, lowered_db):
    mixer = a_mixer()
    play(mixer, a_clip(9_600), 0, below, token=1)
    play(mixer, a_clip(4_800, 0.0), 960, above, token=2)

    played = mixer.render(9_600)

    assert played[959] == 0.25
    assert played[960 + RAMP] == pytest.approx(0.25 * amplitude(lowered_db))
    assert played[5_760] == pytest.approx(0.25 * amplitude(lowered_db))
    assert played[5_760 + RAMP] == 0.25
    assert np.abs(np.diff(played)).max() < 0.3 / RAMP


def test_hush_fades_what_sounds_and_forgets_what_is_queued_in_these_lanes_alone():
    mixer = a_mixer()
    play(mixer, a_clip(), 0, Lane.CUE, token=1)
    play(mixer, a_clip(), 2_000, Lane.CUE, token=2)
    play(mixer, a_clip(), 2_000, Lane.SAFETY, token=3)
    mixer.render(BLOCK)

    mixer.hush(Lane.CUE)
    faded = mixer.render(BLOCK)
    mixer.render(BLOCK)

    assert faded[0] == 0.25
    assert np.abs(np.diff(faded)).max() < 0.3 / FADE
    assert not faded[FADE:].any()
    assert mixer.reports() == (
        Started(1, 0),
        Ended(2, BLOCK, cut=True),
        Ended(1, BLOCK + FADE, cut=True),
        Started(3, 2_000),
    )


def test_hush_without_a_fade_ends_what_sounds_at_the_next_frame():
    mixer = a_mixer()
    play(mixer, a_clip(), 0, Lane.CUE, token=1)
    mixer.render(BLOCK)

    mixer.hush(Lane.CUE, fade_s=0.0)

    assert not mixer.render(BLOCK).any()
    assert mixer.reports() == (Started(1, 0), Ended(1, BLOCK, cut=True))


def test_a_second_hush_makes_a_fade_no_longer_and_no_louder():
    mixer = a_mixer()
    play(mixer, a_clip(), 0, Lane.CUE, token=1)
    mixer.render(BLOCK)

    mixer.hush(Lane.CUE, fade_s=0.040)
    first = mixer.render(BLOCK)
    mixer.hush(Lane.CUE)
    second = mixer.render(BLOCK)

    assert second[0] == pytest.approx(first[-1], abs=1e-3)
    assert not second[FADE:].any()
    assert (np.diff(np.concatenate((first, second))) <= 0.0).all()


def test_forgetting_takes_back_what_has_not_begun_and_lets_the_rest_sound():
    mixer = a_mixer()
    play(mixer, a_clip(1_000), 0, Lane.CUE, token=1)
    play(mixer, a_clip(1_000), 1_500, Lane.CUE, token=2)
    play(mixer, a_clip(1_000), 2_000, Lane.CUE, token=3)
    mixer.render(BLOCK)

    mixer.forget({1, 2})
    mixer.render(4_800)

    assert mixer.reports() == (
        Started(1, 0),
        Ended(2, BLOCK, cut=True),
        Ended(1, 1_000, cut=False),
        Started(3, 2_000),
        Ended(3, 3_000, cut=False),
    )


def test_silence_fades_every_lane_and_refuses_what_was_decided_before_it():
    mixer = a_mixer()
    for token, lane in enumerate(Lane):
        play(mixer, a_clip(), 0, lane, token=token)
    mixer.render(BLOCK)
    before = mixer.epoch

    mixer.silence()
    accepted = play(mixer, a_clip(), 0, Lane.CUE, token=9, epoch=before)
    faded = mixer.render(4_800)

    assert not accepted
    assert not faded[FADE:].any()
    assert mixer.epoch == before + 1
    assert {report.token for report in mixer.reports() if isinstance(report, Ended) and report.cut} == {0, 1, 2, 3}


def test_what_is_decided_after_a_silence_sounds():
    mixer = a_mixer()
    mixer.silence()

    assert play(mixer, a_clip(), 0, Lane.SAFETY, token=1, epoch=mixer.epoch)
    assert mixer.render(BLOCK).all()


def test_busy_until_knows_what_sounds_and_what_is_queued_in_each_lane():
    mixer = a_mixer()
    play(mixer, a_clip(5_000), 0, Lane.NOTICE, token=1)
    play(mixer, a_clip(1_000), 9_000, Lane.NOTICE, token=2)
    play(mixer, a_clip(3_000), 0, Lane.CUE, token=3)
    mixer.render(BLOCK)

    assert mixer.busy_until(Lane.NOTICE) == 10_000
    assert mixer.busy_until(Lane.CUE) == 3_000
    assert mixer.busy_until(Lane.SAFETY) == BLOCK
    assert mixer.busy_until() == 10_000


def test_after_a_hush_a_lane_is_busy_for_the_fade_only():
    mixer = a_mixer()
    play(mixer, a_clip(5_000), 0, Lane.NOTICE, token=1)
    play(mixer, a_clip(1_000), 9_000, Lane.NOTICE, token=2)
    mixer.render(BLOCK)

    mixer.hush(Lane.NOTICE)

    assert mixer.busy_until(Lane.NOTICE) == BLOCK + FADE


def test_the_gain_of_everything_moves_over_a_ramp():
    mixer = a_mixer()
    play(mixer, a_clip(9_600), 0, Lane.NOTICE, token=1)
    mixer.render(BLOCK)

    mixer.set_gain(-20.0)
    played = mixer.render(2 * RAMP)

    assert played[0] == 0.25
    assert np.abs(np.diff(played)).max() < 0.3 / RAMP
    assert played[RAMP] == pytest.approx(0.025)


def test_without_a_lease_no_cue_and_no_bed_sounds_but_safety_and_notices_do():
    mixer = Mixer()
    for token, lane in enumerate(Lane):
        play(mixer, a_clip(100, 0.1), 0, lane, token=token)

    mixer.render(BLOCK)

    assert [report.token for report in mixer.reports() if isinstance(report, Started)] == [Lane.NOTICE, Lane.SAFETY]


@pytest.mark.parametrize("lane", [Lane.CUE, Lane.BED])
def test_a_cue_has_faded_when_its_lease_ends(lane):
    mixer = a_mixer()
    mixer.lease = Lease(2_000)
    play(mixer, a_clip(), 0, lane, token=1)

    played = mixer.render(4_800)

    assert (played[: 2_000 - FADE] == 0.25).all()
    assert np.abs(np.diff(played)).max() < 0.3 / FADE
    assert not played[2_000:].any()
    assert mixer.reports() == (Started(1, 0), Ended(1, 2_000, cut=True))


def test_a_cue_that_ends_within_its_lease_sounds_whole():
    mixer = a_mixer()
    mixer.lease = Lease(2_000)
    play(mixer, a_clip(2_000), 0, Lane.CUE, token=1)

    assert (mixer.render(4_800)[:2_000] == 0.25).all()
    assert mixer.reports() == (Started(1, 0), Ended(1, 2_000, cut=False))


@pytest.mark.parametrize(("at", "begins"), [(1_520, True), (1_521, False), (2_500, False)])
def test_a_cue_begins_only_where_its_lease_leaves_room_for_a_fade(at, begins):
    mixer = a_mixer()
    mixer.lease = Lease(2_000)
    play(mixer, a_clip(), at, Lane.CUE, token=1)

    mixer.render(4_800)

    started = [report for report in mixer.reports() if isinstance(report, Started)]
    assert started == ([Started(1, at)] if begins else [])


def test_a_lease_renewed_in_time_cuts_nothing():
    mixer = a_mixer()
    play(mixer, a_clip(4_800), 0, Lane.CUE, token=1)

    played = []
    for _ in range(5):
        mixer.lease = Lease(mixer.frame + 2_000)
        played.append(mixer.render(BLOCK))

    assert (np.concatenate(played) == 0.25).all()


def test_a_lease_renewed_while_a_cue_fades_does_not_bring_it_back():
    mixer = a_mixer()
    mixer.lease = Lease(1_200)
    play(mixer, a_clip(), 0, Lane.CUE, token=1)
    mixer.render(BLOCK)

    mixer.lease = Lease(FOR_EVER)
    played = mixer.render(BLOCK)

    assert (np.diff(played) <= 0.0).all()
    assert not played[1_200 - BLOCK :].any()


def test_a_lease_taken_back_silences_cues_at_the_next_frame():
    mixer = a_mixer()
    play(mixer, a_clip(), 0, Lane.CUE, token=1)
    mixer.render(BLOCK)

    mixer.lease = Lease(0)

    assert not mixer.render(BLOCK).any()
    assert mixer.reports()[-1] == Ended(1, BLOCK, cut=True)


def test_loud_clips_together_stay_within_full_scale():
    mixer = a_mixer()
    for token in range(8):
        play(mixer, a_clip(level=0.9), 0, Lane.SAFETY, token=token, gain_db=12.0)

    assert np.abs(mixer.render(BLOCK)).max() <= 1.0


def test_a_rendered_block_belongs_to_whoever_asked_for_it():
    mixer = a_mixer()
    clip = a_clip()
    play(mixer, clip, 0, Lane.SAFETY, token=1)

    mixer.render(BLOCK)[:] = 9.0

    assert (clip.samples == 0.25).all()
    assert (mixer.render(BLOCK) == 0.25).all()


def test_a_cue_with_a_lease_that_has_run_out_is_refused():
    mixer = a_mixer()
    mixer.render(BLOCK)

    accepted = mixer.instruct(a_clip(), 2_000, Lane.CUE, Lease(BLOCK), token=1, epoch=mixer.epoch)

    assert not accepted
    assert not mixer.render(9_600).any()
    assert mixer.reports() == ()


@pytest.mark.parametrize("lane", [Lane.CUE, Lane.BED])
def test_what_instructs_is_refused_without_a_lease(lane):
    mixer = a_mixer()

    assert not mixer.schedule(a_clip(), 0, lane, token=1)
    assert not mixer.render(9_600).any()


def test_a_lease_holds_for_a_second_after_what_was_heard():
    lease = Lease.proved(BLOCK)

    assert lease.fresh(BLOCK + LEASE - 1)
    assert not lease.fresh(BLOCK + LEASE)


def level_of(lane, voice_db, gain_db):
    mixer = a_mixer()
    mixer.begin_with(voice_db, gain_db)
    play(mixer, a_clip(level=0.1), 0, lane, token=1)
    return 20 * np.log10(mixer.render(BLOCK)[-1] / 0.1)


@pytest.mark.parametrize("lane", [Lane.NOTICE, Lane.CUE, Lane.BED])
def test_the_level_of_the_voice_and_what_was_asked_for_are_added_from_the_first_sample(lane):
    assert level_of(lane, -8.0, -3.0) == pytest.approx(-11.0, abs=0.01)


@pytest.mark.parametrize(("voice_db", "gain_db"), [(-8.0, 0.0), (0.0, -12.0), (-12.0, -12.0)])
def test_what_is_said_for_safety_is_never_softer_than_its_floor(voice_db, gain_db):
    assert level_of(Lane.SAFETY, voice_db, gain_db) == pytest.approx(SAFETY_FLOOR_DB, abs=0.01)


def test_a_louder_voice_is_louder_for_safety_too():
    assert level_of(Lane.SAFETY, 0.0, 6.0) == pytest.approx(6.0, abs=0.01)


def test_quieter_in_the_middle_of_a_session_stops_at_the_floor_for_safety():
    mixer = a_mixer()
    play(mixer, a_clip(length=48_000, level=0.1), 0, Lane.SAFETY, token=1)
    mixer.set_gain(-12.0)

    assert mixer.render(2 * RAMP)[-1] == pytest.approx(0.1 * amplitude(SAFETY_FLOOR_DB), abs=1e-4)


class Careless(Mixer):
    """A mixer that believes to be heard for ever."""

    @property
    def lease(self):
        return Lease(FOR_EVER)

    @lease.setter
    def lease(self, lease):
        """Forget what was told."""


@pytest.mark.parametrize(("kind", "heard_of"), [(Mixer, False), (Careless, True)], ids=["whole", "lease dropped"])
def test_a_mixer_that_drops_the_lease_is_noticed(kind, heard_of):
    mixer = kind()
    mixer.lease = Lease(2_000)
    play(mixer, a_clip(), 0, Lane.CUE, token=1)

    sounding = np.flatnonzero(mixer.render(4_800))

    assert bool(sounding[-1] >= 2_000) is heard_of
