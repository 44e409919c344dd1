"""What the review of a pack finds."""

import pytest

from coach.commands import Command
from coach.language.command_book import CommandBook, Entry
from coach.language.models import LanguagePack, PackStatus
from coach.language.phrase_book import Phrase
from coach.language.review import review
from coach.language.rotation import too_few
from coach.language.utterance import Answer


@pytest.fixture
def pack(packs) -> LanguagePack:
    return packs["en"]


@pytest.fixture
def saying(pack):
    """Return a pack with one more line."""

    def _saying(**phrase) -> LanguagePack:
        phrases = {**pack.phrases.phrases, "session.test": Phrase.model_validate(phrase)}
        return pack.model_copy(update={"phrases": pack.phrases.model_copy(update={"phrases": phrases})})

    return _saying


@pytest.fixture
def hearing(pack):
    """Return a pack with other entries or questions."""

    def _hearing(**update) -> LanguagePack:
        # Made anew: a copy would keep the compiled lexicon.
        fields = {name: getattr(pack.commands, name) for name in CommandBook.model_fields}
        commands = CommandBook(**{**fields, **update})
        return pack.model_copy(update={"commands": commands})

    return _hearing


def _errors(pack, needed=None):
    return [finding.what for finding in review(pack, needed or {}) if finding.is_error]


def test_the_shipped_pack_has_no_errors(pack):
    assert _errors(pack) == []


def test_a_missing_phrase_is_named(pack):
    assert _errors(pack, {"session.nonsense": frozenset()}) == [
        "en/phrases.toml, table [session], key nonsense: this phrase is missing; write it there."
    ]


def test_a_slot_that_nobody_fills_is_named(pack):
    errors = _errors(pack, {"session.how-many-left": frozenset({"m"})})

    assert len(errors) == 1
    assert "{n}" in errors[0]
    assert "{m}" in errors[0]


@pytest.mark.parametrize(
    "line",
    ["We rest. Now stop.", "Hold on, and rest.", "Tell me when it hurts.", "Slower please, and rest.", "Are you sore?"],
    ids=["clause", "opening", "safety phrase", "open command", "hint"],
)
def test_an_unmarked_line_may_not_command_the_coach(saying, line):
    assert len(_errors(saying(full=(line,)))) == 1


@pytest.mark.parametrize("line", ["Slower please, and rest.", "Tell me when it hurts.", "Say stop to finish."])
def test_a_marked_line_may(saying, line):
    assert _errors(saying(full=(line,), marked=True)) == []


@pytest.mark.parametrize("line", ["Just say: stop.", "You can say slower, pause, or louder."])
def test_no_line_has_stop_or_pause_as_a_clause(saying, line):
    assert len(_errors(saying(full=(line,), marked=True))) == 1


@pytest.mark.parametrize(
    "line", ["This prevents blood clots.", "I can see you.", "I will call for you.", "That is a diagnosis."]
)
def test_a_forbidden_claim_is_found(saying, line):
    errors = _errors(saying(full=(line,), marked=True))

    assert len(errors) == 1
    assert "must never be said" in errors[0]


def test_words_that_only_begin_like_a_claim_are_allowed(saying):
    assert _errors(saying(full=("Take a clean cloth.",))) == []


def test_a_shorter_form_is_shorter(saying):
    errors = _errors(saying(full=("Toes up.",), short=("Toes up to your nose.",)))

    assert len(errors) == 1
    assert '"short"' in errors[0]


def test_a_phrase_with_two_meanings_is_found(hearing, pack):
    errors = _errors(hearing(entries=(*pack.commands.entries, Entry("continue", Command.SKIP))))

    assert len(errors) == 1
    assert "resume" in errors[0]


def test_a_decoy_that_is_a_command_is_found(hearing, pack):
    errors = _errors(hearing(entries=(*pack.commands.entries, Entry("continue", None, decoy=True))))

    assert len(errors) == 1
    assert "[decoys]" in errors[0]


def test_an_order_with_a_safety_phrase_in_it_is_found(hearing, pack):
    errors = _errors(hearing(entries=(*pack.commands.entries, Entry("pause it hurts", Command.PAUSE))))

    assert len(errors) == 1
    assert "safety phrase" in errors[0]


def test_a_command_without_phrases_is_found(hearing, pack):
    entries = tuple(entry for entry in pack.commands.entries if entry.command is not Command.WHY)

    errors = _errors(hearing(entries=entries))

    assert len(errors) == 1
    assert "[command.why]" in errors[0]


def test_a_question_without_words_is_found(hearing, pack):
    bare = pack.commands.questions["hurt"].model_copy(update={"words": {Answer.YES: ("yes",)}})

    errors = _errors(hearing(questions={**pack.commands.questions, "hurt": bare}))

    assert len(errors) == 1
    assert "[question.hurt]" in errors[0]


def test_a_draft_is_a_note_and_a_signed_pack_has_none(pack):
    signed = pack.model_copy(update={"status": PackStatus.SIGNED, "reviewer": "Dr. Test"})

    assert [finding.is_error for finding in review(pack, {})] == [False]
    assert review(signed, {}) == ()


@pytest.mark.parametrize(
    ("key", "wordings", "needed"),
    [
        ("session.paused", 2, 3),
        ("session.lets-begin", 2, None),
        ("score.praise", 3, 4),
        ("score.praise", 1, None),
        ("quad-sets.last-rep", 3, 4),
        ("safety.help-line", 2, None),
        ("five-quiet-minutes.welcome", 2, None),
    ],
)
def test_a_line_has_one_wording_or_enough_of_them(key, wordings, needed):
    assert too_few(key, wordings) == needed


def test_wordings_that_come_round_too_soon_are_found(saying):
    found = _errors(saying(full=["One way.", "Another way."]))

    assert any("2 wordings come round too soon; write 3, or leave one" in problem for problem in found)
