"""For whoever looks after the coach: the machine, and locks."""

import json
import sys
from dataclasses import asdict
from math import ceil
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.frame import Given, Json, app, command, complain
from coach.errors import CoachError, InputError, MissingError

if TYPE_CHECKING:
    from coach.runtime.pin_file import PinFile


@command(app, "unlock", "coach unlock")
def unlock(
    given: Given, new_pin: Annotated[bool, typer.Option("--new-pin", help="Set or change the carer's PIN.")] = False
) -> None:
    """Lift the lock after a safety stop. For a carer, once the care team agrees; asks for the carer's PIN.

    While the coach runs it is unlocked by PIN only.
    """
    from coach.runtime.clock import SystemClock
    from coach.runtime.live import runs, unlock_running
    from coach.runtime.live import unlock as lift
    from coach.runtime.pin_file import PinFile

    pin = PinFile(given.paths.data, SystemClock())
    if new_pin:
        _set_pin(pin)
        return
    if not pin.is_set and runs(given.paths.data):
        raise InputError(
            "The coach is running, and while it does only the carer's PIN unlocks it, which was never set; "
            "set one with 'coach unlock --new-pin', then run 'coach unlock' again."
        )
    typer.confirm("Does the care team agree that the exercises may go on?", abort=True)
    if pin.is_set:
        lifted = unlock_running(given.paths.data, prove(pin))
        if lifted is not None:
            typer.echo("Unlocked." if lifted else "It was not locked.")
            return
    else:
        complain("No carer's PIN is set, so anybody here may unlock; set one with 'coach unlock --new-pin'.")
    typer.echo("Unlocked." if lift(given.paths.data) else "It was not locked.")


def _set_pin(pin: "PinFile") -> None:
    if pin.is_set:
        prove(pin, "The PIN as it is now")
    chosen = _typed("The new PIN, at least six digits")
    if _typed("The same once more") != chosen:
        raise InputError("The two were not the same; nothing was changed.")
    pin.set(chosen)
    typer.echo("The carer's PIN is set. Whoever knows it can lift a lock, here or on a keypad at the bed.")


def prove(pin: "PinFile", asked: str = "The carer's PIN") -> str:
    """Let somebody prove to be the carer, or leave; return the PIN.

    Raises:
        InputError: It was not the PIN, or there were too many wrong ones.
    """
    from coach.runtime.pin import Verdict

    typed = _typed(asked)
    verdict = pin.attempt(typed)
    if verdict is not Verdict.RIGHT:
        wait_min = ceil(pin.wait_s() / 60)
        again = f"try again in {wait_min} min" if wait_min else "try again"
        why = "That is not the PIN" if verdict is Verdict.WRONG else "There were too many wrong PINs"
        raise InputError(f"{why}; {again}.")
    return typed


def _typed(asked: str) -> str:
    """Return what is typed, unseen on a terminal."""
    if sys.stdin.isatty():
        return str(typer.prompt(asked, hide_input=True))
    return sys.stdin.readline().strip()


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


@command(app, "doctor", "coach doctor --json")
def doctor(
    given: Given,
    as_json: Json = False,
    aloud: Annotated[
        bool | None,
        typer.Option(
            "--aloud/--silent", help="Speak to measure the echo; default: on a terminal only.", show_default=False
        ),
    ] = None,
) -> None:
    """Look at everything a session stands on, and say what to do about what is wrong.

    Each thing is well, a note (a session works) or a problem (no session until it is mended); exit 1 with a problem.
    """
    from coach.audio.devices.portaudio import sound_devices
    from coach.listening.registry import AUTO
    from coach.runtime.doctor import Instruments, Patient, State, examine
    from coach.runtime.ear import ListenerWanted
    from coach.runtime.sound_card import sound_card
    from coach.runtime.trial import try_listener

    instruments = Instruments(
        sound_devices,
        sound_card,
        lambda house, tag, sound: try_listener(ListenerWanted(house.paths, house.settings, tag, AUTO), sound),
        aloud=sys.stdout.isatty() if aloud is None else aloud,
    )
    found = []
    for diagnosis in examine(Patient(given.paths, given.house_with, given.language), instruments):
        found.append(diagnosis)
        if not as_json:
            typer.echo(diagnosis.as_text())
    if as_json:
        typer.echo(json.dumps([diagnosis.as_json() for diagnosis in found], ensure_ascii=False))
    if any(diagnosis.state is State.PROBLEM for diagnosis in found):
        raise typer.Exit(CoachError.exit_code)
