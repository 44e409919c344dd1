"""The report: complete in itself, readable by everybody, looked at in a real browser."""

import base64
import random
import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coach.errors import PackError
from coach.journal.entries import WorkSummed
from coach.journal.history import folded
from coach.journal.report.labels import KEYS, load_labels
from coach.journal.report.markup import Markup, element
from coach.journal.report.page import Subject, report, sheet
from coach.plan.prescription import Prescription
from coach.program.quantity import Frequency, Origin
from coach.session.effects import Outcome

VOICES = Path(__file__).parents[3] / "voices"
TODAY = date(2026, 11, 25)
PRESCRIBED = date(2026, 10, 20)
MEANT = Frequency(origin=Origin.SEED, src=("S0",), min=3, max=4)
PAYLOAD = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}"
NAMES = {
    "en": {"ankle-pumps": "Ankle pumps", "quad-sets": "Quad sets"},
    "ko": {"ankle-pumps": "발목 펌프", "quad-sets": "허벅지 힘주기"},
}


@pytest.fixture(scope="module")
def life(sums):
    """Sessions of so many days with a bit of everything; the same every time."""

    def life_(days):
        dice = random.Random(3)  # noqa: S311 - repeatable on purpose
        begin = datetime(2026, 11, 25, 9, tzinfo=UTC) - timedelta(days=days - 1)
        return [
            _session(sums, dice, begin + timedelta(days=day, hours=3 * number), day)
            for day in range(days)
            for number in range(dice.choice((4, 4, 3, 2, 0)))
        ]

    return life_


def _session(sums, dice, at, day):
    opened, luck = f"{at:%Y-%m-%dT%H:%M}", dice.random()
    works = (WorkSummed("ankle-pumps", 20, 20, 2, 2), WorkSummed("quad-sets", 10, 10, 1, 1))
    kinds = (
        {
            "reps": 9,
            "outcome": Outcome.SAFETY,
            "safety": dice.choice(("urgent", "safety")),
            "lock": 2,
            "marks": {"pain": 1},
        },
        {"reps": 14, "outcome": Outcome.STOPPED},
        {"reps": 0, "outcome": Outcome.REFUSED, "reason": "screen-legs", "answers": (("screen-legs", "yes"),)},
        {"reps": 12, "outcome": Outcome.INTERRUPTED, "reason": "", "seconds": None},
        {"marks": {"pain": 2}, "pain_levels": (3,), "efforts": ("hard",)},
    )
    if luck < 0.35:
        return sums.summed(opened, **kinds[int(luck / 0.07)])
    return sums.summed(opened, works=works, efforts=(dice.choice(("easy", "all-right")),), clock_known=day != 5)


@pytest.fixture(scope="module")
def subject(life):
    def subject_(language="en", days=28, sessions=None, name="Maria Berg"):
        return Subject(
            history=folded(life(days) if sessions is None else sessions, MEANT, TODAY, days),
            prescription=Prescription(
                name=name, prescribed_by="J. Lind, physiotherapist", prescribed_on=date(2026, 10, 20)
            ),
            program="Ankle pumps, both feet together",
            exercises=NAMES[language],
            labels=load_labels(VOICES / language),
            version="0.1.0",
        )

    return subject_


class Reader(HTMLParser):
    """Reads a page: what it refers to, which elements it has, and its words; checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.references, self.tags, self.open, self.attributes, self.words = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.references += [value for name, value in attrs if name in {"src", "href", "action", "data"}]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("draw", [report, sheet])
def test_the_page_fetches_nothing_and_forbids_it(subject, draw):
    page = draw(subject())

    reader = read(page)
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"'sha256-{digest}'" in policy
    assert all(reference.startswith("#") for reference in reader.references)
    assert "script" not in reader.tags
    assert "style" not in reader.attributes
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("draw", [report, sheet])
def test_nothing_that_is_written_in_the_files_becomes_markup(subject, sums, draw):
    nasty = sums.summed("2026-11-25T09:30", reps=3, outcome=Outcome.STOPPED, reason=PAYLOAD, exercise=PAYLOAD)
    person = subject(sessions=[nasty])
    person = Subject(
        person.history,
        Prescription.model_construct(**{**dict(person.prescription), "name": PAYLOAD, "prescribed_by": PAYLOAD}),
        PAYLOAD,
        {},
        person.labels,
        PAYLOAD,
    )

    page = draw(person)

    reader = read(page)
    assert not {"script", "img"} & set(reader.tags)
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert page.count(escape(PAYLOAD)) >= 4


def test_elements_escape_their_texts_and_attributes():
    assert element("p", "<b>", Markup("<i>"), None, class_='"', id=None, hidden=True) == (
        '<p class="&quot;" hidden>&lt;b&gt;<i></p>'
    )


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_picture_stands_in_a_table_as_well(subject, language):
    person = subject(language)
    page = report(person)

    assert page.count("<svg") == 4
    days = re.search(r'<section id="days">(.*?)</section>', page, re.DOTALL)[1]
    assert days.count("<tr>") == 29
    for day in person.history.days:
        assert str(day.date) in days


def test_a_year_is_drawn_in_calendars_that_stand_beside_each_other_and_in_columns_that_can_be_told_apart(subject):
    page = report(subject(days=365))

    titles = re.findall(r'<title id="(.*?)-title">(.*?)</title>', page)
    days = re.search(r'<section id="days">(.*?)</section>', page, re.DOTALL)[1]
    assert [name for name, _ in titles] == [
        *(f"calendar-{part}" for part in (1, 2, 3, 4)),
        "sessions",
        "reps",
        "feelings",
    ]
    assert titles[0][1] == "Calendar, 2025-11 to 2026-02"
    assert [title for _, title in titles[4:]] == [
        "Sessions exercised, by week",
        "Repetitions, by week",
        "Effort and pain, by month",
    ]
    assert page.count('class="day ') == 365
    assert days.count("<tr>") == 366


def test_stops_are_told_with_their_reasons(subject):
    words = " ".join(read(report(subject())).words)

    assert "safety stop: one leg painful, swollen or numb" in words
    assert "closed until a carer opened it" in words
    assert "leg worse than the day before" in words
    assert "it cannot see" in words.lower()
    assert "The coach's clock was not synchronized" in words


def test_a_call_for_help_at_rest_is_told_before_what_is_less_and_counts_as_no_safety_stop(subject, sums):
    stopped = [sums.summed(f"2026-11-{day:02}T09:30", reps=5) for day in range(1, 21)]
    call = sums.summed("2026-11-02T12:30", reps=0, outcome=Outcome.NO_ANSWER, reason="call-unanswered")
    person = subject(sessions=[*stopped, call])

    for draw in (report, sheet):
        words = " ".join(read(draw(person)).words)
        assert "no answer: a call for help was heard at rest" in words
        assert re.search(r"Safety stops\s+0", words)


def test_an_empty_history_is_told_kindly(subject):
    words = " ".join(read(report(subject(sessions=[]))).words)

    assert "Every session that was begun was done to its end." in words


def test_a_sheet_shows_the_safety_stops_where_it_cannot_show_all(subject, sums):
    stopped = [sums.summed(f"2026-11-{day:02}T09:30", reps=5) for day in range(1, 21)]
    grave = sums.summed("2026-11-02T12:30", reps=5, outcome=Outcome.SAFETY, safety="emergency", lock=2)

    words = " ".join(read(sheet(subject(sessions=[*stopped, grave]))).words)

    assert "breath, chest, heavy bleeding or a call for help" in words
    assert "and 16 more" in words


def test_a_sheet_shows_the_last_of_many_safety_stops(subject, sums):
    grave = {"reps": 5, "outcome": Outcome.SAFETY, "safety": "urgent"}
    stops = [sums.summed(f"2026-11-{day:02}T09:30", **grave) for day in range(1, 21)]

    words = " ".join(read(sheet(subject(sessions=stops))).words)

    assert "2026-11-20 09:30" in words
    assert "2026-11-01 09:30" not in words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('title = "Exercise report"\n', ""), "key title: this key is missing"),
        (lambda text: text + '\ntitel = "x"\n', "key titel: this key is not known; the nearest known is"),
        (lambda text: text.replace('sun = "Sun"', "sun = 7"), "key sun: this is no text"),
        (lambda text: text.replace("{n} of {m}", "{n} of {x}"), "key of: {x} is never filled; filled here: {m}, {n}."),
    ],
    ids=["missing", "unknown", "no text", "a slot nobody fills"],
)
def test_wrong_words_are_told_with_file_and_key(tmp_path, change, said):
    (tmp_path / "report.toml").write_text(change((VOICES / "en" / "report.toml").read_text()))

    with pytest.raises(PackError, match=re.escape(said)):
        load_labels(tmp_path)


@pytest.mark.parametrize(
    "language", [folder.name for folder in sorted(VOICES.iterdir()) if (folder / "pack.toml").exists()]
)
def test_every_language_has_the_words_of_the_report(language):
    assert set(load_labels(VOICES / language).texts) == set(KEYS)


# ---------------------------------------------------------------- in a real browser


def test_on_a_telephone_and_on_a_sheet_nothing_is_cut_and_everything_can_be_read(subject, troubles_of):
    pages = {
        f"{draw.__name__}-{language}-{days}-{width}": (draw(subject(language, days)), width)
        for draw, language, days in (
            (report, "en", 28),
            (report, "ko", 28),
            (report, "en", 365),
            (sheet, "ko", 28),
            (sheet, "en", 365),
        )
        for width in (360, 794)
    }

    found = troubles_of(pages)

    assert set(found) == set(pages)
    assert found == {title: [] for title in pages}


@pytest.mark.parametrize(("language", "days"), [("en", 365), ("ko", 28)])
def test_a_sheet_is_one_sheet(subject, sheets_of, language, days):
    assert sheets_of(sheet(subject(language, days))) == 1
