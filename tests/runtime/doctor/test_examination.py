"""What the doctor says of each thing wrong: one sentence that names it and says what to do."""

import base64
import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from coach.audio.devices.portaudio import SoundDevice
from coach.audio.devices.virtual import VirtualDevice
from coach.audio.resampler import Decimator
from coach.commands import Command
from coach.errors import MissingError
from coach.journal.entries import LockSet
from coach.journal.keeper import open_keeper
from coach.listening.manifest import manifest_path, take_stock
from coach.listening.pace import Pace
from coach.notify.spool import Spool, WeeklyTest
from coach.runtime.clock import SystemClock
from coach.runtime.doctor import Instruments, Patient, State, examine
from coach.runtime.doctor.instruments import throttled
from coach.runtime.live import JOURNAL
from coach.runtime.paths import Paths
from coach.runtime.pin_file import PinFile
from coach.runtime.trial import Tried

CARD = SoundDevice("USB Speakerphone", "ALSA", 2, 1, default_output=True, default_input=True)
NOW = datetime(2026, 11, 25, 12, 0).astimezone()


def noisy(level):
    rng = np.random.default_rng(5)
    return lambda played: rng.normal(0.0, level, len(played) // 3).astype(np.float32)


def brings(air):
    return lambda _chosen: VirtualDevice(air)


def still(value):
    return lambda played: np.full(len(played) // 3, value, dtype=np.float32)


def humming(offset):
    hum = noisy(0.003)
    return lambda played: hum(played) + offset


def room():
    """Return a room that gives a fifth of the loudspeaker back."""
    ear, hum = Decimator(), noisy(0.0003)
    return lambda played: hum(played) + 0.2 * ear.accept(played)


class Dead(VirtualDevice):
    """A card whose directions do not run."""

    def __init__(self, **alive):
        super().__init__(noisy(0.003))
        for direction, runs in alive.items():
            setattr(self, direction, runs)


def gone(_chosen):
    raise MissingError("The loudspeaker is in use by another program; close it.")


def no_portaudio():
    raise MissingError("PortAudio is missing; please run: sudo apt install libportaudio2")


def well(**changed):
    parts = {
        "devices": lambda: (CARD,),
        "card": brings(noisy(0.003)),
        "trial": lambda _house, _language, _sound: Tried("", (Command.STOP,)),
        "espeak": lambda: "1.51",
        "free": lambda _folder: 10 * 2**30,
        "now": lambda: NOW,
        "throttled": lambda: None,
        "server": lambda: "",
        "barred": lambda: False,
    }
    return Instruments(**{**parts, **changed})


@pytest.fixture
def paths(tmp_path):
    (tmp_path / "own").mkdir()
    return Paths.find(tmp_path / "own", tmp_path / "data")


@pytest.fixture
def looked_at(house_of, paths):
    """Return a function that gives everything that is said."""
    return lambda instruments, language=None: list(
        examine(Patient(paths, lambda settings: house_of(paths, settings), language), instruments)
    )


@pytest.fixture
def first(house_of, paths):
    """Return a function that gives what is said about one thing, without looking at what comes after it."""

    def look(instruments, subject, language=None):
        patient = Patient(paths, lambda settings: house_of(paths, settings), language)
        return next(each for each in examine(patient, instruments) if each.subject == subject)

    return look


def test_everything_well_is_no_problem(looked_at):
    seen = looked_at(well())

    assert [each for each in seen if each.state is State.PROBLEM] == []
    assert {each.subject for each in seen if each.state is State.WELL} >= {
        "version",
        "clock",
        "voice",
        "settings",
        "disk",
        "journal",
        "loudspeaker",
        "microphone",
        "hearing",
    }
    assert json.dumps([each.as_json() for each in seen])
    assert all(each.sentence for each in seen)


@pytest.mark.parametrize(
    ("instruments", "subject", "state", "named"),
    [
        pytest.param(well(devices=no_portaudio), "sound card", State.PROBLEM, "apt install", id="no PortAudio"),
        pytest.param(well(devices=tuple), "sound card", State.PROBLEM, "no loudspeaker and no microphone", id="none"),
        pytest.param(
            well(devices=lambda: (replace(CARD, inputs=0),)), "sound card", State.PROBLEM, "no microphone", id="deaf"
        ),
        pytest.param(
            well(devices=lambda: (replace(CARD, outputs=0),)), "sound card", State.PROBLEM, "no loudspeaker", id="mute"
        ),
        pytest.param(well(barred=lambda: True), "sound card", State.PROBLEM, "usermod -aG audio", id="not allowed"),
        pytest.param(well(card=gone), "sound card", State.PROBLEM, "in use by another program", id="in use"),
        pytest.param(
            well(devices=lambda: (replace(CARD, name="Bluetooth Box"),)),
            "sound card",
            State.NOTE,
            "USB",
            id="bluetooth by its name",
        ),
        pytest.param(
            well(server=lambda: "Server Name: x\nDefault Sink: bluez_output.00_11.1\n"),
            "sound card",
            State.NOTE,
            "Bluetooth",
            id="bluetooth behind a sound server",
        ),
        pytest.param(well(espeak=lambda: "none"), "voice", State.PROBLEM, "apt install espeak-ng", id="no espeak-ng"),
        pytest.param(well(card=brings(still(0.0))), "microphone", State.PROBLEM, "muted", id="zeros"),
        pytest.param(well(card=brings(still(0.1))), "microphone", State.PROBLEM, "stands still", id="stuck"),
        pytest.param(
            well(card=brings(humming(0.4))),
            "microphone",
            State.PROBLEM,
            "off the middle",
            id="offset",
        ),
        pytest.param(well(card=brings(noisy(0.8))), "microphone", State.NOTE, "gain down", id="overdriven"),
        pytest.param(well(card=brings(noisy(0.0001))), "microphone", State.NOTE, "gain up", id="too quiet"),
        pytest.param(
            well(card=lambda _chosen: Dead(input_alive=False)),
            "microphone",
            State.PROBLEM,
            "look at its plug",
            id="pulled out",
        ),
        pytest.param(
            well(card=lambda _chosen: Dead(output_alive=False)),
            "loudspeaker",
            State.PROBLEM,
            "takes nothing",
            id="loudspeaker pulled out",
        ),
        pytest.param(well(free=lambda _folder: 3 * 2**20), "disk", State.PROBLEM, "make room", id="disk full"),
        pytest.param(well(free=lambda _folder: 90 * 2**20), "disk", State.NOTE, "90 MB", id="disk nearly full"),
        pytest.param(
            well(now=lambda: NOW.replace(year=1970)), "clock", State.PROBLEM, "so it is not set", id="clock not set"
        ),
        pytest.param(well(throttled=lambda: 0x50005), "power", State.PROBLEM, "too weak", id="undervoltage"),
        pytest.param(well(throttled=lambda: 0x4), "power", State.NOTE, "slowed down", id="throttled"),
        pytest.param(well(throttled=lambda: 0x40000), "power", State.NOTE, "for a while", id="was throttled"),
        pytest.param(well(throttled=lambda: 0), "power", State.WELL, "not held back", id="a Raspberry Pi at ease"),
        pytest.param(
            well(trial=lambda _house, _language, _sound: Tried("It broke down.")),
            "hearing",
            State.PROBLEM,
            "It broke down.",
            id="recognizers broken",
        ),
        pytest.param(
            well(trial=lambda _house, _language, _sound: Tried("")),
            "hearing",
            State.NOTE,
            "did not understand",
            id="recognizers deaf",
        ),
        pytest.param(
            well(trial=lambda _house, _language, _sound: Tried("", (Command.STOP,), Pace(later_s=0.5).told)),
            "hearing",
            State.NOTE,
            "words are decided up to 0.5 s later",
            id="slow machine",
        ),
    ],
)
def test_what_is_wrong_is_named_in_a_sentence(instruments, subject, state, named, looked_at):
    said = [each for each in looked_at(instruments) if each.subject == subject and each.state is state]

    assert any(named in each.sentence for each in said), said


TWELVE = {
    "no microphone": (well(devices=lambda: (replace(CARD, inputs=0),)), "sound card"),
    "muted microphone": (well(card=brings(still(0.0))), "microphone"),
    "microphone too quiet": (well(card=brings(noisy(0.0001))), "microphone"),
    "microphone clipped": (well(card=brings(noisy(0.8))), "microphone"),
    "no loudspeaker": (well(devices=lambda: (replace(CARD, outputs=0),)), "sound card"),
    "espeak-ng missing": (well(espeak=lambda: "none"), "voice"),
    "libportaudio missing": (well(devices=no_portaudio), "sound card"),
    "model missing": (well(), "model en"),
    "model corrupt": (well(), "model en"),
    "disk full": (well(free=lambda _folder: 3 * 2**20), "disk"),
    "settings broken": (well(), "settings"),
    "clock not set": (well(now=lambda: NOW.replace(year=1970)), "clock"),
}
"""What most often goes wrong at a bed: the instruments that show it, and what the doctor says it of."""
SENTENCES = Path(__file__).with_name("sentences.txt")


def test_the_twelve_faults_of_a_bed_are_told_as_they_were_read_by_somebody(paths, first):
    """The sentences stand in a file, to be read line by line; a changed one has to be read again."""
    told = []
    for fault, (instruments, subject) in TWELVE.items():
        if fault == "model corrupt":
            (model(paths) / "am" / "final.mdl").write_bytes(b"sound to phonez")
        if fault == "settings broken":
            paths.settings.write_text("language = 3\n")
        sentence = first(instruments, subject).sentence
        told.append(f"{fault}: {sentence}".replace(str(paths.settings.parent.parent), "~"))
        paths.settings.unlink(missing_ok=True)

    assert "\n".join(told) + "\n" == SENTENCES.read_text("utf-8")


def test_a_lock_and_a_damaged_journal_are_told(paths, first):
    with open_keeper(paths.data / JOURNAL, SystemClock()) as keeper:
        keeper.note(LockSet(1))

    locked = first(well(now=datetime.now), "lock")
    (paths.data / JOURNAL / "journal.sqlite3").write_bytes(b"no database")
    damaged = first(well(), "journal")

    assert locked.state is State.PROBLEM
    assert "coach unlock" in locked.sentence
    assert damaged.state is State.PROBLEM


def test_a_clock_behind_the_last_session_is_not_set(paths, first):
    with open_keeper(paths.data / JOURNAL, SystemClock()):
        pass

    told = first(well(now=lambda: datetime.now().astimezone() - timedelta(days=2)), "clock")

    assert told.state is State.PROBLEM
    assert "behind the last session" in told.sentence


def test_settings_that_cannot_be_read_are_told_and_the_rest_is_looked_at(paths, looked_at):
    paths.settings.write_text("language = 3\n")

    seen = {each.subject: each for each in looked_at(well())}

    assert seen["settings"].state is State.PROBLEM
    assert "coach.toml, key language: 3 is not allowed" in seen["settings"].sentence
    assert seen["hearing"].state is State.WELL


def test_it_is_told_which_settings_are_ones_own(paths, first):
    paths.settings.write_text('[audio]\noutput = "USB"\n')

    assert f"audio.output from {paths.settings}" in first(well(), "settings").sentence


def test_a_device_of_the_settings_that_is_not_there_is_told_with_those_that_are(paths, first):
    paths.settings.write_text('[audio]\noutput = "Jabra"\ninput = "speakerphone"\n')

    told = first(well(), "sound card")

    assert told.state is State.PROBLEM
    assert 'The loudspeaker "Jabra" of the settings is not there (there are: USB Speakerphone)' in told.sentence


def test_a_card_that_only_the_kernel_sees_is_told(tmp_path, looked_at):
    cards = tmp_path / "cards"
    cards.write_text(
        " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n                      bcm2835 Headphones\n"
        " 1 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n                      vc4-hdmi-0\n"
        " 2 [Speakerphone   ]: USB-Audio - USB Speakerphone\n                      a plug\n"
    )

    notes = [each.sentence for each in looked_at(well(cards=cards)) if each.subject == "sound card"]

    unseen = [sentence for sentence in notes if "PortAudio does not see it" in sentence]
    assert [sentence.partition("is there")[0] for sentence in unseen] == ['The card "bcm2835 Headphones" ']


@pytest.mark.parametrize(
    ("air", "kind"),
    [
        pytest.param(room(), "raw", id="it comes back"),
        pytest.param(noisy(0.0003), "cancelling", id="nothing comes back"),
    ],
)
def test_aloud_the_kind_of_hardware_is_measured(air, kind, first):
    told = first(well(aloud=True, card=brings(air)), "echo")

    assert told.sentence.startswith(kind)


def test_silent_the_echo_is_not_measured_and_it_says_how(first):
    assert "coach doctor --aloud" in first(well(), "echo").sentence


def test_a_prescription_that_cannot_be_read_is_told(paths, first):
    paths.prescription.write_text("name = 3\n")

    told = first(well(), "prescription")

    assert told.state is State.PROBLEM
    assert "prescription.toml, key name" in told.sentence


def test_without_a_prescription_somebody_should_be_asked(first):
    assert first(well(), "prescription").sentence.endswith("run: coach setup")


def test_without_a_carer_or_a_pin_it_is_told(paths, looked_at):
    alone = [each.sentence for each in looked_at(well()) if each.subject == "carer"]
    paths.prescription.write_text('[contact]\ncarer = "Anna"\nemergency_number = "112"\n')
    PinFile(paths.data, SystemClock(), digest=lambda pin, salt: salt + pin.encode()).set("259637")
    named = [each for each in looked_at(well()) if each.subject == "carer"]

    assert alone == [
        "No carer is named and no emergency number is known; run: coach setup contact",
        "No carer's PIN is set, so anybody at this keyboard may unlock; run: coach setup pin",
    ]
    assert [each.state for each in named] == [State.WELL]


# ------------------------------------------------------------------ notices

BROKER = '[mqtt]\nhost = "127.0.0.1"\ntopic = "coach"\n'


@pytest.fixture
def told_of_notices(looked_at):
    """Return a function that gives what is said about notices."""
    return lambda: [(each.state, each.sentence) for each in looked_at(well()) if each.subject == "notices"]


@pytest.fixture
def spool(paths):
    """Return the folder of notices, where a way to a carer is set up and a courier gives signs of life."""
    notify = paths.own / "notify.toml"
    notify.write_text(BROKER)
    notify.chmod(0o600)
    spool = Spool(paths.data)
    spool.open()
    spool.give_sign()
    os.utime(spool.folder / "courier.alive", (NOW.timestamp(), NOW.timestamp()))
    return spool


def test_without_a_way_to_a_carer_it_is_told_that_nobody_learns_of_anything(told_of_notices):
    ((state, sentence),) = told_of_notices()

    assert state is State.NOTE
    assert sentence.endswith("coach setup notices")


def test_a_courier_that_does_not_run_is_a_problem(spool, told_of_notices):
    os.utime(spool.folder / "courier.alive", (NOW.timestamp() - 3600.0,) * 2)

    assert told_of_notices()[0] == (
        State.PROBLEM,
        "The courier does not run, so no notice reaches the carer; run: coach serve --install, or: coach notify",
    )


@pytest.mark.usefixtures("spool")
def test_a_weekly_test_that_is_to_come_is_told(told_of_notices):
    ((state, sentence),) = told_of_notices()

    assert state is State.NOTE
    assert sentence.startswith("No weekly test was sent yet")


@pytest.mark.parametrize(
    ("days", "delivered", "told"),
    [
        (2, True, (State.WELL, "The weekly test was delivered on 2026-11-23")),
        (2, False, (State.PROBLEM, "The weekly test was not delivered (refused); run: coach setup notices")),
        (
            9,
            True,
            (State.PROBLEM, "The last weekly test was sent on 2026-11-16; look whether the courier runs."),
        ),
    ],
)
def test_how_the_weekly_test_went_is_told(days, delivered, told, spool, told_of_notices):
    spool.note_test(WeeklyTest(wall=(NOW - timedelta(days=days)).isoformat(), delivered=delivered, why="refused"))

    assert told_of_notices() == [told]


# ------------------------------------------------------------------ models


def model(paths):
    folder = paths.models / "vosk-model-small-en-us-0.15"
    (folder / "am").mkdir(parents=True)
    (folder / "am" / "final.mdl").write_bytes(b"sound to phones")
    stock = take_stock(folder, "https://models.example/en.zip", hashlib.sha256(b"zip").hexdigest())
    manifest_path(folder).write_text(stock.model_dump_json())
    return folder


def test_a_missing_model_is_told_and_the_embedded_engine_serves(first):
    told = first(well(), "model en")

    assert told.state is State.NOTE
    assert "is missing; run: coach setup models; until then the embedded engine hears alone" in told.sentence


def test_a_model_is_told_with_its_checksum(paths, first):
    model(paths)

    told = first(well(), "model en")

    assert told.state is State.WELL
    assert (
        f"downloaded, sha256 {hashlib.sha256(b'zip').hexdigest()[:12]}…, every file as it was installed"
        in told.sentence
    )


def test_one_changed_byte_of_a_model_is_found(paths, first):
    (model(paths) / "am" / "final.mdl").write_bytes(b"sound to phonez")

    assert "am/final.mdl is not what was installed" in first(well(), "model en").sentence


def test_the_only_model_of_a_language_that_is_missing_is_a_problem(paths, first):
    paths.settings.write_text('[models]\nko = "/no/such/folder"\n')

    told = first(well(), "model ko", language="ko")

    assert told.state is State.PROBLEM
    assert "/no/such/folder" in told.sentence


def test_an_unknown_language_is_told_with_those_there_are(first):
    told = first(well(), "language", language="xx")

    assert told.state is State.PROBLEM
    assert "en, ko" in told.sentence


# ------------------------------------------------------------------ instruments


def test_a_raspberry_pi_is_asked_by_its_own_command(tmp_path, monkeypatch):
    command = tmp_path / "vcgencmd"
    command.write_text("#!/bin/sh\necho throttled=0x50000\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert throttled() == 0x50000


@pytest.mark.skipif(shutil.which("vcgencmd") is not None, reason="this is a Raspberry Pi")
def test_elsewhere_nothing_is_known_of_its_power():
    assert throttled() is None


def test_what_an_installer_wrote_down_is_read_as_checksums():
    assert base64.urlsafe_b64decode(b"AAA=").hex() == "0000"
