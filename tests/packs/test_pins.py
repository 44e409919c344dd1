"""The lines that safety rests on: pinned word by word, and nothing but a configured number is put into them."""

import pytest

from coach.language.phrase_book import Phrase
from coach.language.pins import PINNED, digest, free_slots, pin_anew, pinned, read_pins, write_pins
from coach.language.review import Kind, review
from coach.session.care import Barred
from coach.session.lines import LINES, NUMBER

BESIDE = ("safety.interrupted", "safety.notes-lost", "fault.broke-down")
"""Said by the host, outside a session."""


def with_line(pack, key, phrase):
    phrases = {**pack.phrases.phrases, key: phrase}
    return pack.model_copy(update={"phrases": pack.phrases.model_copy(update={"phrases": phrases})})


def pins_of(pack):
    return [finding.what for finding in review(pack, {}) if finding.kind is Kind.PIN]


def test_what_is_said_is_what_was_pinned(pack):
    assert pins_of(pack) == []


def test_every_line_of_the_safety_stop_is_pinned(pack):
    session = {key for key in (*LINES, NUMBER) if key.partition(".")[0] in PINNED}
    keys = {key for key, _ in pinned(pack.phrases)}

    assert session | set(BESIDE) <= keys
    assert {f"barred.{reason.value}" for reason in Barred} <= keys
    assert all(pack.pins.of(key) for key in keys)


def test_one_changed_letter_is_told_with_what_to_do(pack):
    line = pack.phrases.phrases["safety.emergency"]
    changed = with_line(pack, "safety.emergency", line.model_copy(update={"full": (line.full[0][:-1] + "!",)}))

    (told,) = pins_of(changed)

    assert told.startswith(f"{pack.tag}/phrases.toml, table [safety], key emergency: this line has changed")
    assert "coach check --pin" in told


@pytest.mark.parametrize("key", ["safety.hurry", "fault.hot", "question.sure"])
def test_a_new_line_has_to_be_pinned_too(pack, key):
    (told,) = pins_of(with_line(pack, key, Phrase(full=("One two three.",))))

    assert "it is not pinned" in told


def test_a_line_that_is_gone_is_told(pack):
    phrases = {key: line for key, line in pack.phrases.phrases.items() if key != "safety.stopped"}
    (told,) = pins_of(pack.model_copy(update={"phrases": pack.phrases.model_copy(update={"phrases": phrases})}))

    assert "safety.stopped is pinned, and no such line" in told


def test_a_pack_that_nobody_pinned_says_so(pack):
    (told,) = pins_of(pack.model_copy(update={"pins": None}))

    assert "nobody has pinned the" in told


@pytest.mark.parametrize("slot", ["{who}", "{n}", "{exercise}"])
def test_no_free_words_are_put_into_a_safety_line(pack, slot):
    spoiled = with_line(pack, "safety.urgent", Phrase(full=(f"One {slot} two.",)))

    assert any(f"{slot} may not stand in it" in told for told in pins_of(spoiled))


def test_only_the_emergency_number_stands_in_one_and_only_digit_by_digit(pack):
    assert {key for key, phrase in pinned(pack.phrases) if any("{" in line for line in phrase.full)} == {NUMBER}
    assert all(free_slots(phrase) == () for _, phrase in pinned(pack.phrases))


def test_a_line_means_the_same_digest_wherever_its_spaces_stand():
    assert digest(Phrase(full=("Lie  still.",))) == digest(Phrase(full=("Lie still. ",)))
    assert digest(Phrase(full=("Lie still.",))) != digest(Phrase(full=("Lie still.",), short=("Lie still.",)))


def test_pinning_anew_raises_the_version_only_where_a_line_has_changed(pack, tmp_path):
    same = pin_anew(pack.phrases, pack.pins)
    changed = pin_anew(with_line(pack, "safety.stopped", Phrase(full=("Rest.",))).phrases, pack.pins)

    write_pins(tmp_path, changed)

    assert same is pack.pins
    assert changed.version == pack.pins.version + 1
    assert read_pins(tmp_path) == changed
