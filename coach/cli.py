"""The command line: thin commands over the packages; every error is one sentence.

Every command takes the options of `_COMMON` as well; it finds what they came to in `Given`.
Packages are imported inside the commands, so that help answers at once.
"""

import inspect
import json
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from coach import __version__
from coach.errors import CoachError, InputError, MissingError
from coach.language.utterance import Context, Expectation
from coach.runtime.paths import Paths
from coach.runtime.settings import load_settings
from coach.runtime.view import LiveView, PlainView, View
from coach.runtime.wiring import House

app = typer.Typer(
    name="coach",
    help="A voice-guided, hands-free, fully offline exercise coach for somebody lying in bed. Not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
bench = typer.Typer(help="Measure this machine.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(bench, name="bench")


class Engine(StrEnum):
    """Recognizers that can be asked for by name."""

    AUTO = "auto"
    VOSK = "vosk"
    PHONEMES = "phonemes"
    SCRIPTED = "scripted"


@dataclass(frozen=True, slots=True)
class Given:
    """What the common options of a command came to."""

    house: House
    language: str | None
    """What was asked for; None where nothing was."""
    engine: str

    @property
    def tag(self) -> str:
        """Return the language asked for, or the one in the settings."""
        return self.language or self.house.settings.language


_COMMON: Final[dict[str, tuple[Any, Any]]] = {
    "language": (
        Annotated[str | None, typer.Option(help="Language pack, such as en or ko.", show_default=False)],
        None,
    ),
    "engine": (Annotated[Engine, typer.Option(help="Recognizer; auto takes the best installed.")], Engine.AUTO),
    "config": (
        Annotated[Path | None, typer.Option(help="Folder with your own settings, exercises, programs.")],
        None,
    ),
    "data_dir": (Annotated[Path | None, typer.Option(help="Folder for models, prompts and the journal.")], None),
    "verbose": (Annotated[bool, typer.Option("--verbose", "-v", help="Say more about what is done.")], False),
}
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
ProgramArgument = Annotated[str | None, typer.Argument(help="A program's id, or a program file.", show_default=False)]


def _command(group: typer.Typer, name: str, example: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that makes a function a command with the common options added."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(function).parameters.values())[1:]
        added = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for option, (kind, default) in _COMMON.items()
        ]

        def run(**values: Any) -> None:  # noqa: ANN401 - typer hands over whatever the options are
            common = {option: values.pop(option) for option in _COMMON}
            function(_given(**common), **values)

        keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
        run.__signature__ = inspect.Signature([*keyword, *added])  # type: ignore[attr-defined] # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in [*own, *added]}
        run.__doc__ = function.__doc__
        group.command(name, epilog=f"Example: {example}" if example else None)(run)
        return function

    return decorate


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"coach {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@_command(app, "rehearse", "coach rehearse ankle-pumps --out rehearsal-out")
def rehearse(
    given: Given,
    program: ProgramArgument = None,
    scenario: Annotated[Path | None, typer.Option(help="Scenario file: who says what, when, in which room.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for session.wav, transcript.txt, timeline.html ...")] = None,
    as_json: Json = False,
) -> None:
    """Run the whole coach against a simulated room and person, faster than real time.

    Real synthetic speech and real recognizers; no sound card is needed. Nothing is remembered.
    """
    from coach.rehearsal.report import plain_words
    from coach.rehearsal.run import Wanted, rehearse_to

    wanted = Wanted(program=program, scenario=scenario, language=given.language, engine=given.engine, out=out)
    finished = rehearse_to(given.house, wanted, _progress)
    typer.echo(json.dumps(finished.summary, ensure_ascii=False) if as_json else plain_words(finished))
    if finished.mismatches:
        raise CoachError(f"The rehearsal did not go as the scenario expects: {'; '.join(finished.mismatches)}.")


@_command(app, "run", "coach run ankle-pumps")
def run(given: Given, program: ProgramArgument = None) -> None:
    """Run one session now, on the sound card.

    Any key stops; p pauses, r repeats, q ends. What happens is kept in the journal.
    """
    from coach.runtime.keys import TerminalControls
    from coach.runtime.live import LiveSession
    from coach.session.effects import Outcome

    controls = TerminalControls()
    session = LiveSession(given.house, program or given.house.settings.program, given.tag, given.engine)
    ended = session.run(controls, _view, _progress)
    if controls.signaled:
        raise KeyboardInterrupt
    if ended.found_lock and ended.outcome is Outcome.REFUSED:
        raise CoachError("The coach is locked after a safety stop; once the care team agrees, run: coach unlock")
    if ended.outcome is Outcome.FAULT:
        raise CoachError("The session was ended by a fault; to find out which, run: coach doctor")
    typer.echo(f"{ended.outcome.value}: {ended.reps_left} repetitions left, {ended.reps_right} right.")


@_command(app, "unlock")
def unlock(given: Given) -> None:
    """Lift the lock after a safety stop. For a carer, once the care team agrees."""
    from coach.runtime.live import unlock as lift

    typer.confirm("Does the care team agree that the exercises may go on?", abort=True)
    typer.echo("Unlocked." if lift(given.house.paths.data) else "It was not locked.")


@_command(app, "devices")
def devices(given: Given, as_json: Json = False) -> None:  # noqa: ARG001 - every command takes the common options
    """List the sound devices there are."""
    from coach.audio.devices.portaudio import sound_devices

    rows = [asdict(device) for device in sound_devices()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        chosen = [way for way in ("output", "input") if row[f"default_{way}"]]
        default = f"   default {' and '.join(chosen)}" if chosen else ""
        typer.echo(f"{row['name']:<40} {row['host_api']:<8} {row['outputs']} out, {row['inputs']} in{default}")
    if not rows:
        raise MissingError("There is no sound device; plug in a USB speakerphone, or a microphone and a loudspeaker.")


@_command(app, "doctor")
def doctor(given: Given, as_json: Json = False) -> None:
    """Look at everything a session stands on, and say what to do about what is wrong."""
    from coach.audio.devices.portaudio import PortAudioDevice, sound_devices
    from coach.runtime.doctor import Instruments, State, examine

    found = []
    for diagnosis in examine(given.house, given.tag, Instruments(sound_devices, PortAudioDevice)):
        found.append(diagnosis)
        if not as_json:
            typer.echo(diagnosis.as_text())
    if as_json:
        typer.echo(json.dumps([diagnosis.as_json() for diagnosis in found], ensure_ascii=False))
    if any(diagnosis.state is State.PROBLEM for diagnosis in found):
        raise typer.Exit(CoachError.exit_code)


@_command(app, "replay", "coach replay")
def replay(
    given: Given,
    session: Annotated[
        str | None, typer.Argument(help="A session's name; default: the last.", show_default=False)
    ] = None,
) -> None:
    """Decide a journaled session once more and compare; any difference is told."""
    from coach.journal.material import rebuild
    from coach.journal.replay import replay as decide_again
    from coach.journal.replay import session_entries
    from coach.journal.sqlite import SqliteJournal
    from coach.runtime.live import JOURNAL

    house = given.house
    with SqliteJournal(house.paths.data / JOURNAL) as journal:
        found = decide_again(session_entries(journal, session), lambda opened: rebuild(opened, journal, house.packs))
    if found.first is not None:
        raise CoachError(found.first)
    typer.echo(f"{found.events} events, decided as they were then.")


@_command(app, "hear", "coach hear stop.wav --json")
def hear(
    given: Given,
    files: Annotated[list[Path], typer.Argument(help="Recordings: WAV, FLAC, OGG ... of any rate.")],
    context: Annotated[Context, typer.Option(help="What the session is doing while it listens.")] = Context.SESSION,
    as_json: Json = False,
) -> None:
    """Print what the coach would hear in recordings, one line a file."""
    from coach.listening.hear import hear_file

    listener = given.house.listener(given.tag, given.engine)
    failed = False
    for file in files:
        try:
            heard = hear_file(file, listener, Expectation(context))
        except InputError as wrong:
            failed = True
            row = {"file": str(file), "error": str(wrong)}
            typer.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{file}: {wrong}")
            continue
        typer.echo(json.dumps(heard.as_json(), ensure_ascii=False) if as_json else heard.as_text())
    if failed:
        raise typer.Exit(InputError.exit_code)


@_command(app, "say", 'coach say "Toes away from you." --out toes.wav')
def say(
    given: Given,
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option(help="WAV file to write.")],
) -> None:
    """Speak a line into a WAV file with the voice the coach uses."""
    typer.echo(f"{out}: {given.house.say(text, given.tag, out):.1f} s")


@_command(app, "programs")
def programs(given: Given, as_json: Json = False) -> None:
    """List the programs there are."""
    rows = given.house.program_rows(given.tag)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['id']:<24} {row['minutes']:>5} min   {row['name']}")


@_command(app, "show", "coach show ankle-pumps --language ko")
def show(given: Given, program: ProgramArgument = None) -> None:
    """Print a program's score: what is said and sounded, when, and how much of it is speech."""
    typer.echo(given.house.listing(program or given.house.settings.program, given.tag, _progress))


@_command(app, "check", "coach check my-program.toml")
def check(
    given: Given,
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: everything in use.")] = None,
    as_json: Json = False,
) -> None:
    """Check programs, exercises, language packs and settings; each finding names file, table and key."""
    from coach.runtime.check import check_all

    findings = check_all(given.house, paths or [], given.language, _progress)
    errors = sum(finding.is_error for finding in findings)
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(finding.as_text())
        typer.echo(f"{errors} errors, {len(findings) - errors} notes.")
    if errors:
        raise typer.Exit(CoachError.exit_code)


@_command(bench, "rhythm")
def bench_rhythm(given: Given, as_json: Json = False) -> None:
    """Measure the rhythm: drift in frames, and how much faster than real time a rehearsal runs."""
    from coach.rehearsal.bench import rhythm

    _print_rows(rhythm(given.house, _progress), as_json)


@_command(bench, "hearing", "coach bench hearing --data ../shared/data")
def bench_hearing(
    given: Given,
    data: Annotated[Path, typer.Option(help="Folder with sets of recordings, each with a manifest.tsv.")],
    limit: Annotated[int | None, typer.Option(help="At most this many recordings of a set.", min=1)] = None,
    as_json: Json = False,
) -> None:
    """Measure what is heard, and what is heard wrongly, in recordings of people."""
    from coach.rehearsal.bench import hearing

    listener = given.house.listener(given.tag, given.engine)
    _print_rows(hearing(listener, given.tag, data, limit, _progress), as_json)


def _given(language: str | None, engine: Engine, config: Path | None, data_dir: Path | None, verbose: bool) -> Given:
    paths = Paths.find(config, data_dir)
    house = House(paths, load_settings(paths.config), _complain if verbose else _ignore, _complain)
    return Given(house, language, engine.value)


def _complain(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _ignore(_sentence: str) -> None:
    """Keep details to ourselves."""


class _Bar:
    """A progress bar on a terminal, nothing in a pipe."""

    def __init__(self, what: str) -> None:
        console = Console(stderr=True)
        self._shown = console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
        )
        self._task = self._progress.add_task(what, total=None)

    def __call__(self, done: int, total: int) -> None:
        if not self._shown or total == 0:
            return
        self._progress.start()
        self._progress.update(self._task, completed=done, total=total)
        if done >= total:
            self._progress.stop()


def _progress(what: str) -> Callable[[int, int], None]:
    return _Bar(what)


def _view(title: str) -> View:
    console = Console()
    if console.is_terminal:
        return LiveView(console, title)
    return PlainView(typer.echo)


def _print_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo("   ".join(f"{name}: {value}" for name, value in row.items()))


def _interrupted(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; every failure leaves with one sentence and its exit code."""
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        app(standalone_mode=True)
    except CoachError as failure:
        _complain(f"coach: {failure}")
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        _complain("coach: stopped.")
        sys.exit(130)
