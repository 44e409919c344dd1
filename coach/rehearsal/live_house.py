"""A house for a live coach on a sound card made of software: nothing it keeps is kept, what is installed serves."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coach.audio.clip import Samples
from coach.language.utterance import Utterance
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.staging import answers_of
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import BarMaker, House, Prepared


@dataclass(frozen=True, slots=True)
class LiveHouse:
    """What `coach run` needs on a software card, and what the person beside it needs."""

    house: House
    language: str
    program: str
    prepared: Prepared
    answers: dict[str, str]
    """What somebody answers who is well, by question id."""
    arguments: tuple[str, ...]
    """What follows ``coach``."""

    def voice(self, text: str) -> Samples:
        """Return the person's voice saying some words: float32, 48 kHz."""
        line = Utterance(self.language, "person", text)
        name = f"person-{self.language}"
        profile = self.house.profile(name) if name in self.house.profiles else self.house.voice(self.language)
        return self.house.render([line], profile)[line].samples


@contextmanager
def live_house(house: House, program: str, language: str, engine: str, progress: BarMaker) -> Iterator[LiveHouse]:
    """Return a house whose journal and settings are thrown away; every prompt is spoken before.

    The sound devices of the settings are left out, for the card is another one; so are the prescription, which a bench
    would use up for the day, and programs of one's own.
    """
    with tempfile.TemporaryDirectory(prefix="coach-live-") as place:
        own, data = Path(place) / "own", Path(place) / "data"
        for folder in (own, data):
            folder.mkdir()
        for name, installed in (("models", house.paths.models), ("cache", house.paths.cache)):
            installed.mkdir(parents=True, exist_ok=True)
            (data / name).symlink_to(installed.resolve())
        # A TOML string of ordinary characters is one of JSON.
        models = "".join(f"{tag} = {json.dumps(folder)}\n" for tag, folder in house.settings.models.items())
        (own / "coach.toml").write_text(f"[models]\n{models}", encoding="utf-8")
        theirs = House(Paths.find(own, data), Settings(models=house.settings.models), house.detail, house.notice)
        prepared = theirs.prepare(theirs.program(program), language, progress)
        answers = answers_of(Scenario(program=program, language=language), theirs.pack(language))
        options = ("--language", language, "--engine", engine, "--config", str(own), "--data-dir", str(data))
        yield LiveHouse(theirs, language, program, prepared, answers, ("run", program, *options))
