"""What all commands share: the application, the common options, progress, and how failures leave.

Every command takes the options of `_COMMON` as well; it finds what they came to in `Given`.
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from coach import __version__
from coach.runtime.paths import Paths

if TYPE_CHECKING:
    # What only some commands need: half a second of imports.
    from coach.runtime.settings import Settings
    from coach.runtime.supervisor import Pulse
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


@dataclass(frozen=True)
class Given:
    """What the common options of a command came to."""

    paths: Paths
    language: str | None
    """What was asked for; None where nothing was."""
    engine: str
    verbose: bool
    watched_over: "Pulse | None" = None
    """What the parent watches; None in a command that is not in need of one."""

    @property
    def pulse(self) -> "Pulse":
        """Return what the parent watches.

        Raises:
            RuntimeError: Nobody watches over this command: it is missing in `coach.__main__.WATCHED_OVER`.
        """
        if self.watched_over is None:
            raise RuntimeError("Nobody watches over this command.")
        return self.watched_over

    @cached_property
    def settings(self) -> "Settings":
        """Return the settings; they are read when they are first asked for, so that who mends them can run.

        Raises:
            SettingsError: The settings are wrong.
        """
        from coach.runtime.settings import load_settings

        return load_settings(*self.paths.layers)

    @property
    def settings_afresh(self) -> "Settings":
        """Return the settings as they stand in the files now.

        Raises:
            SettingsError: They are wrong.
        """
        from coach.runtime.settings import load_settings

        return load_settings(*self.paths.layers)

    @cached_property
    def house(self) -> "House":
        """Return the house.

        Raises:
            SettingsError: The settings are wrong.
        """
        return self.house_with(self.settings)

    def house_with(self, settings: "Settings") -> "House":
        """Return the house with other settings than those in the files."""
        from coach.runtime.wiring import House

        return House(self.paths, settings, complain if self.verbose else _ignore, complain)

    @property
    def tag(self) -> str:
        """Return the language asked for, or the one prescribed or set."""
        return self.language or self.house.usual_language


_COMMON: Final[dict[str, tuple[Any, Any]]] = {
    "language": (
        Annotated[str | None, typer.Option(help="Language pack, such as en or ko.", show_default=False)],
        None,
    ),
    "engine": (Annotated[Engine, typer.Option(help="Recognizer; auto takes the best installed.")], Engine.AUTO),
    "config": (
        Annotated[Path | None, typer.Option(help="Folder of your own settings, exercises, programs.")],
        None,
    ),
    "data_dir": (Annotated[Path | None, typer.Option(help="Folder for models, prompts and the journal.")], None),
    "verbose": (Annotated[bool, typer.Option("--verbose", "-v", help="Say more about what is done.")], False),
}
_CONTEXT: Final = "ctx"
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
ProgramArgument = Annotated[str | None, typer.Argument(help="A program's id, or a program file.", show_default=False)]


def command(group: typer.Typer, name: str, example: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that makes a function a command with the common options added."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(function).parameters.values())[1:]
        added = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for option, (kind, default) in _COMMON.items()
        ]

        def run(**values: Any) -> None:  # noqa: ANN401 - typer hands over whatever the options are
            watched_over = values.pop(_CONTEXT).obj
            common = {option: values.pop(option) for option in _COMMON}
            function(_given(watched_over, **common), **values)

        keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
        context = inspect.Parameter(_CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        parameters = [context, *keyword, *added]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
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


def _given(  # noqa: PLR0913, PLR0917 - as many as there are common options
    watched_over: "Pulse | None",
    language: str | None,
    engine: Engine,
    config: Path | None,
    data_dir: Path | None,
    verbose: bool,
) -> Given:
    return Given(Paths.find(config, data_dir), language, engine.value, verbose, watched_over)


def complain(sentence: str) -> None:
    """Tell what is wrong, on stderr."""
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


def progress(what: str) -> Callable[[int, int], None]:
    """Return what shows the progress of something, on a terminal only."""
    return _Bar(what)


def print_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    """Print figures, one row a line, or all of them as JSON."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo("   ".join(f"{name}: {value}" for name, value in row.items()))


def print_table(title: str, rows: list[dict[str, Any]]) -> None:
    """Print rows under the heads they have, aligned; a row without a figure has a gap there."""
    if not rows:
        return
    heads = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(head)) for head in heads] for row in rows]
    widths = [max(len(head), *(len(line[place]) for line in cells)) for place, head in enumerate(heads)]
    typer.echo(f"\n{title}")
    for line in ([*heads], *cells):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
