from coach.language.utterance import Utterance
from coach.runtime.player import LOOK_AHEAD, Player
from coach.score.models import Cue, Position, Score, Segment, SegmentKind, TimedCue
from coach.units import BLOCK, Frames, frames


def _score(*, waits_at: int | None = None) -> Score:
    """Three segments of four seconds, each with a cue at its start and one in its middle."""
    cues = (
        Cue("x.point", Frames(0), Utterance("en", "x.point", "Away.")),
        Cue("x.flex", frames(2.0), Utterance("en", "x.flex", "Up.")),
    )
    return Score(
        "p",
        "en",
        tuple(
            Segment(f"s{n}", SegmentKind.REP, frames(4.0), cues, (Frames(0), frames(2.0)), waits=n == waits_at)
            for n in range(3)
        ),
    )


class Desk:
    """Stands where the mixer would: keeps what was handed over and counts what was taken back."""

    def __init__(self) -> None:
        self.handed: list[TimedCue] = []
        self.taken_back = 0

    def hand_over(self, timed: TimedCue) -> None:
        self.handed.append(timed)

    def take_back(self) -> None:
        self.taken_back += 1


def _walk(player: Player, start: int, stop: int) -> list[tuple[str, int]]:
    ended = []
    for now in range(start, stop, BLOCK):
        ended += [(end.segment, end.frame) for end in player.advance(Frames(now))]
    return ended


def test_every_cue_is_handed_over_once_at_its_planned_frame():
    desk = Desk()
    player = Player(desk.hand_over, desk.take_back)
    player.follow(_score(), Position("s0", Frames(0), Frames(24_000)))

    _walk(player, 0, frames(14.0))

    assert [timed.planned for timed in desk.handed] == [24_000 + frames(2.0) * n for n in range(6)]


def test_no_cue_is_handed_over_long_before_it_is_due():
    desk = Desk()
    player = Player(desk.hand_over, desk.take_back)
    player.follow(_score(), Position("s0", Frames(0), Frames(0)))

    player.advance(Frames(0))

    assert max(timed.planned for timed in desk.handed) <= 2 * LOOK_AHEAD


def test_a_segment_is_told_ended_when_its_last_frame_has_been_played():
    desk = Desk()
    player = Player(desk.hand_over, desk.take_back)
    player.follow(_score(), Position("s0", Frames(0), Frames(0)))

    ended = _walk(player, 0, frames(13.0))

    assert ended == [("s0", frames(4.0)), ("s1", frames(8.0)), ("s2", frames(12.0))]


def test_nothing_is_due_behind_a_segment_that_waits():
    desk = Desk()
    player = Player(desk.hand_over, desk.take_back)
    player.follow(_score(waits_at=1), Position("s0", Frames(0), Frames(0)))

    ended = _walk(player, 0, frames(20.0))

    assert [segment for segment, _ in ended] == ["s0", "s1"]
    assert {timed.segment for timed in desk.handed} == {"s0", "s1"}


def test_halting_takes_back_what_was_handed_over_and_ends_nothing_more():
    desk = Desk()
    player = Player(desk.hand_over, desk.take_back)
    player.follow(_score(), Position("s0", Frames(0), Frames(0)))
    player.advance(Frames(0))

    player.halt()

    assert desk.taken_back == 1
    assert _walk(player, 0, frames(13.0)) == []
