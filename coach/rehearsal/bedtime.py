"""Years by the bed in simulated time: the service as it is, and a person, a carer, clocks and power as they please.

Attendant, planner, timekeeper, session, loop, interpreter, keeper and the journal on disk are the shipped ones; of the
sound only the lengths are made. Time jumps from event to event. What a machine that is cut off would lose is lost.

Nothing here uses the clock of this machine: the same seed gives the same years.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from coach.commands import Command
from coach.errors import CoachError
from coach.journal.keeper import Keeper, open_keeper
from coach.journal.planning import schedule_state
from coach.journal.words import how_am_i_doing
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.plan.elapsed import DAY_MS, HOUR_MS, MINUTE_MS
from coach.plan.schedule import AWAKE_MIN
from coach.rehearsal.at_once import JournalAtOnce
from coach.rehearsal.bed_clock import Machine, zone_of
from coach.rehearsal.bed_habits import Habits, Lived
from coach.runtime.attendant import Attendant, Ready, Told, Ways
from coach.runtime.chronicle import Sound
from coach.runtime.composing import ANEW, INTERRUPTED, Composer
from coach.runtime.guard import guarded
from coach.runtime.host import keep_in
from coach.runtime.planner import Planner, spoken
from coach.runtime.timekeeper import Timekeeper, ToldClock
from coach.runtime.wiring import Bar, House
from coach.session import events as ev
from coach.session.margin import ROUNDS
from coach.session.monitor import Monitor, Violation
from coach.session.states import Phase
from coach.units import BLOCK, SAMPLE_RATE, Frames, frames

_ANSWERS_AFTER: Final = frames(1.0)
_SPOKE_LATELY_MS: Final = 10 * MINUTE_MS
"""As long as somebody who spoke counts as awake."""
_LOOK: Final = frames(120.0)
"""How often is looked at the schedule: less often than at a bed, for the sake of the years."""


class _Maker:
    """Makes sessions ready at once."""

    def __init__(self, life: "BedLife", keeper: Keeper) -> None:
        self._life, self._keeper = life, keeper
        self._made: Ready | CoachError | None = None
        self._told: Told | None = None

    def begin(self) -> None:
        life = self._life
        try:
            composer = life.composer()
            told = composer.gathered(self._keeper.store, life.machine.now(), life.today)
            composed = composer.composed(told, life.machine.local, _no_progress, *spoken())
            planner = life.planner(composer, self._keeper) if life.changed else None
            life.changed = False
            self._made = Ready(composed, composed.entries(self._keeper.store), planner)
        except CoachError as wrong:
            life.lived.unready += 1
            self._made = wrong

    def take(self) -> Ready | CoachError | None:
        made, self._made = self._made, None
        return made

    def over(self) -> None:
        life = self._life
        self._keeper.sum_up()
        with suppress(CoachError):
            composer = life.composer()
            told = composer.gathered(self._keeper.store, life.machine.now(), life.today)
            lines = () if told.history is None else how_am_i_doing(told.history)
            self._told = Told(lines, composer.clips(told, lines))

    def told(self) -> Told | None:
        told, self._told = self._told, None
        return told


class BedLife:
    """Lives it."""

    def __init__(
        self,
        house: Callable[[], House],
        folder: Path,
        seed: int,
        habits: Habits | None = None,
        *,
        jumps_of: Callable[[random.Random], int] | None = None,
    ) -> None:
        """Take where to read what was prescribed, where the journal is kept, and how things go.

        Args:
            house: Reads it afresh.
            folder: Of the journal.
            seed: Of all chance.
            habits: How things go.
            jumps_of: Returns how far off the wall clock is after a jump; None: up to ten years either way.
        """
        self._house, self._folder = house, folder
        self.habits = habits or Habits()
        self.machine = Machine()
        self.lived = Lived()
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._labels = random.Random(seed)  # noqa: S311 - what only labels depend on
        self._jumps_of = jumps_of or (lambda dice: dice.randint(-3650, 3650) * DAY_MS)
        self.changed = False
        self._composer = self._composed_of(house())
        self._spoke_ms = -DAY_MS
        self._question_since: Frames | None = None
        self._seen: set[int] = set()
        self._boot()

    @property
    def today(self) -> date:
        """Return the day by the wall clock of the machine."""
        return datetime.fromisoformat(self.machine.now().wall).date()

    def composer(self) -> Composer:
        """Return what composes sessions of what was prescribed just now."""
        if self.changed:
            self._composer = self._composed_of(self._house())
        return self._composer

    def planner(self, composer: Composer, keeper: Keeper) -> Planner:
        """Return the schedule as the journal remembers it."""
        state = schedule_state(keeper.store, composer.table)
        return Planner(composer.table, state, keeper.note)

    def live(self, days: float) -> Lived:
        """Live so many days, and return what came of them all."""
        until = self.machine.true_ms + round(days * DAY_MS)
        next_hour = self.machine.true_ms + HOUR_MS
        while self.machine.true_ms < until:
            self._advance(min(until, next_hour))
            if self.machine.true_ms >= next_hour:
                self._befall()
                next_hour = self.machine.true_ms + HOUR_MS // 4
        return self.lived

    def close(self) -> None:
        """End as a service that is stopped ends."""
        self._keeper.close()

    # ------------------------------------------------------------------ the machine

    def _composed_of(self, house: House) -> Composer:
        return Composer(house, house.program(house.usual_program), house.usual_language, None)

    def _boot(self) -> None:
        machine = self.machine
        clock = self.habits.clock_at_boot or not machine.boots
        machine.boot(clock=clock, off_ms=self._jumps_of(self._labels))
        self._keeper = open_keeper(self._folder, machine)
        journal = JournalAtOnce(self._keeper)
        self._time = Timekeeper(machine, lambda: machine.synchronized, lambda _boot: machine.told, zone_of)
        composer = self._composer
        told = composer.gathered(self._keeper.store, machine.now(), self.today)
        composed = composer.composed(told, machine.local, _no_progress, *spoken())
        self._keeper.note(*composed.entries(self._keeper.store))
        ways = Ways(
            note=journal.note,
            keeping=lambda session: keep_in(journal, session),
            guard=lambda keep: guarded(keep, Monitor().check, self._broken),
            listen=lambda _expectation: None,
            reading=self._time.reading,
            tell=lambda _line: None,
        )
        found = self._keeper.found
        planner = self.planner(composer, self._keeper)
        self.attendant = Attendant(Ready(composed, ()), planner, _Maker(self, self._keeper), ways, _LOOK)
        self.attendant.forget = self._forget
        first = [line for line, holds in ((ANEW, found.anew), (INTERRUPTED, found.interrupted)) if holds]
        self.attendant.boot(found.standing.lock, first)
        self._frames_from = machine.true_ms
        self._seen.clear()

    def _cut(self) -> None:
        """The power goes for a while."""
        self.lived.cuts += 1
        self._keeper.store.close()
        self.machine.true_ms += self.dice.randrange(1, 12 * 60) * MINUTE_MS
        self._question_since = None
        self._boot()

    def _broken(self, violation: Violation) -> None:
        self.lived.broken.append(f"{violation.clause}: {violation.sentence} ({violation.event})")

    # ------------------------------------------------------------------ time

    def _advance(self, until_ms: int) -> None:
        """Let time pass up to a true time, as far as nothing cuts it short."""
        attendant = self.attendant
        while self.machine.true_ms < until_ms:
            attendant.before()
            coach = attendant.coach
            now = coach.mixer.frame
            coach.loop.heard_until(now)
            coach.loop.before_block()
            self._note_begun()
            to = self._until(now, Frames(now + (until_ms - self.machine.true_ms) * SAMPLE_RATE // 1000))
            coach.loop.heard_until(to)
            coach.mixer.pass_over(to - now)
            coach.loop.after_block()
            self.machine.true_ms = self._frames_from + to * 1000 // SAMPLE_RATE
            self._hear(coach.chronicle.sounds)
            self._answer(to)

    def _until(self, now: Frames, end: Frames) -> Frames:
        coach, attendant = self.attendant.coach, self.attendant
        dues = [attendant.next_due, end]
        if (due := coach.loop.next_due) is not None:
            dues.append(due)
        if (start := coach.mixer.next_start) is not None:
            dues += [Frames(start // BLOCK * BLOCK), Frames(start // BLOCK * BLOCK + BLOCK)]
        if (ending := coach.mixer.next_end) is not None:
            dues.append(ending)
        if self._question_since is not None or coach.loop.state.protocol.question is not None:
            dues.append(Frames(now + _ANSWERS_AFTER // 2))
        later = [up for due in dues if (up := -(-due // BLOCK) * BLOCK) > now]
        soonest = min(later, default=now + BLOCK)
        pressing = any(due <= now for due in dues[:1] + dues[2:3])
        return Frames(now + BLOCK if pressing else max(now + BLOCK, soonest))

    # ------------------------------------------------------------------ what is heard, said and done

    def _post(self, event: ev.Event) -> None:
        self.attendant.coach.loop.post(event)

    def _say(self, command: Command, answer: Answer | None = None) -> None:
        self._spoke_ms = self.machine.true_ms
        frame = self.attendant.coach.mixer.frame
        self._post(ev.Heard(frame, command, Certainty.FINAL, answer, command.value))

    @property
    def asleep(self) -> bool:
        """Return whether it is night; she does not stir then."""
        return not 7 <= self.machine.local.hour < 21

    @property
    def _night(self) -> bool:
        """Return whether it is a quiet hour, and has been since it was last looked at the clock."""
        earlier = self.machine.local - timedelta(seconds=2 * _LOOK // SAMPLE_RATE)
        return self.asleep and not 7 <= earlier.hour < 21

    @property
    def _unsettled(self) -> bool:
        """Return whether the machine takes the night for the day, because a carer has told it so."""
        return self.machine.told is not None and self.machine.told_off_ms != 0

    def _hear(self, sounds: list[Sound]) -> None:
        """Take in what has begun to sound."""
        for sound in sounds:
            if sound.played is None or sound.token in self._seen:
                continue
            self._seen.add(sound.token)
            at = self._frames_from + sound.played * 1000 // SAMPLE_RATE
            self.lived.trace.append((at, sound.id))
            self.lived.offers += sound.id == "question.offer"
            unknown = self._time.known is None and self.machine.told is None
            spoke = at - self._spoke_ms <= (AWAKE_MIN * MINUTE_MS if unknown else _SPOKE_LATELY_MS)
            if self._night and not spoke and not self._unsettled and sound.kind != "cue":
                self.lived.woken.append((at, sound.id))

    def _forget(self) -> None:
        self.attendant.coach.chronicle.forget()
        self._seen.clear()

    def _note_begun(self) -> None:
        """Take down when an exercise begins and when a session is over, in true time."""
        protocol = self.attendant.coach.loop.state.protocol
        running = protocol.in_session and protocol.ahead.value != "screening"
        counted = len(self.lived.begun) > len(self.lived.over)
        if running and protocol.phase is Phase.RUN and not counted:
            self.lived.begun.append(self.machine.true_ms)
        elif counted and not protocol.in_session:
            self.lived.over.append(self.machine.true_ms)

    def _answer(self, now: Frames) -> None:
        """Answer the open question a moment after it was asked; in the night nobody does."""
        coach = self.attendant.coach
        protocol = coach.loop.state.protocol
        question = protocol.question
        if protocol.phase is Phase.PRACTICE and not coach.interpreter.speaking:
            self._say(Command.PAIN if protocol.round > ROUNDS else Command.STOP)
            return
        if question is None or coach.interpreter.speaking or self.asleep:
            self._question_since = None
            return
        if self._question_since is None:
            self._question_since = now
            return
        if now - self._question_since < _ANSWERS_AFTER:
            return
        self._question_since = Frames(now + frames(3600.0))
        self._reply(question.value)

    def _reply(self, question: str) -> None:  # noqa: C901 - one flat case a question
        dice, habits = self.dice, self.habits
        match question:
            case "offer":
                kinds = list(habits.answers)
                reply = dice.choices(kinds, [habits.answers[kind] for kind in kinds])[0]
                self.lived.answers[reply] = self.lived.answers.get(reply, 0) + 1
                if reply == "yes":
                    self._say(Command.YES, Answer.YES)
                elif reply != "silence":
                    self._say(Command(reply), Answer.NO)
            case "morning":
                morning = self.machine.local.hour < 11
                self._say(Command.YES if morning else Command.NO, Answer.YES if morning else Answer.NO)
            case "wake":
                if self._television:
                    return
                self._say(Command.YES, Answer.YES)
            case "screen-consent" | "go-on" | "resume" | "resume-own":
                self._say(Command.YES, Answer.YES)
            case "effort":
                if dice.random() < habits.hurts:
                    self._say(Command.CALF_CLOT)
                elif dice.random() < habits.stops:
                    self._say(Command.STOP)
                else:
                    self._say(Command.ALL_CLEAR, dice.choice((Answer.EASY, Answer.ALL_RIGHT, Answer.HARD)))
            case _:
                self._say(Command.NO, Answer.NO)

    _television = False

    def _befall(self) -> None:  # noqa: C901 - one flat case a chance
        """Let something happen, a quarter of an hour at a time."""
        dice, habits, machine = self.dice, self.habits, self.machine
        protocol = self.attendant.coach.loop.state.protocol
        luck = {name: dice.random() * 4 for name in ("cut", "jump", "sync", "carer", "start", "ask", "tv")}
        if luck["cut"] < habits.cuts:
            self._cut()
            return
        if luck["jump"] < habits.jumps:
            self.lived.jumps += 1
            machine.off_ms, machine.synchronized = self._jumps_of(self._labels), False
        elif luck["sync"] < habits.syncs and not machine.synchronized:
            machine.synchronized, machine.off_ms, machine.told = True, 0, None
        elif luck["carer"] < habits.carer and not self.asleep:
            self._care(dice)
        if protocol.phase is Phase.LOCKED:
            self.lived.locks += 1
            if not self.asleep:
                self._post(ev.CareAcknowledged(self.attendant.coach.mixer.frame))
            return
        self._television = luck["tv"] < habits.television
        if self._television:
            frame = self.attendant.coach.mixer.frame
            self._post(ev.Heard(frame, Command.START, Certainty.FINAL, None, "start"))
        elif self.asleep:
            return
        elif luck["start"] < habits.starts:
            self._say(Command.START)
            if self.machine.told is None and not self.machine.synchronized:
                self._say(Command.START)
        elif luck["ask"] < habits.asks:
            for _ in range(2):  # whoever is not answered says it again
                self._say(dice.choice((Command.WHATS_NEXT, Command.HOW_AM_I_DOING)))

    def _care(self, dice: random.Random) -> None:
        """A carer helps, as well as she can."""
        machine, frame = self.machine, self.attendant.coach.mixer.frame
        if not machine.synchronized and machine.told is None and dice.random() < 0.7:
            off_ms = dice.choice((0, 0, 0, 12 * HOUR_MS, -12 * HOUR_MS, HOUR_MS, 24 * 3650 * HOUR_MS))
            local = machine.local + timedelta(milliseconds=off_ms)
            stamp = machine.now()
            machine.told_off_ms = off_ms if off_ms % DAY_MS else 0
            self.lived.told_wrong += machine.told_off_ms != 0
            minute = 60 * local.hour + local.minute
            machine.told = ToldClock(boot=stamp.boot, uptime_ms=stamp.uptime_ms, day=local.toordinal(), minute=minute)
        elif dice.random() < 0.5:
            self._post(ev.PinRefused(frame))
        else:
            self._post(ev.StopRequested(frame))


def _no_progress(_what: str) -> Bar:
    return lambda _done, _total: None
