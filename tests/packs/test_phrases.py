"""What every pack must be able to say, and must not."""

import itertools

import pytest

from coach.language.models import PackStatus
from coach.language.questions import QUESTION_KINDS
from coach.language.review import review
from coach.language.template import parse_template
from coach.language.utterance import Form

CLOCK = frozenset({"n"})
NEEDED: dict[str, frozenset[str]] = {
    **{
        f"session.{key}": frozenset()
        for key in [
            "hello",
            "refused",
            "unscreened",
            "lets-begin",
            "paused",
            "paused-remind",
            "going-on",
            "going-on-gently",
            "stopped",
            "ended",
            "no-answer",
            "completed",
            "rest-a-moment",
            "not-clear",
            "slower",
            "faster",
            "slowest",
            "fastest",
            "easier",
            "stays-gentle",
            "louder",
            "quieter",
            "loudest",
            "quietest",
            "skipped",
            "passed-over",
            "nothing-to-skip",
            "cannot-switch",
            "side-done",
            "fewer",
            "fewer-later",
            "fewest",
            "stays-even",
            "last-one",
            "none-left",
            "nearly-done",
            "whats-next-rest",
            "whats-next-end",
            "commands-help",
            "why",
            "ready-when-you-are",
            "later",
            "not-today",
            "say-start",
            "someone-here",
        ]
    },
    **{f"session.{key}": CLOCK for key in ("how-many-left", "how-long-left", "whats-next-set", "how-am-i-doing")},
    "session.switched": frozenset({"side"}),
    **{
        f"safety.{key}": frozenset()
        for key in [
            "stopped",
            "emergency",
            "urgent",
            "caution",
            "bleeding",
            "help-line",
            "locked-caution",
            "locked-urgent",
            "refused-locked",
            "unlocked",
            "nobody-reached",
            "all-right-paused",
            "interrupted",
            "cramp",
        ]
    },
    **{f"adapted.{key}": frozenset() for key in ("less-pain", "less-hard")},
    **{f"fault.{key}": frozenset() for key in ("deaf", "mute", "journal", "recovered", "broke-down", "ended")},
    **{f"question.{key}": frozenset() for key in QUESTION_KINDS},
    "session.whats-next-side": frozenset({"side"}),
    "session.whats-next-exercise": frozenset({"exercise"}),
    **{
        f"score.{key}": frozenset()
        for key in [
            "welcome",
            "stay",
            "demo",
            "tones",
            "tones-count",
            "halfway",
            "last-rep",
            "one-more",
            "rest-ending",
            "praise",
            "outro-done",
            "outro-part",
            "outro-thanks",
        ]
    },
    **{f"score.{key}": CLOCK for key in ("count", "rest", "takes", "times", "did", "did-each")},
    **{f"score.{key}": frozenset({"exercise"}) for key in ("first-exercise", "now-exercise")},
    **{f"score.{key}": frozenset({"side"}) for key in ("demo-side", "side-only", "switch")},
    "score.set-start": frozenset({"n", "m"}),
    **{f"caution.{key}": frozenset() for key in ("pain", "breathe")},
}
"""Phrase key to the slots that are filled."""


def test_review_finds_no_error(pack):
    assert [finding.what for finding in review(pack, NEEDED) if finding.is_error] == []


def test_a_draft_is_told_as_a_draft(pack):
    notes = [finding.what for finding in review(pack, NEEDED) if not finding.is_error]

    assert bool(notes) is (pack.status is PackStatus.DRAFT)


@pytest.mark.parametrize("number", [0, 1, 2, 5, 10, 12, 20, 30])
def test_every_line_can_be_spoken_with_every_count(pack, number):
    for key, form in itertools.product(pack.keys(), Form):
        for variant in range(pack.variants(key, form)):
            line = pack.phrases.phrases[key].lines(form)[variant]
            names = {slot.name for slot in parse_template(line).slots()}
            slots = {name: "side.left" if name == "side" else number for name in names}

            text = pack.utterance(key, form, variant, **slots).text

            assert text.strip() == text
            assert not set("{}|0123456789") & set(text)


def test_every_moment_of_every_exercise_can_be_said(pack, exercises):
    for exercise in exercises.values():
        moments = ["name", "position", "how", "why", *(way.id for way in exercise.directions)]
        assert [moment for moment in moments if not pack.variants(f"{exercise.id}.{moment}")] == []
        for phase in exercise.phases:
            assert [pack.variants(f"{exercise.id}.{phase.id}", form) for form in Form] == [1, 1, 1]


def test_the_same_words_show_the_same_movement(pack, exercises):
    # An instruction that varied would have to be understood anew each time.
    for exercise in exercises.values():
        for moment in ("position", "how", "why", *(way.id for way in exercise.directions)):
            assert pack.variants(f"{exercise.id}.{moment}") == 1


def test_praise_varies(pack):
    lines = {pack.utterance("score.praise", variant=variant).text for variant in range(pack.variants("score.praise"))}

    assert len(lines) >= 6


def test_pieces_are_the_words_they_stand_for(pack):
    wrong = {
        word: pieces
        for model in pack.recognizers.values()
        for word, pieces in model.pieces.items()
        if pieces.replace(" ", "") != word or " " not in pieces
    }

    assert wrong == {}


def test_the_pack_stands_in_the_folder_of_its_tag(pack):
    assert pack.tag in pack.phrases.source
