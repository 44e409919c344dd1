"""Leaflets and cards: what stands on them, from where, and how they look as pages."""

import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from coach.commands import Command
from coach.errors import PackError
from coach.language.grammar import read
from coach.language.loader import load_pack
from coach.language.utterance import Expectation
from coach.plan.dosing import sessions_per_day, tailored
from coach.plan.prescription import Contact, Prescription
from coach.program.loader import load_exercises, load_programs
from coach.runtime.check import check_all
from coach.runtime.paper.drawing import drawing
from coach.runtime.paper.pages import Contents, Sheet, card, leaflet
from coach.runtime.paper.texts import SAYS, load_paper, misheard
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House

ROOT = Path(__file__).parents[3]
EXERCISES = load_exercises(ROOT / "config" / "exercises")
PROGRAMS = load_programs(ROOT / "config" / "programs", EXERCISES)
LANGUAGES = ("en", "ko")
NOBODY = Prescription()
_DENIED = {"medical device", "의료기기*"}
"""What every page says that the coach is not."""


def a_sheet(language, prescription=NOBODY, *, notices_arrive=False):
    folder = ROOT / "voices" / language
    return Sheet(load_pack(folder), load_paper(folder), prescription, notices_arrive, date(2026, 3, 1), "1.2.3")


def a_leaflet(name, language, prescription=NOBODY):
    done = tailored(PROGRAMS[name], EXERCISES, prescription)
    per_day = sessions_per_day(done.program, EXERCISES, prescription)
    left_out = tuple(out.exercise for out in done.left_out)
    return leaflet(a_sheet(language, prescription), Contents(done.program, done.works, per_day, left_out, signed=False))


def words_of(html):
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_leaflet_says_what_the_coach_says_and_draws_every_movement(name, language):
    html, pack = a_leaflet(name, language), load_pack(ROOT / "voices" / language)
    told = " ".join(words_of(html).split())

    for block in PROGRAMS[name].blocks:
        for phase in EXERCISES[block.exercise].phases:
            assert pack.utterance(f"{block.exercise}.{phase.id}").text in told
    phases = sum(len(EXERCISES[block.exercise].phases) for block in PROGRAMS[name].blocks)
    assert html.count('class="drawing"') == phases
    assert pack.utterance("caution.pain").text in told


def test_doses_and_what_is_left_out_are_those_of_the_prescription():
    prescription = Prescription.model_validate(
        {
            "name": "Rose",
            "prescribed_by": "Dr. Kim, surgeon",
            "exclusions": {"exercises": ["quad-sets"]},
            "dose": {"exercise": [{"id": "ankle-pumps", "reps": 12}]},
            "contact": {"emergency_number": "112"},
        }
    )

    told = words_of(a_leaflet("after-hip", "en", prescription))

    assert "2 sets of 12" in told
    assert "For Rose" in told
    assert "Prescribed by Dr. Kim, surgeon" in told
    assert "Left out for you, as your care team wishes: Thigh presses." in told
    assert "Press the back of your knee" not in told
    assert "Or call 112." in told


def test_a_caution_stands_on_a_leaflet_once():
    told = words_of(a_leaflet("after-hip", "en"))

    assert told.count("Keep breathing easily all the while.") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_card_tells_to_say_is_heard_as_just_that(language):
    sheet = a_sheet(language)
    html = card(sheet)

    for command in SAYS:
        said = sheet.texts.says[command].say
        assert read(said, sheet.pack.commands, Expectation()).command is command
        assert f"<b>{said}</b>" in html
    assert Command.STOP in SAYS


def test_the_card_says_that_the_coach_cannot_call_for_help():
    assert "I cannot call for help." in words_of(card(a_sheet("en")))


def test_where_messages_arrive_the_card_says_so_and_promises_nothing():
    contact = Prescription(contact=Contact(carer="Anna", emergency_number="112"))

    with_way = words_of(card(a_sheet("en", contact, notices_arrive=True)))
    without = words_of(card(a_sheet("en", contact)))

    assert "I send Anna a message" in with_way
    assert "I cannot call for help." in with_way
    assert "Anna" not in without
    assert "Or call 112." in without


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_claim_of_the_forbidden_list_stands_on_paper(language):
    pack = load_pack(ROOT / "voices" / language)
    told = [words_of(card(a_sheet(language)))] + [words_of(a_leaflet(name, language)) for name in PROGRAMS]

    claims = [claim for claim in pack.phrases.forbidden if claim not in _DENIED]
    sought = {claim: re.escape(claim.rstrip("*")) + ("" if claim.endswith("*") else r"\b") for claim in claims}
    found = {claim for claim, way in sought.items() for text in told if re.search(rf"\b{way}", text.casefold())}
    assert found == set()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('say = "Slower"', 'say = "Pause"', 'table [says.slower], key say: "Pause" would be heard as pause'),
        (
            'say = "Slower"',
            'say = "Lentamente"',
            'table [says.slower], key say: "Lentamente" would be heard as nothing',
        ),
        ("[says.repeat]", "[says.next]", "table [says.repeat], key say: the card tells to say this"),
    ],
)
def test_a_card_that_teaches_wrong_words_is_an_error_of_the_check(tmp_path, old, new, told):
    folder = tmp_path / "en"
    shutil.copytree(ROOT / "voices" / "en", folder)
    text = (folder / "paper.toml").read_text(encoding="utf-8")
    (folder / "paper.toml").write_text(text.replace(old, new), encoding="utf-8")

    assert any(told in what for what in misheard(load_paper(folder), load_pack(folder)))
    house = House(Paths.find(), Settings(), print, print)
    findings = check_all(house, [folder / "paper.toml"], None, lambda _what: lambda _done, _total: None)
    assert any(told in finding.what and finding.is_error for finding in findings)


def test_a_missing_word_of_the_paper_is_named(tmp_path):
    text = (ROOT / "voices" / "en" / "paper.toml").read_text(encoding="utf-8")
    (tmp_path / "paper.toml").write_text(text.replace('no-help = "I cannot call for help."\n', ""), encoding="utf-8")

    with pytest.raises(PackError, match=r"paper.toml, table \[card\], key no-help"):
        load_paper(tmp_path)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_pictures_of_an_exercise_differ_and_are_sound_svg(name):
    exercise = EXERCISES[name]
    pictures = [str(drawing(exercise, phase, phase.id)) for phase in exercise.phases]

    assert len(set(pictures)) == len(pictures)
    for picture in pictures:
        assert ET.fromstring(picture).tag == "svg"  # noqa: S314 - written by ourselves
        assert "nan" not in picture


def test_an_exercise_without_poses_has_words_alone():
    exercise = EXERCISES["ankle-pumps"]

    assert drawing(exercise, exercise.phases[0].model_copy(update={"pose": None}), "") is None


def heel(picture):
    """Return how far right the foot lies in a picture of the whole leg."""
    return float(re.search(r'd="M([\d.]+) [^"]*" class="outlined skin"', picture)[1])


def test_the_heel_slides_along_the_bed_when_the_knee_bends():
    exercise = EXERCISES["heel-slides"]
    up, down = (str(drawing(exercise, phase, phase.id)) for phase in exercise.phases)

    assert heel(up) < heel(down)


def test_on_a_telephone_and_on_a_sheet_nothing_is_cut_and_everything_can_be_read(troubles_of):
    pages = {
        f"{name}-{language}-{width}": (html, width)
        for language in LANGUAGES
        for name, html in (("card", card(a_sheet(language))), ("leaflet", a_leaflet("first-days-in-bed", language)))
        for width in (360, 794)
    }

    assert troubles_of(pages) == {title: [] for title in pages}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_with_everything_on_it_is_one_sheet(sheets_of, language):
    contact = Prescription(contact=Contact(carer="Anna Maria", emergency_number="112"))
    page = card(a_sheet(language, contact, notices_arrive=True))

    assert sheets_of(page) == 1
