"""The coach alone in a room must not command itself."""

import numpy as np
import pytest

from coach.audio.clip import Clip
from coach.commands import Command
from coach.errors import InputError, ModelError
from coach.language.utterance import Answer, Context, Utterance
from coach.listening.hearing import Certainty, Hearing
from coach.rehearsal.self_trigger import (
    A_START,
    LEVELS_DB,
    Sample,
    Told,
    Try,
    every_line,
    listen,
    mistakes,
    rooms_in,
    rows,
    self_trigger,
    tries,
)
from tests.rehearsal.conftest import no_bar

SAID = Utterance("en", "session.paused", "Paused.")
ASKED = Utterance("en", "question.hurt", "Are you hurt?")
CLIP = Clip("a second", np.full(48_000, 0.01, dtype=np.float32))


class Obedient:
    """Obeys every line that sounds, and remembers how it was asked to listen."""

    def __init__(self, command=Command.STOP, **more):
        self.command = command
        self.more = more
        self.listened = 0
        self.moves = 0
        self.expected = []

    def move(self):
        self.moves += 1

    def expect(self, expectation):
        self.expected.append(expectation)
        self.told = False

    def accept(self, mic, _reference, *, sounding=()):
        self.listened += len(mic)
        if self.told or not sounding or self.command is None:
            return ()
        self.told = True
        at = self.listened
        return (Hearing(self.command, "", "told", 0.0, Certainty.FINAL, at - 1, at, at, utterance=at, **self.more),)

    def finish(self):
        return ()


TURNS_AWAY = Utterance("en", "question.screen-unwell", "Do you feel unwell?")


def test_harm_is_not_read_back_whatever_it_answers():
    (told,) = alone([TURNS_AWAY], Obedient(Command.PAIN, answer=Answer.YES, sure=False))

    assert told.heard == ("pain",)


@pytest.mark.parametrize(
    ("line", "sure", "heard"),
    [
        (TURNS_AWAY, False, ("read-back",)),
        (TURNS_AWAY, True, ("yes",)),
        (ASKED, False, ("yes",)),  # what stops is never read back
        (SAID, False, ("yes",)),
    ],
)
def test_an_answer_that_the_session_reads_back_is_a_command_and_named(line, sure, heard):
    told = alone([line], Obedient(Command.YES, answer=Answer.YES, sure=sure))

    assert [one.heard for one in told] == [heard]
    assert rows(told, "en")[0]["commands"] == 1


def alone(lines, listener, echo_db=-20.0):
    clips = dict.fromkeys(lines, CLIP)
    return list(listen([Try("", echo_db, line) for line in lines], listener, clips))


def test_a_coach_that_obeys_itself_is_found_out():
    told = alone([SAID], Obedient())

    (row,) = rows(told, "en")
    assert row["commands"] == 1
    assert mistakes(told)[0] | {"heard": "stop", "line": "Paused."} == mistakes(told)[0]


def test_a_question_back_is_counted_apart():
    told = alone([SAID], Obedient(Command.MAYBE_PAIN))

    (row,) = rows(told, "en")
    assert (row["commands"], row["asks"]) == (0, 1)


def test_a_coach_that_hears_nothing_of_itself_makes_no_mistake():
    told = alone([SAID, ASKED], Obedient(None))

    assert mistakes(told) == []


def test_a_question_is_open_while_it_is_asked():
    listener = Obedient(None)

    alone([SAID, ASKED], listener)

    assert [(one.context, one.question) for one in listener.expected] == [
        (Context.SESSION, None),
        (Context.QUESTION, "hurt"),
    ]


def test_the_room_is_unknown_at_each_start():
    listener = Obedient(None)

    alone([SAID] * (A_START + 1), listener)

    assert listener.moves == 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_phrase_of_the_book_is_among_the_lines(house, language):
    pack, said = house.pack(language), every_line(house, language)

    texts, keys = {line.text for line in said}, {line.key for line in said}
    slotless = {key: phrase.full[0] for key, phrase in pack.phrases.phrases.items() if "{" not in phrase.full[0]}

    assert {key for key, text in slotless.items() if key not in keys and text not in texts} == set()
    assert len(keys) > len(pack.phrases.phrases) - 20


def test_a_sample_is_a_part_of_the_whole_and_always_the_same():
    lines = [Utterance("en", f"session.{number}", str(number)) for number in range(40)]

    whole, some = tries(lines, ["a", "b"]), tries(lines, ["a", "b"], one_in=8)

    assert len(whole) == 40 * 2 * len(LEVELS_DB)
    assert set(some) < set(whole)
    assert some == tries(lines, ["a", "b"], one_in=8)


def test_lines_can_be_chosen_by_their_key(house):
    sample = Sample(one_in=400, key="question.")

    told = self_trigger(house, "en", "scripted", sample, no_bar)

    assert told
    assert all(one.one.line.key.startswith("question.") for one in told)


def test_a_key_that_no_line_has_is_refused(house):
    with pytest.raises(InputError, match="no line of the language 'en' has a key that begins so"):
        self_trigger(house, "en", "scripted", Sample(key="riddle."), no_bar)


def test_a_folder_without_rooms_is_refused(tmp_path):
    with pytest.raises(InputError, match="no impulse responses"):
        rooms_in(tmp_path)


def test_rates_say_how_little_a_few_tries_prove():
    (row,) = rows([Told(Try("", -20.0, SAID), (), 1.0)] * 300, "en")

    assert row["commands under %"] == pytest.approx(1.0, abs=0.05)


RISKY = {
    "en": ("question.go-on", "question.hurt", "session.commands-help", "session.paused"),
    "ko": ("question.go-on", "question.hurt", "session.paused"),
}
"""Lines with words that are commands, some of them marked: the likeliest to be obeyed."""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_coach_does_not_obey_what_it_says(house, language):
    try:
        listener = house.listener(language, "auto")
    except ModelError as missing:
        pytest.skip(str(missing))
    pack = house.pack(language)
    lines = [pack.utterance(key) for key in RISKY[language]]
    clips = house.render(lines, house.voice(language), no_bar("speaking"))

    told = list(listen([Try("", -20.0, line) for line in lines], listener, clips))

    assert len(told) == len(lines)
    assert sum(row["commands"] for row in rows(told, language)) == 0
    assert len([row for row in mistakes(told) if row["key"] != "session.commands-help"]) == 0  # its words are commands
