"""The timeline: one self-contained page with a rehearsal's lanes, waveforms and sound.

The picture is an inline SVG, the sound an MP3 inside the page; nothing is fetched. The
page works without its small script, which only moves the playhead and seeks.
"""

import base64
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import pairwise
from string import Template
from typing import Final, NamedTuple

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import resample
from coach.audio.wavefile import encode_mp3
from coach.rehearsal.performer import Spoken
from coach.rehearsal.summary import Result, Stop, stops, told_once
from coach.rehearsal.transcript import transcript
from coach.runtime.chronicle import Sound
from coach.units import LISTEN_RATE, SAMPLE_RATE, Frames

_PIXELS_A_SECOND: Final = 28
"""Wide enough for a word to be told from the next, narrow enough for half a minute on a screen."""
_WORDS: Final = 120
"""As far as the words of a short box may go on behind it, in pixels."""
_LEFT: Final = 96
_RIGHT: Final = 24
_LANES: Final = (
    ("phases", 26),
    ("coach says", 62),
    ("tones", 22),
    ("coach", 52),
    ("person", 30),
    ("heard", 48),
    ("microphone", 52),
)
_TOP: Final = 28
_GAP: Final = 10
_PHASE_CLASS: Final = {
    "SCREEN": "ask", "CHECKIN": "ask", "RUN": "go", "PAUSED": "rest", "IDLE": "rest", "BOOT": "rest",
    "MAYBE": "alarm", "ACKLINE": "alarm", "TRIAGE": "alarm", "ADVICE": "alarm", "LOCKED": "alarm", "FAULT": "alarm",
}  # fmt: skip
_PHASE_NAME: Final = {
    "SCREEN": "questions", "CHECKIN": "how was it?", "RUN": "exercise", "PAUSED": "paused", "IDLE": "at rest",
    "BOOT": "start", "MAYBE": "are you hurt?", "ACKLINE": "safety stop", "TRIAGE": "safety questions",
    "ADVICE": "advice", "LOCKED": "locked", "FAULT": "fault",
}  # fmt: skip


class _Row(NamedTuple):
    """Where a lane stands in the picture, in pixels."""

    top: int
    height: int

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def timeline(result: Result, *, title: str) -> str:
    """Return the page as HTML.

    Args:
        result: The finished rehearsal.
        title: What stands at the top, such as ``ankle-pumps (en)``.
    """
    page = Template((files("coach.rehearsal") / "timeline.html").read_text(encoding="utf-8"))
    outcome = result.chronicle.outcome.value if result.chronicle.outcome is not None else "interrupted"
    return page.substitute(
        title=escape(title),
        outcome=escape(outcome),
        outcome_class="good" if outcome == "completed" else "alarm" if outcome in {"safety", "fault"} else "plain",
        figures=_figures(result),
        overview=_overview(result),
        picture=_picture(result),
        audio=base64.b64encode(_sound(result)).decode("ascii"),
        transcript=escape(transcript(result)),
        left=_LEFT,
        pixels=_PIXELS_A_SECOND,
    )


def _figures(result: Result) -> str:
    found = stops(result)
    waits = [stop.decided - stop.spoken_end for stop in found if stop.spoken_end is not None]
    rows = [
        ("length", _minutes(len(result.played) / SAMPLE_RATE)),
        ("repetitions", ", ".join(f"{count} {side}" for side, count in result.reps_done.items()) or "none"),
        ("commands heard", str(len(told_once(result.chronicle)))),
        ("decision to silence", _milliseconds(max((s.silent - s.decided for s in found), default=None), "at most ")),
        ("word to decision", _milliseconds(max(waits, default=None), "at most ")),
        ("speed", f"{result.realtime_factor:.0f} times real time"),
    ]
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)


def _picture(result: Result) -> str:
    seconds = len(result.played) / SAMPLE_RATE
    width = _LEFT + round(seconds * _PIXELS_A_SECOND) + _RIGHT
    rows: dict[str, _Row] = {}
    y = _TOP
    for name, height in _LANES:
        rows[name] = _Row(y, height)
        y += height + _GAP
    sounds = [sound for sound in result.chronicle.sounds if sound.played is not None]
    parts = [
        f'<svg id="picture" width="{width}" height="{y}" viewBox="0 0 {width} {y}" role="img"',
        ' aria-label="Timeline of the rehearsal">',
        *_grid(seconds, y),
        *(
            f'<rect class="lane" x="{_LEFT}" y="{row.top}" width="{width - _LEFT - _RIGHT}" height="{row.height}"/>'
            for row in rows.values()
        ),
        *_phase_bands(result, rows["phases"]),
        *_sound_boxes([sound for sound in sounds if sound.text or sound.kind == "chime"], rows["coach says"]),
        *(_tone(sound, rows["tones"]) for sound in sounds if not sound.text and sound.kind == "cue"),
        _wave(result.played, SAMPLE_RATE, "coach", rows["coach"]),
        *(_person(said, rows["person"]) for said in result.spoken),
        *_heard(result, rows["heard"]),
        _wave(result.microphone, LISTEN_RATE, "mic", rows["microphone"]),
        *_silences(stops(result), y),
        f'<line id="head" x1="{_LEFT}" x2="{_LEFT}" y1="{_TOP - 8}" y2="{y}"/>',
        f'<g id="names"><rect class="names" x="0" y="0" width="{_LEFT - 6}" height="{y}"/>',
        *(f'<text class="name" x="{_LEFT - 14}" y="{row.middle + 4}">{name}</text>' for name, row in rows.items()),
        "</g></svg>",
    ]
    return "".join(parts)


def _grid(seconds: float, bottom: int) -> Iterable[str]:
    for second in range(0, int(seconds) + 1, 5):
        x = _x_seconds(second)
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="{_TOP - 6}" y2="{bottom}"/>'
        yield f'<text class="clock" x="{x + 3}" y="{_TOP - 10}">{second // 60}:{second % 60:02d}</text>'


def _phase_bands(result: Result, row: _Row) -> Iterable[str]:
    for start, end, key in _phases(result):
        if end > start:
            yield _box(start, end, row, f"phase {_PHASE_CLASS.get(key, 'rest')}", _PHASE_NAME.get(key, key.lower()))


def _sound_boxes(sounds: Sequence[Sound], row: _Row) -> Iterable[str]:
    """Return a box for each sound; the words of a short one go on behind it as far as the next leaves room."""
    begins = sorted(_begin(sound) for sound in sounds)
    for sound in sounds:
        start = _begin(sound)
        end = sound.ended if sound.ended is not None else Frames(start + sound.length)
        following = begins[min(bisect_right(begins, start), len(begins) - 1)]
        kind = "chime" if sound.kind == "chime" else sound.lane
        style = f"says {kind}{' cut' if sound.cut else ''}"
        yield _box(start, end, row, style, sound.text or f"{sound.id} chime", room=following - start)


def _begin(sound: Sound) -> Frames:
    return sound.played if sound.played is not None else sound.planned


def _tone(sound: Sound, row: _Row) -> str:
    start = _begin(sound)
    # Towards the nose rises, away falls, as the tones themselves do.
    slope = {"rising": -6, "falling": 6}.get(sound.tone, 0)
    x, style = _x(start), "tone cut" if sound.cut else "tone"
    return (
        f'<line class="{style}" x1="{x}" y1="{row.middle - slope}" x2="{x + 7}" y2="{row.middle + slope}">'
        f"<title>{escape(sound.id)} at {start / SAMPLE_RATE:.2f} s</title></line>"
    )


def _heard(result: Result, row: _Row) -> Iterable[str]:
    """Return a mark for each hearing; marks close together take turns in two lines."""
    line, last_x = 0, -1e9
    for hearing in told_once(result.chronicle):
        at = Frames(hearing.decided * SAMPLE_RATE // LISTEN_RATE)
        x = _x(at)
        line = (line + 1) % 2 if x - last_x < 90 else 0
        last_x = x
        y = row.top + 16 + line * 20
        meaning = hearing.answer.value if hearing.answer is not None else hearing.command.value
        what = (
            f"{hearing.phrase}: {meaning}, {hearing.engine} score {hearing.score:.2f}, "
            f"decided at {at / SAMPLE_RATE:.2f} s"
        )
        yield (
            f'<g class="heard"><title>{escape(what)}</title><circle cx="{x}" cy="{y - 4}" r="4"/>'
            f'<text x="{x + 8}" y="{y}">{escape(meaning)} <tspan class="score">{hearing.score:.2f}</tspan></text></g>'
        )


def _silences(found: Sequence[Stop], bottom: int) -> Iterable[str]:
    for stop in found:
        x, lasted_ms = _x(stop.decided), (stop.silent - stop.decided) * 1000 / SAMPLE_RATE
        title = f"<title>{escape(stop.cause)}: silent {lasted_ms:.0f} ms after the decision</title>"
        yield f'<line class="stop" x1="{x}" x2="{x}" y1="{_TOP}" y2="{bottom}">{title}</line>'


def _wave(samples: Samples, rate: int, name: str, row: _Row) -> str:
    """Return a waveform as one path of peaks, one a pixel."""
    count = max(1, round(len(samples) / rate * _PIXELS_A_SECOND))
    edges = np.linspace(0, len(samples), count + 1).astype(int)
    peaks = np.array([np.abs(samples[first:stop]).max(initial=0.0) for first, stop in pairwise(edges)])
    # Square root: a whisper stays visible beside a chime.
    heights = np.sqrt(np.minimum(peaks, 1.0)) * row.height / 2
    steps = "".join(f"M{_LEFT + x} {row.middle - h:.1f}V{row.middle + max(h, 0.3):.1f}" for x, h in enumerate(heights))
    return f'<path class="wave {name}" d="{steps}"/>'


def _person(said: Spoken, row: _Row) -> str:
    """Return what the person said; the words stand beside the mark, which is often shorter than they are."""
    x, width = _x(said.start), round((said.end - said.start) / SAMPLE_RATE * _PIXELS_A_SECOND, 1)
    return (
        f'<g class="person"><title>{escape(said.text)} ({said.start / SAMPLE_RATE:.2f} s)</title>'
        f'<rect x="{x}" width="{width}" y="{row.top + 4}" height="{row.height - 8}" rx="4"/>'
        f'<text x="{x + width + 5}" y="{row.middle + 4}">{escape(said.text)}</text></g>'
    )


def _box(start: int, end: int, row: _Row, kind: str, text: str, room: int = 0) -> str:  # noqa: PLR0913, PLR0917 - a picture
    """Return a box with words in it, which may take up to `room` frames from its beginning where it is shorter."""
    x, width = _x(start), round(max(2.0, (end - start) / SAMPLE_RATE * _PIXELS_A_SECOND), 1)
    beside = min(_WORDS, room / SAMPLE_RATE * _PIXELS_A_SECOND - 3) if width < _WORDS / 2 else width
    words = round(max(width, beside), 1)
    return (
        f'<g class="box {kind}">'
        f"<title>{escape(text)} ({start / SAMPLE_RATE:.2f}-{end / SAMPLE_RATE:.2f} s)</title>"
        f'<rect x="{x}" width="{width}" y="{row.top + 2}" height="{row.height - 4}" rx="4"/>'
        f'<foreignObject x="{x}" width="{words}" y="{row.top + 2}" height="{row.height - 4}">'
        f'<div xmlns="http://www.w3.org/1999/xhtml" class="words">{escape(text)}</div></foreignObject></g>'
    )


def _overview(result: Result) -> str:
    """Return the whole session in one strip: phases, what the person said, where it fell silent."""
    length = max(1, len(result.played))
    parts = [
        '<svg id="overview" viewBox="0 0 1000 34" preserveAspectRatio="none" role="img" aria-label="Whole session">'
    ]
    for start, end, key in _phases(result):
        place = f'x="{1000 * start / length:.2f}" width="{1000 * (end - start) / length:.2f}" y="6" height="22"'
        name = f"<title>{escape(_PHASE_NAME.get(key, key))}</title>"
        parts.append(f'<rect class="{_PHASE_CLASS.get(key, "rest")}" {place}>{name}</rect>')
    for said in result.spoken:
        x = 1000 * said.start / length
        parts.append(
            f'<rect class="said" x="{x:.2f}" width="2.5" y="0" height="34"><title>{escape(said.text)}</title></rect>'
        )
    parts.append('<rect id="place" x="0" width="1.5" y="0" height="34"/></svg>')
    return "".join(parts)


def _phases(result: Result) -> list[tuple[int, int, str]]:
    """Return the phases as first frame, one past the last, and name in capitals; neighbours alike are one."""
    phases = result.chronicle.phases
    changes = [entered for place, entered in enumerate(phases) if not place or entered.phase != phases[place - 1].phase]
    ends = [entered.frame for entered in changes[1:]] + [Frames(len(result.played))]
    return [(entered.frame, end, entered.phase.upper()) for entered, end in zip(changes, ends, strict=True)]


def _sound(result: Result) -> bytes:
    """Return both channels as MP3: left what the coach plays, right what its microphone hears."""
    played = resample(result.played, SAMPLE_RATE, LISTEN_RATE)
    length = min(len(played), len(result.microphone))
    return encode_mp3(np.stack([played[:length], result.microphone[:length]], axis=1), LISTEN_RATE)


def _x(frame: int) -> float:
    return round(_LEFT + frame / SAMPLE_RATE * _PIXELS_A_SECOND, 1)


def _x_seconds(second: float) -> float:
    return round(_LEFT + second * _PIXELS_A_SECOND, 1)


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _milliseconds(count: int | None, prefix: str) -> str:
    return "no stop" if count is None else f"{prefix}{count * 1000 / SAMPLE_RATE:.0f} ms"
