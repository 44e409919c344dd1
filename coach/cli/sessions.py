"""Sessions: at the bedside, and rehearsed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from coach.cli.frame import Given, Json, ProgramArgument, app, command, progress
from coach.errors import CoachError, InputError
from coach.runtime.view import LiveView, PlainView, View

if TYPE_CHECKING:
    from coach.rehearsal.run import Wanted


@command(app, "rehearse", "coach rehearse ankle-pumps --out rehearsal-out")
def rehearse(  # noqa: PLR0913, PLR0917 - as many as the command has options
    given: Given,
    program: ProgramArgument = None,
    scenario: Annotated[Path | None, typer.Option(help="Scenario file: who says what, when, in which room.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for session.wav, transcript.txt, timeline.html ...")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every program in every language, each into its own folder of --out.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run the whole coach against a simulated room and person, faster than real time.

    Real synthetic speech and real recognizers; no sound card is needed. Nothing is remembered.
    """
    from coach.rehearsal.report import plain_words
    from coach.rehearsal.run import Wanted, rehearse_to

    wanted = Wanted(program=program, scenario=scenario, language=given.language, engine=given.engine, out=out)
    if everything:
        _rehearse_all(given, wanted, as_json=as_json)
        return
    finished = rehearse_to(given.house, wanted, progress)
    typer.echo(json.dumps(finished.summary, ensure_ascii=False) if as_json else plain_words(finished))
    if finished.mismatches:
        raise CoachError(f"The rehearsal did not go as the scenario expects: {'; '.join(finished.mismatches)}.")


def _rehearse_all(given: Given, wanted: "Wanted", *, as_json: bool) -> None:
    """Rehearse everything there is, and tell each as soon as it is done."""
    from coach.rehearsal.run import rehearse_all
    from coach.session.effects import Outcome

    if wanted.program is not None or wanted.scenario is not None or wanted.out is None:
        raise InputError("--all rehearses every program as it is; give it --out, and neither a program nor a scenario.")
    summaries, broken = [], []
    for program, tag, finished in rehearse_all(given.house, wanted, progress):
        outcome, length_s = finished.summary["outcome"], finished.summary["duration_s"]
        summaries.append({"program": program, "language": tag} | finished.summary)
        if outcome != Outcome.COMPLETED.value:
            broken.append(f"{program} ({tag}): {outcome}")
        if not as_json:
            minutes, seconds = divmod(round(length_s), 60)
            typer.echo(f"{outcome}  {minutes:2d}:{seconds:02d}  {wanted.out / f'{program}.{tag}' / 'timeline.html'}")
    if as_json:
        typer.echo(json.dumps(summaries, ensure_ascii=False))
    if broken:
        raise CoachError(f"Not completed: {'; '.join(broken)}.")


@command(app, "run", "coach run ankle-pumps")
def run(
    given: Given,
    program: ProgramArgument = None,
    practice: Annotated[bool, typer.Option("--practice", help="Only practise stopping the coach.")] = False,
) -> None:
    """Run one session now, on the sound card.

    Any key stops; p pauses, r repeats, q ends. What happens is kept in the journal.
    """
    # What takes longest to be ready is started first.
    from coach.runtime.sound_card import begun

    with begun(given.settings.audio) as device:
        from coach.runtime.controls.every import every_control
        from coach.runtime.controls.terminal import TerminalControls
        from coach.runtime.live import LiveSession
        from coach.session.effects import Outcome

        terminal = TerminalControls()
        controls = every_control(given.settings.controls, given.paths.data, terminal)
        session = LiveSession(given.house, program or given.house.usual_program, given.tag, given.engine)
        ended = session.run(device, given.pulse, controls, view_of, progress, practice=practice)
    if ended.found_lock and ended.outcome is Outcome.REFUSED:
        raise CoachError("The coach is locked for safety; once the care team agrees, run: coach unlock")
    if ended.outcome is Outcome.FAULT:
        raise CoachError("The session was ended by a fault; to find out which, run: coach doctor")
    if practice:
        typer.echo(f"Practice: {ended.practised or 'left before its end'}.")
    else:
        typer.echo(f"{ended.outcome.value}: {ended.reps_left} repetitions left, {ended.reps_right} right.")
    if terminal.signaled:
        raise KeyboardInterrupt


@command(app, "stop", "coach stop")
def stop(given: Given) -> None:
    """Stop the coach that is running, as a key does: it falls silent and asks whether anything hurts."""
    from coach.runtime.controls.control import Control
    from coach.runtime.live import order

    order(given.paths.data, Control.STOP)
    typer.echo("Stopped.")


def view_of(title: str) -> View:
    """Return what shows a session: a panel on a terminal, lines in a pipe."""
    console = Console()
    if console.is_terminal:
        return LiveView(console, title)
    return PlainView(typer.echo)
