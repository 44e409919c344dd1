"""A session played by hand: say something, wait, and look at what was asked of the world."""

from dataclasses import replace
from pathlib import Path

from coach.commands import Command
from coach.language.loader import load_pack
from coach.language.utterance import Answer
from coach.listening.hearing import Certainty
from coach.program.dose import SideMode, works
from coach.program.loader import load_exercises, load_programs
from coach.score.compiler import Material, utterances_needed
from coach.score.scheduler import ends_between
from coach.session import effects as fx
from coach.session import events as ev
from coach.session.account import differences
from coach.session.care import Care
from coach.session.machine import initial, step
from coach.session.monitor import Monitor
from coach.session.states import Screening
from coach.units import Frames, frames

UNTOLD = Care()
ROOT = Path(__file__).parents[2]


def short_material(sets=2, reps=6, sides=SideMode.BOTH, language="en"):
    """Return ankle pumps with few repetitions; a clip is reckoned at 16 letters a second."""
    exercises = load_exercises(ROOT / "config" / "exercises")
    program = load_programs(ROOT / "config" / "programs", exercises)["ankle-pumps"]
    pack = load_pack(ROOT / "voices" / language)
    work = replace(works(program, exercises)[0], sets=sets, reps=reps, sides=sides)
    lengths = {line.text: frames(0.4 + len(line.text) / 16) for line in utterances_needed(program, (work,), pack)}
    return Material(program, (work,), pack, lengths)


class Bedside:
    """Plays events into a session and keeps what it asked of the world."""

    def __init__(self, material, screening=Screening.LATER, seed=0, care=UNTOLD):
        self.state = initial(material, screening=screening, seed=seed, care=care)
        self.frame = Frames(0)
        self.effects = ()
        """What the last event led to."""
        self.all = []
        """Everything since the beginning, with the frame of its event."""
        self.followed = None
        self.timer = None
        self.monitor = Monitor()
        self.wrong = []
        """What the monitor has to say, and what the session holds in memory that its records do not say."""

    @property
    def phase(self):
        return self.state.protocol.phase

    @property
    def question(self):
        return self.state.protocol.question

    @property
    def place(self):
        return self.state.place

    @property
    def outcomes(self):
        return [effect.outcome for _, effect in self.all if isinstance(effect, fx.EndSession)]

    def post(self, event):
        """Let something happen, and carry out what the session asks for."""
        self.state, self.effects = step(self.state, event)
        self.wrong += self.monitor.check(event, self.effects)
        self.wrong += differences(self.monitor.account, self.state.protocol)
        for effect in self.effects:
            self.all.append((event.frame, effect))
            match effect:
                case fx.Silence():
                    self.followed, self.timer = None, None
                case fx.Hush() | fx.HaltScore():
                    self.followed = None
                case fx.FollowScore():
                    self.followed = (effect.score, effect.position)
                case fx.ArmTimer():
                    self.timer = effect.length
                case fx.CancelTimer():
                    self.timer = None
        return self

    def hear(self, command, certainty=Certainty.FINAL, answer=None, phrase="", *, sure=True):
        """Hear a command."""
        return self.post(ev.Heard(self.frame, command, certainty, answer, phrase, sure))

    def answer(self, *answers):
        """Hear answers to one question after another."""
        for answer in answers:
            self.hear(Command.NO if answer is Answer.NO else Command.YES, answer=answer)
        return self

    def line_ends(self):
        """Let what is being said end."""
        self.frame = Frames(self.frame + frames(1.0))
        return self.post(ev.UtteranceEnded(self.frame))

    def time_out(self):
        """Let the armed timer run out."""
        assert self.timer is not None
        self.frame = Frames(self.frame + self.timer)
        self.timer = None
        return self.post(ev.TimerFired(self.frame))

    def wait(self, span_s):
        """Let the exercise go on for some seconds; the ends of its segments are told."""
        target = Frames(self.frame + frames(span_s))
        while self.followed is not None:
            score, position = self.followed
            ends = ends_between(score, position, Frames(self.frame + 1), Frames(target + 1))
            if not ends:
                break
            segment, self.frame = ends[0]
            self.post(ev.SegmentEnded(self.frame, segment))
            if self.followed == (score, position) and score.segments[score.place(segment)].waits:
                self.followed = None  # nothing is due behind it until the session follows the score again
        self.frame = target
        return self

    def until(self, segment):
        """Let the exercise go on to the beginning of a segment; the effort is all right on the way."""
        for _ in range(4000):
            if self.followed is not None and self.place.position.segment == segment:
                self.frame = max(self.frame, self.place.position.anchor)
                return self
            if self.question is not None and self.question.value == "effort":
                self.answer(Answer.ALL_RIGHT)
            self.wait(0.5)
        raise AssertionError(f"{segment} was never reached")

    def start(self):
        """Begin the exercise: the questions answered, the leading line said."""
        self.post(ev.Booted(self.frame)).post(ev.StartRequested(self.frame))
        while self.question is not None and self.question.value != "screen-consent":
            self.answer(Answer.NO)
        return self.answer(Answer.YES).line_ends()

    def exercise(self, segment="ankle-pumps/set1/both/rep02", into_s=1.0):
        """Be in the middle of a repetition."""
        return self.start().until(segment).wait(into_s)

    def said(self):
        """Return the phrases the last event led to."""
        return [effect.phrase for effect in self.effects if isinstance(effect, fx.Say)]

    def kinds(self):
        """Return the names of the effects the last event led to."""
        return [type(effect).__name__ for effect in self.effects]

    def entered(self):
        """Return the position the last event enters the score at, or None."""
        return next((effect.position for effect in self.effects if isinstance(effect, fx.FollowScore)), None)
