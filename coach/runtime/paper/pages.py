"""The pages: a leaflet of a program, and one card for the bedside. One file each, nothing fetched, no script.

What is done, how it is done and what to be careful of are the very lines the coach says; see `texts` for the rest.
"""

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

from coach.journal.report.markup import Markup, element, page
from coach.language.models import LanguagePack
from coach.language.utterance import Form
from coach.plan.prescription import Prescription
from coach.program.models import Exercise, Phase, Program, SideMode
from coach.program.quantity import Frequency
from coach.program.work import Work
from coach.runtime.paper.drawing import drawing
from coach.runtime.paper.texts import HARM, SAYS, LeafletWords, PaperTexts
from coach.score.framing import body_rules
from coach.score.passages import cautions, explained
from coach.units import seconds

_SLOT: Final = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page is about."""

    pack: LanguagePack
    texts: PaperTexts
    prescription: Prescription
    notices_arrive: bool
    """Whether a way to a carer was set up."""
    today: date
    version: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a leaflet tells: a program as the person is to do it."""

    program: Program
    works: tuple[Work, ...]
    per_day: Frequency
    left_out: tuple[str, ...]
    """Ids of exercises that are left out for her."""
    signed: bool
    """A clinician has signed the program and every exercise."""


def leaflet(sheet: Sheet, contents: Contents) -> str:
    """Return the leaflet of a program: what is done, a picture of each movement, and when to stop.

    Raises:
        PackError: The pack lacks a line.
    """
    pack, words, prescription = sheet.pack, sheet.texts.leaflet, sheet.prescription
    program = contents.program
    title = _line(pack, f"{program.id}.title") if pack.has(f"{program.id}.title") else program.title
    rules = [_line(pack, key) for key in body_rules(program, None)]
    said: set[str] = set()
    body = (
        element(
            "header",
            element("h1", title),
            _maybe(words.for_, prescription.name),
            element("p", _often(contents.per_day, words), class_="dose"),
            _maybe(words.prescribed, prescription.prescribed_by),
            element("ul", *(element("li", rule) for rule in rules), class_="plain dose") if rules else None,
        ),
        # When to stop stands on the first page, before anything is done.
        _stop(sheet),
        element("p", words.voice, class_="why"),
        element("main", *(_exercise(sheet, work, said) for work in contents.works)),
        _footer(sheet, contents),
    )
    return page(title, _style(), pack.tag, *body)


def card(sheet: Sheet) -> str:
    """Return one card: six phrases, where the key is, and what the coach cannot do."""
    words, contact = sheet.texts.card, sheet.prescription.contact
    says = [
        element(
            "li",
            element("b", sheet.texts.says[command].say),
            sheet.texts.says[command].means,
            class_="harm" if command in HARM else None,
        )
        for command in SAYS
    ]
    told = sheet.notices_arrive and contact.carer is not None
    help_ = _filled(words.message, who=contact.carer or "") if told else words.no_help
    number = _filled(words.number, number=contact.emergency_number) if contact.emergency_number else ""
    body = (
        element("h1", words.title),
        element("ul", *says, class_="says"),
        element(
            "div",
            element("p", element("b", words.key), " ", element("span", class_="line-to-write")),
            element("p", words.keys),
            class_="key",
        ),
        element(
            "div",
            element("p", element("b", help_)),
            element("p", f"{words.button} {number}".strip()),
            class_="box",
        ),
        element("footer", element("p", words.about), element("p", _made(sheet))),
    )
    return page(words.title, _style(), sheet.pack.tag, *body, kind="card")


def _exercise(sheet: Sheet, work: Work, said: set[str]) -> Markup:
    """Return one exercise; a caution that stood on the leaflet already is not told again."""
    pack, exercise = sheet.pack, work.exercise
    ready = [f"{exercise.id}.position", *explained(work)]
    care = [key for key in cautions(work) if key not in said]
    said.update(care)
    figures = [_figure(pack, exercise, phase) for phase in exercise.phases]
    why = f"{exercise.id}.why"
    return element(
        "section",
        element("h2", _line(pack, f"{exercise.id}.name", short=True)),
        element("p", _dose(work, sheet.texts.leaflet), class_="dose"),
        element("p", " ".join(_line(pack, key) for key in dict.fromkeys(ready))),
        element("div", *figures, class_="moves"),
        *(element("p", _line(pack, f"{exercise.id}.{way.id}")) for way in exercise.directions),
        element("p", " ".join(_line(pack, key) for key in care)) if care else None,
        element("p", _line(pack, why), class_="why") if pack.has(why) else None,
        class_="exercise",
    )


def _figure(pack: LanguagePack, exercise: Exercise, phase: Phase) -> Markup:
    words = _line(pack, f"{exercise.id}.{phase.id}")
    return element("figure", drawing(exercise, phase, words), element("figcaption", words))


def _dose(work: Work, words: LeafletWords) -> str:
    """Return how often, in figures: they are read, not heard."""
    times = words.times if work.sets == 1 else words.sets
    parts = [_filled(times, n=work.reps, sets=work.sets)]
    if work.exercise.directions:
        parts.append(words.each_way)
    if work.sides is SideMode.EACH:
        parts.append(words.each_side)
    if held := _held_s(work):
        parts.append(_filled(words.hold, n=f"{held:g}"))
    if work.sets > 1 and work.rest_s:
        parts.append(_filled(words.rest, n=f"{work.rest_s:g}"))
    first, *others = parts
    return ", ".join((first[:1].upper() + first[1:], *others))


def _held_s(work: Work) -> float:
    """Return the seconds of the holds, where they are counted aloud; a moment's hold needs no figure."""
    aloud = {phase.id for phase in work.exercise.phases if phase.count_aloud}
    return max((seconds(timing.hold) for timing in work.phases if timing.id in aloud), default=0.0)


def _often(per_day: Frequency, words: LeafletWords) -> str:
    least, most = per_day.min, per_day.max
    if least != most:
        return _filled(words.a_day_span, n=least, m=most)
    return words.once_a_day if most == 1 else _filled(words.a_day, n=most)


def _stop(sheet: Sheet) -> Markup:
    words, number = sheet.texts.leaflet, sheet.prescription.contact.emergency_number
    emergency = f"{words.emergency} {_filled(words.number, number=number) if number else ''}".strip()
    return element(
        "section",
        element("h2", words.stop),
        element("ul", *(element("li", sign) for sign in words.signs)),
        element("p", emergency, class_="dose"),
        class_="box",
    )


def _footer(sheet: Sheet, contents: Contents) -> Markup:
    words, pack = sheet.texts.leaflet, sheet.pack
    names = ", ".join(_line(pack, f"{name}.name", short=True) for name in contents.left_out)
    told = (
        _filled(words.left_out, names=names) if names else None,
        None if contents.signed else words.draft,
        _made(sheet),
    )
    return element("footer", *(element("p", text) for text in told if text))


def _made(sheet: Sheet) -> str:
    return _filled(sheet.texts.leaflet.made, when=sheet.today.isoformat(), version=sheet.version)


def _line(pack: LanguagePack, key: str, *, short: bool = False) -> str:
    """Return a line as the coach says it; a short one as a name, without the full stop."""
    if short:
        form = Form.SHORT if pack.variants(key, Form.SHORT) else Form.FULL
        text = pack.utterance(key, form).text.rstrip(".")
        return text[:1].upper() + text[1:]
    return pack.utterance(key).text


def _maybe(text: str, who: str | None) -> Markup | None:
    return element("p", _filled(text, who=who)) if who else None


def _filled(text: str, **slots: object) -> str:
    return _SLOT.sub(lambda found: str(slots.get(found[1], found[0])), text)


def _style() -> str:
    return (files("coach.runtime.paper") / "paper.css").read_text(encoding="utf-8")
