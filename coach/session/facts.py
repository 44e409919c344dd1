"""What the protocol may know of a place: yes-or-no questions, and nothing else.

1. Every property returns True or False. That makes the protocol finite: the tests visit it with
   every answer to every question it asks.
2. A fact that is asked about an event of another kind is False.
"""

from dataclasses import dataclass
from typing import Final

from coach.commands import Command
from coach.language.alarms import BARE_HELP
from coach.language.command_book import Mark, holds_any
from coach.program.dose import SideMode
from coach.score.changing import eased, set_ahead, turned
from coach.score.models import SegmentKind
from coach.score.progress import reps_left
from coach.score.scheduler import locate
from coach.session.care import Known
from coach.session.events import Event, Heard, SegmentEnded
from coach.session.place import Place, Screening
from coach.units import frames

TEMPO_STEP_S: Final = 0.5
"""One "slower" or "faster": an eighth of the standard cycle of 4 s, plainly felt; chosen, not measured."""
GAIN_STEP_DB: Final = 3.0
"""One "louder" or "quieter": 3 dB is plainly heard; chosen, not measured."""
GAIN_RANGE_DB: Final = (-12.0, 9.0)
"""Quieter than -12 dB is lost beside a television; more than +9 dB would clip prompts leveled with headroom."""
PACE_MOST: Final = 2
"""Steps of the speaking rate either way: from 120 to 180 words a minute for a voice of 150 (`coach.speech.profile`)."""
_RECENT: Final = frames(60.0)
"""A command within the last minute shows that she is well: the effort question is left out (design, 13.7)."""
_FRESH_SCREENING: Final = frames(6 * 3600.0)
"""Six hours: after that a session counts as the first of the day (design, 13.6)."""
_AWAKE: Final = frames(10 * 60.0)
"""Ten minutes without a word in a quiet hour count as asleep: as long as a pause lasts (protocol); chosen."""
WAKES: Final = 3
"""How often an hour "start" at rest is asked about: enough for somebody who is misheard, little for a television;
chosen."""
_HOUR: Final = frames(3600.0)
_LEGS: Final = frozenset({Known.SWELLING, Known.BRUISING, Known.REDNESS, Known.WOUND_PAIN, Known.LEG_PAIN})
_LOCK_REST: Final = frames(30 * 60.0)
"""Half an hour: the protocol's wait before the person may lift a caution lock."""
_REST_TO_TALK: Final = frames(12.0)
"""What must be left of a rest to answer without interrupting it: the longest short answer (about 4 s) before the
ten-second announcement would be talked over is rounded up; chosen, not measured."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be asked about a place and an event."""

    place: Place
    event: Event

    @property
    def fits(self) -> bool:
        """Return whether the segment that ended is the one the person is in."""
        return isinstance(self.event, SegmentEnded) and self.event.segment == self.place.position.segment

    @property
    def waits(self) -> bool:
        """Return whether the score does not run on by itself behind this segment."""
        return self.place.segment.waits or self.place.next_segment is None

    @property
    def over(self) -> bool:
        """Return whether nothing comes behind this segment."""
        return self.place.next_segment is None

    @property
    def spoke_lately(self) -> bool:
        """Return whether a command or an answer was recognized within the last minute."""
        return self.place.spoke is not None and self.event.frame - self.place.spoke <= _RECENT

    @property
    def practice_due(self) -> bool:
        """Return whether stopping is to be practised before the next session."""
        return self.place.care.practice_due

    @property
    def first_of_day(self) -> bool:
        """Return whether all questions come before the next session: none was passed today, or not lately."""
        place = self.place
        old = place.screened is not None and self.event.frame - place.screened > _FRESH_SCREENING
        return old or place.screening is Screening.FIRST

    @property
    def barred(self) -> bool:
        """Return whether no session may begin, whatever she answers."""
        return self.place.care.barred is not None

    @property
    def known_legs(self) -> bool:
        """Return whether the team knows already of something about her legs."""
        return not _LEGS.isdisjoint(self.place.care.baseline)

    @property
    def known_breath(self) -> bool:
        """Return whether the team knows already that she is short of breath."""
        return Known.BREATHLESSNESS in self.place.care.baseline

    @property
    def known_dizzy(self) -> bool:
        """Return whether the team knows already that she is dizzy."""
        return Known.DIZZINESS in self.place.care.baseline

    @property
    def known_any(self) -> bool:
        """Return whether the team knows already of anything."""
        return bool(self.place.care.baseline)

    @property
    def asleep(self) -> bool:
        """Return whether it is a quiet hour and she has not spoken lately: but for an emergency she speaks first."""
        place = self.place
        return place.quiet and (place.spoke is None or self.event.frame - place.spoke > _AWAKE)

    @property
    def bedside(self) -> bool:
        """Return whether the coach lives by the bed, where a television may say "start" at any time of the year."""
        return self.place.bedside

    @property
    def woken_enough(self) -> bool:
        """Return whether "start" at rest was asked about as often within the hour as it may be."""
        woken = self.place.woken
        return len(woken) >= WAKES and self.event.frame - woken[-WAKES] < _HOUR

    @property
    def cramps(self) -> bool:
        """Return whether the pain that was heard is a cramp."""
        return self._marked(Mark.CRAMP)

    @property
    def heavy(self) -> bool:
        """Return whether the bleeding that was heard is a heavy one."""
        return self._marked(Mark.HEAVY)

    def _marked(self, mark: Mark) -> bool:
        if not isinstance(self.event, Heard):
            return False
        material, phrase = self.place.material, self.event.phrase
        # Words of harm are heard in every language, whatever the session speaks.
        return material.pack.commands.marked(phrase, mark) or holds_any(phrase, material.marks.get(mark, ()))

    @property
    def lock_rested(self) -> bool:
        """Return whether the lock is half an hour old."""
        return self.event.frame - self.place.locked >= _LOCK_REST

    @property
    def bare_help(self) -> bool:
        """Return whether what was heard is a bare "help", about which the session asks first."""
        if not isinstance(self.event, Heard) or self.event.command is not Command.CALL_PERSON:
            return False
        if self.event.phrase == BARE_HELP:  # as the grammar has it, in whatever language it was said
            return True
        entries = self.place.material.pack.commands.entries
        return any(entry.bare_help and entry.phrase == self.event.phrase for entry in entries)

    @property
    def explaining(self) -> bool:
        """Return whether the exercise is being explained or shown."""
        segment = self.place.segment
        return segment.kind is SegmentKind.DEMO or (segment.kind is SegmentKind.LEAD_IN and segment.set_number == 0)

    @property
    def may_talk_over(self) -> bool:
        """Return whether a short answer fits into the rest without stopping anything."""
        place = self.place
        if not place.moving or place.segment.kind is not SegmentKind.REST:
            return False
        here = locate(place.score, place.position, self.event.frame)
        return here.segment == place.position.segment and place.segment.length - here.offset >= _REST_TO_TALK

    @property
    def can_slow(self) -> bool:
        """Return whether the exercise allows a slower tempo."""
        work = self.place.work
        return work is not None and work.cycle_s + TEMPO_STEP_S <= work.tempo_range[1]

    @property
    def can_quicken(self) -> bool:
        """Return whether the exercise allows a quicker tempo."""
        work = self.place.work
        return work is not None and work.cycle_s - TEMPO_STEP_S >= work.tempo_range[0]

    @property
    def can_louder(self) -> bool:
        """Return whether it may be louder."""
        return self.place.gain_db + GAIN_STEP_DB <= GAIN_RANGE_DB[1]

    @property
    def can_quieter(self) -> bool:
        """Return whether it may be quieter."""
        return self.place.gain_db - GAIN_STEP_DB >= GAIN_RANGE_DB[0]

    @property
    def can_speak_slower(self) -> bool:
        """Return whether the voice may be slower."""
        return self.place.pace > -PACE_MOST

    @property
    def can_speak_faster(self) -> bool:
        """Return whether the voice may be quicker."""
        return self.place.pace < PACE_MOST

    @property
    def can_switch(self) -> bool:
        """Return whether another side can be worked."""
        place = self.place
        work = place.work
        return work is not None and turned(place.score, place.ended, place.working.id, work) is not None

    @property
    def can_ease(self) -> bool:
        """Return whether it can be made slower or fewer."""
        return self.can_slow or self.can_do_fewer

    @property
    def can_do_fewer(self) -> bool:
        """Return whether repetitions can be taken off."""
        place = self.place
        work = place.work
        return work is not None and eased(place.score, place.ended, place.working.id, work) is not work

    @property
    def fewer_at_once(self) -> bool:
        """Return whether repetitions can be taken off the set she is in, or the next one where she rests."""
        place = self.place
        work = place.work
        if work is None:
            return False
        coming = set_ahead(place.score, place.working)
        fewer = eased(place.score, place.ended, place.working.id, work)
        return fewer.reps_of(coming) < work.reps_of(coming)

    @property
    def held_even(self) -> bool:
        """Return whether repetitions stay because the other side, or the other direction, has done as many."""
        place = self.place
        work = place.work
        return work is not None and work.reps > work.least_reps and reps_left(place.score, place.position.segment) > 1

    @property
    def takes_sides(self) -> bool:
        """Return whether the exercise can be done one side at a time."""
        work = self.place.work
        return work is not None and SideMode.EACH in work.exercise.sides.allowed

    @property
    def can_rest_longer(self) -> bool:
        """Return whether a rest between sets is to come, or is under way, and may be longer."""
        place = self.place
        ahead = place.score.segments[place.score.place(place.position.segment) :]
        blocks = dict.fromkeys(one.block for one in place.score.segments if one.exercise)
        works = dict(zip(blocks, place.material.works, strict=True))
        rests = (one for one in ahead if one.kind is SegmentKind.REST)
        resting = {one.block for one in rests if set_ahead(place.score, one) <= one.sets}
        return any(works[block].longer_rests_s for block in resting)

    @property
    def several_exercises(self) -> bool:
        """Return whether the session has more than one exercise."""
        return len(self.place.material.works) > 1

    @property
    def skips_exercise(self) -> bool:
        """Return whether what she wants to skip is the exercise in hand, not just the part of it."""
        return self.several_exercises and isinstance(self.event, Heard) and self.event.command is Command.SKIP

    @property
    def passes_over(self) -> bool:
        """Return whether skipping passes over an explanation or a rest alone."""
        here = self.place.segment
        if self.skips_exercise:
            return set_ahead(self.place.score, here) > here.sets
        return here.set_number == 0 or here.kind is SegmentKind.REST

    @property
    def can_skip(self) -> bool:
        """Return whether there is something to skip, and something behind it."""
        return self.place.segment.kind is not SegmentKind.OUTRO and self.place.next_segment is not None
