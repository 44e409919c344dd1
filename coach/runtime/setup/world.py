"""The real ways into the world: terminal, sound card, network, live session."""

import getpass
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from coach.audio.clip import Samples
from coach.audio.devices.portaudio import sound_devices
from coach.journal.entries import Practised
from coach.journal.sqlite import FILE as JOURNAL_FILE
from coach.journal.sqlite import SqliteJournal
from coach.notify.settings import load_notify_settings
from coach.runtime.clock import SystemClock, synchronized
from coach.runtime.ear import ListenerWanted
from coach.runtime.echo_check import echo_of
from coach.runtime.live import JOURNAL
from coach.runtime.paths import Paths
from coach.runtime.pin_file import PinFile
from coach.runtime.settings import Settings
from coach.runtime.setup.context import Setup, World
from coach.runtime.setup.desk import SoundDesk
from coach.runtime.setup.downloads import Line
from coach.runtime.sound_card import sound_card
from coach.runtime.trial import Tried, try_listener
from coach.runtime.view import level_bar
from coach.runtime.wiring import BarMaker, House

_MB: Final = 2**20


class TerminalScreen:
    """A terminal, or a pipe with one answer a line."""

    def show(self, line: str) -> None:
        """Show a line."""
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def read(self, prompt: str, *, hidden: bool = False) -> str | None:
        """Return what is typed up to Enter; None where nobody can type any more."""
        try:
            if hidden and sys.stdin.isatty():
                return getpass.getpass(prompt)
            typed = input(prompt)
        except EOFError:
            return None
        except UnicodeDecodeError:
            return ""
        if not sys.stdin.isatty():
            sys.stdout.write("\n")  # nobody pressed Enter there
        return typed


class LevelLine:
    """Shows how loud it is, in one line of a terminal; nothing in a pipe."""

    def __call__(self, level_db: float) -> None:
        """Show a level in dB against full scale."""
        if sys.stdout.isatty():
            sys.stdout.write(f"\r  {level_bar(level_db)} {level_db:4.0f} dB ")
            sys.stdout.flush()


def set_up(  # noqa: PLR0913 - what a command was given
    paths: Paths,
    make_house: Callable[[Settings], House],
    bar: BarMaker,
    *,
    model: Path | None,
    quiet: bool,
    language: str | None,
) -> Setup:
    """Return set-up with the real world around it.

    Args:
        paths: Where things are.
        make_house: Makes the house of settings.
        bar: Makes progress bars.
        model: A folder with a model that the carer gave by hand.
        quiet: Whether nothing shall be said.
        language: The language to ask in and to set; None for the one of the settings.
    """
    world = World(
        make_house=make_house,
        screen=TerminalScreen(),
        desk=SoundDesk(sound_card),
        devices=sound_devices,
        bar=bar,
        line=Line(progress=_in_megabytes(bar)),
        pin=PinFile(paths.data, SystemClock()),
        trial=_trial,
        echo=echo_of,
        show_level=LevelLine(),
        today=lambda: datetime.now().astimezone().date(),
        practise=_practise,
        now=lambda: datetime.now().astimezone(),
        stamp=SystemClock().now,
        clock_kept=synchronized,
        send_test=send_test,
    )
    made = Setup(paths, world, model=model, quiet=quiet)
    if language is not None and language != made.language and not made.own.fault:
        made.house.pack(language)
        made.change_settings(language=language)
    return made


def send_test(house: House, language: str) -> str:
    """Send a test notice now, and return why it was not taken; empty where it was.

    Raises:
        MissingError: Nothing is configured, or a library is not installed.
    """
    from coach.notify.notice import load_wording  # noqa: PLC0415 - only this step goes out of the house
    from coach.notify.office import Office  # noqa: PLC0415 - as above

    settings = load_notify_settings(house.paths.own)
    wording = load_wording(house.paths.voices / language)
    return Office(house.paths.data, settings, wording, house.prescription.name or "").test()


def _trial(house: House, language: str, engine: str, sound: Samples) -> Tried:
    return try_listener(ListenerWanted(house.paths, house.settings, language, engine), sound)


def _practise(paths: Paths, language: str) -> bool:
    """Run a practice as a program of its own, on the same terminal, and look into the journal for what came of it."""
    usual = Paths.find()
    given = {"--config": (paths.own, usual.own), "--data-dir": (paths.data, usual.data)}
    # A folder that is the usual one is not given: the prompts of one that is given are kept elsewhere.
    folders = [word for name, (used, its) in given.items() if used != its for word in (name, str(used))]
    command = (sys.executable, "-m", "coach", "run", "--practice", "--language", language, *folders)
    before = _last_practice(paths)
    subprocess.run(command, check=False)  # noqa: S603 - our own program, no shell
    last = _last_practice(paths)
    return last is not None and last != before and last[1]


def _last_practice(paths: Paths) -> tuple[int, bool] | None:
    """Return the row of the last practice and whether it was passed; None where there was none."""
    folder = paths.data / JOURNAL
    if not (folder / JOURNAL_FILE).exists():
        return None
    with SqliteJournal(folder) as journal:
        row = journal.latest(Practised)
    return None if row is None or not isinstance(row.entry, Practised) else (row.seq, row.entry.passed)


def _in_megabytes(bar: BarMaker) -> Callable[[int, int], None]:
    """Return what shows bytes as a bar of megabytes."""
    shown = bar("Fetching (MB)")
    return lambda done, whole: shown(done // _MB, -(-whole // _MB))
