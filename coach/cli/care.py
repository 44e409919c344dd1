"""For whoever looks after the coach: the machine, and locks."""

import json
from dataclasses import asdict

import typer

from coach.cli.frame import Given, Json, app, command
from coach.errors import CoachError, MissingError


@command(app, "unlock")
def unlock(given: Given) -> None:
    """Lift the lock after a safety stop. For a carer, once the care team agrees."""
    from coach.runtime.live import unlock as lift

    typer.confirm("Does the care team agree that the exercises may go on?", abort=True)
    typer.echo("Unlocked." if lift(given.paths.data) else "It was not locked.")


@command(app, "devices")
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


@command(app, "doctor")
def doctor(given: Given, as_json: Json = False) -> None:
    """Look at everything a session stands on, and say what to do about what is wrong."""
    from coach.audio.devices.portaudio import sound_devices
    from coach.runtime.doctor import Instruments, State, examine
    from coach.runtime.live import sound_card

    found = []
    instruments = Instruments(sound_devices, lambda: sound_card(given.house.settings.audio))
    for diagnosis in examine(given.house, given.tag, instruments):
        found.append(diagnosis)
        if not as_json:
            typer.echo(diagnosis.as_text())
    if as_json:
        typer.echo(json.dumps([diagnosis.as_json() for diagnosis in found], ensure_ascii=False))
    if any(diagnosis.state is State.PROBLEM for diagnosis in found):
        raise typer.Exit(CoachError.exit_code)
